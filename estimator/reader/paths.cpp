// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/paths.hpp"

#include "estimator/quantities/number.hpp"
#include "estimator/reader/accelerators.hpp"
#include "estimator/reader/capital.hpp"
#include "estimator/reader/channels.hpp"
#include "estimator/reader/cluster_inputs.hpp"
#include "estimator/reader/joins.hpp"
#include "estimator/reader/quantities.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

// Epoch AI: the price of a FLOP/s falls by 10^-0.14 a year (model.md 4).
constexpr double default_value_decline_per_month = 0.14 / 12;

struct PathKey {
    PathInput input;
    InputSpec spec;
    std::optional<double> fallback = {};  ///< nothing: required
    bool is_switch = false;               ///< off where it is not given
};

constexpr auto path_keys = std::to_array<PathKey>({
    {PathInput::budget, {"budget", "USD/month"}},
    {PathInput::initial_cash, {"initial_cash", "USD"}, 0.0},
    {PathInput::attrition, {"attrition", "1/year"}, 0.0},
    {PathInput::training_share, {"training_share", "1", 0, 1}, 1.0},
    {PathInput::largest_run_share, {"largest_run_share", "1", 0, 1}, 1.0},
    {PathInput::run_months, {"run_months", "month"}},
    {PathInput::pue, {"pue", "1", 1}},
    {PathInput::electricity_price, {"electricity_price", "USD/kWh"}},
    {PathInput::power_load, {"power_load", "1", 0, 1}, 1.0},
    {PathInput::life, {"life", "year", 1}},
    {PathInput::interconnect_share, {"interconnect_share", "1", 0, 0.9}, 0.0},
    {PathInput::staff_cost, {"staff_cost", "USD/month"}, 0.0},
    {PathInput::value_decline,
     {"value_decline", "1/year"},
     default_value_decline_per_month},
    {PathInput::campaign_factor, {"campaign_factor", "1", 0.1, 100}, 1.0},
    {PathInput::post_training_share, {"post_training_share", "1", 0, 0.99}, 0.0},
    {PathInput::post_training_mfu, {"post_training_mfu", "1"}, 0.3},
    {PathInput::planning_horizon, {"planning_horizon", "month", 1}, 18.0},
    {PathInput::power_cap, {"power_cap", "W"}, 0.0, true},
});

static_assert(has_each_input_once<PathInput>(path_keys),
              "an input lacks its row above");

/// The word at a key among the allowed ones; nothing when missing or wrong (reported).
std::optional<std::size_t> read_choice(text::TableReader& table,
                                       char const* key,
                                       std::vector<std::string> const& words) {
    auto const word = table.optional_string(key);
    if (!word) {
        return std::nullopt;
    }
    auto const found = std::find(words.begin(), words.end(), *word);
    if (found == words.end()) {
        table.fail(*table.raw(key),
                   fmt::format("unknown {} \"{}\"", key, *word),
                   fmt::format("one of {}", fmt::join(words, ", ")),
                   text::did_you_mean(*word, words));
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - words.begin());
}

/// order: "list" (as by default), "carrier", or "best" of both.
void read_policy(text::TableReader& table, Path& path) {
    auto const choice = read_choice(table, "order", {"list", "carrier", "best"});
    if (choice == 1U) {
        path.policy = BuyingPolicy{.rule = BuyingRule::carrier};
    } else if (choice == 2U) {
        path.seeks_policy = true;
        path.policy.reset();
    }
}

std::optional<hwprofiles::Precision> read_precision(text::TableReader& table) {
    if (table.required("precision") == nullptr) {
        return std::nullopt;
    }
    static std::vector<std::string> const words{"fp4", "fp8", "bf16", "tf32", "fp32"};
    auto const choice = read_choice(table, "precision", words);
    return choice ? hwprofiles::precision_from(words[*choice]) : std::nullopt;
}

/// A FLOP count: a number or a value text such as "2.1e25".
std::optional<double> read_flop(text::TableReader& table, toml::node const& node) {
    if (auto const* text = node.as_string()) {
        auto const read = parse_value_text(text->get(), false, 0);
        auto const* value = std::get_if<ValueText>(&read);
        if (value != nullptr && value->values.size() == 1 && value->values[0] > 0
            && value->values[0] <= flop_number.max) {
            return value->values[0];
        }
        table.fail_type(node, "history", "FLOP, a positive number");
        return std::nullopt;
    }
    auto const flop = table.check_number(node, "history", text::positive_number);
    return flop ? table.check_number(node, "history", flop_number) : flop;
}

void read_history(ReaderState const& state, text::TableReader& path_table, Path& path) {
    auto table = path_table.child("history");
    if (!table) {
        return;
    }
    std::vector<std::pair<double, double>> runs;
    for (auto const& entry : table->entries()) {
        auto const month = parse_month(entry.key);
        auto const flop = read_flop(*table, *entry.node);
        if (!month) {
            table->fail_key(entry.key,
                            fmt::format("\"{}\" is not a month", entry.key),
                            {},
                            "write 2023-03 = 2.1e25");
            continue;
        }
        double const since_start = *month - state.scenario.start_month;
        if (since_start >= 0) {
            table->fail_key(entry.key,
                            fmt::format("{} is not before the start", entry.key),
                            fmt::format("history ends before {}",
                                        calendar_name(state.scenario, 0)));
        } else if (flop) {
            runs.emplace_back(since_start, *flop);
        }
    }
    std::sort(runs.begin(), runs.end());
    for (auto const& run : runs) {
        if (path.history.empty() || run.second > path.history.back().second) {
            path.history.push_back(run);
        }
    }
}

void read_path(ReaderState& state,
               text::TableReader& table,
               Path& path,
               AcceleratorTables& shared,
               std::vector<PathMention>& mentions,
               ClusterTables& cluster,
               std::optional<JobTable>& shared_job,
               std::optional<JoinTable> const& shared_join) {
    path.description = table.optional_string("description").value_or("");
    auto const provenance = read_provenance(table);
    auto const read = [&](PathKey const& key) {
        bool const has_capital =
            key.input == PathInput::budget && table.table().contains("capital");
        bool const required = !key.fallback.has_value() && !has_capital;
        if (!required || table.required(key.spec.key) != nullptr) {
            path.inputs[key.input] =
                read_input(state, table, key.spec, provenance)
                    .value_or(Input{{}, key.fallback.value_or(0.0)});
        }
    };
    for (auto const& key : path_keys) {
        if (!key.is_switch) {
            read(key);
        }
    }
    read_capital(state, table, path);
    for (auto const& key : path_keys) {
        if (key.is_switch) {
            read(key);
        }
    }
    if (read_choice(table, "depreciation", {"straight_line", "exponential"}) == 1U) {
        path.depreciation = Depreciation::exponential;
    }
    read_policy(table, path);
    auto const precision = read_precision(table);
    read_history(state, table, path);
    read_progress(state, table, state.scenario.paths.size(), path, mentions);
    auto own = read_accelerator_tables(state, table);
    auto own_job = read_job_table(state, table);
    use_joins(path, read_join_table(state, table), shared_join);
    if (table.table().contains("multi_site_efficiency")
        && table.has("multi_site_efficiency")) {  // and is not unknown
        table.fail_key("multi_site_efficiency",
                       "\"multi_site_efficiency\" is no longer a key",
                       "pools that do a run together have a table of their own",
                       fmt::format("write [path.{}.join] with efficiency, link = 1 and "
                                   "mixed = 1",
                                   path.name));
    }
    read_channels(state, table, path, precision, shared, own);
    use_cluster_model(
        state, path, precision, own, shared, cluster, own_job, shared_job);
    table.finish();
    warn_of_unused(
        state, own, fmt::format("no channel of path \"{}\" has it", path.name).c_str());
}

}  // namespace

std::vector<PathMention> read_paths(ReaderState& state, text::TableReader& root) {
    std::vector<PathMention> mentions;
    auto shared = read_accelerator_tables(state, root);
    auto cluster = read_cluster_tables(state, root);
    auto job = read_job_table(state, root);
    auto const join = read_join_table(state, root);
    auto all = root.child("path");
    if (!all) {
        return mentions;
    }
    for (auto const& entry : all->entries()) {
        if (!is_identifier(entry.key)) {
            all->fail_key(entry.key,
                          fmt::format("\"{}\" cannot name a path", entry.key),
                          "names are letters, digits and _, no digit first");
            continue;
        }
        auto table = all->child(entry.key);
        if (!table) {
            continue;
        }
        Path path;
        path.name = entry.key;
        read_path(state, *table, path, shared, mentions, cluster, job, join);
        state.scenario.paths.push_back(std::move(path));
    }
    warn_of_unused(state, shared, "no channel of any path has it");
    warn_of_unused(state, cluster, job);
    return mentions;
}

}  // namespace leadtime::estimator::detail
