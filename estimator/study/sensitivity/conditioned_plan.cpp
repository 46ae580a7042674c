// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/sensitivity/conditioned_plan.hpp"

#include <cmath>
#include <cstdint>
#include <map>

namespace leadtime::estimator {
namespace {

constexpr std::uint32_t second_sample = 0x80000000u;  // of the knot's number

/// A score as weights of independent scores and a constant.
struct Affine {
    std::map<int, double> weights;
    double constant = 0.0;
    bool is_changed = false;
};

double covariance(Affine const& a, Affine const& b) {
    double sum = 0.0;
    for (auto const& [score, weight] : a.weights) {
        auto const other = b.weights.find(score);
        sum += other == b.weights.end() ? 0.0 : weight * other->second;
    }
    return sum;
}

/// a + factor * b.
void add(Affine& a, double factor, Affine const& b) {
    for (auto const& [score, weight] : b.weights) {
        a.weights[score] += factor * weight;
    }
    a.constant += factor * b.constant;
}

}  // namespace

Plan hold_quantity(Plan plan,
                   std::span<Factor const> factors,
                   QuantityIndex quantity,
                   double z) {
    std::vector<Affine> scores;
    for (Factor const& factor : factors) {
        Affine score;
        for (auto const& term : factor.terms) {
            score.weights[term.score] = term.weight;
        }
        scores.push_back(std::move(score));
    }
    // One knot after the other: x -> x + cov(x, k) / var(k) (z - k).
    for (std::size_t k = 0; k < factors.size(); ++k) {
        if (factors[k].quantity != quantity) {
            continue;
        }
        Affine const held = scores[k];
        double const variance = covariance(held, held);
        if (variance < 1e-6) {
            continue;  // held with the knots before
        }
        for (std::size_t i = 0; i < scores.size(); ++i) {
            double const slope = covariance(scores[i], held) / variance;
            if (slope != 0.0) {
                add(scores[i], -slope, held);
                scores[i].constant += slope * z;
                scores[i].is_changed = true;
            }
        }
        scores[k] = Affine{{}, z, true};
    }
    // The constant part is the weight of a score that is always 1.
    int const one = plan.workspace_rows++;
    plan.constants.push_back({one, 1.0f});
    for (std::size_t i = 0; i < factors.size(); ++i) {
        auto const first = static_cast<int>(plan.score_terms.size());
        if (!scores[i].is_changed) {
            continue;
        }
        for (auto const& [score, weight] : scores[i].weights) {
            if (std::abs(weight) > 1e-9) {
                plan.score_terms.push_back({score, static_cast<float>(weight)});
            }
        }
        plan.score_terms.push_back(
            {one - plan.scratch_scores, static_cast<float>(scores[i].constant)});
        for (int const draw : factors[i].draws) {
            auto& own = plan.value_draws[static_cast<std::size_t>(draw)];
            own.first_term = first;
            own.term_count = static_cast<int>(plan.score_terms.size()) - first;
        }
    }
    return plan;
}

Plan redraw(Plan plan, std::span<int const> scores) {
    for (int const score : scores) {
        plan.score_draws[static_cast<std::size_t>(score)].knot |= second_sample;
    }
    return plan;
}

}  // namespace leadtime::estimator
