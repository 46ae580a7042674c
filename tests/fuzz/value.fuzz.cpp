// SPDX-License-Identifier: Apache-2.0
// A value as text, `---`, and a unit.
#include "estimator/quantities/number.hpp"
#include "estimator/quantities/unit.hpp"

#include "tests/fuzz/support.hpp"

#include <variant>

using namespace leadtime;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const [value, unit] = fuzz::halves(fuzz::text_of(data, size));
    for (bool const is_date : {false, true}) {
        auto const read = estimator::parse_value_text(value, is_date, 24288);
        if (auto const* text = std::get_if<estimator::ValueText>(&read)) {
            for (double const number : text->values) {
                static_cast<void>(estimator::format_number(number));
            }
        }
    }
    std::string problem;
    std::string suggestion;
    auto const found = estimator::parse_unit(unit, {"widget"}, problem, suggestion);
    if (found) {
        fuzz::use(found->scale);
        static_cast<void>(describe(found->dimension * found->dimension));
        static_cast<void>(describe(power(found->dimension, 0.5)));
    }
    return 0;
}
