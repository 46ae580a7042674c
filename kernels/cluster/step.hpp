// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster/types.hpp"
#include "kernels/lanes/divisor.hpp"

/// The time of one optimizer step with a given layout (docs/cluster.md, eq 1-23).
namespace leadtime::kernels {

/// What does not depend on the layout or on the number of accelerators.
template <class Real>
struct ClusterShared {
    Real up_bytes_per_s;    ///< achieved scale-up bandwidth
    Real out_bytes_per_s;   ///< achieved scale-out bandwidth
    Real dense_params;      ///< P_tot - P_exp
    Real inner_width;       ///< width of the hidden layer that a token meets
    Real activation_bytes;  ///< a_1 d: per token and layer
    Real logit_bytes;       ///< per token
    Real gemm_s;            ///< per token at eps_g = 1, without recomputed layers and
                            ///< without routed experts
    Real routed_s;          ///< routed experts, per token, with many tokens for each
    Real head_s;            ///< output head, per token at eps_g = 1
    Real attention_s;       ///< per token at eps_g = 1
    Real vector_s;          ///< memory-bound kernels per token
    Real quality;           ///< g q
    Real latency_floor_s;   ///< per micro-batch with one stage
    Real launches_s;        ///< of all experts, likewise
};

template <class Real>
LEADTIME_FUNCTION ClusterShared<Real>
cluster_shared(ClusterHardware<Real> const& hardware,
               ClusterConstants<Real> const& constants,
               ClusterJob<Real> const& job) {
    ClusterShared<Real> shared;
    // no network beyond the domain: only jobs inside it are feasible (section 2.12)
    Real const scale_out =
        select(hardware.scale_out_bytes_per_s > broadcast<Real>(0.0f),
               hardware.scale_out_bytes_per_s,
               hardware.scale_up_bytes_per_s);
    shared.up_bytes_per_s = hardware.scale_up_bytes_per_s * constants.scale_up_fraction;
    shared.out_bytes_per_s = scale_out * constants.scale_out_fraction;
    shared.dense_params = job.total_params - job.routed_params;

    Real const peak = hardware.peak_flop_per_s * hardware.gemm_fraction;
    Real const peak16 = hardware.peak16_flop_per_s * hardware.gemm16_fraction;
    Real const head_flop = job.vocabulary * job.width * 6.0f;  // eq 11
    Real const layer_width = job.layers * job.width;
    Real const other_flop = job.matmul_params * 6.0f - head_flop;  // eq 11
    shared.gemm_s = other_flop / peak;
    shared.head_s = head_flop / peak16;
    shared.attention_s = job.full_attention_share * job.layers * job.attention_width
                         * job.sequence_tokens * 7.5f / peak16;          // eq 11
    shared.quality = constants.kernel_quality * constants.team_quality;  // eq 10
    shared.inner_width = job.ffn_width;
    Real const traffic = select(
        job.is_low_precision, constants.low_precision_traffic, broadcast<Real>(1.0f));
    Real vector_bytes = constants.vector_bytes * layer_width;  // eq 12
    shared.routed_s = shared.launches_s = broadcast<Real>(0.0f);
    if (job.is_moe) {
        shared.inner_width =
            (job.experts_active + job.experts_shared) * job.expert_width;  // eq 4
        Real const routed_flop =
            job.routed_params * (job.experts_active / job.experts) * 6.0f;  // eq 11
        shared.gemm_s = (other_flop - routed_flop) / peak;
        Real const size = square_root(job.width * job.expert_width);  // eq 9
        shared.routed_s = routed_flop / peak * (constants.expert_imbalance + 1.0f)
                          * (size + constants.width_half)
                          / (size * shared.quality * constants.moe_quality);  // eq 10
        vector_bytes = fused(constants.permute_bytes / constants.moe_quality,
                             job.experts_active * job.moe_layers * job.width,
                             vector_bytes);
        shared.launches_s = job.moe_layers * job.experts * traffic * 320e-6f
                            / constants.moe_quality;  // eq 21
    }
    // eq 4: 12 d + 4 f_act bytes, three quarters of it below 16 bit
    Real const activation_bytes =
        job.width * 12.0f + shared.inner_width * 4.0f;  // eq 4
    shared.activation_bytes =
        select(job.is_low_precision, activation_bytes * 0.75f, activation_bytes);
    shared.vector_s = vector_bytes * traffic / (hardware.mem_bytes_per_s * 0.8f);
    shared.logit_bytes = job.vocabulary * 6.0f;    // eq 6
    shared.latency_floor_s = job.layers * 80e-6f;  // eq 21
    return shared;
}

/// (1 + straggler and contention terms)(1 + overhead), eq 22 and 23.
template <class Real>
LEADTIME_FUNCTION Real cluster_slowdown(ClusterConstants<Real> const& constants,
                                        Real chips) {
    Real const hosts = at_least(chips * 0.125f, 1.0f);                 // eq 22
    Real const slowest = square_root(logarithm(hosts + 1.0f) * 2.0f);  // eq 22
    Real const doublings =
        logarithm2(at_least(chips * 0.015625f, 1.0f));  // eq 22: N/64
    Real const stragglers =
        fused(constants.host_spread, slowest, constants.doubling_loss * doublings);
    return (stragglers + 1.0f) * (constants.system_overhead + 1.0f);  // eq 23
}

/// What a step divides by more than once.
template <class Real>
struct StepDivisors {
    Divisor<Real> chips;
    Divisor<Real> t;
    Divisor<Real> p;
    Divisor<Real> t_p;
    Divisor<Real> t_cp;
    Divisor<Real> e_p;
};

template <class Real>
LEADTIME_FUNCTION StepDivisors<Real> step_divisors(ClusterLayout<Real> const& layout,
                                                   Real chips) {
    return {Divisor(chips),
            Divisor(layout.tensor),
            Divisor(layout.pipeline),
            Divisor(layout.tensor * layout.pipeline),
            Divisor(layout.tensor * layout.context),
            Divisor(layout.expert * layout.pipeline)};
}

/// Memory of one accelerator and what recomputing saves, eq 2-7.
template <class Real>
struct ClusterMemory {
    Real used_bytes;
    Real recomputed_fraction;
    Real optimizer_params;  ///< whose optimizer state is here
};

template <class Real>
LEADTIME_FUNCTION ClusterMemory<Real>
cluster_memory(ClusterHardware<Real> const& hardware,
               ClusterJob<Real> const& job,
               ClusterShared<Real> const& shared,
               ClusterLayout<Real> const& layout,
               StepDivisors<Real> const& by,
               Real chips,
               Real micro_batches) {
    Real const p = layout.pipeline;
    Real local = shared.dense_params / by.t_p;        // eq 2
    Real optimizer = shared.dense_params / by.chips;  // eq 3: t p dp cp = N
    if (job.is_moe) {
        Real const split = layout.expert * p;
        local = local + job.routed_params / by.e_p;
        optimizer = optimizer + job.routed_params / maximum(chips, split);
    }
    optimizer = select(layout.is_sharded, job.total_params / by.chips, optimizer);
    Real const state = select(layout.is_sharded,
                              optimizer * 18.0f
                                  + job.total_params * 8.0f
                                        / (job.layers * layout.tensor),  // eq 3, FSDP
                              local * 6.0f + optimizer * 12.0f);         // eq 3

    Real const tokens = job.sequence_tokens * layout.micro_batch / by.t_cp;
    Real const in_flight = minimum(p, micro_batches)
                           * ((p - 1.0f) / (p * layout.virtual_stages) + 1.0f)
                           * (job.layers / by.p);  // eq 5
    Real const layer = tokens * shared.activation_bytes;
    Real const all = layer * in_flight;                                     // eq 5
    Real const least = fused(tokens * job.width * 2.0f, in_flight, layer);  // eq 6
    Real const saved = at_least(all - least, 1.0f);
    Real const kept = state + all + tokens * shared.logit_bytes;
    Real const phi = clamp((kept - hardware.mem_bytes * 0.94f) / saved,  // eq 7
                           job.recompute_floor,
                           broadcast<Real>(1.0f));
    return {kept - phi * saved, phi, optimizer};
}

/// One step on `chips` accelerators, `slowdown` from cluster_slowdown(). Every input is
/// positive and finite; the layout's factors are >= 1. Never NaN.
template <class Real>
LEADTIME_FUNCTION ClusterStep<Real>
cluster_step(ClusterHardware<Real> const& hardware,
             ClusterConstants<Real> const& constants,
             ClusterJob<Real> const& job,
             ClusterShared<Real> const& shared,
             ClusterLayout<Real> const& layout,
             Real chips,
             Real slowdown) {
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    Real const t = layout.tensor;
    Real const p = layout.pipeline;
    Real const e = layout.expert;
    Real const t_cp = t * layout.context;
    Real const sequence = job.sequence_tokens * layout.micro_batch;
    Real const data = at_least(chips / (t_cp * p), 1.0f);  // dp
    Real const offered = job.batch_tokens / (data * sequence);
    Real const active = minimum(offered, one);
    Real const n = maximum(offered, one);
    Real const tokens = job.batch_tokens / (chips * active);

    auto const by = step_divisors(layout, chips);
    auto const memory = cluster_memory(hardware, job, shared, layout, by, chips, n);
    Real const phi = memory.recomputed_fraction;
    Real const repeat = phi * 0.313333333f + 1.02f;  // eq 8: 1 + phi/3 + 0.02 (1 - phi)

    // compute, eq 9-13
    Real const per_gemm = sequence / layout.context;
    Real const size = square_root(job.width * job.ffn_width / by.t);
    Real quality = shared.quality * size / (size + constants.width_half);
    quality = quality * per_gemm / (per_gemm + constants.tokens_half);
    Real matmul_s =
        fused(shared.gemm_s + shared.attention_s, repeat, shared.head_s) / quality;
    if (job.is_moe) {
        Real const per_expert = per_gemm * job.experts_active * e / (job.experts * t);
        matmul_s = fused(shared.routed_s * repeat,
                         constants.tokens_half / per_expert + 1.0f,
                         matmul_s);
    }
    Real const vector_s = shared.vector_s * (phi * 0.3f + 1.0f);  // eq 12
    Real const compute_s = tokens * (matmul_s + vector_s);

    // tensor and context parallel, eq 14 and 15
    Real const stage_layers = n * job.layers / by.p;
    Real const transfers = (phi * 0.5f + 1.0f) * (job.is_moe ? 4.0f : 8.0f);  // eq 14
    Real const exposed_bytes = tokens * job.layers * job.width * 2.0f
                               * (one - constants.hidden_tensor);  // eq 14
    Real const domain = hardware.domain_chips;
    Real const tensor_link =
        select(t <= domain, shared.up_bytes_per_s, shared.out_bytes_per_s);
    Real const context_link =
        select(t_cp <= domain, shared.up_bytes_per_s, shared.out_bytes_per_s);
    Real const tensor_s =
        select(t > one,
               transfers
                   * fused(exposed_bytes,
                           (t - 1.0f) / tensor_link,
                           stage_layers * constants.scale_up_latency_s),
               zero)
        + exposed_bytes * (layout.context - 1.0f) / context_link;

    // experts, eq 16
    Real expert_s = zero;
    if (job.is_moe) {
        Real const inside = minimum(domain / e, one);
        Real const remote = minimum(job.remote_domains, maximum(e / domain, one));
        Real const bytes = tokens * job.moe_layers * job.width * 7.0f;  // eq 16
        Real const near = minimum(job.experts_active, e) * inside
                          * (one - one / minimum(domain, e)) / shared.up_bytes_per_s;
        Real const far = remote * (one - inside) / shared.out_bytes_per_s;
        Real const alpha = select(
            e > domain, constants.scale_out_latency_s, constants.scale_up_latency_s);
        expert_s = select(e > one,
                          bytes * (near + far) * (one - constants.hidden_expert)
                              + n * job.moe_layers / by.p * 4.0f * alpha,  // eq 16
                          zero);
    }

    // pipeline, eq 17; latency floor, eq 21
    Real const bubble =
        (p - 1.0f) * (one - job.hidden_bubble) / (layout.virtual_stages * n);
    Real const passes = layout.virtual_stages * n;
    Real const pipeline_s = select(
        p > one,
        passes * sequence * job.width * 0.6f / (t_cp * shared.out_bytes_per_s)  // eq 17
            + (passes + p - 1.0f) * 2.0f * constants.scale_out_latency_s,       // eq 17
        zero);
    Real const communication_s = tensor_s + expert_s;
    Real const work_s = compute_s + communication_s;
    Real const floor_s = shared.latency_floor_s * n / by.p;
    Real busy_s = maximum(work_s, floor_s);
    if (job.is_moe) {
        Real const latency_s = fused(n / by.e_p, shared.launches_s, floor_s);
        busy_s = square_root(fused(work_s, work_s, latency_s * latency_s));  // eq 21
    }
    Real const window_s =
        busy_s - communication_s;  // T_c, longer where latency decides

    // data parallel, eq 18 and 19
    Real const group = data * layout.context;
    Real volume = shared.dense_params / by.t_p * (one - one / group);
    if (job.is_moe) {
        volume = volume
                 + job.routed_params
                       * maximum(by.e_p.reciprocal() - by.chips.reciprocal(), zero);
    }
    Real const reduced = at_least(minimum(domain / by.t_cp, data), 1.0f);
    Real const data_link =
        select(group * t > domain,
               minimum(shared.up_bytes_per_s, reduced * shared.out_bytes_per_s),
               shared.up_bytes_per_s);
    // tensor groups gather a part of the weights each
    Real const sharded_link = minimum(
        shared.up_bytes_per_s, maximum(domain / by.t, one) * shared.out_bytes_per_s);
    Real const traffic_s = select(layout.is_sharded,
                                  n * (job.total_params / by.t) * 6.0f
                                      * (one - t / by.chips) / sharded_link,  // eq 18
                                  volume * 4.0f / data_link);                 // eq 18
    Real const overlap_s = window_s
                           * select(layout.is_sharded,
                                    broadcast<Real>(0.9f),  // eq 18
                                    minimum(broadcast<Real>(0.5f),
                                            at_least(p * 0.5f, 1.0f) / n));  // eq 18
    Real const hidden_s = constants.hidden_data * traffic_s;
    Real const data_s =
        traffic_s - hidden_s + maximum(hidden_s - overlap_s, zero)
        + logarithm2(data) * 8.0f * constants.scale_out_latency_s;  // eq 19

    Real const optimizer_s =
        memory.optimizer_params * 30.0f / (hardware.mem_bytes_per_s * 0.7f);  // eq 20
    Real const phases_s = busy_s * (bubble + 1.0f);
    Real const slowed_s = phases_s * slowdown;
    ClusterStep<Real> step;
    step.step_s = slowed_s + pipeline_s + data_s + optimizer_s;  // eq 23
    step.compute_s = compute_s;
    step.tensor_s = tensor_s;
    step.expert_s = expert_s;
    step.latency_s = busy_s - work_s;
    step.pipeline_s = busy_s * bubble + pipeline_s;
    step.data_s = data_s;
    step.optimizer_s = optimizer_s;
    step.slowdown_s = slowed_s - phases_s;
    step.chips_used = chips;
    step.active_fraction = active;
    step.micro_batches = n;
    step.mem_used_bytes = memory.used_bytes;
    step.recomputed_fraction = phi;
    step.is_feasible = memory.used_bytes <= hardware.mem_bytes
                       && (hardware.scale_out_bytes_per_s > zero || chips <= domain);
    step.layout = layout;
    return step;
}

}  // namespace leadtime::kernels
