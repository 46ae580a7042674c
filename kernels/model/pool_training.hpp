// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster/cluster.hpp"
#include "kernels/model/training_job.hpp"
#include "kernels/plan/month.hpp"

/// What the cluster model says of a run on one pool (docs/model.md 3): MFU, goodput,
/// the job and where the time goes.
namespace leadtime::kernels {

/// Inputs of a pool, in range and in seconds and bytes.
template <class Real>
struct PoolInputs {
    ClusterHardware<Real> hardware;
    ClusterConstants<Real> constants;
    FailureInputs<Real> operations;
    Real dense_discrepancy;
    Real moe_discrepancy;
};

/// `value_of(input)` is the row's value.
template <class Real, class ValueOf>
LEADTIME_FUNCTION PoolInputs<Real>
pool_inputs(Real peak_flop_per_s, Real peak16_flop_per_s, ValueOf const& value_of) {
    constexpr float hour = hours_per_month;      // in a month
    constexpr float second = seconds_per_month;  // in a month
    auto const get = [&](ClusterInput input, float low, float high, float per = 1.0f) {
        return clamp(
            value_of(input) * per, broadcast<Real>(low), broadcast<Real>(high));
    };
    auto const share = [&](ClusterInput input) { return get(input, 0.0f, 0.99f); };
    auto const factor = [&](ClusterInput input) { return get(input, 0.01f, 100.0f); };
    auto const seconds = [&](ClusterInput input, float high) {
        return get(input, 0.0f, high, second);
    };
    auto const bandwidth = [&](ClusterInput input, float low) {
        return get(input, low, 1e18f, 1.0f / second);
    };
    using enum ClusterInput;  // limits: docs/model.md 7
    PoolInputs<Real> in;
    in.hardware.peak_flop_per_s = peak_flop_per_s;
    in.hardware.peak16_flop_per_s = peak16_flop_per_s;
    in.hardware.gemm_fraction = get(gemm_fraction, 0.01f, 1.0f);
    in.hardware.gemm16_fraction = get(gemm16_fraction, 0.01f, 1.0f);
    in.hardware.mem_bytes = get(memory, 1e6f, 1e18f);
    in.hardware.mem_bytes_per_s = bandwidth(memory_bandwidth, 1e6f);
    in.hardware.domain_chips = get(scale_up_domain, 1.0f, 1e9f);
    in.hardware.scale_up_bytes_per_s = bandwidth(scale_up_bandwidth, 1e6f);
    in.hardware.scale_out_bytes_per_s = bandwidth(scale_out_bandwidth, 0.0f);
    in.constants.kernel_quality = factor(kernel_quality);
    in.constants.team_quality = factor(team_quality);
    in.constants.width_half = get(width_half, 0.0f, 1e6f);
    in.constants.tokens_half = get(tokens_half, 0.0f, 1e6f);
    in.constants.moe_quality = factor(moe_quality);
    in.constants.expert_imbalance = get(expert_imbalance, 0.0f, 100.0f);
    in.constants.vector_bytes = get(vector_bytes, 0.0f, 1e6f);
    in.constants.permute_bytes = get(permute_bytes, 0.0f, 1e6f);
    in.constants.low_precision_traffic = get(low_precision_traffic, 1.0f, 100.0f);
    in.constants.hidden_tensor = share(hidden_tensor);
    in.constants.hidden_expert = share(hidden_expert);
    in.constants.hidden_data = share(hidden_data);
    in.constants.scale_up_fraction = get(scale_up_fraction, 0.01f, 1.0f);
    in.constants.scale_out_fraction = get(scale_out_fraction, 0.01f, 1.0f);
    in.constants.scale_up_latency_s = seconds(scale_up_latency, 1.0f);
    in.constants.scale_out_latency_s = seconds(scale_out_latency, 1.0f);
    in.constants.host_spread = get(host_spread, 0.0f, 1.0f);
    in.constants.doubling_loss = get(doubling_loss, 0.0f, 1.0f);
    in.constants.system_overhead = get(system_overhead, 0.0f, 10.0f);
    in.constants.mfu_discrepancy = broadcast<Real>(1.0f);
    in.dense_discrepancy = factor(dense_discrepancy);
    in.moe_discrepancy = factor(moe_discrepancy);
    in.operations.mtbf_h = get(mtbf, 1.0f, 1e12f, hour);
    in.operations.job_failures_per_h = get(job_failure_rate, 0.0f, 1e6f, 1.0f / hour);
    in.operations.checkpoint_s = seconds(checkpoint_time, 1e7f);
    in.operations.save_s = seconds(save_time, 1e7f);
    in.operations.restart_s = seconds(restart_time, 1e7f);
    in.operations.masked_failures = get(masked_failures, 0.0f, 1.0f);
    in.operations.stall_s = seconds(stall_time, 1e7f);
    in.operations.learners = get(learners, 1.0f, 1e6f);
    in.operations.replica_loss = get(replica_loss, 0.0f, 100.0f);
    in.operations.hot_spares = get(hot_spares, 0.0f, 0.5f);
    in.operations.learner_efficiency = get(learner_efficiency, 0.01f, 1.0f);
    in.operations.straggler_waste = share(straggler_waste);
    return in;
}

/// The same of one pool, for the samples of a pack.
template <class Real>
LEADTIME_FUNCTION PoolInputs<Real>
pool_inputs(PoolPlan const& pool, ClusterPlan const& cluster, Rows rows) {
    return pool_inputs(broadcast<Real>(pool.peak_flop_per_s),
                       broadcast<Real>(cluster.peak16_flop_per_s),
                       [&](ClusterInput input) {
                           return rows.get<Real>(cluster.rows[static_cast<int>(input)]);
                       });
}

/// g q, with g_moe and the imbalance of experts for a mixture: what is left of the best
/// matrix multiplication before sizes, memory and communication.
template <class Real>
LEADTIME_FUNCTION Real pool_quality(PoolInputs<Real> const& in, Real is_moe) {
    ClusterConstants<Real> const& c = in.constants;
    Real const experts = c.moe_quality / (c.expert_imbalance + 1.0f);
    return c.kernel_quality * c.team_quality
           * select(is_moe > broadcast<Real>(0.5f), experts, broadcast<Real>(1.0f));
}

/// The MFU that a job is planned with, and by which pools are switched on: half of what
/// the best matrix multiplication, software and dispatch would give.
template <class Real>
LEADTIME_FUNCTION Real planned_mfu(PoolInputs<Real> const& in, Real is_moe) {
    return in.hardware.gemm_fraction
           * at_most(pool_quality(in, is_moe) * 0.5f, 1.0f);  // docs/model.md 3
}

/// The goodput that goes with it.
inline constexpr float planned_goodput = 0.9f;  // docs/model.md 3

/// No job reaches more than this: only to skip pools that cannot do the largest run.
/// g_moe is of routed experts alone, so a mixture is bounded as a dense job is.
template <class Real>
LEADTIME_FUNCTION Real highest_mfu(PoolInputs<Real> const& in, Real is_moe) {
    ClusterHardware<Real> const& h = in.hardware;
    Real const at16 = h.peak16_flop_per_s * h.gemm16_fraction / h.peak_flop_per_s;
    auto const is_mixture = is_moe > broadcast<Real>(0.5f);
    Real const discrepancy =
        select(is_mixture, in.moe_discrepancy, in.dense_discrepancy);
    Real const dense = broadcast<Real>(0.0f);
    Real const quality = maximum(pool_quality(in, is_moe), pool_quality(in, dense));
    Real const reached = maximum(h.gemm_fraction, at16) * quality * discrepancy
                         / (in.constants.system_overhead + 1.0f);
    return minimum(h.gemm_fraction, reached * 1.001f);  // rounding
}

/// Shares of the time that passes, or of a step.
template <class Real>
struct TimeShares {
    Real compute;
    Real tensor;
    Real expert;
    Real pipeline;
    Real data;
    Real latency;
    Real overhead;  ///< optimizer, stragglers, contention, system
    Real failures;  ///< 1 - goodput
};

/// A run on one pool.
template <class Real>
struct PoolTraining {
    Real mfu;      ///< 0 where the job does not fit
    Real goodput;  ///< failures, stragglers and a batch beyond the critical one
    Real params;   ///< active, without embeddings and head
    Real used;     ///< part of the accelerators offered that it holds, spares included
    Real does_not_fit;
    TimeShares<Real> step_shares;  ///< sum to 1, failures 0
};

/// Goodput of a run on `chips` accelerators in use: eq 30 less the waste of eq 26 and
/// the tokens of eq 24 that do not count.
template <class Real>
LEADTIME_FUNCTION Real pool_goodput(PoolInputs<Real> const& in,
                                    Real batch_ratio,
                                    Real chips) {
    return cluster_goodput(in.operations, chips).fraction * learner_yield(in.operations)
           * (broadcast<Real>(1.0f) - in.operations.straggler_waste)
           / batch_loss(batch_ratio);
}

/// The accelerators that a run is offered.
template <class Real>
struct OfferedChips {
    Real chips;         ///< as so many of the pool's
    Real crowd;         ///< real ones for each of those, which fail; 1 where not joined
    Real memory_share;  ///< their memory over that of so many of the pool's
};

/// A run that is planned, before the number of accelerators is sought that it uses.
template <class Real>
struct PlannedRun {
    ClusterJob<Real> job;
    Real offered;  ///< accelerators, at least one
    Real most;  ///< that it may use: without spares, and no more than failures let work
};

/// The run of `flop` planned on accelerators, by samples that all train dense models or
/// all train mixtures. `in` is of the accelerators that are there from then on.
template <class Real>
LEADTIME_FUNCTION PlannedRun<Real>
plan_run(PoolInputs<Real>& in,
         JobPlanning<Real> const& planning,
         OfferedChips<Real> const& offer,
         Real flop,
         bool is_moe,
         typename Lanes<Real>::Mask is_low_precision) {
    Real const one = broadcast<Real>(1.0f);
    PlannedRun<Real> run;
    run.offered = at_least(offer.chips, 1.0f);
    in.operations.mtbf_h = in.operations.mtbf_h / offer.crowd;
    Real const working = run.offered * (one - in.operations.hot_spares);
    run.most = at_least(useful_chips(in.operations, working), 1.0f);
    run.job = training_job(planning,
                           flop * (run.most / run.offered),
                           run.most * in.hardware.mem_bytes * offer.memory_share,
                           is_moe,
                           is_low_precision);
    return run;
}

/// What failures multiply the time of a step on `chips` accelerators by.
template <class Real>
LEADTIME_FUNCTION Real lost_time(PoolInputs<Real> const& in, Real chips) {
    Real const kept = cluster_goodput(in.operations, chips).fraction;
    return broadcast<Real>(1.0f) / at_least(kept, 1e-6f);  // stays finite
}

/// The numbers of accelerators that a run is tried on.
template <class Real>
LEADTIME_FUNCTION NearNumbers<Real> numbers_of(PoolInputs<Real> const& in,
                                               ClusterJob<Real> const& job) {
    return {failure_loss(in.operations), job.batch_tokens / job.sequence_tokens};
}

/// What comes of a run with the best step that was found.
template <class Real, class Step>
LEADTIME_FUNCTION PoolTraining<Real> training_of(PoolInputs<Real> const& in,
                                                 Real batch_ratio,
                                                 PlannedRun<Real> const& run,
                                                 Step const& step) {
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    ClusterJob<Real> const& job = run.job;
    Real const rate = job.batch_tokens / step.step_s
                      * (job.is_moe ? in.moe_discrepancy : in.dense_discrepancy);
    Real const mfu = cluster_mfu(in.hardware, flop_per_token(job), rate, run.offered);
    Real const share = one / step.step_s;
    // by difference: two parts fewer to keep for the best step (a GPU's registers)
    Real const overhead_s =
        at_least(step.step_s
                     - (step.compute_s + step.tensor_s + step.expert_s + step.pipeline_s
                        + step.data_s + step.latency_s),
                 0.0f);
    PoolTraining<Real> training;
    training.mfu = select(step.is_feasible, mfu, zero);
    training.does_not_fit = one - truth<Real>(step.is_feasible);
    training.goodput = pool_goodput(in, batch_ratio, step.chips_used);
    training.params = job.matmul_params - job.width * vocabulary_size;
    Real const working = run.offered * (one - in.operations.hot_spares);
    training.used = at_most(step.chips_used / working, 1.0f);
    training.step_shares = {step.compute_s * share,
                            step.tensor_s * share,
                            step.expert_s * share,
                            step.pipeline_s * share,
                            step.data_s * share,
                            step.latency_s * share,
                            overhead_s * share,
                            zero};
    return training;
}

/// Every share times a factor.
template <class Real>
LEADTIME_FUNCTION TimeShares<Real> scaled_time(TimeShares<Real> const& a, Real by) {
    return {a.compute * by,
            a.tensor * by,
            a.expert * by,
            a.pipeline * by,
            a.data * by,
            a.latency * by,
            a.overhead * by,
            a.failures * by};
}

template <class Real, class Mask>
LEADTIME_FUNCTION TimeShares<Real>
select_time(Mask mask, TimeShares<Real> const& a, TimeShares<Real> const& b) {
    return {select(mask, a.compute, b.compute),
            select(mask, a.tensor, b.tensor),
            select(mask, a.expert, b.expert),
            select(mask, a.pipeline, b.pipeline),
            select(mask, a.data, b.data),
            select(mask, a.latency, b.latency),
            select(mask, a.overhead, b.overhead),
            select(mask, a.failures, b.failures)};
}

}  // namespace leadtime::kernels
