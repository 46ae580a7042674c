// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/lanes.hpp"

namespace leadtime::estimator::detail {

/// Where each lane meets its target.
template <class Real>
struct Crossing {
    Real u;  ///< on the side where the target is met; `high` where it is met nowhere
    typename kernels::Lanes<Real>::Mask is_met;
};

/// The least u of `low` to `high` whose `excess(u)` is not above 0, for an excess that
/// falls with u (jumps and +infinity are allowed): to 3e-4 in u or in the excess. u is a
/// logarithm, so the slope is taken to be near -1 at first. `guess` is where to begin.
/// `is_high_likely`: `high` is looked at only where nothing below does it.
template <class Real, class Excess>
Crossing<Real>
crossing(Real low, Real high, Real guess, bool is_high_likely, Excess const& excess) {
    using namespace kernels;
    constexpr float tolerance = 3e-4f;
    constexpr int smooth_steps = 12;  // then halving, which always ends
    constexpr int most_steps = 40;
    constexpr float near_target = 0.7f;  // where a secant is better than a slope of -1
    Real const zero = broadcast<Real>(0.0f);
    Real const infinity = broadcast<Real>(__builtin_inff());
    Real good = high;
    Real good_excess = is_high_likely ? -infinity : excess(high);
    Real bad = low;
    Real bad_excess = infinity;
    auto is_met = good_excess <= zero;
    Real u = guess;
    for (int i = 0; i < most_steps; ++i) {
        Real const width = good - bad;
        auto const is_open = is_met && width > broadcast<Real>(tolerance)
                             && good_excess < broadcast<Real>(-tolerance);
        if (!any_lane(is_open)) {
            break;
        }
        Real const middle = (good + bad) * 0.5f;
        if (i >= smooth_steps || i % 4 == 3) {
            u = middle;
        } else if (i > 0) {
            Real const secant =
                good
                - (good_excess + 0.5f * tolerance) * width / (good_excess - bad_excess);
            auto const is_near =
                bad_excess < infinity && width < broadcast<Real>(near_target);
            u = select(is_near, secant, u);
        }
        u = clamp(u, bad + width * 0.01f, good - width * 0.01f);
        Real const found = excess(u);
        auto const is_good = is_open && found <= zero;
        auto const is_bad = is_open && !is_good;
        good = select(is_good, u, good);
        good_excess = select(is_good, found, good_excess);
        bad = select(is_bad, u, bad);
        bad_excess = select(is_bad, found, bad_excess);
        // with a slope of -1 the target lies as far on as the excess says
        u = select(found < infinity, u + found + 0.5f * tolerance, middle);
    }
    auto const is_unseen = good >= high;
    if (is_high_likely && any_lane(is_unseen)) {
        is_met = is_met && (!is_unseen || excess(high) <= zero);
    }
    return {good, is_met};
}

}  // namespace leadtime::estimator::detail
