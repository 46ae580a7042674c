// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/plan_builder.hpp"
#include "estimator/quantities/cholesky.hpp"
#include "estimator/quantities/portable_math.hpp"
#include "text/config_error.hpp"
#include "text/hash.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <span>
#include <utility>

namespace leadtime::estimator::detail {
namespace {

/// Of an end of a positive piece; -200 stands for log 0, as in tables.
float logarithm_of_bound(float x) {
    return x > 0.0f ? static_cast<float>(portable::log(static_cast<double>(x)))
                    : -200.0f;
}

std::size_t score_count(Quantity const& quantity) {
    switch (quantity.kind) {
    case QuantityKind::distribution:
        return 1;
    case QuantityKind::series:
        return quantity.knots.size();
    case QuantityKind::formula:
        return 0;
    }
    return 0;
}

/// Base value of a fixed distribution.
double fixed_value(Distribution const& distribution, Unit const& unit) {
    return distribution.quantile(0.5) * unit.scale;
}

}  // namespace

DrawCompiler::DrawCompiler(Scenario const& scenario, Plan& plan, RowAllocator& rows)
    : scenario_(scenario)
    , plan_(plan)
    , rows_(rows) {}

int DrawCompiler::independent_score(QuantityIndex index, std::uint32_t knot) {
    auto const [place, added] =
        scores_.try_emplace({index, knot}, static_cast<int>(plan_.score_draws.size()));
    if (added) {
        plan_.score_draws.push_back(
            {text::fnv1a_32(scenario_.quantities[index].name), knot});
    }
    return place->second;
}

DrawCompiler::Weights DrawCompiler::correlated_weights(QuantityIndex index,
                                                       std::uint32_t knot) {
    for (std::size_t g = 0; g < scenario_.correlations.size(); ++g) {
        Correlation const& group = scenario_.correlations[g];
        auto const self =
            std::find(group.quantities.begin(), group.quantities.end(), index);
        if (self == group.quantities.end()) {
            continue;
        }
        std::vector<std::size_t> present;
        std::size_t own = 0;
        for (std::size_t i = 0; i < group.quantities.size(); ++i) {
            if (score_count(scenario_.quantities[group.quantities[i]]) > knot) {
                if (group.quantities[i] == index) {
                    own = present.size();
                }
                present.push_back(i);
            }
        }
        std::size_t const n = present.size();
        std::vector<double>& lower = factors_[{g, present}];
        if (lower.empty()) {
            std::vector<double> matrix(n * n);
            for (std::size_t i = 0; i < n; ++i) {
                for (std::size_t j = 0; j < n; ++j) {
                    matrix[i * n + j] =
                        group.normal[present[i] * group.quantities.size() + present[j]];
                }
            }
            lower = cholesky(matrix, n).value();  // checked when it was read
        }
        Weights weights;
        for (std::size_t j = 0; j <= own; ++j) {
            if (lower[own * n + j] != 0.0) {
                weights[independent_score(group.quantities[present[j]], knot)] +=
                    lower[own * n + j];
            }
        }
        return weights;
    }
    return {{independent_score(index, knot), 1.0}};
}

DrawCompiler::Weights DrawCompiler::score_weights(QuantityIndex index,
                                                  std::uint32_t knot) {
    double const r = scenario_.quantities[index].knot_correlation;
    if (knot == 0 || r == 0.0) {
        return correlated_weights(index, knot);
    }
    if (r == 1.0) {
        return correlated_weights(index, 0);
    }
    // Each knot builds on the one before; most often that was the last one asked for.
    auto [known, added] = last_weights_.try_emplace(index);
    auto& [at, weights] = known->second;
    if (added || at > knot) {
        at = 0;
        weights = correlated_weights(index, 0);
    }
    double const fresh = std::sqrt(1.0 - r * r);
    // NOLINTNEXTLINE(bugprone-infinite-loop): at, a part of a pair, is updated
    for (; at < knot; ++at) {
        for (auto& [score, weight] : weights) {
            weight *= r;
        }
        for (auto const& [score, weight] : correlated_weights(index, at + 1)) {
            weights[score] += fresh * weight;
        }
    }
    return weights;
}

void DrawCompiler::refuse_many_terms(Quantity const& quantity) const {
    // 16 bytes and an operation a sample each
    constexpr std::size_t most_terms = 4'000'000;
    if (plan_.score_terms.size() <= most_terms) {
        return;
    }
    text::ConfigIssue issue;
    issue.place = quantity.place;
    issue.key = quantity.name;
    issue.problem = fmt::format("\"{}\" has too many knots that depend on each other",
                                quantity.name);
    issue.reason = fmt::format("each of {} knots follows from all before it",
                               quantity.knots.size());
    issue.suggestion = "give fewer, or knot_correlation = 1 or 0";
    throw text::ConfigError(std::move(issue));
}

void DrawCompiler::draw(Quantity const& quantity,
                        QuantityIndex index,
                        std::uint32_t knot,
                        Distribution const& distribution,
                        bool as_logarithm,
                        int row) {
    double const scale = quantity.unit.scale;
    Shape const& shape = distribution.shape();
    kernels::ValueDraw value;
    value.row = row;
    value.first_term = static_cast<int>(plan_.score_terms.size());
    for (auto const& [score, weight] : score_weights(index, knot)) {
        plan_.score_terms.push_back({score, static_cast<float>(weight)});
        ++value.term_count;
    }
    refuse_many_terms(quantity);
    value.location = static_cast<float>(shape.location * scale);
    value.scale_below = static_cast<float>(shape.scale_below * scale);
    value.scale_above = static_cast<float>(shape.scale_above * scale);
    value.finish =
        as_logarithm ? kernels::DrawFinish::logarithm : kernels::DrawFinish::none;
    switch (shape.kind) {
    case ShapeKind::fixed:
    case ShapeKind::affine:
        value.shape = kernels::DrawShape::affine;
        break;
    case ShapeKind::uniform:
        value.shape = kernels::DrawShape::uniform;
        value.highest = static_cast<float>(distribution.support_max() * scale);
        break;
    case ShapeKind::exp_affine:
        value.shape = kernels::DrawShape::exp_affine;
        value.location = static_cast<float>(shape.location + portable::log(scale));
        value.scale_below = static_cast<float>(shape.scale_below);
        value.scale_above = static_cast<float>(shape.scale_above);
        value.finish =
            as_logarithm ? kernels::DrawFinish::none : kernels::DrawFinish::exponential;
        break;
    case ShapeKind::steps:
        value.shape = kernels::DrawShape::steps;
        value.first_step = static_cast<int>(plan_.step_scores.size());
        value.step_count = static_cast<int>(shape.cumulative.size());
        value.first_step_value = static_cast<int>(plan_.step_values.size());
        for (double const p : shape.cumulative) {
            plan_.step_scores.push_back(static_cast<float>(normal_score(p, 1.0 - p)));
        }
        for (double const x : shape.values) {
            plan_.step_values.push_back(static_cast<float>(x * scale));
        }
        if (shape.cumulative.empty()) {
            plan_.step_scores.push_back(0.0f);  // never below a gather
        }
        break;
    case ShapeKind::general:
        tabulate(distribution, scale, plan_, value);
        if (as_logarithm && value.finish == kernels::DrawFinish::exponential) {
            value.finish = kernels::DrawFinish::none;
            for (auto& piece :
                 std::span(plan_.pieces)
                     .subspan(static_cast<std::size_t>(value.first_piece))) {
                piece.lowest = logarithm_of_bound(piece.lowest);
                piece.highest = logarithm_of_bound(piece.highest);
            }
        } else if (as_logarithm) {
            value.finish = kernels::DrawFinish::logarithm;
        }
        break;
    }
    plan_.value_draws.push_back(value);
    plan_.draw_infos.push_back({index, knot});
}

int DrawCompiler::compile_scalar(QuantityIndex index) {
    Quantity const& quantity = scenario_.quantities[index];
    if (quantity.value.is_fixed()) {
        return rows_.constant(fixed_value(quantity.value, quantity.unit));
    }
    int const row = rows_.allocate();
    draw(quantity, index, 0, quantity.value, false, row);
    return row;
}

int DrawCompiler::compile_knots(QuantityIndex index) {
    Quantity const& quantity = scenario_.quantities[index];
    bool const as_logarithm = quantity.interpolation == Interpolation::log;
    int const first = rows_.allocate(static_cast<int>(quantity.knots.size()));
    for (std::size_t k = 0; k < quantity.knots.size(); ++k) {
        int const row = first + static_cast<int>(k);
        Distribution const& value = quantity.knots[k].value;
        if (value.is_fixed()) {
            double const x = fixed_value(value, quantity.unit);
            plan_.constants.push_back(
                {row, static_cast<float>(as_logarithm ? portable::log(x) : x)});
        } else {
            draw(quantity,
                 index,
                 static_cast<std::uint32_t>(k),
                 value,
                 as_logarithm,
                 row);
        }
    }
    return first;
}

}  // namespace leadtime::estimator::detail
