// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/path_progress.hpp"

#include "estimator/quantities/number.hpp"
#include "estimator/reader/quantities.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <utility>
#include <variant>

namespace leadtime::estimator::detail {
namespace {

struct ProgressKey {
    ProgressInput input;
    InputSpec spec;
    std::optional<double> fallback;   ///< nothing: required
    std::string_view companion = {};  ///< key that is no use without this one
};

// The defaults switch every mechanism off, or leave it at full strength where its own
// key is given.
constexpr auto keys = std::to_array<ProgressKey>({
    {ProgressInput::doubling_time, {"doubling_time", "month"}, {}},
    {ProgressInput::level, {"level", "1"}, 1.0},
    {ProgressInput::talent, {"talent", "1"}, 1.0},
    {ProgressInput::inference_uplift, {"inference_uplift", "1"}, 1.0},
    {ProgressInput::spillover, {"spillover", "1"}, 0.0},
    {ProgressInput::spillover_lag, {"spillover_lag", "month"}, 0.0, "spillover"},
    {ProgressInput::isolation, {"isolation", "1", 0, 1}, 0.0, "spillover"},
    {ProgressInput::open_weights, {"open_weights", "1", 0, 1}, 0.0},
    {ProgressInput::open_weights_lag,
     {"open_weights_lag", "month"},
     0.0,
     "open_weights"},
    {ProgressInput::distillation, {"distillation", "1", 1}, 1.0},
    {ProgressInput::distillation_access,
     {"distillation_access", "1", 0, 1},
     1.0,
     "distillation"},
    {ProgressInput::distillation_ceiling,
     {"distillation_ceiling", "1"},
     1.0,
     "distillation"},
    {ProgressInput::distillation_lag,
     {"distillation_lag", "month"},
     0.0,
     "distillation"},
    {ProgressInput::leak, {"leak", "1", 0, 1}, 0.0},
    {ProgressInput::leak_gap, {"leak_gap", "month"}, 0.0, "leak"},
});

static_assert(has_each_input_once<ProgressInput>(keys), "an input lacks its row above");

constexpr std::array<std::string_view, 4> need_leader{
    "spillover", "open_weights", "distillation", "leak"};

void read_compare_to(text::TableReader& table,
                     std::size_t index,
                     std::vector<PathMention>& mentions) {
    auto const names = table.optional_strings("compare_to");
    auto const* list = table.raw("compare_to");
    for (std::size_t i = 0; names && i < names->size(); ++i) {
        auto const* array = list->as_array();
        PathMention mention;
        mention.path = index;
        mention.name = (*names)[i];
        mention.node = array != nullptr ? array->get(i) : list;
        mentions.push_back(std::move(mention));
    }
}

}  // namespace

void read_progress(ReaderState& state,
                   text::TableReader& path_table,
                   std::size_t index,
                   Path& path,
                   std::vector<PathMention>& mentions) {
    read_compare_to(path_table, index, mentions);
    auto table = path_table.child("progress");
    if (!table) {
        return;
    }
    Progress progress;
    auto const provenance = read_provenance(*table);
    for (auto const& input : keys) {
        bool const required = !input.fallback.has_value();
        auto const* node = table->raw(input.spec.key);
        if (required && table->required(input.spec.key) == nullptr) {
            continue;
        }
        if (node != nullptr && !input.companion.empty()
            && !table->has(input.companion)) {
            auto warning =
                state.issue_at(*node,
                               table->path_of(input.spec.key),
                               fmt::format("\"{}\" has no effect", input.spec.key),
                               fmt::format("there is no \"{}\"", input.companion));
            state.scenario.warnings.push_back(std::move(warning));
        }
        progress.inputs[input.input] =
            read_input(state, *table, input.spec, provenance)
                .value_or(Input{{}, input.fallback.value_or(0.0)});
    }
    PathMention leader;
    leader.path = index;
    leader.is_leader = true;
    leader.name = table->optional_string("leader").value_or("");
    leader.node = table->raw("leader");
    for (auto const key : need_leader) {
        if (leader.needed_by.empty() && table->raw(key) != nullptr) {
            leader.needed_by = key;
            leader.needed_at =
                state.issue_at(*table->raw(key), table->path_of(key), {});
        }
    }
    table->finish();
    path.progress = progress;
    mentions.push_back(std::move(leader));
}

namespace {

/// Everything that can be wrong with the name of another path.
class MentionResolver {
  public:
    explicit MentionResolver(ReaderState& state)
        : state_(state)
        , paths_(state.scenario.paths) {
        for (auto const& path : paths_) {
            names_.push_back(path.name);
        }
    }

    void compare_to(PathMention const& mention) {
        auto const other = find(mention);
        if (!other) {
            return;
        }
        auto& list = paths_[mention.path].compare_to;
        if (*other == mention.path) {
            fail(mention, "a path cannot be compared with itself");
        } else if (*other == state_.scenario.reference) {
            fail(mention,
                 fmt::format("\"{}\" is the reference path", mention.name),
                 "every path is compared with it already");
        } else if (std::find(list.begin(), list.end(), *other) != list.end()) {
            fail(mention, fmt::format("\"{}\" is listed twice", mention.name));
        } else {
            list.push_back(*other);
        }
    }

    void leader(PathMention const& mention) {
        Path& path = paths_[mention.path];
        std::size_t const reference = state_.scenario.reference;
        if (mention.node != nullptr) {
            auto const other = find(mention);
            if (!other) {
                return;
            }
            if (*other == mention.path) {
                fail(mention, "a path cannot learn from itself");
            } else if (!paths_[*other].progress) {
                fail(mention,
                     fmt::format("path \"{}\" has no progress", mention.name),
                     {},
                     fmt::format("add [path.{}.progress]", mention.name));
            } else {
                path.progress->leader = *other;
            }
        } else if (mention.path != reference && paths_[reference].progress) {
            path.progress->leader = reference;
        } else if (!mention.needed_by.empty()) {
            text::ConfigIssue issue = mention.needed_at;
            issue.problem =
                fmt::format("\"{}\" needs a path to learn from", mention.needed_by);
            issue.reason =
                mention.path == reference
                    ? "this is the reference path"
                    : fmt::format("the reference path \"{}\" has no progress",
                                  names_[reference]);
            issue.suggestion = "name one: leader = \"...\"";
            state_.issues.add(std::move(issue));
        }
    }

    /// Paths that learn from each other would each need the other's month first.
    void refuse_circles(std::vector<PathMention> const& mentions) {
        for (auto const& mention : mentions) {
            if (!mention.is_leader) {
                continue;
            }
            std::vector<std::string> chain{names_[mention.path]};
            auto next = paths_[mention.path].progress->leader;
            while (next && chain.size() <= paths_.size()) {
                chain.push_back(names_[*next]);
                if (*next == mention.path) {
                    fail(mention,
                         fmt::format("paths learn from each other: {}",
                                     fmt::join(chain, " -> ")));
                    return;
                }
                next = paths_[*next].progress->leader;
            }
        }
    }

  private:
    std::optional<std::size_t> find(PathMention const& mention) {
        auto const found = std::find(names_.begin(), names_.end(), mention.name);
        if (found == names_.end()) {
            fail(mention,
                 fmt::format("unknown path \"{}\"", mention.name),
                 {},
                 text::did_you_mean(mention.name, names_));
            return std::nullopt;
        }
        return static_cast<std::size_t>(found - names_.begin());
    }

    void fail(PathMention const& mention,
              std::string problem,
              std::string reason = {},
              std::string suggestion = {}) {
        text::ConfigIssue issue = mention.needed_at;
        if (mention.node != nullptr) {
            issue = state_.issue_at(*mention.node, "path." + names_[mention.path], {});
        }
        issue.problem = std::move(problem);
        issue.reason = std::move(reason);
        issue.suggestion = std::move(suggestion);
        state_.issues.add(std::move(issue));
    }

    ReaderState& state_;
    std::vector<Path>& paths_;
    std::vector<std::string> names_;
};

/// A number, or a value text such as "2.1e25".
std::optional<double> read_number(text::TableReader& table,
                                  toml::node const& node,
                                  std::string_view key,
                                  text::NumberRange range,
                                  std::string_view expected) {
    if (auto const* text = node.as_string()) {
        auto const read = parse_value_text(text->get(), false, 0);
        auto const* value = std::get_if<ValueText>(&read);
        if (value != nullptr && value->values.size() == 1 && value->values[0] > 0
            && value->values[0] <= range.max) {
            return value->values[0];
        }
        table.fail_type(node, key, expected);
        return std::nullopt;
    }
    return table.check_number(node, key, range);
}

void read_list(text::TableReader& table,
               std::string_view key,
               text::NumberRange range,
               std::string_view expected,
               std::vector<double>& values) {
    if (auto const* list = table.optional_array(key)) {
        for (auto const& node : *list) {
            if (auto const value = read_number(table, node, key, range, expected)) {
                values.push_back(*value);
            }
        }
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

void resolve_mentions(ReaderState& state, std::vector<PathMention> const& mentions) {
    MentionResolver resolver(state);
    for (auto const& mention : mentions) {
        if (mention.is_leader) {
            resolver.leader(mention);
        } else {
            resolver.compare_to(mention);
        }
    }
    resolver.refuse_circles(mentions);
}

void read_effective_milestones(ReaderState& state, text::TableReader& table) {
    read_list(table,
              "effective_flop",
              flop_number,
              "effective FLOP, a positive number",
              state.scenario.effective_milestones);
    constexpr text::NumberRange fraction{.min = 0, .max = 100, .min_excluded = true};
    read_list(table,
              "parity",
              fraction,
              "a fraction of the reference's",
              state.scenario.parity_fractions);
}

}  // namespace leadtime::estimator::detail
