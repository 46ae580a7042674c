// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/rule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace leadtime::hwprofiles {
namespace {

/// A number as rules print it: 15,832 and 5.92.
std::string number_text(double value) {
    std::string text = std::abs(value) >= 1000 ? fmt::format("{:.0f}", value)
                                               : fmt::format("{:.4g}", value);
    auto end = std::min(text.find('.'), text.size());
    while (end > 3 && std::abs(value) >= 1000) {
        end -= 3;
        text.insert(end, ",");
    }
    return text;
}

std::string_view name_of(Measure measure) {
    static constexpr std::array<std::string_view, 4> names{
        "TPP", "performance density", "interconnect", "memory bandwidth"};
    return names[static_cast<std::size_t>(measure)];
}

std::string_view unit_of(Measure measure) {
    bool const is_rate = measure == Measure::interconnect_gb_per_s
                         || measure == Measure::memory_bandwidth_gb_per_s;
    return is_rate ? " GB/s" : "";
}

/// Yes, no, or not known.
enum class Answer { no, unknown, yes };

struct Explained {
    Answer answer = Answer::no;
    std::string reason;
};

bool holds(Threshold const& threshold, double x) {
    switch (threshold.comparison) {
    case Comparison::at_least:
        return x >= threshold.value;
    case Comparison::above:
        return x > threshold.value;
    case Comparison::at_most:
        return x <= threshold.value;
    case Comparison::below:
        return x < threshold.value;
    }
    return false;
}

std::string words_of(Threshold const& threshold, double x) {
    static constexpr std::array<std::string_view, 4> signs{">=", ">", "<=", "<"};
    return fmt::format("{} {} {} {}{}",
                       name_of(threshold.measure),
                       number_text(x),
                       signs[static_cast<std::size_t>(threshold.comparison)],
                       number_text(threshold.value),
                       unit_of(threshold.measure));
}

Explained meets(Clause const& clause, ChipMeasures const& chip) {
    Explained result{Answer::yes, {}};
    if (!clause.chips.empty()) {
        if (std::find(clause.chips.begin(), clause.chips.end(), chip.id)
            == clause.chips.end()) {
            return {Answer::no, {}};
        }
        result.reason = "named in the rule";
    }
    std::string unknown;
    for (auto const& threshold : clause.thresholds) {
        auto const x = chip.of(threshold.measure);
        if (!x && unknown.find(name_of(threshold.measure)) != std::string::npos) {
            continue;
        }
        if (!x) {
            unknown += fmt::format("{}{} is not known",
                                   unknown.empty() ? "" : ", ",
                                   name_of(threshold.measure));
        } else if (!holds(threshold, *x)) {
            return {Answer::no, {}};
        } else {
            result.reason += (result.reason.empty() ? "" : " and ");
            result.reason += words_of(threshold, *x);
        }
    }
    return unknown.empty() ? result : Explained{Answer::unknown, unknown};
}

Explained meets_any(std::vector<Clause> const& clauses, ChipMeasures const& chip) {
    Explained best{Answer::no, {}};
    for (auto const& clause : clauses) {
        auto one = meets(clause, chip);
        if (one.answer == Answer::yes) {
            return one;
        }
        if (one.answer == Answer::unknown && best.answer == Answer::no) {
            best = one;
        }
    }
    return best;
}

}  // namespace

std::optional<double> ChipMeasures::of(Measure measure) const {
    switch (measure) {
    case Measure::tpp:
        return tpp;
    case Measure::performance_density:
        return performance_density;
    case Measure::interconnect_gb_per_s:
        return interconnect_gb_per_s;
    case Measure::memory_bandwidth_gb_per_s:
        return memory_bandwidth_gb_per_s;
    }
    return std::nullopt;
}

ChipMeasures measures_of(Profile const& profile) {
    ChipMeasures chip;
    chip.id = profile.id;
    chip.tpp = profile.tpp();
    if (chip.tpp && profile.die_area_mm2) {
        chip.performance_density = *chip.tpp / profile.die_area_mm2->value;
    }
    if (profile.scale_up_bandwidth_bytes_per_s) {  // profiles state one direction
        chip.interconnect_gb_per_s =
            2.0 * profile.scale_up_bandwidth_bytes_per_s->value * 1e-9;
    }
    if (profile.mem_bandwidth_bytes_per_s) {
        chip.memory_bandwidth_gb_per_s =
            profile.mem_bandwidth_bytes_per_s->value * 1e-9;
    }
    return chip;
}

std::string_view to_string(Verdict verdict) {
    static constexpr std::array<std::string_view, 4> words{
        "free", "notice", "case_by_case", "denial"};
    return words[static_cast<std::size_t>(verdict)];
}

bool Rule::holds_at(double month) const {
    return (!from || month >= *from) && (!until || month < *until);
}

Finding apply(Rule const& rule, ChipMeasures const& chip) {
    Finding finding;
    for (auto const& control : rule.controls) {
        auto const found = meets_any(control.any, chip);
        if (found.answer == Answer::no) {
            continue;
        }
        finding.reason = found.reason;
        finding.known = found.answer == Answer::yes;
        if (finding.known) {
            finding.verdict = control.verdict;
            finding.control = control.name;
        }
        break;  // a control that cannot be ruled out leaves the rest open
    }
    for (auto const& charge : rule.charges) {
        auto const found = meets_any(charge.any, chip);
        if (found.answer == Answer::no) {
            continue;
        }
        finding.charge_known = found.answer == Answer::yes;
        finding.charge_reason = found.reason;
        if (finding.charge_known) {
            finding.charge_fraction = charge.fraction;
        }
        break;
    }
    return finding;
}

std::vector<std::string> other_names(Rule const& rule, ProfileLibrary const& library) {
    std::vector<std::string> names;
    for (auto const& control : rule.controls) {
        for (auto const& clause : control.any) {
            for (auto const& name : clause.chips) {
                bool const seen =
                    std::find(names.begin(), names.end(), name) != names.end();
                if (!seen && library.lookup(name) == nullptr) {
                    names.push_back(name);
                }
            }
        }
    }
    return names;
}

Rule const* find_rule(std::vector<Rule> const& rules, std::string_view id) {
    auto const found = std::find_if(
        rules.begin(), rules.end(), [&](Rule const& rule) { return rule.id == id; });
    return found == rules.end() ? nullptr : &*found;
}

}  // namespace leadtime::hwprofiles
