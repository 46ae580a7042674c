// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/math.hpp"
#include "kernels/lanes/rows.hpp"
#include "kernels/model/formula_operations.hpp"
#include "kernels/plan/plan.hpp"

/// What happens by chance: events by hazard and regimes (docs/model.md 1b). Each takes
/// one U(0, 1) a step, drawn before the months begin.
namespace leadtime::kernels {

/// Share of the month that begins `month` months from the start, within [begin, end).
template <class Real>
LEADTIME_FUNCTION Real share_within(Real begin, Real end, float month) {
    Real const low = maximum(begin, broadcast<Real>(month));
    Real const high = minimum(end, broadcast<Real>(month + 1.0f));
    return clamp(high - low, broadcast<Real>(0.0f), broadcast<Real>(1.0f));
}

/// One step of an event by hazard: it comes after a waiting time of rate `hazard`, at
/// most once a step, while it is not active. Leaves the share of the step in which it
/// is active. Not a number from the step on in which it could come and its hazard, or
/// its duration as it comes, is none: `end` says so.
template <class Real>
LEADTIME_FUNCTION void follow_hazard(Rows rows, Instruction const& i, int step) {
    auto const month = static_cast<float>(step);
    Real const zero = broadcast<Real>(0.0f);
    Real const infinity = broadcast<Real>(__builtin_inff());
    Real const given_hazard = rows.get<Real>(i.a);
    Real const hazard = maximum(given_hazard, zero);
    Real const duration = strict_maximum(rows.get<Real>(i.b), zero);
    Real const begin = rows.get<Real>(i.state);
    Real const end = rows.get<Real>(i.state + 1);

    Real const wait =
        select(hazard > zero, -logarithm(rows.get<Real>(i.c)) / hazard, infinity);
    Real const onset = maximum(end, broadcast<Real>(month)) + wait;
    Real const allowed = i.parameter == 1 ? infinity : begin;  // infinite: never yet
    auto const may_come = allowed == infinity && end == end;
    auto const is_unknown = may_come && !(given_hazard == given_hazard);
    auto const comes = onset < broadcast<Real>(month + 1.0f) && may_come;

    Real const last_time = share_within(begin, end, month);
    Real const new_time = share_within(onset, onset + duration, month);
    Real const new_end = select(is_unknown, given_hazard, onset + duration);
    Real const last = select(comes || is_unknown, new_end, end);
    rows.set(i.out, where_number(last, last_time + select(comes, new_time, zero)));
    rows.set(i.state, select(comes, onset, begin));
    rows.set(i.state + 1, last);
}

/// One step of a Markov chain over states 0 .. n-1: at most one move, at the start of
/// every step but the first. Not a number once a hazard from the present state is none.
template <class Real>
LEADTIME_FUNCTION void follow_regime(Rows rows, Instruction const& i, int step) {
    Real const now = rows.get<Real>(i.state);
    if (step == 0) {  // the same for every sample
        rows.set(i.out, now);
        return;
    }
    Real const zero = broadcast<Real>(0.0f);
    Real const largest = broadcast<Real>(1e30f);  // sums of it stay finite
    int const states = i.parameter;
    // Ways out of the present state; the hazard from a state to itself is 0.
    auto const hazard_to = [&](int to) {
        Real hazard = zero;
        for (int from = 0; from < states; ++from) {
            if (from != to) {
                int const place = from * (states - 1) + (to < from ? to : to - 1);
                hazard =
                    select(now == broadcast<Real>(static_cast<float>(from)),
                           strict_clamp(rows.get<Real>(i.a + place), zero, largest),
                           hazard);
            }
        }
        return hazard;
    };
    Real total = zero;
    for (int to = 0; to < states; ++to) {
        total = total + hazard_to(to);
    }
    Real const leave = broadcast<Real>(1.0f) - exponential(-total);
    Real const place = rows.get<Real>(i.b) * total;
    Real next = now;
    Real sum = zero;
    for (int to = 0; to < states; ++to) {
        sum = sum + hazard_to(to);
        next = select(next == now && place < leave * sum,
                      broadcast<Real>(static_cast<float>(to)),
                      next);
    }
    next = where_number(total, next);
    rows.set(i.state, next);
    rows.set(i.out, next);
}

}  // namespace leadtime::kernels
