// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster/layout.hpp"

/// From accelerators and a job to throughput, goodput and wall-clock (docs/cluster.md).
/// One source for the sample loop, a GPU thread and `leadtime cluster`.
namespace leadtime::kernels {

/// Failures and their cost in time, and how the job is run.
template <class Real>
struct ClusterOperations {
    Real mtbf_h;                 ///< of one accelerator, all interruptions; > 0
    Real job_failures_per_h;     ///< of any job, whatever its size
    Real checkpoint_s;           ///< delta: training waits
    Real save_s;                 ///< until a checkpoint is safe
    Real restart_s;              ///< R: detect, reschedule, reload, warm up
    Real straggler_waste;        ///< w_strag, 0..1
    Real setup_s;                ///< before the first step
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

/// What a cluster does with a job.
template <class Real>
struct ClusterResult {
    ClusterStep<Real> step;
    Real step_s;           ///< with the exchange between sites and the discrepancy
    Real site_exchange_s;  ///< part of it
    Real flop_per_token;   ///< F, eq 1
    Real tokens_per_s;     ///< at the step's rate, without failures
    Real mfu;              ///< of the peak at the job's precision, on all N offered
    Real goodput;          ///< G, eq 30: 0..1
    Real checkpoint_interval_s;  ///< tau
    Real tokens_needed;          ///< eq 24 and 33
    Real duration_s;             ///< eq 26; +infinity where G is 0 or nothing fits
    Real flop;                   ///< useful model FLOP of the tokens asked for: F D
    Real largest_flop_per_s;     ///< ceiling of eq 27 by latency, at the critical batch
};

/// F, eq 1.
template <class Real>
LEADTIME_FUNCTION Real flop_per_token(ClusterJob<Real> const& job) {
    return job.matmul_params * 6.0f
           + job.attention_count * job.full_attention_share * 12.0f * job.layers
                 * job.attention_width * job.sequence_tokens;  // eq 1
}

/// MFU on `chips` accelerators offered: of the peak at the job's precision, at most
/// e_p.
template <class Real>
LEADTIME_FUNCTION Real cluster_mfu(ClusterHardware<Real> const& hardware,
                                   Real flop_per_token,
                                   Real tokens_per_s,
                                   Real chips) {
    return minimum(flop_per_token * tokens_per_s / chips / hardware.peak_flop_per_s,
                   hardware.gemm_fraction);
}

/// Tokens spent over tokens that count at `ratio` of the critical batch, eq 24.
template <class Real>
LEADTIME_FUNCTION Real batch_loss(Real ratio) {
    return at_least((ratio + 1.0f) * 0.5f, 1.0f);  // eq 24
}

/// e^x - 1 for x >= 0: relative error below 1e-6.
template <class Real>
LEADTIME_FUNCTION Real exponential_minus_one(Real x) {
    Real const one = broadcast<Real>(1.0f);
    Real series = fused(x, broadcast<Real>(1.0f / 7.0f), one);                // Taylor
    series = fused(x * (1.0f / 6.0f), series, one);                           // Taylor
    series = fused(x * 0.2f, series, one);                                    // Taylor
    series = fused(x * 0.25f, series, one);                                   // Taylor
    series = fused(x * (1.0f / 3.0f), series, one);                           // Taylor
    series = x * fused(x * 0.5f, series, one);                                // Taylor
    return select(x < broadcast<Real>(0.5f), series, exponential(x) - 1.0f);  // Taylor
}

/// Goodput and the checkpoint interval.
template <class Real>
struct ClusterGoodput {
    Real fraction;
    Real interval_s;
};

/// Eq 28-30 (Daly 2006 for the interval; exact for exponential failures). Always 0..1.
template <class Real>
LEADTIME_FUNCTION ClusterGoodput<Real>
cluster_goodput(ClusterOperations<Real> const& operations, Real chips) {
    Real const per_h = chips / operations.mtbf_h + operations.job_failures_per_h;
    Real const rate = at_least(per_h, 1e-9f) / 3600.0f;  // eq 28; a failure in 1e9 h
    Real const mean_s = broadcast<Real>(1.0f) / rate;
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
        exponential_minus_one(at_most(rate * (tau + delta), 80.0f));  // float range
    Real const fraction = rate * tau * lost / cycle;                  // eq 30
    return {clamp(fraction, broadcast<Real>(0.0f), broadcast<Real>(1.0f)), tau};
}

/// Eq 24-33 from a step: `chips` are those offered, on all sites; `step` is that of one
/// site's accelerators with its share of the batch.
template <class Real>
LEADTIME_FUNCTION ClusterResult<Real>
cluster_result(ClusterHardware<Real> const& hardware,
               ClusterConstants<Real> const& constants,
               ClusterOperations<Real> const& operations,
               ClusterJob<Real> const& job,
               ClusterStep<Real> const& step,
               Real chips) {
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    Real const sites = operations.sites;
    ClusterResult<Real> result;
    result.step = step;
    result.flop_per_token = flop_per_token(job);

    // several sites, eq 32 and 33
    Real const has_sites = truth<Real>(sites > one);
    Real const is_outer = truth<Real>(operations.inner_steps > one);
    Real const alone_s = step.step_s / constants.mfu_discrepancy;
    Real const sent_s = operations.site_bytes_per_param * job.total_params * 2.0f
                        / operations.site_link_bytes_per_s;  // eq 32
    Real const ring_s = sent_s * (sites - 1.0f) / sites;
    Real const exchange_s = at_least(
        ring_s - operations.site_hidden * operations.inner_steps * alone_s, 0.0f);
    result.site_exchange_s =
        has_sites * (exchange_s + operations.site_round_trip_s * 2.0f)  // eq 32
        / operations.inner_steps;
    result.step_s = alone_s + result.site_exchange_s;

    result.tokens_per_s = job.batch_tokens * sites / result.step_s;
    result.mfu =
        cluster_mfu(hardware, result.flop_per_token, result.tokens_per_s, chips);

    // an outer step waits for no site, so a failure stops one site only
    Real const failing =
        select(is_outer * has_sites > zero, step.chips_used, step.chips_used * sites);
    auto const goodput = cluster_goodput(operations, failing);
    result.goodput = goodput.fraction;
    result.checkpoint_interval_s = goodput.interval_s;

    Real const tokens = operations.training_tokens;
    Real const batch = job.batch_tokens * sites;
    Real const repeated = batch_loss(batch / operations.critical_batch_tokens);
    Real const billions = at_least(job.total_params * 1e-9f, 1.0f);  // eq 33
    Real const steps10 = logarithm10(at_least(operations.inner_steps, 1.0f));
    Real const loss =
        operations.outer_loss / (logarithm10(billions) * 0.2f + 1.0f)  // eq 33
        * (operations.outer_site_loss * logarithm2(at_least(sites, 1.0f)) + 1.0f);
    Real const efficiency = at_least(one - has_sites * loss * steps10, 0.05f);  // floor
    result.tokens_needed = tokens * repeated / efficiency;
    result.flop = result.flop_per_token * tokens;
    Real const rate = result.tokens_per_s * result.goodput
                      * (one - operations.straggler_waste);  // eq 26
    auto const can_finish = rate > zero && step.is_feasible;
    Real const infinity = broadcast<Real>(__builtin_inff());
    Real const duration =
        result.tokens_needed / select(can_finish, rate, one) + operations.setup_s;
    result.duration_s = select(can_finish, duration, infinity);

    // eq 27, with the pipeline of the layout and no data-parallel latency below one
    Real const data = at_least(
        step.chips_used
            / (step.layout.tensor * step.layout.pipeline * step.layout.context),
        1.0f);
    Real const floor_s = job.layers * 80e-6f  // eq 21, 27
                         + (step.layout.pipeline - 1.0f + logarithm2(data)) * 2.0f
                               * constants.scale_out_latency_s;  // eq 27
    result.largest_flop_per_s =
        result.flop_per_token * operations.critical_batch_tokens / floor_s;
    return result;
}

/// The job on `chips` >= 1 accelerators, layout chosen by the model.
template <class Real>
LEADTIME_FUNCTION ClusterResult<Real>
cluster_run(ClusterHardware<Real> const& hardware,
            ClusterConstants<Real> const& constants,
            ClusterOperations<Real> const& operations,
            ClusterJob<Real> const& job,
            Real chips) {
    ClusterJob<Real> site = job;
    site.batch_tokens = job.batch_tokens / operations.sites;
    auto const shared = cluster_shared(hardware, constants, site);
    auto const step = automatic_step(
        hardware,
        constants,
        site,
        shared,
        at_least(chips / operations.sites, 1.0f));  // a site has an accelerator
    return cluster_result(hardware, constants, operations, site, step, chips);
}

/// The accelerators of whole replicas of a layout, at least one replica.
template <class Real>
LEADTIME_FUNCTION Real in_whole_replicas(ClusterLayout<Real> const& layout,
                                         Real chips) {
    Real const replica = layout.tensor * layout.pipeline * layout.context;
    return at_least(to_real(truncate_to_int(chips / replica)), 1.0f) * replica;
}

/// The same with a given layout. Accelerators beyond whole replicas of it idle.
template <class Real>
LEADTIME_FUNCTION ClusterResult<Real>
cluster_run_with(ClusterHardware<Real> const& hardware,
                 ClusterConstants<Real> const& constants,
                 ClusterOperations<Real> const& operations,
                 ClusterJob<Real> const& job,
                 ClusterLayout<Real> const& layout,
                 Real chips) {
    ClusterJob<Real> site = job;
    site.batch_tokens = job.batch_tokens / operations.sites;
    auto const shared = cluster_shared(hardware, constants, site);
    Real const local = in_whole_replicas(layout, chips / operations.sites);
    auto const step = cluster_step(hardware,
                                   constants,
                                   site,
                                   shared,
                                   layout,
                                   local,
                                   cluster_slowdown(constants, local));
    return cluster_result(hardware, constants, operations, site, step, chips);
}

}  // namespace leadtime::kernels
