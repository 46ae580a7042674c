// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/scenario.hpp"
#include "hwprofiles/profile_library.hpp"
#include "hwprofiles/rule.hpp"
#include "text/toml_reader.hpp"

#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator::detail {

/// What an input key takes; views of texts that outlive the call it is given to, not
/// more. `unit` is that of plain numbers; bounds are in base units.
/// A fixed number must be within both bounds; where `min` is not negative, no
/// distribution may reach below 0 (other bounds are kept by clamping, model.md 2).
struct InputSpec {
    std::string_view key;
    std::string_view unit;
    double min = 0.0;
    double max = std::numeric_limits<double>::infinity();
};

/// Whether a table of the reader has a row for each member of an enumeration of inputs.
/// Rows stand in the order in which keys are read; `input` of a row is the member.
template <class Key>
constexpr bool has_each_input_once(auto const& table) {
    int found[static_cast<int>(Key::count)] = {};
    for (auto const& row : table) {
        ++found[static_cast<int>(row.input)];
    }
    for (int const times : found) {
        if (times != 1) {
            return false;
        }
    }
    return true;
}

/// FLOP of a run as a plain number; samples are in single precision.
inline constexpr text::NumberRange flop_number{
    .min = 0, .max = 1e37, .min_excluded = true};

/// A key that reads a quantity, checked when all units are known. It owns its texts: a
/// key may be a user's name, from a list that is gone by then.
struct Use {
    QuantityIndex quantity = 0;
    std::string key;
    std::string unit;
    double min = 0.0;
    double max = 0.0;
    Dimension dimension;
    text::ConfigIssue place;  ///< an issue at the value, without a problem
    bool by_name = false;     ///< the value is the name of a quantity
};

/// Everything the parts of the reader share.
struct ReaderState {
    ReaderState(text::Document const& given, hwprofiles::ProfileLibrary const& library)
        : document(given)
        , profiles(library) {}

    text::Document const& document;
    hwprofiles::ProfileLibrary const& profiles;
    text::IssueList issues;
    Scenario scenario;
    std::vector<std::string> unit_words;         ///< [scenario] units
    std::map<std::string, QuantityIndex> names;  ///< of quantities
    std::set<QuantityIndex> broken;              ///< an error has been reported
    std::set<QuantityIndex> unit_from_formula;   ///< formulas that state no unit
    std::set<QuantityIndex> used;                ///< read by something
    /// Formulas at a key that names its unit: a plain number is in that unit.
    std::set<QuantityIndex> takes_plain;
    std::vector<hwprofiles::Rule> rules;  ///< embedded ones, then those of the scenario
    std::vector<Use> uses;
    /// Where "PATH.PROFILE" is first used: issues without a problem.
    std::map<std::string, text::ConfigIssue> accelerator_users;
    bool has_cycle = false;      ///< of formulas, reported
    std::size_t step_draws = 0;  ///< values of what is drawn anew in each step

    /// An issue at a node; add it to `issues` or to the scenario's warnings.
    text::ConfigIssue issue_at(toml::node const& node,
                               std::string key,
                               std::string problem,
                               std::string reason = {},
                               std::string suggestion = {}) const {
        return document.issue_at(node.source(),
                                 std::move(key),
                                 std::move(problem),
                                 std::move(reason),
                                 std::move(suggestion));
    }
};

/// `2024-01` as year * 12 + month - 1.
std::optional<int> parse_month(std::string_view text);

/// A month at a key of a table, as months from the scenario's start; reports what is
/// wrong.
std::optional<double>
read_month(ReaderState const& state, text::TableReader& table, std::string_view key);

/// Names of quantities, paths and channels: letters, digits and `_`, no digit first.
bool is_identifier(std::string_view name);

/// Reads `source`, `confidence` and `note`; what is missing comes from `inherited`.
Provenance read_provenance(text::TableReader& table, Provenance const& inherited = {});

/// Reads the unit at `unit`; nullopt where there is none or it is wrong (reported).
std::optional<Unit> read_unit(ReaderState& state, text::TableReader& table);

/// A unit of our own tables. Precondition: it can be parsed.
Unit known_unit(std::string_view text);

}  // namespace leadtime::estimator::detail
