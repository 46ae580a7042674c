// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster/types.hpp"

/// Failures: what they take of a run's time, and how many accelerators do most useful
/// work (docs/cluster.md 2.8).
namespace leadtime::kernels {

/// Failures and their cost in time.
template <class Real>
struct FailureInputs {
    Real mtbf_h;              ///< of one accelerator, all interruptions; > 0
    Real job_failures_per_h;  ///< of any job, whatever its size
    Real checkpoint_s;        ///< delta: training waits
    Real save_s;              ///< until a checkpoint is safe
    Real restart_s;           ///< R: detect, reschedule, reload, warm up
    Real masked_failures;     ///< f, 0..1: share that stops one replica only
    Real stall_s;             ///< s: what the others wait at such a failure
    Real learners;            ///< M >= 1: parts that do not wait for each other
    Real replica_loss;        ///< a: a replica's chips x hours away / MTBF
    Real hot_spares;          ///< sp, 0..0.5: share of those offered
    Real learner_efficiency;  ///< useful share of the tokens where M > 1
    Real straggler_waste;     ///< w_strag, 0..1
};

/// The same, and how the job is run.
template <class Real>
struct ClusterOperations : FailureInputs<Real> {
    Real setup_s;                ///< before the first step
    Real campaign_factor;        ///< k: accelerator-hours over those of the run alone
    Real critical_batch_tokens;  ///< B_c > 0
    Real training_tokens;        ///< D
    Real sites;                  ///< n_s >= 1
    Real site_link_bytes_per_s;  ///< W_w for each site; only read where sites > 1
    Real site_round_trip_s;      ///< l_w
    Real site_bytes_per_param;   ///< beta_w: 2 for BF16, 1 for INT8
    Real site_hidden;            ///< o_w: share of a step that hides the exchange
    Real inner_steps;            ///< H: 1 is synchronous
    Real outer_loss;             ///< a_0 of eq 33
    Real outer_site_loss;        ///< a_n of eq 33
};

/// e^x - 1 for x >= 0: relative error below 1e-6.
template <class Real>
LEADTIME_FUNCTION Real exponential_minus_one(Real x) {
    Real const one = broadcast<Real>(1.0f);
    Real series = fused(x, broadcast<Real>(1.0f / 7.0f), one);  // Taylor
    series = fused(x * (1.0f / 6.0f), series, one);             // Taylor
    series = fused(x * 0.2f, series, one);                      // Taylor
    series = fused(x * 0.25f, series, one);                     // Taylor
    series = fused(x * (1.0f / 3.0f), series, one);             // Taylor
    series = x * fused(x * 0.5f, series, one);                  // Taylor
    auto const is_small = x < broadcast<Real>(0.5f);            // Taylor
    return any_lane(!is_small) ? select(is_small, series, exponential(x) - 1.0f)
                               : series;
}

/// Goodput and the checkpoint interval.
template <class Real>
struct ClusterGoodput {
    Real fraction;
    Real interval_s;
};

/// Failures of a run per second by what they stop, eq 28: everything, and one replica
/// while the others train on.
template <class Real>
struct FailureRates {
    Real stopping;
    Real masked;
};

template <class Real>
LEADTIME_FUNCTION FailureRates<Real>
failure_rates(FailureInputs<Real> const& operations, Real chips) {
    Real const per_h = chips / operations.mtbf_h;
    Real const masked_per_h = operations.masked_failures * per_h;
    Real const stopping_per_h =
        (broadcast<Real>(1.0f) - operations.masked_failures) * per_h
        + operations.job_failures_per_h;
    return {at_least(stopping_per_h, 1e-9f) / 3600.0f,  // a failure in 1e9 h
            masked_per_h / 3600.0f};
}

/// Eq 28-30 on `chips` working accelerators (Daly 2006 for the interval; exact for
/// exponential failures), and what failures of single replicas take. Always 0..1.
template <class Real>
LEADTIME_FUNCTION ClusterGoodput<Real>
cluster_goodput(FailureInputs<Real> const& operations, Real chips) {
    Real const one = broadcast<Real>(1.0f);
    Real const zero = broadcast<Real>(0.0f);
    auto const rates = failure_rates(operations, chips);
    Real const rate = rates.stopping;
    Real const mean_s = one / rate;
    Real const delta = operations.checkpoint_s;
    Real const x = square_root(delta * 0.5f * rate);  // eq 29
    Real const daly = square_root(delta * 2.0f * mean_s)
                          * (x * (1.0f / 3.0f) + x * x * (1.0f / 9.0f) + 1.0f)  // eq 29
                      - delta;
    Real const best = select(delta < mean_s * 2.0f, daly, mean_s);      // eq 29
    Real const tau = at_least(maximum(best, operations.save_s), 1.0f);  // eq 29
    // exponents beyond 80 would leave single precision; G is below 1e-30 there
    Real const lost = exponential(-at_most(rate * operations.restart_s, 80.0f));
    Real const cycle =
        exponential_minus_one(at_most(rate * (tau + delta), 80.0f));   // float range
    Real const stopped = clamp(rate * tau * lost / cycle, zero, one);  // eq 30
    Real const stalled =
        rates.masked * operations.stall_s / operations.learners + 1.0f;  // eq 30a
    Real const missing = at_least(operations.replica_loss - operations.hot_spares, 0.0f)
                             * operations.masked_failures
                         + 1.0f;  // eq 30a
    return {stopped / (stalled * missing), tau};
}

/// Useful share of the tokens that parts which do not wait for each other train on.
template <class Real>
LEADTIME_FUNCTION Real learner_yield(FailureInputs<Real> const& operations) {
    Real const one = broadcast<Real>(1.0f);
    return select(operations.learners > one, operations.learner_efficiency, one);
}

/// p and q of eq 31a: what a working accelerator adds to the time lost, by failures
/// that stop the run and by others.
template <class Real>
struct FailureLoss {
    Real stopping;
    Real masked;

    /// What is left of the time of `chips`: exp(-p n) / (1 + q n).
    LEADTIME_FUNCTION Real left_of(Real chips) const {
        return exponential(-stopping * chips)
               / fused(masked, chips, broadcast<Real>(1.0f));
    }
    /// n0, eq 31a: the number with most of n exp(-p n) / (1 + q n); 2e30 where nothing
    /// fails.
    LEADTIME_FUNCTION Real best_number() const {
        Real const root = square_root(stopping * stopping + stopping * masked * 4.0f);
        return broadcast<Real>(2.0f) / at_least(stopping + root, 1e-30f);
    }
};

template <class Real>
LEADTIME_FUNCTION FailureLoss<Real>
failure_loss(FailureInputs<Real> const& operations) {
    Real const save = operations.save_s;
    Real const delta = operations.checkpoint_s;
    Real const back_s = operations.restart_s + delta + save * 0.5f;
    Real const interval = maximum(save, square_root(delta * 2.0f * back_s));
    Real const per_s = broadcast<Real>(1.0f / 3600.0f) / operations.mtbf_h;
    Real const unmasked = broadcast<Real>(1.0f) - operations.masked_failures;
    return {unmasked * (operations.restart_s + delta + interval * 0.5f) * per_s,
            operations.masked_failures * operations.stall_s / operations.learners
                * per_s};
}

/// No less than n G(n) for any n up to `chips`, each of which is `crowd` >= 1 that fail:
/// of G only restarts and stalls are counted, which it never exceeds.
template <class Real>
LEADTIME_FUNCTION Real most_work(FailureInputs<Real> const& operations,
                                 Real chips,
                                 Real crowd) {
    Real const one = broadcast<Real>(1.0f);
    Real const per_s = crowd * (1.0f / 3600.0f) / operations.mtbf_h;
    Real const p = (one - operations.masked_failures) * operations.restart_s * per_s;
    Real const q =
        operations.masked_failures * operations.stall_s / operations.learners * per_s;
    FailureLoss<Real> const loss{p, q};
    Real const n = minimum(chips, loss.best_number());
    return n * loss.left_of(n);
}

/// n*, eq 31a: the number of working accelerators with the largest n G(n), or `most`
/// where that is less. Its n G is at most 0.1 % below the largest (tested).
template <class Real>
LEADTIME_FUNCTION Real useful_chips(FailureInputs<Real> const& operations, Real most) {
    Real const first = failure_loss(operations).best_number();
    // n* is never below half of it, so that what is far below needs no search
    auto const is_far = most < first * 0.5f;
    if (!any_lane(!is_far)) {
        return most;
    }
    auto const log_useful = [&](Real chips) {
        Real const kept = cluster_goodput(operations, chips).fraction;
        return logarithm(chips * at_least(kept, 1e-30f));  // stays finite
    };
    Real best = first;
    float step = 0.25f;                          // eq 31a
    for (int i = 0; i < 2; ++i, step = 0.15f) {  // eq 31a
        Real const up = broadcast<Real>(1.0f + step);
        Real const low = log_useful(best / up);
        Real const middle = log_useful(best);
        Real const high = log_useful(best * up);
        // the vertex of the parabola through the three, at most two steps away
        Real const bend = at_least(middle * 2.0f - low - high, 1e-6f);
        Real const steps = clamp(
            (high - low) * 0.5f / bend, broadcast<Real>(-2.0f), broadcast<Real>(2.0f));
        best = best * exponential(steps * logarithm(up));
    }
    return select(is_far, most, minimum(most, maximum(best, first * 0.5f)));
}

}  // namespace leadtime::kernels
