// SPDX-License-Identifier: Apache-2.0
// The file of an accelerator's profile.
#include "hwprofiles/profile.hpp"

#include "hwprofiles/rule.hpp"

#include "tests/fuzz/support.hpp"

using namespace leadtime;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    try {
        auto const document =
            text::parse_document(fuzz::text_of(data, size), "fuzz.toml");
        text::IssueList issues;
        auto profile = hwprofiles::read_profile(document, "fuzz", issues);
        issues.throw_if_any();
        fuzz::use(hwprofiles::measures_of(profile).tpp.value_or(0.0));
        hwprofiles::ProfileLibrary library;
        library.add(std::move(profile));
        static_cast<void>(library.suggestion_for("fuz"));
    } catch (text::ConfigError const&) {
        // a sentence to the user
    }
    return 0;
}
