// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/normal.hpp"
#include "kernels/lanes/rows.hpp"
#include "kernels/plan/plan.hpp"

namespace leadtime::kernels {

/// The normal score of a drawn value: a weighted sum of independent scores, in the
/// order of its terms.
template <class Real>
LEADTIME_FUNCTION Real draw_score(Plan const& plan, ValueDraw const& draw, Rows rows) {
    ScoreTerm const* const terms = plan.score_terms + draw.first_term;
    Real score = rows.get<Real>(plan.scratch_scores + terms[0].score)
                 * broadcast<Real>(terms[0].weight);
    for (int i = 1; i < draw.term_count; ++i) {
        score = fused(rows.get<Real>(plan.scratch_scores + terms[i].score),
                      broadcast<Real>(terms[i].weight),
                      score);
    }
    return score;
}

/// What a table says, and the range that the value must keep.
template <class Real>
struct TableValue {
    Real value;
    Real lowest;
    Real highest;
};

/// A tabulated quantile function: the piece by its left end, then one cubic.
template <class Real>
LEADTIME_FUNCTION TableValue<Real>
table_value(Plan const& plan, ValueDraw const& draw, Real z) {
    using Int = typename Lanes<Real>::Int;
    TablePiece const* const pieces = plan.pieces + draw.first_piece;
    Real z_low = broadcast<Real>(pieces[0].z_low);
    Real inverse_width = broadcast<Real>(pieces[0].inverse_width);
    Real last = to_real(Int(pieces[0].intervals - 1));
    Int first = Int(pieces[0].first_coefficient);
    Real lowest = broadcast<Real>(pieces[0].lowest);
    Real highest = broadcast<Real>(pieces[0].highest);
    for (int i = 1; i < draw.piece_count; ++i) {
        auto const here = z >= broadcast<Real>(pieces[i].z_low);
        z_low = select(here, broadcast<Real>(pieces[i].z_low), z_low);
        inverse_width =
            select(here, broadcast<Real>(pieces[i].inverse_width), inverse_width);
        last = select(here, to_real(Int(pieces[i].intervals - 1)), last);
        first = select(here, Int(pieces[i].first_coefficient), first);
        lowest = select(here, broadcast<Real>(pieces[i].lowest), lowest);
        highest = select(here, broadcast<Real>(pieces[i].highest), highest);
    }
    Real const place = maximum((z - z_low) * inverse_width, broadcast<Real>(0.0f));
    Int const interval = truncate_to_int(minimum(place, last));
    Real const f = minimum(place - to_real(interval), broadcast<Real>(1.0f));
    Int const index = first + interval * 4;
    Real value = gather(plan.coefficients, index + 3);
    value = fused(value, f, gather(plan.coefficients, index + 2));
    value = fused(value, f, gather(plan.coefficients, index + 1));
    value = fused(value, f, gather(plan.coefficients, index));
    return {value, lowest, highest};
}

/// A step function: the value after the last threshold at or below z, by bisection with
/// the same number of rounds for every sample.
template <class Real>
LEADTIME_FUNCTION Real step_value(Plan const& plan, ValueDraw const& draw, Real z) {
    using Int = typename Lanes<Real>::Int;
    float const* const thresholds = plan.step_scores + draw.first_step;
    Int count = Int(0);  // thresholds known to be <= z
    int width = 1;
    while (width < draw.step_count) {
        width *= 2;
    }
    for (; width > 0; width /= 2) {
        Int const probe = count + (width - 1);
        auto const inside = to_real(probe) < to_real(Int(draw.step_count));
        Real const threshold = gather(thresholds, select(inside, probe, Int(0)));
        count = select(inside && (threshold <= z), probe + 1, count);
    }
    return gather(plan.step_values + draw.first_step_value, count);
}

/// Draws one value and stores it in its row.
template <class Real>
LEADTIME_FUNCTION void draw_value(Plan const& plan, ValueDraw const& draw, Rows rows) {
    Real const z = draw_score<Real>(plan, draw, rows);
    Real const location = broadcast<Real>(draw.location);
    Real value = location;
    TableValue<Real> table{location, location, location};
    switch (draw.shape) {  // the same for every sample: no divergence
    case DrawShape::affine:
    case DrawShape::exp_affine:
        value = fused(z,
                      select(z < broadcast<Real>(0.0f),
                             broadcast<Real>(draw.scale_below),
                             broadcast<Real>(draw.scale_above)),
                      location);
        break;
    case DrawShape::uniform:
        value =
            minimum(fused(normal_cdf(z), broadcast<Real>(draw.scale_above), location),
                    broadcast<Real>(draw.highest));
        break;
    case DrawShape::steps:
        value = step_value(plan, draw, z);
        break;
    case DrawShape::table:
        table = table_value(plan, draw, z);
        value = table.value;
        break;
    }
    if (draw.finish == DrawFinish::exponential) {
        value = exponential(value);
    }
    if (draw.shape == DrawShape::table) {
        value = minimum(maximum(value, table.lowest), table.highest);
    }
    if (draw.finish == DrawFinish::logarithm) {
        value = logarithm(value);
    }
    rows.set(draw.row, value);
}

}  // namespace leadtime::kernels
