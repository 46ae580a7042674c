// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/lanes.hpp"
#include "kernels/lanes/math.hpp"

/// The cluster model's inputs and results (docs/cluster.md). "Eq" numbers are those of
/// that page. All members of type Real or Mask may differ by sample; the bool is the
/// same for all.
namespace leadtime::kernels {

/// One accelerator and its links. Links are one direction, for one accelerator.
template <class Real>
struct ClusterHardware {
    Real peak_flop_per_s;        ///< dense, at the precision of the job
    Real peak16_flop_per_s;      ///< dense, at 16 bit
    Real gemm_fraction;          ///< e_p: best matrix multiplication over peak, 0..1
    Real gemm16_fraction;        ///< the same at 16 bit
    Real mem_bytes;              ///< > 0
    Real mem_bytes_per_s;        ///< > 0
    Real domain_chips;           ///< S >= 1: accelerators behind the scale-up link
    Real scale_up_bytes_per_s;   ///< > 0
    Real scale_out_bytes_per_s;  ///< 0: no network beyond the domain
};

/// Constants with their spread (docs/cluster.md, "Constants").
template <class Real>
struct ClusterConstants {
    Real kernel_quality;         ///< g
    Real team_quality;           ///< q
    Real width_half;             ///< x0
    Real tokens_half;            ///< n0
    Real moe_quality;            ///< g_moe
    Real expert_imbalance;       ///< imb
    Real vector_bytes;           ///< c_v, bytes per token, layer and unit of width
    Real permute_bytes;          ///< c_m, the same per routed expert
    Real low_precision_traffic;  ///< l_lp >= 1
    Real hidden_tensor;          ///< o_tp, 0..1
    Real hidden_expert;          ///< o_ep
    Real hidden_data;            ///< o_dp
    Real scale_up_fraction;      ///< eta_u
    Real scale_out_fraction;     ///< eta_o
    Real scale_up_latency_s;     ///< alpha_u
    Real scale_out_latency_s;    ///< alpha_o
    Real host_spread;            ///< sigma
    Real doubling_loss;          ///< kappa
    Real system_overhead;        ///< eps_sys
    Real mfu_discrepancy;        ///< factor on the throughput; 1 at the median
};

/// A transformer decoder and one optimizer step on it.
template <class Real>
struct ClusterJob {
    Real matmul_params;  ///< P_mm: active, output head included, input embedding not
    Real total_params;   ///< P_tot
    Real routed_params;  ///< P_exp, 0 where dense
    Real layers;
    Real moe_layers;
    Real width;            ///< d
    Real attention_width;  ///< d_a
    Real ffn_width;        ///< f
    Real expert_width;     ///< f_e
    Real experts;          ///< E
    Real experts_active;   ///< k
    Real experts_shared;
    Real vocabulary;
    Real full_attention_share;  ///< a
    Real attention_count;       ///< c: 1 counts all of the attention, 0.5 causal
    Real sequence_tokens;       ///< s
    Real batch_tokens;          ///< B
    Real hidden_bubble;         ///< z, 0..1: zero-bubble schedules
    Real remote_domains;        ///< upper bound of k_n (node-limited routing)
    Real recompute_floor;       ///< least fraction of layers recomputed in full
    bool is_moe = false;
    typename Lanes<Real>::Mask is_low_precision{};  ///< narrower than 16 bit
};

/// How the job is split. Powers of two where the model chooses, any number >= 1 else.
template <class Real>
struct ClusterLayout {
    Real tensor;                            ///< t
    Real pipeline;                          ///< p
    Real virtual_stages;                    ///< v
    Real expert;                            ///< e
    Real context;                           ///< cp
    Real micro_batch;                       ///< b, sequences
    typename Lanes<Real>::Mask is_sharded;  ///< FSDP: states spread over all
};

/// One optimizer step. The parts sum to `step_s`.
template <class Real>
struct ClusterStep {
    Real step_s;           ///< T, eq 23
    Real compute_s;        ///< matrix multiplications and memory-bound kernels, eq 13
    Real tensor_s;         ///< tensor and context parallel, eq 14 and 15
    Real expert_s;         ///< eq 16
    Real latency_s;        ///< what the latency floor adds, eq 21
    Real pipeline_s;       ///< bubble, eq 17, and its traffic
    Real data_s;           ///< exposed gradient and parameter traffic, eq 19
    Real optimizer_s;      ///< eq 20
    Real slowdown_s;       ///< stragglers, contention and system overhead, eq 22
    Real chips_used;       ///< less than offered where more would slow the job
    Real active_fraction;  ///< rho: share of those that have a sequence to work on
    Real micro_batches;    ///< n
    Real mem_used_bytes;
    Real recomputed_fraction;                ///< phi
    typename Lanes<Real>::Mask is_feasible;  ///< fits, and the network reaches
    ClusterLayout<Real> layout;
};

template <class Real>
LEADTIME_FUNCTION Real at_least(Real a, float low) {
    return maximum(a, broadcast<Real>(low));
}
template <class Real>
LEADTIME_FUNCTION Real at_most(Real a, float high) {
    return minimum(a, broadcast<Real>(high));
}

/// The smallest power of two >= x, for x >= 1; exact.
template <class Real>
LEADTIME_FUNCTION Real power_of_two_above(Real x) {
    // IEEE-754: adding all ones to the mantissa carries into the exponent unless it is
    // 0
    return real_of_bits((bits_of(x) + 0x007fffff) & 0x7f800000);
}

/// The largest power of two <= x, for x >= 1; exact.
template <class Real>
LEADTIME_FUNCTION Real power_of_two_below(Real x) {
    return real_of_bits(bits_of(x) & 0x7f800000);  // IEEE-754: the mantissa is dropped
}

/// log2 x for x > 0; error as logarithm, plus one rounding.
template <class Real>
LEADTIME_FUNCTION Real logarithm2(Real x) {
    return logarithm(x) * broadcast<Real>(1.44269504f);  // 1 / ln 2
}

/// a where the mask is true, else b.
template <class Real, class Mask>
LEADTIME_FUNCTION ClusterLayout<Real>
select_layout(Mask mask, ClusterLayout<Real> const& a, ClusterLayout<Real> const& b) {
    return {select(mask, a.tensor, b.tensor),
            select(mask, a.pipeline, b.pipeline),
            select(mask, a.virtual_stages, b.virtual_stages),
            select(mask, a.expert, b.expert),
            select(mask, a.context, b.context),
            select(mask, a.micro_batch, b.micro_batch),
            (mask && a.is_sharded) || (!mask && b.is_sharded)};
}

template <class Real, class Mask>
LEADTIME_FUNCTION ClusterStep<Real>
select_step(Mask mask, ClusterStep<Real> const& a, ClusterStep<Real> const& b) {
    return {select(mask, a.step_s, b.step_s),
            select(mask, a.compute_s, b.compute_s),
            select(mask, a.tensor_s, b.tensor_s),
            select(mask, a.expert_s, b.expert_s),
            select(mask, a.latency_s, b.latency_s),
            select(mask, a.pipeline_s, b.pipeline_s),
            select(mask, a.data_s, b.data_s),
            select(mask, a.optimizer_s, b.optimizer_s),
            select(mask, a.slowdown_s, b.slowdown_s),
            select(mask, a.chips_used, b.chips_used),
            select(mask, a.active_fraction, b.active_fraction),
            select(mask, a.micro_batches, b.micro_batches),
            select(mask, a.mem_used_bytes, b.mem_used_bytes),
            select(mask, a.recomputed_fraction, b.recomputed_fraction),
            (mask && a.is_feasible) || (!mask && b.is_feasible),
            select_layout(mask, a.layout, b.layout)};
}

}  // namespace leadtime::kernels
