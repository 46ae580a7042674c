// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_breaks.hpp"

#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/families.hpp"
#include "estimator/quantities/gauss_legendre.hpp"
#include "estimator/quantities/portable_math.hpp"

#include <algorithm>
#include <cmath>

namespace leadtime::estimator {
namespace detail {

std::vector<double> break_scores(Distribution const& base) {
    auto const& shape = base.shape();
    if (shape.kind == ShapeKind::general) {
        return shape.breaks;
    }
    bool const is_split =
        shape.kind == ShapeKind::affine || shape.kind == ShapeKind::exp_affine;
    if (is_split && shape.scale_below != shape.scale_above) {
        return {0.0};
    }
    std::vector<double> scores;
    for (double const p : shape.cumulative) {
        scores.push_back(normal_score(p, 1 - p));
    }
    return scores;
}

void add_break(std::vector<double>& breaks, double p, double q) {
    if (!(p > 0) || !(q > 0)) {
        return;
    }
    double const z = normal_score(p, q);
    if (std::abs(z) < 8.5) {
        breaks.push_back(z);
    }
}

std::vector<double> sorted_breaks(std::vector<double> breaks) {
    std::sort(breaks.begin(), breaks.end());
    auto const close = [](double a, double b) { return b - a < 1e-9; };
    breaks.erase(std::unique(breaks.begin(), breaks.end(), close), breaks.end());
    return breaks;
}

bool wants_log(Distribution const& base) {
    auto const& shape = base.shape();
    return base.support_min() >= 0 && shape.prefer_log;
}

std::pair<std::vector<double>, std::vector<double>> as_steps(Distribution const& base) {
    auto const& shape = base.shape();
    if (shape.kind == ShapeKind::fixed) {
        return {{shape.location}, {1.0}};
    }
    if (shape.kind != ShapeKind::steps) {
        return {};
    }
    std::vector<double> weights;
    double last = 0;
    for (double const p : shape.cumulative) {
        weights.push_back(p - last);
        last = p;
    }
    weights.push_back(1 - last);
    return {shape.values, weights};
}

}  // namespace detail

std::pair<double, double> integrate_moments(Distribution::Model const& model,
                                            std::vector<double> const& breaks) {
    constexpr double density_at_zero = 0.39894228040143267794;
    constexpr double edge = 9;
    constexpr double panel = 0.125;
    std::vector<double> edges{-edge};
    for (double const z : breaks) {
        if (z > -edge && z < edge) {
            edges.push_back(z);
        }
    }
    edges.push_back(edge);
    auto const integrate = [&](auto const& f) {
        double sum = 0;
        for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
            double const width = edges[i + 1] - edges[i];
            int const panels = std::max(1, static_cast<int>(std::ceil(width / panel)));
            double const half = 0.5 * width / panels;
            for (int k = 0; k < panels; ++k) {
                double const centre = edges[i] + half * (2 * k + 1);
                for (auto const& [node, weight] : gauss_legendre_5) {
                    double const z = centre + half * node;
                    sum += half * weight * density_at_zero * portable::exp(-0.5 * z * z)
                           * f(model.quantile_of_score(z));
                }
            }
        }
        return sum;
    };
    double const mean = integrate([](double x) { return x; });
    double const variance =
        integrate([mean](double x) { return (x - mean) * (x - mean); });
    return {mean, variance};
}

}  // namespace leadtime::estimator
