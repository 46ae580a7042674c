// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/result_origin.hpp"

#include "estimator/output/build_info.hpp"
#include "text/number_format.hpp"

#include <cstddef>
#include <fmt/format.h>
#include <set>
#include <string>

namespace leadtime::estimator {
namespace {

constexpr std::size_t most_knots = 12;

std::string value_of(Scenario const& scenario, Quantity const& quantity) {
    if (quantity.kind == QuantityKind::formula) {
        return quantity.formula_text;
    }
    if (quantity.kind == QuantityKind::distribution) {
        return quantity.value_text.empty() ? quantity.value.describe()
                                           : quantity.value_text;
    }
    std::string text;
    for (std::size_t i = 0; i < quantity.knots.size(); ++i) {
        if (i == most_knots) {
            return text + fmt::format("; ... {} in all", quantity.knots.size());
        }
        auto const& knot = quantity.knots[i];
        text += fmt::format("{}{}: {}",
                            text.empty() ? "" : "; ",
                            text::calendar_month(scenario.start_month, knot.month),
                            knot.value.describe());
    }
    return text;
}

/// The unit at the end of a fact's key: `tdp_w`, `peak_flop_per_s.bf16`.
std::string value_of(hwprofiles::Fact const& fact) {
    auto const value = text::plain_text(fact.value);
    return fact.low ? fmt::format("{} to {} to {}",
                                  text::plain_text(*fact.low),
                                  value,
                                  text::plain_text(*fact.high))
                    : value;
}

std::string unit_of(std::string const& key) {
    auto const name = key.substr(0, key.find('.'));
    static constexpr struct {
        char const* ending;
        char const* unit;
    } units[] = {{"_flop_per_s", "FLOP/s"},
                 {"_bytes_per_s", "byte/s"},
                 {"_bytes", "byte"},
                 {"_chips", "chips"},
                 {"_mm2", "mm2"},
                 {"_usd", "USD"},
                 {"_usd_per_h", "USD/h"},
                 {"_w", "W"}};
    for (auto const& [ending, unit] : units) {
        if (name.ends_with(ending)) {
            return unit;
        }
    }
    return "1";
}

}  // namespace

ResultOrigin result_origin(Scenario const& scenario,
                           hwprofiles::ProfileLibrary const& profiles) {
    ResultOrigin origin;
    origin.program = program_name();
    origin.scenario_description = scenario.description;
    origin.scenario_text = scenario.text;
    for (auto const& quantity : scenario.quantities) {
        origin.inputs.push_back({quantity.name,
                                 quantity.unit.text,
                                 value_of(scenario, quantity),
                                 quantity.provenance.source,
                                 quantity.provenance.confidence,
                                 quantity.provenance.note});
    }
    std::set<std::string> seen;
    for (auto const& path : scenario.paths) {
        origin.path_descriptions.push_back(path.description);
        for (auto const& use : path.accelerators) {
            auto const* profile = profiles.lookup(use.profile);
            if (profile == nullptr || !seen.insert(use.profile).second) {
                continue;
            }
            for (auto const& [key, fact] : hwprofiles::all_facts(*profile)) {
                if (fact->has_value()) {
                    origin.inputs.push_back({use.profile + "." + key,
                                             unit_of(key),
                                             value_of(**fact),
                                             (*fact)->source,
                                             (*fact)->confidence,
                                             (*fact)->note});
                }
            }
        }
    }
    if (!scenario.paths.empty()) {
        auto const& history = scenario.paths.at(scenario.reference).history;
        origin.record_start_month = history.empty() ? 0.0 : history.front().first;
    }
    return origin;
}

std::string program_name() {
    auto const& build = build_info();
    return fmt::format("leadtime {} ({}{})",
                       build.version,
                       build.git_hash,
                       build.git_dirty ? ", modified" : "");
}

}  // namespace leadtime::estimator
