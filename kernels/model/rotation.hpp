// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/rows.hpp"
#include "kernels/plan/plan.hpp"

namespace leadtime::kernels {

/// Turns the independent scores of one sample (or pack): the plan's reflections, one
/// after the other, each z -= w (w . z) with |w|^2 = 2. Independent N(0,1) scores stay
/// independent N(0,1). Sums are in the order of the terms, so the same bits everywhere.
template <class Real>
LEADTIME_FUNCTION void rotate_scores(Plan const& plan, Rows rows) {
    for (int i = 0; i < plan.counts.reflections; ++i) {
        Reflection const& reflection = plan.reflections[i];
        ScoreTerm const* const terms = plan.reflection_terms + reflection.first_term;
        Real along = broadcast<Real>(0.0f);
        for (int t = 0; t < reflection.term_count; ++t) {
            along = fused(rows.get<Real>(plan.scratch_scores + terms[t].score),
                          broadcast<Real>(terms[t].weight),
                          along);
        }
        along = -along;
        for (int t = 0; t < reflection.term_count; ++t) {
            int const row = plan.scratch_scores + terms[t].score;
            rows.set(
                row,
                fused(along, broadcast<Real>(terms[t].weight), rows.get<Real>(row)));
        }
    }
}

}  // namespace leadtime::kernels
