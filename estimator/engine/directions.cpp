// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/directions.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace leadtime::estimator {
namespace {

using Matrix = std::vector<std::vector<double>>;

/// Standard errors below which a first (a second) derivative counts as none: 300 of the
/// first, 500 of the second are looked at for each output.
constexpr double noise_of_first = 3.0;
constexpr double noise_of_second = 4.5;

/// Scores whose second derivatives are looked at.
constexpr std::size_t most_bending = 30;

/// Directions that carry less than this share of all change gain nothing.
constexpr double least_share = 0.01;

double beyond_noise(double value, double noise) {
    return std::abs(value) > noise ? value : 0.0;
}

double dot(std::vector<double> const& a, std::vector<double> const& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// Makes a[p][q] zero by turning rows and columns p and q, and the vectors with them.
void turn(Matrix& a, Matrix& vectors, std::size_t p, std::size_t q) {
    double const ratio = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    double const t = (ratio >= 0.0 ? 1.0 : -1.0)
                     / (std::abs(ratio) + std::sqrt(ratio * ratio + 1.0));
    double const c = 1.0 / std::sqrt(t * t + 1.0);
    double const s = t * c;
    std::size_t const n = a.size();
    auto const mix = [&](double& x, double& y) {
        double const old = x;
        x = c * old - s * y;
        y = s * old + c * y;
    };
    for (std::size_t i = 0; i < n; ++i) {
        mix(a[i][p], a[i][q]);
    }
    for (std::size_t i = 0; i < n; ++i) {
        mix(a[p][i], a[q][i]);
        mix(vectors[p][i], vectors[q][i]);
    }
}

/// Adds g g' + M M of one output to the matrix over the turnable scores. The first of
/// them and the fixed ones have second derivatives.
void add_change(Pilot const& pilot,
                std::size_t output,
                std::span<std::size_t const> turnable,
                std::span<std::size_t const> fixed,
                Matrix& change) {
    double const error = pilot.error(output);
    std::vector<std::size_t> scores(
        turnable.begin(),
        turnable.begin()
            + static_cast<std::ptrdiff_t>(std::min(turnable.size(), most_bending)));
    std::size_t const bending = scores.size();
    scores.insert(scores.end(), fixed.begin(), fixed.end());
    std::size_t const n = scores.size();
    Matrix second(n, std::vector<double>(n));
    for (std::size_t a = 0; a < n; ++a) {
        for (std::size_t b = a; b < n; ++b) {
            double const own = a == b ? error * std::sqrt(2.0) : error;
            second[a][b] = second[b][a] = beyond_noise(
                pilot.curvature(output, scores[a], scores[b]), noise_of_second * own);
        }
    }
    std::vector<double> first(turnable.size());
    for (std::size_t a = 0; a < turnable.size(); ++a) {
        first[a] =
            beyond_noise(pilot.slope(output)[turnable[a]], noise_of_first * error);
    }
    for (std::size_t a = 0; a < turnable.size(); ++a) {
        for (std::size_t b = 0; b < turnable.size(); ++b) {
            change[a][b] += first[a] * first[b];
            if (a < bending && b < bending) {
                change[a][b] += dot(second[a], second[b]);
            }
        }
    }
}

}  // namespace

Eigensystem eigensystem(Matrix a) {
    std::size_t const n = a.size();
    Matrix vectors(n, std::vector<double>(n));
    double size = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        vectors[i][i] = 1.0;
        size += dot(a[i], a[i]);
    }
    for (int sweep = 0; sweep < 50; ++sweep) {
        double rest = 0.0;
        for (std::size_t p = 0; p < n; ++p) {
            for (std::size_t q = p + 1; q < n; ++q) {
                rest += a[p][q] * a[p][q];
            }
        }
        if (rest <= 1e-28 * size) {
            break;
        }
        for (std::size_t p = 0; p < n; ++p) {
            for (std::size_t q = p + 1; q < n; ++q) {
                if (a[p][q] != 0.0) {
                    turn(a, vectors, p, q);
                }
            }
        }
    }
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
        return a[x][x] > a[y][y];
    });
    Eigensystem result;
    for (std::size_t const i : order) {
        result.values.push_back(a[i][i]);
        result.vectors.push_back(vectors[i]);
    }
    return result;
}

std::vector<std::vector<double>> main_directions(Pilot const& pilot,
                                                 std::span<std::size_t const> turnable,
                                                 std::span<std::size_t const> fixed,
                                                 std::size_t most) {
    Matrix change(turnable.size(), std::vector<double>(turnable.size()));
    for (std::size_t output = 0; output < pilot.output_count(); ++output) {
        add_change(pilot, output, turnable, fixed, change);
    }
    auto const [values, vectors] = eigensystem(std::move(change));
    double const all = std::accumulate(values.begin(), values.end(), 0.0);
    std::vector<std::vector<double>> directions;
    for (std::size_t i = 0; i < values.size() && i < most; ++i) {
        if (!(values[i] > least_share * all)) {
            break;
        }
        auto& direction = directions.emplace_back(pilot.score_count());
        for (std::size_t a = 0; a < turnable.size(); ++a) {
            direction[turnable[a]] = vectors[i][a];
        }
    }
    return directions;
}

AxesOfDirections axes_of_directions(std::span<std::vector<double> const> directions) {
    AxesOfDirections result;
    for (std::vector<double> x : directions) {
        for (ScoreReflection const& reflection : result.reflections) {
            reflection.apply(x);
        }
        // Orthogonal to the directions before: 0 on their axes but for rounding.
        for (std::size_t const taken : result.scores) {
            x[taken] = 0.0;
        }
        std::size_t axis = 0;
        for (std::size_t i = 1; i < x.size(); ++i) {
            axis = std::abs(x[i]) > std::abs(x[axis]) ? i : axis;
        }
        result.scores.push_back(axis);
        double const length = std::sqrt(dot(x, x));
        if (length == std::abs(x[axis])) {
            continue;  // it is that axis
        }
        x[axis] += x[axis] < 0.0 ? -length : length;
        double const scale = std::sqrt(2.0 / dot(x, x));
        auto& reflection = result.reflections.emplace_back();
        for (std::size_t i = 0; i < x.size(); ++i) {
            if (x[i] != 0.0) {
                reflection.terms.push_back({i, x[i] * scale});
            }
        }
    }
    return result;
}

}  // namespace leadtime::estimator
