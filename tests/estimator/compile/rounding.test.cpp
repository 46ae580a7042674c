// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"
#include "estimator/quantities/portable_math.hpp"
#include "estimator/reader/read_scenario.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <string>

// Constants of a plan are doubles rounded to single precision. Where a double lies next
// to the middle between two floats, the last bit of how it was computed decides.

using namespace leadtime;

namespace {

/// How many constants there are, and how many lie within 2^-12 ulp of a middle.
struct Count {
    std::size_t constants = 0;
    std::size_t near = 0;

    void add(double exact, float rounded) {
        CHECK(rounded == static_cast<float>(exact));
        if (exact == 0 || static_cast<double>(rounded) == exact) {
            return;
        }
        ++constants;
        float const away =
            exact > static_cast<double>(rounded) ? HUGE_VALF : -HUGE_VALF;
        double const other = static_cast<double>(std::nextafter(rounded, away));
        double const ulp = std::abs(other - static_cast<double>(rounded));
        double const middle = 0.5 * (other + static_cast<double>(rounded));
        near += std::abs(exact - middle) < 0x1p-12 * ulp ? 1 : 0;
    }
};

Count count(std::string const& name) {
    auto const scenario =
        estimator::read_scenario(name, hwprofiles::ProfileLibrary::load(), {});
    auto const plan = estimator::compile(scenario);
    Count count;
    for (std::size_t i = 0; i < plan.value_draws.size(); ++i) {
        auto const& draw = plan.value_draws[i];
        auto const& info = plan.draw_infos[i];
        auto const& quantity = scenario.quantities[info.quantity];
        auto const& value = quantity.kind == estimator::QuantityKind::series
                                ? quantity.knots[info.knot].value
                                : quantity.value;
        auto const& shape = value.shape();
        double const scale = quantity.unit.scale;
        switch (draw.shape) {
        case kernels::DrawShape::affine:
        case kernels::DrawShape::uniform:
            count.add(shape.location * scale, draw.location);
            count.add(shape.scale_above * scale, draw.scale_above);
            break;
        case kernels::DrawShape::exp_affine:
            count.add(shape.location + estimator::portable::log(scale), draw.location);
            count.add(shape.scale_below, draw.scale_below);
            count.add(shape.scale_above, draw.scale_above);
            break;
        case kernels::DrawShape::steps:
            for (std::size_t k = 0; k < shape.cumulative.size(); ++k) {
                double const p = shape.cumulative[k];
                count.add(
                    estimator::normal_score(p, 1 - p),
                    plan.step_scores[static_cast<std::size_t>(draw.first_step) + k]);
            }
            break;
        case kernels::DrawShape::table:
            // Coefficients are differences of many; plan_bits.test.py compares them.
            break;
        }
    }
    return count;
}

}  // namespace

TEST_CASE("rounding: few constants of the baseline lie next to a middle",
          "[estimator][draws]") {
    // By chance one in 2,048 does.
    auto const baseline = count("baseline");
    CAPTURE(baseline.constants, baseline.near);
    CHECK(baseline.constants > 300);
    CHECK(baseline.near <= 3);
}
