// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace leadtime::estimator {

/// A root of `f` between `low` and `high`, where f(low) and f(high) differ in sign (a
/// jump across zero counts as a root).
///
/// Error:   4 ulp of the root, or what 200 evaluations reach.
/// Source:  Chandrupatla, Advances in Engineering Software 28 (1997) 145.
template <class Function>
double find_root(Function f, double low, double high) {
    double a = high, b = low, c = high;
    double fa = f(a), fb = f(b), fc = fa;
    double t = 0.5;
    for (int i = 0; i < 200; ++i) {
        double const x = a + t * (b - a);
        double const fx = f(x);
        if ((fx < 0) == (fa < 0)) {
            c = a;
            fc = fa;
        } else {
            c = b;
            fc = fb;
            b = a;
            fb = fa;
        }
        a = x;
        fa = fx;
        bool const a_is_best = std::abs(fa) < std::abs(fb);
        double const best = a_is_best ? a : b;
        if ((a_is_best ? fa : fb) == 0) {
            return best;
        }
        double const tolerance =
            2 * std::numeric_limits<double>::epsilon() * std::abs(best);
        double const limit = tolerance / std::abs(b - c);
        if (limit > 0.5 || b == c) {
            return best;
        }
        double const xi = (a - b) / (c - b);
        double const phi = (fa - fb) / (fc - fb);
        t = 0.5;
        if (phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi) {
            t = fa / (fb - fa) * fc / (fb - fc)
                + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb);
        }
        t = std::clamp(t, limit, 1 - limit);
    }
    return a;
}

}  // namespace leadtime::estimator
