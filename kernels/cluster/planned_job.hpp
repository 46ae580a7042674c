// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster/types.hpp"

/// The job that follows from the FLOP of a run (docs/model.md 3): its size follows from
/// those, its shape from its size. Paths and `leadtime cluster --flop` plan alike.
namespace leadtime::kernels {

/// How jobs are planned; all in range.
template <class Real>
struct JobPlanning {
    Real is_moe;  ///< 1 or 0
    Real tokens_per_param;
    Real sparsity;
    Real experts_active;
    Real remote_domains;
    Real sequence_tokens;
    Real critical_batch;
    Real critical_batch_exponent;
    Real batch_ratio;
    Real hidden_bubble;
};

inline constexpr float vocabulary_size = 128e3f;  // docs/model.md 3
inline constexpr float least_params = 1e8f;       // docs/model.md 3

/// Active parameters, without embeddings and head, of a compute-optimal job of `flop`.
template <class Real>
LEADTIME_FUNCTION Real optimal_params(JobPlanning<Real> const& in, Real flop) {
    return square_root(flop / (in.tokens_per_param * 6.0f));  // C = 6 r N^2
}

/// B of a job of `flop` with `params`: the critical batch times batch_ratio.
template <class Real>
LEADTIME_FUNCTION Real planned_batch(JobPlanning<Real> const& in,
                                     Real flop,
                                     Real params) {
    Real const tokens = at_least(flop / (params * 6.0f), 1.0f);
    Real const grown = exponential(logarithm(tokens * (1.0f / 15e12f))
                                   * in.critical_batch_exponent);  // B_c, 2.7
    return maximum(in.critical_batch * grown * in.batch_ratio, in.sequence_tokens);
}

/// d of 12 L d^2 parameters with d = 128 L.
template <class Real>
LEADTIME_FUNCTION Real model_width(Real params) {
    return exponential(logarithm(params * (128.0f / 12.0f)) * (1.0f / 3.0f));
}

/// Model FLOP of a token, eq 1, half of the attention counted (causal).
template <class Real>
LEADTIME_FUNCTION Real flop_per_token_of(JobPlanning<Real> const& in,
                                         Real params,
                                         Real width) {
    Real const layers = width * (1.0f / 128.0f);  // docs/model.md 3
    return (params + width * vocabulary_size + layers * width * in.sequence_tokens)
           * 6.0f;
}

/// The job that `flop` plans, on accelerators with `mem_bytes` together: smaller than
/// optimal where its state would fill more than half of that.
template <class Real>
LEADTIME_FUNCTION ClusterJob<Real>
training_job(JobPlanning<Real> const& in,
             Real flop,
             Real mem_bytes,
             bool is_moe,
             typename Lanes<Real>::Mask is_low_precision) {
    Real const one = broadcast<Real>(1.0f);
    Real const sparsity = is_moe ? in.sparsity : one;
    Real const room = mem_bytes / (sparsity * 36.0f);  // 18 bytes each, half of it
    Real const params = at_least(minimum(optimal_params(in, flop), room), least_params);
    Real const width = model_width(params);

    ClusterJob<Real> job;
    job.width = width;
    job.layers = width * (1.0f / 128.0f);  // docs/model.md 3
    job.attention_width = width;
    job.ffn_width = width * 4.0f;  // docs/model.md 3
    job.vocabulary = broadcast<Real>(vocabulary_size);
    job.matmul_params = params + width * vocabulary_size;
    job.total_params = params * sparsity + width * (2.0f * vocabulary_size);
    job.full_attention_share = one;
    job.attention_count = broadcast<Real>(0.5f);  // causal
    job.sequence_tokens = in.sequence_tokens;
    job.hidden_bubble = in.hidden_bubble;
    job.recompute_floor = broadcast<Real>(0.0f);
    job.is_moe = is_moe;
    job.is_low_precision = is_low_precision;

    // experts: 8 d^2 of the 12 d^2 of a layer, one of them shared
    Real const active = in.experts_active;
    Real const routed = active / ((active + 1.0f) * 1.5f);  // share of the active ones
    job.routed_params =
        is_moe ? params * (sparsity - one + routed) : broadcast<Real>(0.0f);
    job.moe_layers = job.layers;
    job.expert_width = width * (8.0f / 3.0f) / (active + 1.0f);  // docs/model.md 3
    job.experts = active * (sparsity - one + routed) / routed;
    job.experts_active = active;
    job.experts_shared = one;
    job.remote_domains = minimum(in.remote_domains, active);

    job.batch_tokens = planned_batch(in, flop, params);
    return job;
}

}  // namespace leadtime::kernels
