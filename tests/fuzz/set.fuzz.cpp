// SPDX-License-Identifier: Apache-2.0
// Lines KEY=VALUE, as --set has them, on a small scenario.
#include "estimator/compile/compile.hpp"
#include "estimator/reader/read_scenario.hpp"

#include "tests/fuzz/support.hpp"

using namespace leadtime;

namespace {

constexpr std::string_view scenario_text = R"toml([scenario]
start = "2024-01"
end = "2025-12"

[quantity.a]
value = "1 to 2"

[quantity.b]
at = { 2024-01 = 1, 2025-01 = "3 to 4" }
interpolate = "log"

[quantity.c]
formula = "a * b + e"

[event.e]
date = "2024-06 to 2025-06"

[[correlation]]
quantities = ["a", "b"]
rank = 0.5

[output]
quantities = ["c"]
)toml";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::vector<std::string> lines(1);
    for (char const c : fuzz::text_of(data, size)) {
        if (c == '\n') {
            lines.emplace_back();
        } else {
            lines.back() += c;
        }
    }
    try {
        auto const options = estimator::split_overrides(lines);
        auto const scenario = estimator::read_scenario_text(
            std::string(scenario_text), "fuzz.toml", fuzz::profiles(), options);
        fuzz::use(estimator::compile(scenario).workspace_rows);
    } catch (text::ConfigError const&) {
        // a sentence to the user
    }
    return 0;
}
