// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace leadtime::estimator {
namespace {

/// Solves the symmetric system a x = b in place by elimination with pivots.
std::vector<double> solve(std::vector<std::vector<double>> a, std::vector<double> b) {
    std::size_t const n = b.size();
    for (std::size_t i = 0; i < n; ++i) {
        std::size_t pivot = i;
        for (std::size_t k = i + 1; k < n; ++k) {
            pivot = std::abs(a[k][i]) > std::abs(a[pivot][i]) ? k : pivot;
        }
        std::swap(a[i], a[pivot]);
        std::swap(b[i], b[pivot]);
        for (std::size_t k = i + 1; k < n; ++k) {
            double const factor = a[k][i] / a[i][i];
            for (std::size_t j = i; j < n; ++j) {
                a[k][j] -= factor * a[i][j];
            }
            b[k] -= factor * b[i];
        }
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t j = i + 1; j < n; ++j) {
            b[i] -= a[i][j] * b[j];
        }
        b[i] /= a[i][i];
    }
    return b;
}

}  // namespace

Distribution fit_least_squares(Wanted const& wanted,
                               double unit,
                               Parameters start,
                               Factory const& make) {
    auto const residuals = [&](Parameters const& at) {
        std::vector<double> r;
        try {
            auto const distribution = make(at);
            for (auto const& w : wanted) {
                r.push_back((distribution.model().quantile(w.p, w.upper) - w.value)
                            / unit);
            }
        } catch (DistributionError const&) {
            r.assign(wanted.size(), 1e9);  // overflow on a step too far; refused below
        }
        return r;
    };
    auto const squares = [](std::vector<double> const& r) {
        double sum = 0;
        for (double const x : r) {
            sum += x * x;
        }
        return std::isfinite(sum) ? sum : 1e300;
    };
    std::size_t const n = start.size();
    Parameters at = std::move(start);
    auto r = residuals(at);
    double sum = squares(r);
    double damping = 1e-3;
    for (int iteration = 0; iteration < 200 && damping < 1e12 && sum > 1e-26;
         ++iteration) {
        std::vector<std::vector<double>> jacobian(n);
        for (std::size_t j = 0; j < n; ++j) {
            constexpr double step = 1e-5;
            auto up = at, down = at;
            up[j] += step;
            down[j] -= step;
            auto const r_up = residuals(up), r_down = residuals(down);
            for (std::size_t i = 0; i < r.size(); ++i) {
                jacobian[j].push_back((r_up[i] - r_down[i]) / (2 * step));
            }
        }
        std::vector<std::vector<double>> matrix(n, std::vector<double>(n));
        std::vector<double> right(n);
        for (std::size_t j = 0; j < n; ++j) {
            for (std::size_t i = 0; i < r.size(); ++i) {
                right[j] -= jacobian[j][i] * r[i];
                for (std::size_t k = 0; k < n; ++k) {
                    matrix[j][k] += jacobian[j][i] * jacobian[k][i];
                }
            }
        }
        for (; damping < 1e12; damping *= 4) {
            auto damped = matrix;
            for (std::size_t j = 0; j < n; ++j) {
                damped[j][j] += damping * matrix[j][j] + 1e-300;
            }
            auto const step = solve(damped, right);
            auto next = at;
            for (std::size_t j = 0; j < n; ++j) {
                next[j] += std::clamp(step[j], -2.0, 2.0);
            }
            auto const r_next = residuals(next);
            if (double const sum_next = squares(r_next); sum_next < sum) {
                bool const done = sum - sum_next < 1e-15 * sum;
                at = next;
                r = r_next;
                sum = sum_next;
                damping = done ? 1e12 : std::max(damping / 10, 1e-15);
                break;
            }
        }
    }
    return make(at);
}

}  // namespace leadtime::estimator
