// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/read_scenario.hpp"
#include "estimator/scenario/scenario.hpp"
#include "hwprofiles/profile_library.hpp"
#include "text/config_error.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace leadtime::estimator {

/// Three chips: one with all rates, one without FP8, one of which no rate is known.
inline hwprofiles::ProfileLibrary test_profiles() {
    auto const with_rate =
        [](hwprofiles::Profile& profile, hwprofiles::Precision precision, double rate) {
            profile.peaks[static_cast<std::size_t>(precision)] =
                hwprofiles::Fact{rate, "", "", ""};
        };
    hwprofiles::Profile h100;
    h100.id = "h100_sxm";
    h100.aliases = {"h100"};
    with_rate(h100, hwprofiles::Precision::bf16, 989e12);
    with_rate(h100, hwprofiles::Precision::fp8, 1979e12);
    h100.tdp_w = hwprofiles::Fact{700, "", "", ""};
    hwprofiles::Profile ascend;
    ascend.id = "ascend_910c";
    with_rate(ascend, hwprofiles::Precision::bf16, 780e12);
    ascend.system_w = hwprofiles::Fact{2000, "", "", ""};
    hwprofiles::Profile mystery;
    mystery.id = "mystery";
    hwprofiles::ProfileLibrary library;
    for (auto const& profile : {h100, ascend, mystery}) {
        library.add(profile);
    }
    return library;
}

/// A header of a scenario from 2024-01 to 2025-12.
inline std::string const test_header = R"toml([scenario]
name = "test"
start = "2024-01"
end = "2025-12"

[accelerator.h100_sxm]
mfu = 0.4
goodput = 0.9
price = "30k"
rental_price = 2
)toml";

inline Scenario read_text(std::string const& text,
                          ScenarioOptions const& options = {}) {
    static auto const profiles = test_profiles();
    return read_scenario_text(text, "x.toml", profiles, options);
}

/// The errors of a text as printed, or "ok".
inline std::string errors_of(std::string const& text,
                             ScenarioOptions const& options = {}) {
    try {
        read_text(text, options);
    } catch (text::ConfigError const& error) {
        return error.what();
    }
    return "ok";
}

/// A text with one occurrence of a part replaced.
inline std::string
with(std::string text, std::string_view part, std::string_view replacement) {
    auto const found = text.find(part);
    if (found == std::string::npos) {
        throw std::invalid_argument("the text does not hold " + std::string(part));
    }
    return text.replace(found, part.size(), replacement);
}

/// A scenario of quantities only: `lines` start at line 7, the output reports all of
/// `outputs` (TOML strings).
inline std::string quantities(std::string const& lines, std::string const& outputs) {
    return "[scenario]\nstart = \"2024-01\"\nend = \"2025-12\"\n"
           "[output]\nquantities = ["
           + outputs + "]\n" + lines;
}

/// A scenario with two paths and channels of each kind.
inline std::string const two_paths = R"toml([scenario]
name = "two paths"
start = "2024-01"
end = "2025-12"
step = "quarter"
reference = "us"

[quantity.cards]
unit = "chips/year"
at = { 2025-01 = "300k to 600k", 2024-01 = 200_000 }
source = "S"

[accelerator.h100]
mfu = 0.4
goodput = 0.9
price = "25k to 35k"
rental_price = 2.5
source = "price list"
confidence = "high"

[accelerator.ascend_910c]
mfu = 0.25
goodput = 0.8
price = 20_000
rental_price = 1
software_ready = "2025-01"

[path.cn]
description = "the follower"
budget = { value = 1.2, unit = "GUSD/year", source = "B" }
initial_cash = "1G"
attrition = 0.06
run_months = 3
precision = "fp8"
pue = 1.3
electricity_price = 0.06
life = 5
power_cap = { value = 30, unit = "MW" }
depreciation = "exponential"
history = { 2023-06 = 1e24, 2022-01 = "2e23", 2023-09 = 1e24 }
channels = ["stock", "smuggled", "domestic"]

[path.cn.accelerator.h100_sxm]
mfu = 0.3

[path.cn.channel.domestic]
kind = "purchase"
accelerator = "ascend_910c"
supply = "cards"
lead = 6

[path.cn.channel.smuggled]
kind = "purchase"
accelerator = "h100_sxm"
supply = "if(month >= '2025-01', 0.5, 1) * cards / 10"
price = "45k"
cap_total = "100k"
cap_from = "2024-03"
cap_to = "2025-03"
source = "channel"

[path.cn.channel.stock]
kind = "stock"
accelerator = "h100_sxm"
initial = 5000
initial_age = 6

[path.us]
budget = "path.cn.budget * 2"
run_months = 3
precision = "bf16"
pue = 1.2
electricity_price = 0.08
life = 4
join = { efficiency = 0.8 }

[path.us.channel.cloud]
kind = "rental"
accelerator = "h100"
supply = "20k"

[milestones]
run_flop = [1e26, "1e25", 1e26]

[output]
quantities = ["cards"]
)toml";

}  // namespace leadtime::estimator
