// SPDX-License-Identifier: Apache-2.0
// A value in TOML, as it stands at a key: numbers, texts, tables of distributions. What
// is accepted must have quantiles that ascend.
#include "estimator/quantities/distribution_reader.hpp"
#include "text/toml_reader.hpp"

#include "tests/fuzz/support.hpp"

#include <cmath>
#include <cstdlib>

using namespace leadtime;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    try {
        auto const document = text::parse_document(
            "x = " + std::string(fuzz::text_of(data, size)) + "\n", "fuzz.toml");
        auto const* node = document.root.get("x");
        if (node == nullptr) {
            return 0;
        }
        text::IssueList issues;
        text::TableReader reader(document, document.root, {}, issues);
        auto const value =
            estimator::read_distribution(reader, *node, "x", estimator::Unit{}, 24288);
        if (!value || !issues.empty()) {
            return 0;
        }
        double before = -HUGE_VAL;
        for (double const score : {-6.5, -3.0, -1.0, 0.0, 1.0, 3.0, 6.5}) {
            double const here = value->quantile_of_score(score);
            double const slack = 1e-6 * std::abs(here);
            if (std::isnan(here) || here < before - slack) {
                std::abort();
            }
            before = here;
        }
        fuzz::use(value->mean() + value->quantile(0.5));
        static_cast<void>(value->describe());
    } catch (text::ConfigError const&) {
        // a sentence to the user
    }
    return 0;
}
