// SPDX-License-Identifier: Apache-2.0
// The file of an accelerator's profile.
#include "hwprofiles/profile.hpp"

#include "hwprofiles/rule.hpp"

#include "tests/fuzz/support.hpp"

using namespace leadtime;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    try {
        auto const document =
            hw::parse_document(fuzz::text_of(data, size), "fuzz.toml");
        hw::IssueList issues;
        auto profile = hw::read_profile(document, "fuzz", issues);
        issues.throw_if_any();
        fuzz::use(hw::measures_of(profile).tpp.value_or(0.0));
        hw::ProfileLibrary library;
        library.add(std::move(profile));
        static_cast<void>(library.suggestion_for("fuz"));
    } catch (hw::ConfigError const&) {
        // a sentence to the user
    }
    return 0;
}
