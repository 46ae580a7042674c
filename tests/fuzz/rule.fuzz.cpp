// SPDX-License-Identifier: Apache-2.0
// The file of an export rule; what is accepted is applied to every profile.
#include "hwprofiles/rule.hpp"

#include "tests/fuzz/support.hpp"

using namespace leadtime;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    try {
        auto const document =
            text::parse_document(fuzz::text_of(data, size), "fuzz.toml");
        text::IssueList issues;
        text::TableReader root(document, document.root, {}, issues);
        auto const rule = hwprofiles::read_rule(root, {});
        root.finish();
        issues.throw_if_any();
        for (auto const& profile : fuzz::profiles().profiles()) {
            fuzz::use(hwprofiles::apply(rule, hwprofiles::measures_of(profile))
                          .charge_fraction);
        }
        static_cast<void>(hwprofiles::other_names(rule, fuzz::profiles()));
    } catch (text::ConfigError const&) {
        // a sentence to the user
    }
    return 0;
}
