// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster/goodput.hpp"
#include "kernels/cluster/layout.hpp"

/// How many of the accelerators offered a job uses (docs/cluster.md 2.6): those with
/// which its useful tokens come fastest.
namespace leadtime::kernels {

/// The largest rung below `chips` >= 1: 8 times powers of 2^(1/8), or of 2^(1/2) where
/// coarse, in whole servers of 8; below 8 where there is none. The ladder is the same
/// whatever is offered, so that more accelerators offered never leave fewer choices.
template <class Real>
LEADTIME_FUNCTION Real rung_below(Real chips, bool is_coarse) {
    constexpr int rungs = 8;
    constexpr float powers[rungs] = {1.0f,
                                     1.09050773f,  // 2^(1/8)
                                     1.18920712f,
                                     1.29683955f,
                                     1.41421356f,
                                     1.54221083f,
                                     1.68179283f,
                                     1.83400809f};
    int const stride = is_coarse ? 4 : 1;
    Real const power = power_of_two_below(chips);
    Real const part = chips / power;
    Real low = broadcast<Real>(0.5f * powers[rungs - stride]);
    Real high = broadcast<Real>(powers[0]);
    for (int i = 0; i < rungs; i += stride) {
        Real const next =
            broadcast<Real>(i + stride < rungs ? powers[i + stride] : 2.0f);
        auto const is_above = part > broadcast<Real>(powers[i]);
        low = select(is_above, broadcast<Real>(powers[i]), low);
        high = select(is_above, next, high);
    }
    auto const in_servers = [&](Real rung) {
        Real const number = rung * power;
        auto const is_small = number < broadcast<Real>(16777216.0f);  // 2^24
        return select(is_small, whole_below(number * 0.125f) * 8.0f, number);
    };
    Real const above = in_servers(high);  // may be below `chips` in whole servers
    return select(above < chips, above, in_servers(low));
}

/// The largest of `unit` times a power of two >= 1 that is below `chips`; 0 where none.
template <class Real>
LEADTIME_FUNCTION Real multiple_below(Real unit, Real chips) {
    Real const ratio = at_least(chips / unit, 1.0f);
    Real const whole = unit * power_of_two_below(ratio);
    Real const below = select(whole < chips * layout_tolerance, whole, whole * 0.5f);
    return select(below < unit * layout_tolerance, broadcast<Real>(0.0f), below);
}

/// What a search needs to know of the step on all that are offered.
template <class Real>
struct FirstStep {
    Real chips;
    Real step_s;
    Real shrinking_s;  ///< the part that more accelerators shorten
};

/// Every number of the ladder; those that share a batch evenly where there is less than
/// a sequence for each; and those that fill domains. From the most on.
template <class Real>
struct EveryNumber {
    static constexpr int most_tries = 300;  // from 1e8 down to 8
    static constexpr bool is_descending = true;
    static constexpr bool is_thorough = true;
    Real sequences;  ///< of a batch
    Real domain_chips;

    LEADTIME_FUNCTION Real largest_below(Real chips) const {
        return maximum(rung_below(chips, false),
                       maximum(multiple_below(sequences, chips),
                               multiple_below(domain_chips, chips)));
    }
    LEADTIME_FUNCTION Real number(int, Real previous, FirstStep<Real> const&) const {
        return largest_below(previous);
    }
};

/// The number of accelerators from which failures cost more than it brings, eq 31b: of
/// the step `first` the part that more accelerators shorten goes as one over their
/// number, the rest stays.
template <class Real>
LEADTIME_FUNCTION Real turning_chips(FailureLoss<Real> const& loss,
                                     FirstStep<Real> const& first) {
    Real const rest = at_least(first.step_s - first.shrinking_s, 1e-12f);  // not 0
    Real const per_chip = loss.stopping + loss.masked * 0.5f;
    Real const at_once = per_chip * rest * 4.0f / (first.chips * first.shrinking_s);
    return broadcast<Real>(2.0f)
           / (per_chip + square_root(per_chip * per_chip + at_once));
}

/// A few numbers, for paths, which ask millions of times: where less than three quarters
/// of a step is arithmetic, the three below those offered that are of a coarse ladder or
/// share the batch evenly; and the two rungs about turning_chips().
template <class Real>
struct NearNumbers {
    static constexpr int most_tries = 5;
    static constexpr bool is_descending = false;
    static constexpr bool is_thorough = false;
    FailureLoss<Real> loss;
    Real sequences;  ///< of a batch

    LEADTIME_FUNCTION Real largest_below(Real chips) const {
        return maximum(rung_below(chips, true), multiple_below(sequences, chips));
    }
    LEADTIME_FUNCTION Real number(int i,
                                  Real previous,
                                  FirstStep<Real> const& first) const {
        Real const zero = broadcast<Real>(0.0f);
        if (i < 3) {
            auto const is_arithmetic = first.shrinking_s > first.step_s * 0.75f;  // 2.6
            return select(is_arithmetic, zero, largest_below(at_least(previous, 1.0f)));
        }
        Real const turn = turning_chips(loss, first);
        Real const above = rung_below(at_least(turn * 1.41421356f, 1.0f), true);
        Real const rung = i == 3 ? above : rung_below(at_least(above, 1.0f), true);
        auto const is_below = turn < first.chips && rung < first.chips;
        return select(is_below, rung, zero);
    }
};

/// The best step found so far; `Step` is what is kept of it.
template <class Real, class Step = ClusterStep<Real>>
struct BestStep {
    Step step;
    Real lossy_s;  ///< its time, with the time lost

    /// Whether a step on `count` accelerators might be better, which takes `least`
    /// chip-seconds at least and loses `lost` times that.
    LEADTIME_FUNCTION typename Lanes<Real>::Mask
    can_be_beaten(Real least, Real lost, Real count) const {
        return least * lost < lossy_s * count || !step.is_feasible;
    }
};

/// Enters the steps on `count` accelerators that the model chooses from, in the samples
/// of `is_on`. The first of all is entered for all samples.
template <class Real, class Step>
LEADTIME_FUNCTION void try_number(ClusterHardware<Real> const& hardware,
                                  ClusterConstants<Real> const& constants,
                                  ClusterJob<Real> const& job,
                                  ClusterShared<Real> const& shared,
                                  typename Lanes<Real>::Mask is_on,
                                  Real count,
                                  Real lost,
                                  bool is_thorough,
                                  bool is_first,
                                  BestStep<Real, Step>& best) {
    auto const consider = [&](auto is_tried, ClusterStep<Real> const& step) {
        Real const step_s = step.step_s * lost;
        auto const is_better =
            is_tried && is_on
            && ((step.is_feasible && !best.step.is_feasible)
                || (step_s < best.lossy_s
                    && (step.is_feasible || !best.step.is_feasible)));
        if (is_first) {
            best = {Step(step), step_s};
            is_first = false;
        } else if (any_lane(is_better)) {
            best = {select_step(is_better, Step(step), best.step),
                    select(is_better, step_s, best.lossy_s)};
        }
    };
    each_layout(hardware, constants, job, shared, count, is_thorough, consider);
}

/// The number to begin with of at most `chips` >= 1 accelerators: all of them, but where
/// a tiny batch makes every number a compromise only those of the search.
template <class Real, class Search>
LEADTIME_FUNCTION Real first_number(ClusterJob<Real> const& job,
                                    Real chips,
                                    Search const& search) {
    auto const is_tiny = job.batch_tokens < job.sequence_tokens * 128.0f;  // 2.6
    if (!any_lane(is_tiny)) {
        return chips;
    }
    Real const round = search.largest_below(chips * (2.0f - layout_tolerance));
    return select(is_tiny && round >= broadcast<Real>(1.0f), round, chips);
}

/// What NearNumbers need to know of the step on the first number.
template <class Real, class Step>
LEADTIME_FUNCTION FirstStep<Real> first_step(Real chips, Step const& step) {
    return {chips, step.step_s, step.compute_s + step.expert_s};
}

/// The step with which useful tokens come fastest, on at most `chips` >= 1
/// accelerators: a step on fewer is taken where it is feasible and the other is not, or
/// where its time with the time lost is less. `lost_time(count)` >= 1 multiplies the
/// time of a step on so many. `search` says which numbers are tried; those whose
/// arithmetic alone would take longer than the best found are skipped, which changes
/// nothing.
template <class Real, class LostTime, class Search>
LEADTIME_FUNCTION ClusterStep<Real>
automatic_step(ClusterHardware<Real> const& hardware,
               ClusterConstants<Real> const& constants,
               ClusterJob<Real> const& job,
               ClusterShared<Real> const& shared,
               Real chips,
               LostTime lost_time,
               Search const& search) {
    Real const one = broadcast<Real>(1.0f);
    Real const least = least_chip_seconds(constants, job, shared);
    Real const most = first_number(job, chips, search);
    FirstStep<Real> first{};
    BestStep<Real> best{};
    best.lossy_s = broadcast<Real>(__builtin_inff());
    Real count = most;
    for (int i = -1; i < Search::most_tries; ++i) {
        count = i < 0 ? most : search.number(i, count, first);
        auto const is_number = count >= one;
        Real const tried = select(is_number, count, one);
        Real const lost = lost_time(tried);
        auto const could_win = [&](Real losing) {
            return is_number && best.can_be_beaten(least, losing, tried);
        };
        if (i >= 0 && !any_lane(could_win(lost))) {  // nothing would be selected
            if (Search::is_descending && !any_lane(could_win(one))) {
                break;  // nor can fewer win
            }
            continue;
        }
        try_number(hardware,
                   constants,
                   job,
                   shared,
                   is_number,
                   tried,
                   lost,
                   Search::is_thorough,
                   i < 0,
                   best);
        if (i < 0) {
            first = first_step(most, best.step);
        }
    }
    return best.step;
}

}  // namespace leadtime::kernels
