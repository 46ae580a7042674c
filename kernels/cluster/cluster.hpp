// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster/chip_search.hpp"

/// From accelerators and a job to throughput, goodput and wall-clock (docs/cluster.md).
/// One source for the sample loop, a GPU thread and `leadtime cluster`.
namespace leadtime::kernels {

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

/// Sites that a failure of one stops: an outer step waits for no site.
template <class Real>
LEADTIME_FUNCTION Real
sites_that_fail_together(ClusterOperations<Real> const& operations) {
    return select(operations.inner_steps > broadcast<Real>(1.0f),
                  broadcast<Real>(1.0f),
                  operations.sites);
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

    auto const goodput = cluster_goodput(
        operations, step.chips_used * sites_that_fail_together(operations));
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
    result.tokens_needed = tokens * repeated / (efficiency * learner_yield(operations));
    result.flop = result.flop_per_token * tokens;
    Real const rate = result.tokens_per_s * result.goodput
                      * (one - operations.straggler_waste);  // eq 26
    auto const can_finish = rate > zero && step.is_feasible;
    Real const infinity = broadcast<Real>(__builtin_inff());
    Real const duration = result.tokens_needed / select(can_finish, rate, one)
                              * operations.campaign_factor
                          + operations.setup_s;
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
    Real const failing_sites = sites_that_fail_together(operations);
    Real const offered = at_least(chips / operations.sites, 1.0f);  // of a site
    Real const working =
        at_least(useful_chips(operations,
                              offered * failing_sites
                                  * (broadcast<Real>(1.0f) - operations.hot_spares))
                     / failing_sites,
                 1.0f);
    auto const step = automatic_step(
        hardware,
        constants,
        site,
        shared,
        working,
        [&](Real used) {
            Real const kept =
                cluster_goodput(operations, used * failing_sites).fraction;
            return broadcast<Real>(1.0f) / at_least(kept, 1e-6f);  // stays finite
        },
        EveryNumber<Real>{site.batch_tokens / site.sequence_tokens,
                          hardware.domain_chips});
    return cluster_result(hardware, constants, operations, site, step, chips);
}

/// The accelerators of whole replicas of a layout, at least one replica.
template <class Real>
LEADTIME_FUNCTION Real in_whole_replicas(ClusterLayout<Real> const& layout,
                                         Real chips) {
    Real const replica = layout.tensor * layout.pipeline * layout.context;
    return at_least(whole_below(chips / replica), 1.0f) * replica;
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
