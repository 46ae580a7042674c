// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/model_shape.hpp"

#include "hwprofiles/embedded.hpp"
#include "text/suggestion.hpp"
#include "text/toml_reader.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace leadtime::estimator {
namespace {

constexpr std::string_view folder = "scenarios/models/";
constexpr std::string_view ending = ".toml";

std::string normalized(std::string_view name) {
    std::string text;
    for (char const c : name) {
        bool const is_gap = c == '-' || c == '.' || c == ' ';
        auto const lower = std::tolower(static_cast<unsigned char>(c));
        text += is_gap ? '_' : static_cast<char>(lower);
    }
    return text;
}

bool is_model(std::string_view path) {
    return path.starts_with(folder) && path.ends_with(ending);
}

std::string id_of(std::string_view path) {
    path.remove_prefix(folder.size());
    path.remove_suffix(ending.size());
    return std::string(path);
}

/// Takes a number of a table where it is given; where the value has none yet it must
/// be.
class Numbers {
  public:
    Numbers(text::TableReader& table, bool has_base)
        : table_(table)
        , base_(has_base) {}

    void required(std::string_view key, double& value, double min = 1) {
        if (base_ && !table_.has(key)) {
            return;
        }
        value = table_.required_number(key, {.min = min, .max = max_number});
    }
    void optional(std::string_view key, double& value, text::NumberRange range) {
        value = table_.optional_number(key, range).value_or(value);
    }

  private:
    static constexpr double max_number = 1e18;  // far beyond any model, within a float
    text::TableReader& table_;
    bool base_;
};

constexpr text::NumberRange one_or_more{.min = 1, .max = 1e9};
constexpr text::NumberRange token_count{.min = 1, .max = 1e18};

void read_experts(text::TableReader& root, ClusterModel& model) {
    auto table = root.child("experts");
    if (!table) {
        return;
    }
    Numbers numbers(*table, model.is_moe());
    numbers.required("count", model.experts);
    numbers.required("active", model.experts_active);
    numbers.required("shared", model.experts_shared, 0);
    numbers.required("width", model.expert_width);
    numbers.required("layers", model.moe_layers);
    numbers.required("params", model.routed_params);
    if (model.experts_active > model.experts) {
        table->fail_key("active", "\"active\" must not exceed \"count\"");
    }
    table->finish();
}

void read_training(text::TableReader& root, ClusterModel& model, bool has_base) {
    auto table = root.child("training");
    if (!table) {
        if (!has_base) {
            root.fail_table("the table [training] is missing");
        }
        return;
    }
    Numbers numbers(*table, has_base);
    numbers.required("sequence_tokens", model.sequence_tokens);
    numbers.required("batch_tokens", model.batch_tokens);
    auto const take = [&](std::string_view key, std::optional<double>& value) {
        if (auto const given = table->optional_number(key, token_count)) {
            value = given;
        }
    };
    take("training_tokens", model.training_tokens);
    take("critical_batch_tokens", model.critical_batch_tokens);
    take("remote_domains", model.remote_domains);
    numbers.optional(
        "hidden_bubble_fraction", model.hidden_bubble, text::fraction_number);
    table->finish();
}

void read_sites(text::TableReader& root, ClusterModel& model) {
    auto table = root.child("sites");
    if (!table) {
        return;
    }
    Numbers numbers(*table, false);
    numbers.required("count", model.sites);
    numbers.required("link_bytes_per_s", model.site_link_bytes_per_s);
    numbers.optional("round_trip_s", model.site_round_trip_s, {.min = 0, .max = 1e3});
    numbers.optional("inner_steps", model.inner_steps, one_or_more);
    table->finish();
}

void read_shape(text::TableReader& root, ClusterModel& model, bool has_base) {
    Numbers numbers(root, has_base);
    numbers.required("layers", model.layers);
    numbers.required("width", model.width);
    numbers.required("attention_width", model.attention_width);
    numbers.required("ffn_width", model.ffn_width);
    numbers.required("vocabulary", model.vocabulary);
    numbers.required("matmul_params", model.matmul_params);
    numbers.required("total_params", model.total_params);
    numbers.optional(
        "full_attention_share", model.full_attention_share, text::fraction_number);
}

void check(text::TableReader& root, ClusterModel const& model) {
    if (model.routed_params > model.total_params) {
        root.fail_table("\"experts.params\" must not exceed \"total_params\"");
    }
    if (model.vocabulary * model.width > model.matmul_params) {
        root.fail_table("\"matmul_params\" must hold the output head",
                        "vocabulary times width is larger");
    }
    if (model.sites > 1 && !(model.site_link_bytes_per_s > 0)) {
        root.fail_table("several sites need \"sites.link_bytes_per_s\"");
    }
}

}  // namespace

ClusterModel read_cluster_model(text::Document const& document, std::string id) {
    text::IssueList issues;
    text::TableReader root(document, document.root, "", issues);
    ClusterModel model;
    auto const base = root.optional_string("model");
    if (base) {
        try {
            model = find_cluster_model(*base);
        } catch (text::ConfigError const& error) {
            auto const& issue = error.issues().front();
            root.fail_key("model", issue.problem, issue.reason, issue.suggestion);
        }
    }
    bool const has_base = base.has_value();
    model.id = std::move(id);
    model.name =
        root.optional_string("name").value_or(has_base ? model.name : model.id);
    model.aliases =
        root.optional_strings("aliases").value_or(std::vector<std::string>());
    model.source = root.optional_string("source").value_or(model.source);
    read_shape(root, model, has_base);
    read_experts(root, model);
    read_training(root, model, has_base);
    read_sites(root, model);
    if (issues.empty()) {
        check(root, model);
    }
    root.finish();
    issues.throw_if_any();
    return model;
}

std::vector<std::string> cluster_model_ids() {
    std::vector<std::string> ids;
    for (auto const& file : hwprofiles::embedded_files()) {
        if (is_model(file.path)) {
            ids.push_back(id_of(file.path));
        }
    }
    return ids;
}

ClusterModel find_cluster_model(std::string_view name) {
    auto const wanted = normalized(name);
    auto const read = [](hwprofiles::EmbeddedFile const& file) {
        return read_cluster_model(
            text::parse_document(file.contents, std::string(file.path)),
            id_of(file.path));
    };
    for (auto const& file : hwprofiles::embedded_files()) {
        if (is_model(file.path) && id_of(file.path) == wanted) {
            return read(file);
        }
    }
    for (auto const& file :
         hwprofiles::embedded_files()) {  // aliases are rare, files small
        if (is_model(file.path)) {
            auto model = read(file);
            for (auto const& alias : model.aliases) {
                if (normalized(alias) == wanted) {
                    return model;
                }
            }
        }
    }
    auto const ids = cluster_model_ids();
    text::ConfigIssue issue;
    issue.problem = fmt::format("unknown model \"{}\"", name);
    issue.reason = fmt::format("known: {}", fmt::join(ids, ", "));
    issue.suggestion = text::did_you_mean(wanted, ids);
    throw text::ConfigError(std::move(issue));
}

}  // namespace leadtime::estimator
