// SPDX-License-Identifier: Apache-2.0
// A scenario's text, through the reader and the compiler to a Plan.
#include "estimator/compile/compile.hpp"
#include "estimator/reader/read_scenario.hpp"

#include "tests/fuzz/support.hpp"

using namespace leadtime;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const text = fuzz::text_of(data, size);
    // Other files are no part of an input: a built-in scenario would only slow it down.
    if (text.find("extends") != std::string_view::npos
        || text.find("file") != std::string_view::npos) {
        return -1;
    }
    try {
        auto const scenario = estimator::read_scenario_text(
            std::string(text), "fuzz.toml", fuzz::profiles());
        auto const plan = estimator::compile(scenario);
        fuzz::use(plan.workspace_rows);
        for (auto const& warning : scenario.warnings) {
            static_cast<void>(estimator::format_warning(warning));
        }
    } catch (text::ConfigError const&) {
        // a sentence to the user
    }
    return 0;
}
