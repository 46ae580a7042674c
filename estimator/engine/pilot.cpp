// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/pilot.hpp"

#include "estimator/engine/all_threads.hpp"
#include "estimator/quantities/distribution.hpp"
#include "kernels/lanes/philox.hpp"
#include "kernels/statistics/ordering.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace leadtime::estimator {
namespace {

constexpr std::size_t group_size = kernels::samples_per_group;

/// Normal scores of the values' ranks; equal values share the mean of their ranks.
std::vector<double> rank_scores(std::span<float> values) {
    std::size_t const n = values.size();
    std::replace_if(
        values.begin(),
        values.end(),
        [](float x) { return std::isnan(x); },
        std::numeric_limits<float>::infinity());
    std::vector<std::uint32_t> at_most(n);
    std::vector<std::uint32_t> below(n);
    kernels::rank_values(values, at_most, below);
    std::vector<double> scores(n);
    for (std::size_t i = 0; i < n; ++i) {
        double const rank = (static_cast<double>(at_most[i]) + below[i]) / 2.0;
        double const count = static_cast<double>(n);
        scores[i] = normal_score(rank / count, (count - rank) / count);
    }
    return scores;
}

double product(std::vector<double> const& y, std::vector<float> const& z) {
    double sum = 0.0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        sum += y[i] * static_cast<double>(z[i]);
    }
    return sum;
}

}  // namespace

void ScoreReflection::apply(std::vector<double>& z) const {
    double along = 0.0;
    for (auto const& [score, weight] : terms) {
        along += weight * z[score];
    }
    for (auto const& [score, weight] : terms) {
        z[score] -= along * weight;
    }
}

Pilot::Pilot(Executor const& executor,
             Model const& model,
             std::span<int const> outputs,
             std::uint64_t seed,
             std::size_t samples)
    : samples_(samples)
    , scores_(model.plan().score_draws.size(), std::vector<float>(samples))
    , slopes_(outputs.size(), std::vector<double>(scores_.size()))
    , errors_(outputs.size()) {
    auto const& own = executor.host_kernels();
    on_all_threads("leadtime::pilot_scores", scores_.size(), [&](std::size_t score) {
        for (std::size_t first = 0; first < samples; first += group_size) {
            own.draw_scores(model.plan().score_draws[score],
                            seed,
                            first / group_size,
                            scores_[score].data() + first);
        }
    });
    std::vector<float> values(outputs.size() * samples);
    executor.pilot_runner(model.only(outputs), seed)
        ->gather({0, samples}, outputs, values);
    for (std::size_t output = 0; output < outputs.size(); ++output) {
        residuals_.push_back(
            rank_scores(std::span(values).subspan(output * samples, samples)));
    }
    on_all_threads("leadtime::pilot_slopes", outputs.size(), [&](std::size_t output) {
        // Least squares need many more samples than slopes.
        std::vector<std::size_t> chosen(scores_.size());
        std::iota(chosen.begin(), chosen.end(), 0);
        if (std::size_t const most = samples / 8; chosen.size() > most) {
            std::vector<double> size(scores_.size());
            for (std::size_t const score : chosen) {
                size[score] = std::abs(product(residuals_[output], scores_[score]));
            }
            std::stable_sort(chosen.begin(), chosen.end(), [&](auto a, auto b) {
                return size[a] > size[b];
            });
            chosen.resize(most);
        }
        fit(output, chosen);
    });
}

void Pilot::fit(std::size_t output, std::span<std::size_t const> scores) {
    // Gauss-Seidel on the normal equations: scores are all but orthonormal.
    constexpr int sweeps = 4;
    auto& residual = residuals_[output];
    double const n = static_cast<double>(samples_);
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        for (std::size_t const score : scores) {
            auto const& z = scores_[score];
            double const step = product(residual, z) / n;
            slopes_[output][score] += step;
            for (std::size_t i = 0; i < samples_; ++i) {
                residual[i] -= step * static_cast<double>(z[i]);
            }
        }
    }
    double squares = 0.0;
    for (double const x : residual) {
        squares += x * x;
    }
    errors_[output] = std::sqrt(squares / (n - static_cast<double>(scores.size())) / n);
}

void Pilot::reflect(ScoreReflection const& reflection) {
    auto const& terms = reflection.terms;
    for (std::size_t i = 0; i < samples_; ++i) {
        double along = 0.0;
        for (auto const& [score, weight] : terms) {
            along += weight * static_cast<double>(scores_[score][i]);
        }
        for (auto const& [score, weight] : terms) {
            float& z = scores_[score][i];
            z = static_cast<float>(static_cast<double>(z) - along * weight);
        }
    }
    for (auto& slope : slopes_) {
        reflection.apply(slope);
    }
}

double Pilot::curvature(std::size_t output, std::size_t a, std::size_t b) const {
    auto const& residual = residuals_[output];
    double const own = a == b ? 1.0 : 0.0;
    double sum = 0.0;
    for (std::size_t i = 0; i < samples_; ++i) {
        double const both =
            static_cast<double>(scores_[a][i]) * static_cast<double>(scores_[b][i]);
        sum += residual[i] * (both - own);
    }
    return sum / static_cast<double>(samples_);
}

std::vector<double> Pilot::importance() const {
    std::vector<double> importance(scores_.size());
    double const n = static_cast<double>(samples_);
    on_all_threads(
        "leadtime::pilot_importance", scores_.size(), [&](std::size_t score) {
            std::vector<double> second(samples_);  // Hermite polynomials of variance 1
            std::vector<double> third(samples_);
            for (std::size_t i = 0; i < samples_; ++i) {
                auto const z = static_cast<double>(scores_[score][i]);
                second[i] = (z * z - 1.0) / std::sqrt(2.0);
                third[i] = (z * z * z - 3.0 * z) / std::sqrt(6.0);
            }
            for (std::size_t output = 0; output < output_count(); ++output) {
                double b = 0.0;
                double c = 0.0;
                for (std::size_t i = 0; i < samples_; ++i) {
                    b += residuals_[output][i] * second[i];
                    c += residuals_[output][i] * third[i];
                }
                double const noise = errors_[output] * errors_[output];
                for (double const part : {slopes_[output][score], b / n, c / n}) {
                    importance[score] += std::max(0.0, part * part - noise);
                }
            }
        });
    return importance;
}

}  // namespace leadtime::estimator
