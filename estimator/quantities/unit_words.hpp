// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/plan/month.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The words that units are made of.
namespace leadtime::estimator::detail {

inline constexpr double hours_per_month = kernels::hours_per_month;
inline constexpr double seconds_per_month = kernels::seconds_per_month;

/// A word of the table below: `scale` = numerator / denominator, so that units such as
/// 1/s keep an exact scale.
struct Word {
    std::string_view name;
    std::string_view
        base;  ///< base dimensions, separated by spaces; "" for a pure number
    double numerator = 1;
    double denominator = 1;
    bool takes_prefix = false;
};

inline constexpr Word words[] = {
    {"USD", "USD", 1, 1, true},
    {"CNY", "CNY", 1, 1, true},
    {"month", "month"},
    {"year", "month", 12},
    {"yr", "month", 12},
    {"quarter", "month", 3},
    {"week", "month", 168, hours_per_month},
    {"day", "month", 24, hours_per_month},
    {"h", "month", 1, hours_per_month},
    {"hour", "month", 1, hours_per_month},
    {"minute", "month", 60, seconds_per_month},
    {"s", "month", 1, seconds_per_month},
    {"second", "month", 1, seconds_per_month},
    {"W", "W", 1, 1, true},
    {"watt", "W"},
    {"Wh", "W month", 1, hours_per_month, true},
    {"J", "W month", 1, seconds_per_month, true},
    {"FLOP", "FLOP", 1, 1, true},
    {"B", "B", 1, 1, true},
    {"byte", "B"},
    {"%", "", 1, 100},
    {"percent", "", 1, 100},
    {"fraction", ""},
    {"probability", ""},
    {"ratio", ""},
};

// What a scenario counts without declaring it under `units`.
inline constexpr std::string_view counting_words[] = {
    "chip",   "die",  "stack",   "wafer",  "card",   "package", "token", "rack",
    "server", "node", "cluster", "module", "board",  "order",   "fault", "run",
    "H100e",  "GPU",  "TPU",     "event",  "person", "site",    "model", "shipment"};

inline constexpr std::pair<char, double> prefixes[] = {
    {'k', 1e3}, {'M', 1e6}, {'G', 1e9}, {'T', 1e12}, {'P', 1e15}, {'E', 1e18}};

// Words people write for something that has another name here.
inline constexpr std::pair<std::string_view, std::string_view> other_names[] = {
    {"$", "USD"},       {"dollar", "USD"}, {"dollars", "USD"}, {"RMB", "CNY"},
    {"yuan", "CNY"},    {"m", "month"},    {"mo", "month"},    {"y", "year"},
    {"hr", "h"},        {"hrs", "h"},      {"sec", "s"},       {"min", "minute"},
    {"flop", "FLOP"},   {"H100", "H100e"}, {"gpu", "GPU"},     {"usd", "USD"},
    {"watthour", "Wh"}, {"KW", "kW"},      {"KWh", "kWh"},     {"H100s", "H100e"}};

/// Why a unit cannot be read.
struct UnitProblem {
    std::string problem;
    std::string suggestion;
};

/// What to say about a word that is no unit; `text` is the whole unit.
UnitProblem unknown_unit(std::string_view name,
                         std::string_view text,
                         std::vector<std::string> const& extra);

}  // namespace leadtime::estimator::detail
