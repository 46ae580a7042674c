// SPDX-License-Identifier: Apache-2.0
// The text of a formula, and the units of what it reads: u is in USD, m in months, all
// other names are plain numbers.
#include "estimator/formulas/formula.hpp"

#include "estimator/formulas/units.hpp"

#include "tests/fuzz/support.hpp"

using namespace leadtime;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    try {
        auto const formula = estimator::parse_formula(fuzz::text_of(data, size), 24288);
        std::vector<estimator::FormulaRemark> remarks;
        auto const dimension = estimator::infer_dimension(
            formula,
            [](estimator::Expression const& node) {
                estimator::Dimension one;
                if (node.name == "u") {
                    one.exponents["USD"] = 1.0;
                } else if (node.name == "m") {
                    one.exponents["month"] = 1.0;
                }
                return one;
            },
            &remarks);
        static_cast<void>(estimator::describe(dimension.dimension));
    } catch (estimator::FormulaError const&) {
        // a sentence to the user
    }
    return 0;
}
