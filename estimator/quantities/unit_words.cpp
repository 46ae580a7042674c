// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/unit_words.hpp"

#include "text/suggestion.hpp"

#include <cctype>
#include <fmt/format.h>

namespace leadtime::estimator::detail {
namespace {

bool is_lower(std::string_view text) {
    return !text.empty() && std::islower(static_cast<unsigned char>(text.front())) != 0;
}

std::vector<std::string> candidates(std::vector<std::string> const& extra) {
    std::vector<std::string> result;
    auto const add = [&result](std::string_view word) {
        result.emplace_back(word);
        if (is_lower(word) && word.size() > 2) {
            result.push_back(std::string(word) + "s");
        }
    };
    for (auto const word : counting_words) {
        add(word);
    }
    for (auto const& word : words) {
        add(word.name);
        if (!word.takes_prefix) {
            continue;
        }
        for (auto const& [letter, factor] : prefixes) {
            result.push_back(letter + std::string(word.name));
        }
    }
    for (auto const& word : extra) {
        add(word);
    }
    result.emplace_back("date");
    return result;
}

}  // namespace

UnitProblem unknown_unit(std::string_view name,
                         std::string_view text,
                         std::vector<std::string> const& extra) {
    if (name == "date") {
        return UnitProblem{
            fmt::format("the unit \"{}\" mixes \"date\" with others", text),
            "\"date\" stands alone; a duration is in months"};
    }
    if (name.ends_with("FLOPS")) {
        auto const stem = name.substr(0, name.size() - 1);
        return UnitProblem{
            fmt::format("the unit \"{}\" is ambiguous", name),
            fmt::format("write \"{0}/s\" for a rate, \"{0}\" for an amount", stem)};
    }
    if (name == "mW" || name == "mWh") {
        return UnitProblem{fmt::format("unknown unit \"{}\"", name),
                           fmt::format("did you mean \"M{}\"?", name.substr(1))};
    }
    for (auto const& [wrong, right] : other_names) {
        if (name == wrong) {
            return UnitProblem{fmt::format("unknown unit \"{}\"", name),
                               fmt::format("write \"{}\"", right)};
        }
    }
    auto suggestion = text::did_you_mean(name, candidates(extra));
    if (suggestion.empty()) {
        suggestion =
            fmt::format("if it is counted, declare it: units = [\"{}\"]", name);
    }
    return UnitProblem{fmt::format("unknown unit \"{}\"", name), suggestion};
}

}  // namespace leadtime::estimator::detail
