// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_draws.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <stdexcept>

namespace leadtime::tests {

std::array<std::uint32_t, 4> reference_philox(std::array<std::uint32_t, 4> counter,
                                              std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        std::uint64_t const first = std::uint64_t{0xD2511F53} * counter[0];
        std::uint64_t const second = std::uint64_t{0xCD9E8D57} * counter[2];
        auto const high_first = static_cast<std::uint32_t>(first >> 32);
        auto const high_second = static_cast<std::uint32_t>(second >> 32);
        counter = {high_second ^ counter[1] ^ key[0],
                   static_cast<std::uint32_t>(second),
                   high_first ^ counter[3] ^ key[1],
                   static_cast<std::uint32_t>(first)};
        key[0] += 0x9E3779B9;
        key[1] += 0xBB67AE85;
    }
    return counter;
}

std::uint32_t reference_name_hash(std::string_view name) {
    std::uint32_t hash = 2166136261;
    for (char const letter : name) {
        hash ^= static_cast<unsigned char>(letter);
        hash *= 16777619;
    }
    return hash;
}

std::uint32_t reference_word(std::uint64_t seed,
                             std::uint64_t sample,
                             std::uint32_t id,
                             std::uint32_t knot) {
    auto const low = static_cast<std::uint32_t>(sample);
    auto const high = static_cast<std::uint32_t>(sample >> 32);
    auto const block = reference_philox(
        {(low >> 6) * 16 + (low & 15), high, id, knot},
        {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
    return block[(low >> 4) & 3];
}

double reference_normal_quantile(double v) {
    // log Phi is concave and rising, so Newton from the left of the root climbs to it
    // without overshooting.
    double z = -9.0;
    for (int i = 0; i < 100; ++i) {
        double const cumulative = 0.5 * std::erfc(-z / std::numbers::sqrt2);
        double const density =
            std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
        double const step = std::log(v / cumulative) * cumulative / density;
        z += step;
        if (std::abs(step) < 1e-15) {
            break;
        }
    }
    return z;
}

double reference_score_of_word(std::uint32_t word) {
    double const v = (static_cast<double>(word >> 1) + 0.5) / 4294967296.0;
    double const lower = reference_normal_quantile(v);
    return (word & 1) != 0 ? -lower : lower;
}

std::vector<double> reference_cholesky(std::vector<double> const& matrix,
                                       std::size_t n) {
    std::vector<double> lower(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double rest = matrix[i * n + j];
            for (std::size_t k = 0; k < j; ++k) {
                rest -= lower[i * n + k] * lower[j * n + k];
            }
            if (i != j) {
                lower[i * n + j] = rest / lower[j * n + j];
            } else if (rest > 0.0) {
                lower[i * n + i] = std::sqrt(rest);
            } else {
                throw std::domain_error("correlation matrix not positive definite");
            }
        }
    }
    return lower;
}

namespace {

using Scores = std::vector<std::vector<double>>;

Scores independent_scores(estimator::Scenario const& scenario,
                          std::uint64_t seed,
                          std::uint64_t sample) {
    Scores scores;
    for (estimator::Quantity const& quantity : scenario.quantities) {
        std::size_t count = 0;
        if (quantity.kind == estimator::QuantityKind::distribution) {
            count = 1;
        } else if (quantity.kind == estimator::QuantityKind::series) {
            count = quantity.knots.size();
        }
        std::uint32_t const id = reference_name_hash(quantity.name);
        std::vector<double> own;
        for (std::uint32_t k = 0; k < count; ++k) {
            own.push_back(reference_score_of_word(reference_word(seed, sample, id, k)));
        }
        scores.push_back(own);
    }
    return scores;
}

/// Correlates the k-th scores of the members of a group that have one. Returns false
/// when there is no such member.
bool correlate_knot(estimator::Correlation const& group,
                    Scores& scores,
                    std::size_t knot) {
    std::vector<std::size_t> present;  // positions in the group
    for (std::size_t i = 0; i < group.quantities.size(); ++i) {
        if (scores[group.quantities[i]].size() > knot) {
            present.push_back(i);
        }
    }
    std::size_t const n = present.size();
    std::vector<double> matrix(n * n, 1.0);
    std::vector<double> independent(n);
    for (std::size_t i = 0; i < n; ++i) {
        independent[i] = scores[group.quantities[present[i]]][knot];
        for (std::size_t j = 0; j < n; ++j) {
            if (i != j) {
                double const rank =
                    group.rank[present[i] * group.quantities.size() + present[j]];
                // Read scenarios bring what ties need; ranks alone are continuous.
                matrix[i * n + j] =
                    group.normal.empty()
                        ? 2.0 * std::sin(std::numbers::pi * rank / 6.0)
                        : group.normal[present[i] * group.quantities.size()
                                       + present[j]];
            }
        }
    }
    std::vector<double> const lower = reference_cholesky(matrix, n);
    for (std::size_t i = 0; i < n; ++i) {
        double sum = 0.0;
        for (std::size_t j = 0; j <= i; ++j) {
            sum += lower[i * n + j] * independent[j];
        }
        scores[group.quantities[present[i]]][knot] = sum;
    }
    return n > 0;
}

}  // namespace

std::vector<std::vector<double>> reference_scores(estimator::Scenario const& scenario,
                                                  std::uint64_t seed,
                                                  std::uint64_t sample) {
    Scores scores = independent_scores(scenario, seed, sample);
    for (estimator::Correlation const& group : scenario.correlations) {
        for (std::size_t knot = 0; correlate_knot(group, scores, knot); ++knot) {
        }
    }
    for (std::size_t i = 0; i < scores.size(); ++i) {
        double const r = scenario.quantities[i].knot_correlation;
        for (std::size_t k = 1; k < scores[i].size(); ++k) {
            scores[i][k] = r * scores[i][k - 1] + std::sqrt(1.0 - r * r) * scores[i][k];
        }
    }
    return scores;
}

}  // namespace leadtime::tests
