// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/sensitivity/factors.hpp"

#include "estimator/engine/all_threads.hpp"
#include "kernels/lanes/philox.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace leadtime::estimator {
namespace {

constexpr std::size_t group_size = kernels::samples_per_group;

bool same_terms(std::vector<kernels::ScoreTerm> const& a,
                std::vector<kernels::ScoreTerm> const& b) {
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(), [](auto const& x, auto const& y) {
            return x.score == y.score && x.weight == y.weight;
        });
}

/// Names what each factor is correlated with: quantities with a score in common.
void find_correlated(Scenario const& scenario, std::vector<Factor>& factors) {
    std::map<int, std::set<QuantityIndex>> by_score;
    for (Factor const& factor : factors) {
        for (auto const& term : factor.terms) {
            by_score[term.score].insert(factor.quantity);
        }
    }
    for (Factor& factor : factors) {
        std::set<QuantityIndex> others;
        for (auto const& term : factor.terms) {
            others.insert(by_score[term.score].begin(), by_score[term.score].end());
        }
        others.erase(factor.quantity);
        for (QuantityIndex const other : others) {
            factor.correlated_with.push_back(scenario.quantities[other].name);
        }
    }
}

}  // namespace

std::vector<Factor> factors_of(Model const& model) {
    Scenario const& scenario = model.scenario();
    Plan const& plan = model.plan();
    std::vector<Factor> factors;
    std::map<QuantityIndex, std::vector<std::size_t>> by_quantity;
    for (std::size_t i = 0; i < plan.value_draws.size(); ++i) {
        kernels::ValueDraw const& draw = plan.value_draws[i];
        DrawInfo const& info = plan.draw_infos[i];
        auto const first = plan.score_terms.begin() + draw.first_term;
        std::vector<kernels::ScoreTerm> const terms(first, first + draw.term_count);
        auto& own = by_quantity[info.quantity];
        auto const same = std::find_if(own.begin(), own.end(), [&](std::size_t f) {
            return same_terms(factors[f].terms, terms);
        });
        if (same != own.end()) {
            factors[*same].draws.push_back(static_cast<int>(i));
            continue;
        }
        Quantity const& quantity = scenario.quantities[info.quantity];
        Factor factor;
        factor.quantity = info.quantity;
        factor.name = quantity.name;
        if (quantity.kind == QuantityKind::series) {
            double const month = quantity.knots[info.knot].month;
            factor.month = calendar_name(scenario, static_cast<int>(std::floor(month)));
        }
        factor.draws.push_back(static_cast<int>(i));
        factor.terms = terms;
        own.push_back(factors.size());
        factors.push_back(std::move(factor));
    }
    for (auto const& [quantity, own] : by_quantity) {
        for (std::size_t const f : own) {
            if (own.size() == 1) {
                factors[f].month.clear();  // the whole series
            } else {
                factors[f].name += "@" + factors[f].month;
            }
        }
    }
    find_correlated(scenario, factors);
    return factors;
}

FactorScores::FactorScores(Model const& model,
                           std::uint64_t seed,
                           std::uint64_t samples,
                           TileKernels const& kernels)
    : model_(model)
    , seed_(seed)
    , samples_(samples)
    , kernels_(kernels) {}

std::span<float const> FactorScores::independent(int score) {
    auto [entry, is_new] = known_.try_emplace(score);
    if (is_new) {
        std::size_t const groups = (samples_ + group_size - 1) / group_size;
        entry->second.resize(groups * group_size);
        float* const to = entry->second.data();
        auto const draw = model_.plan().score_draws[static_cast<std::size_t>(score)];
        on_all_threads("leadtime::factor_scores", groups, [&](std::size_t group) {
            kernels_.draw_scores(draw, seed_, group, to + group * group_size);
        });
    }
    return {entry->second.data(), samples_};
}

std::span<float const> FactorScores::of(Factor const& factor) {
    if (factor.quantity != quantity_) {
        known_.clear();
        quantity_ = factor.quantity;
    }
    if (factor.terms.size() == 1 && factor.terms[0].weight == 1.0f) {
        return independent(factor.terms[0].score);
    }
    scores_.assign(samples_, 0.0f);
    for (auto const& term : factor.terms) {
        auto const from = independent(term.score);
        for (std::size_t i = 0; i < samples_; ++i) {
            scores_[i] = std::fma(from[i], term.weight, scores_[i]);
        }
    }
    return scores_;
}

}  // namespace leadtime::estimator
