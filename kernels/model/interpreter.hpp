// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/math.hpp"
#include "kernels/lanes/philox.hpp"
#include "kernels/lanes/rows.hpp"
#include "kernels/model/event.hpp"
#include "kernels/model/formula_operations.hpp"
#include "kernels/plan/plan.hpp"

namespace leadtime::kernels {

/// The month of a crossing, +infinity where there was none: once, after the last step.
template <class Real>
LEADTIME_FUNCTION void crossing_month(Rows rows, Instruction const& i) {
    Real const found = rows.get<Real>(i.a);
    Real const before = rows.get<Real>(i.a + 1);
    Real const x = rows.get<Real>(i.a + 2);
    Real const threshold = rows.get<Real>(i.a + 3);
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    auto const logarithmic = before > zero && threshold > zero;
    Real const by_log = logarithm(threshold / before) / logarithm(x / before);
    Real const by_line = (threshold - before) / (x - before);
    // A falling threshold may be met between the months' values: stay in the month.
    // Where x stood still it is met at once.
    Real const inside = strict_clamp(select(logarithmic, by_log, by_line), zero, one);
    Real const fraction = select(x == before, zero, inside) - one;
    Real const month = select(found > zero, fraction, zero) + found;
    rows.set(i.out, select(found < broadcast<Real>(__builtin_inff()), month, found));
}

/// Operations with memory, one sample (or pack) at a time.
template <class Real>
LEADTIME_FUNCTION void run_stateful(Instruction const& i, Rows rows, int step) {
    switch (i.code) {
    case Code::capture:
        if (step == i.parameter) {  // the same for every sample
            rows.set(i.state, rows.get<Real>(i.a));
        }
        rows.set(i.out, rows.get<Real>(i.state));
        break;
    case Code::crossing_month:
        crossing_month<Real>(rows, i);
        break;
    case Code::hazard_event:
        follow_hazard<Real>(rows, i, step);
        break;
    case Code::regime:
        follow_regime<Real>(rows, i, step);
        break;
    default:
        break;
    }
}

/// Calls f with the first lane of each sample (or pack) of a tile. A full tile's trips
/// are known to the compiler, which then needs no loop.
template <class Real, class Function>
LEADTIME_FUNCTION void for_each_lane(int lanes, Function const& f) {
    constexpr int width = Lanes<Real>::width;
    if (width > 1 && lanes == samples_per_group) {
        for (int lane = 0; lane < samples_per_group; lane += width) {
            f(lane);
        }
    } else {
        for (int lane = 0; lane < lanes; lane += width) {
            f(lane);
        }
    }
}

// The places of an instruction's rows are found once: a store might change what an
// instruction says, as far as the compiler knows.

template <class Real, class Function>
LEADTIME_FUNCTION void
run_unary(Instruction const& i, Rows rows, int lanes, Function const& f) {
    float const* const a = rows.at(i.a);
    float* const out = rows.at(i.out);
    for_each_lane<Real>(lanes,
                        [&](int lane) { store(out + lane, f(load<Real>(a + lane))); });
}

template <class Real, class Function>
LEADTIME_FUNCTION void
run_binary(Instruction const& i, Rows rows, int lanes, Function const& f) {
    float const* const a = rows.at(i.a);
    float const* const b = rows.at(i.b);
    float* const out = rows.at(i.out);
    for_each_lane<Real>(lanes, [&](int lane) {
        store(out + lane, f(load<Real>(a + lane), load<Real>(b + lane)));
    });
}

template <class Real, class Function>
LEADTIME_FUNCTION void
run_ternary(Instruction const& i, Rows rows, int lanes, Function const& f) {
    float const* const a = rows.at(i.a);
    float const* const b = rows.at(i.b);
    float const* const c = rows.at(i.c);
    float* const out = rows.at(i.out);
    for_each_lane<Real>(lanes, [&](int lane) {
        store(out + lane,
              f(load<Real>(a + lane), load<Real>(b + lane), load<Real>(c + lane)));
    });
}

/// What grows by the step: state and value are f(a, b, state).
template <class Real, class Function>
LEADTIME_FUNCTION void
run_growing(Instruction const& i, Rows rows, int lanes, Function const& f) {
    float const* const a = rows.at(i.a);
    float const* const b = rows.at(i.b);
    float* const state = rows.at(i.state);
    float* const out = rows.at(i.out);
    for_each_lane<Real>(lanes, [&](int lane) {
        Real const value =
            f(load<Real>(a + lane), load<Real>(b + lane), load<Real>(state + lane));
        store(state + lane, value);
        store(out + lane, value);
    });
}

/// One step of `delay(x, d)`, d in steps: linear between the two steps around t - d,
/// nothing before step 0. State: a row of zeros, then x of each step.
template <class Real>
LEADTIME_FUNCTION void run_delay(Instruction const& i, Rows rows, int lanes, int step) {
    constexpr int width = Lanes<Real>::width;
    using Int = typename Lanes<Real>::Int;
    float const* const x = rows.at(i.a);
    float const* const delays = rows.at(i.b);
    float const* const before_start = rows.at(i.state);
    float* const now = rows.at(i.state + 1 + step);
    float* const out = rows.at(i.out);
    Real const zero = broadcast<Real>(0.0f);
    bool has_unknown = false;  // some delay is not a number; it was taken as 0
    for_each_lane<Real>(lanes, [&](int lane) {
        store(now + lane, load<Real>(x + lane));
        Real const wanted = load<Real>(delays + lane);
        if (any_lane(!(wanted == wanted))) {
            has_unknown = true;
        }
        Real const place =
            broadcast<Real>(static_cast<float>(step)) - maximum(wanted, zero);
        Real const bounded =
            maximum(place, broadcast<Real>(-1.0f)) + broadcast<Real>(1.0f);
        if (!any_lane(bounded > zero)) {
            store(out + lane, zero);
            return;
        }
        Int const row = truncate_to_int(bounded);  // of floor(place)
        Real const weight = bounded - to_real(row);
        auto const is_between = weight > zero;
        if (!any_lane(is_between)) {  // delays of whole steps: faster than a gather
            std::int32_t by_lane[width];
            memcpy(by_lane, &row, sizeof row);
            for (int k = 0; k < width; ++k) {
                out[lane + k] = before_start[by_lane[k] * rows.stride + lane + k];
            }
            return;
        }
        Rows const here = rows.shifted(lane);
        Real const low = here.get_by_lane<Real>(i.state, row);
        Real const high =
            here.get_by_lane<Real>(i.state + 1, select(row > step, Int(step), row));
        store(out + lane, select(is_between, fused(weight, high - low, low), low));
    });
    if (has_unknown) {
        for_each_lane<Real>(lanes, [&](int lane) {
            store(out + lane,
                  where_number(load<Real>(delays + lane), load<Real>(out + lane)));
        });
    }
}

/// One step of `crossing(x, threshold)`, which keeps what the month is made of. State:
/// the step found (else +infinity), x in the step before, x and threshold in it.
template <class Real>
LEADTIME_FUNCTION void
run_crossing(Instruction const& i, Rows rows, int lanes, int step) {
    float const* const xs = rows.at(i.a);
    float const* const thresholds = rows.at(i.b);
    float* const steps = rows.at(i.state);
    float* const before = rows.at(i.state + 1);
    float* const after = rows.at(i.state + 2);
    float* const levels = rows.at(i.state + 3);
    Real const now = broadcast<Real>(static_cast<float>(step));
    for_each_lane<Real>(lanes, [&](int lane) {
        Real const x = load<Real>(xs + lane);
        Real const threshold = load<Real>(thresholds + lane);
        Real const found = load<Real>(steps + lane);
        auto const is_open = found == broadcast<Real>(__builtin_inff());
        // Where either is not a number, neither is the month: `found` says so.
        auto const is_reached = is_open && !(x < threshold);
        if (any_lane(is_reached)) {
            store(steps + lane,
                  select(is_reached,
                         select(x >= threshold, now, not_a_number<Real>()),
                         found));
            store(after + lane, select(is_reached, x, load<Real>(after + lane)));
            store(levels + lane,
                  select(is_reached, threshold, load<Real>(levels + lane)));
        }
        store(before + lane,
              select(is_open && !is_reached, x, load<Real>(before + lane)));
    });
}

/// Marks the samples in which a row that paths read is not a finite number: their
/// minima and selections would make a plausible one of it.
template <class Real>
LEADTIME_FUNCTION void run_watch(Instruction const& i, Rows rows, int lanes) {
    float const* const a = rows.at(i.a);
    float* const out = rows.at(i.out);
    for_each_lane<Real>(lanes, [&](int lane) {
        Real const value = load<Real>(a + lane);
        Real const none = value - value;  // 0 of what is finite
        if (any_lane(!(none == none))) {
            store(out + lane, where_number(none, load<Real>(out + lane)));
        }
    });
}

/// A series at a step: the knots' rows and the weight are the same for every sample.
template <class Real>
LEADTIME_FUNCTION void
run_series(Plan const& plan, Instruction const& i, Rows rows, int lanes, int step) {
    int const entry = i.parameter * plan.steps + step;
    int const row = i.a + plan.series_knot[entry];
    float const weight = i.code == Code::series_step ? 0.0f : plan.series_weight[entry];
    for_lanes<Real>(rows, lanes, [&](Rows r) {
        Real value = r.get<Real>(row);
        if (weight != 0.0f) {
            Real const next = r.get<Real>(row + 1);
            value = fused(broadcast<Real>(weight), next - value, value);
        }
        r.set(i.out, i.code == Code::series_log ? exponential(value) : value);
    });
}

/// One instruction on a tile: the choice of operation is made once for all its samples.
template <class Real>
LEADTIME_FUNCTION void run_instruction(
    Plan const& plan, Instruction const& i, Rows rows, int lanes, int step) {
    Real const half = broadcast<Real>(0.5f);
    switch (i.code) {
    case Code::copy:
        return run_unary<Real>(i, rows, lanes, [](Real a) { return a; });
    case Code::negate:
        return run_unary<Real>(i, rows, lanes, [](Real a) { return -a; });
    case Code::add:
        return run_binary<Real>(i, rows, lanes, [](Real a, Real b) { return a + b; });
    case Code::subtract:
        return run_binary<Real>(i, rows, lanes, [](Real a, Real b) { return a - b; });
    case Code::multiply:
        return run_binary<Real>(i, rows, lanes, [](Real a, Real b) { return a * b; });
    case Code::divide:
        return run_binary<Real>(i, rows, lanes, [](Real a, Real b) { return a / b; });
    case Code::power:
        return run_binary<Real>(
            i, rows, lanes, [](Real a, Real b) { return strict_power(a, b); });
    case Code::less:
        return run_binary<Real>(
            i, rows, lanes, [](Real a, Real b) { return truth_of(a < b, a, b); });
    case Code::less_equal:
        return run_binary<Real>(
            i, rows, lanes, [](Real a, Real b) { return truth_of(a <= b, a, b); });
    case Code::greater:
        return run_binary<Real>(
            i, rows, lanes, [](Real a, Real b) { return truth_of(a > b, a, b); });
    case Code::greater_equal:
        return run_binary<Real>(
            i, rows, lanes, [](Real a, Real b) { return truth_of(a >= b, a, b); });
    case Code::equal:
        return run_binary<Real>(
            i, rows, lanes, [](Real a, Real b) { return truth_of(a == b, a, b); });
    case Code::not_equal:
        return run_binary<Real>(
            i, rows, lanes, [](Real a, Real b) { return truth_of(a != b, a, b); });
    case Code::logical_and:
        return run_binary<Real>(
            i, rows, lanes, [](Real a, Real b) { return both(a, b); });
    case Code::logical_or:
        return run_binary<Real>(
            i, rows, lanes, [](Real a, Real b) { return either(a, b); });
    case Code::logical_not:
        return run_unary<Real>(
            i, rows, lanes, [&](Real a) { return truth_of(!(a > half), a, a); });
    case Code::minimum:
        return run_binary<Real>(
            i, rows, lanes, [](Real a, Real b) { return strict_minimum(a, b); });
    case Code::maximum:
        return run_binary<Real>(
            i, rows, lanes, [](Real a, Real b) { return strict_maximum(a, b); });
    case Code::exponential:
        return run_unary<Real>(i, rows, lanes, [](Real a) { return exponential(a); });
    case Code::logarithm:
        return run_unary<Real>(i, rows, lanes, [](Real a) { return logarithm(a); });
    case Code::logarithm10:
        return run_unary<Real>(i, rows, lanes, [](Real a) { return logarithm10(a); });
    case Code::square_root:
        return run_unary<Real>(i, rows, lanes, [](Real a) { return square_root(a); });
    case Code::absolute:
        return run_unary<Real>(i, rows, lanes, [](Real a) { return magnitude(a); });
    case Code::sine:
        return run_unary<Real>(i, rows, lanes, [](Real a) { return sine(a); });
    case Code::clip:
        return run_ternary<Real>(i, rows, lanes, [](Real a, Real low, Real high) {
            return strict_clamp(a, low, high);
        });
    case Code::choose:
        return run_ternary<Real>(
            i, rows, lanes, [](Real a, Real b, Real c) { return choose(a, b, c); });
    case Code::series_step:
    case Code::series_linear:
    case Code::series_log:
        return run_series<Real>(plan, i, rows, lanes, step);
    case Code::sum:
        return run_growing<Real>(
            i, rows, lanes, [](Real a, Real, Real state) { return state + a; });
    case Code::accumulate:
        return run_growing<Real>(
            i, rows, lanes, [](Real a, Real b, Real s) { return fused(b, s, a); });
    case Code::previous:
        return run_unary<Real>(
            {.out = i.out, .a = i.state}, rows, lanes, [](Real a) { return a; });
    case Code::save:
        return run_unary<Real>(
            {.out = i.state, .a = i.a}, rows, lanes, [](Real a) { return a; });
    case Code::delay:
        return run_delay<Real>(i, rows, lanes, step);
    case Code::crossing:
        return run_crossing<Real>(i, rows, lanes, step);
    case Code::watch:
        return run_watch<Real>(i, rows, lanes);
    case Code::capture:
        if (i.out == i.state && step != i.parameter) {
            return;  // nothing to do but in its step
        }
        [[fallthrough]];
    case Code::crossing_month:
    case Code::hazard_event:
    case Code::regime:  // no default: a code without its case does not compile
        return for_lanes<Real>(
            rows, lanes, [&](Rows r) { run_stateful<Real>(i, r, step); });
    }
}

/// Runs a list of instructions over a tile of `lanes` samples.
template <class Real>
LEADTIME_FUNCTION void run_program(Plan const& plan,
                                   Instruction const* program,
                                   int count,
                                   Rows rows,
                                   int lanes,
                                   int step) {
    for (int i = 0; i < count; ++i) {
        run_instruction<Real>(plan, program[i], rows, lanes, step);
    }
}

}  // namespace leadtime::kernels
