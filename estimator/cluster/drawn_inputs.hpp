// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cluster/evaluation.hpp"
#include "kernels/cluster/cluster.hpp"
#include "kernels/cluster/planned_job.hpp"

#include <array>
#include <cstdint>

/// The inputs of the cluster model, drawn from the priors of docs/cluster.md, for one
/// sample or a pack of them; and the model on them.
namespace leadtime::estimator::detail {

#ifdef LEADTIME_HAVE_PACKS
using SampleReal = kernels::Pack<8>;
#else
using SampleReal = float;
#endif

/// What the kernels take of hardware, constants and operations.
template <class Real>
struct ClusterInputs {
    kernels::ClusterHardware<Real> hardware;
    kernels::ClusterConstants<Real> constants;
    kernels::ClusterOperations<Real> operations;
};

/// Hardware, priors and what the question states instead of them.
ClusterSpreads spreads_of(ClusterCase const& question);

/// All inputs of one sample.
ClusterValues draw(ClusterSpreads const& spreads,
                   ClusterMachine const& machine,
                   std::uint64_t seed,
                   std::uint64_t sample);

/// All inputs at their medians.
ClusterValues medians_of(ClusterSpreads const& spreads);

/// A normal score of a sample, the same for every study of that seed. Ids beyond those of
/// ClusterQuantity are listed in drawn_inputs.cpp and costs.cpp.
double score(std::uint64_t seed, std::uint64_t sample, std::uint32_t id);

/// `get(quantity)` for every member, in the order of the enumeration.
template <class Real, class Get>
ClusterInputs<Real> make_inputs(Get get) {
    using enum ClusterQuantity;
    return {
        {get(peak_flop_per_s),
         get(peak16_flop_per_s),
         get(gemm_fraction),
         get(gemm16_fraction),
         get(mem_bytes),
         get(mem_bytes_per_s),
         get(domain_chips),
         get(scale_up_bytes_per_s),
         get(scale_out_bytes_per_s)},
        {get(kernel_quality),      get(team_quality),       get(width_half),
         get(tokens_half),         get(moe_quality),        get(expert_imbalance),
         get(vector_bytes),        get(permute_bytes),      get(low_precision_traffic),
         get(hidden_tensor),       get(hidden_expert),      get(hidden_data),
         get(scale_up_fraction),   get(scale_out_fraction), get(scale_up_latency_s),
         get(scale_out_latency_s), get(host_spread),        get(doubling_loss),
         get(system_overhead),     get(mfu_discrepancy)},
        {get(mtbf_h),
         get(job_failures_per_h),
         get(checkpoint_s),
         get(save_s),
         get(restart_s),
         get(masked_failures),
         get(stall_s),
         get(learners),
         get(replica_loss),
         get(hot_spares),
         get(learner_efficiency),
         get(straggler_waste),
         get(setup_s),
         get(campaign_factor),
         get(critical_batch_tokens),
         get(training_tokens),
         get(sites),
         get(site_link_bytes_per_s),
         get(site_round_trip_s),
         get(site_bytes_per_param),
         get(site_hidden),
         get(inner_steps),
         get(outer_loss),
         get(outer_site_loss)}};
}

/// The inputs as the kernels take them: those of one sample.
inline ClusterInputs<float> inputs_of(ClusterValues const& values) {
    return make_inputs<float>([&](ClusterQuantity quantity) {
        return values[static_cast<std::size_t>(quantity)];
    });
}

/// The job of a question, its shape given.
template <class Real>
kernels::ClusterJob<Real> stated_job(ClusterCase const& question) {
    auto const& model = question.model;
    auto const real = [](double value) {
        return kernels::broadcast<Real>(static_cast<float>(value));
    };
    return {real(model.matmul_params),
            real(model.total_params),
            real(model.routed_params),
            real(model.layers),
            real(model.moe_layers),
            real(model.width),
            real(model.attention_width),
            real(model.ffn_width),
            real(model.expert_width),
            real(model.experts),
            real(model.experts_active),
            real(model.experts_shared),
            real(model.vocabulary),
            real(model.full_attention_share),
            real(question.attention_count),
            real(model.sequence_tokens),
            real(model.batch_tokens),
            real(model.hidden_bubble),
            real(model.remote_domains.value_or(model.experts_active)),
            real(question.recompute_floor),
            model.is_moe(),
            question.machine.is_low_precision};
}

/// A planned job of `flop` on accelerators with `mem_bytes` together. Sets the training
/// tokens and the critical batch of `operations`, which is that of 15T tokens before.
template <class Real>
kernels::ClusterJob<Real> planned_job(ClusterCase const& question,
                                      kernels::ClusterOperations<Real>& operations,
                                      Real flop,
                                      Real mem_bytes) {
    auto const& plan = *question.planned;
    auto const real = [](double value) {
        return kernels::broadcast<Real>(static_cast<float>(value));
    };
    kernels::JobPlanning<Real> planning{};
    planning.tokens_per_param =
        plan.params ? flop / real(6 * *plan.params * *plan.params)  // C = 6 r N^2
                    : real(plan.tokens_per_param);
    planning.sparsity = real(plan.sparsity);
    planning.experts_active = real(JobDefaults::experts_active);
    planning.remote_domains = real(JobDefaults::remote_domains);
    planning.sequence_tokens = real(plan.sequence_tokens);
    planning.critical_batch = operations.critical_batch_tokens;
    planning.critical_batch_exponent = real(JobDefaults::critical_batch_exponent);
    planning.batch_ratio = real(JobDefaults::batch_ratio);
    planning.hidden_bubble = real(JobDefaults::hidden_bubble);
    auto const low = real(question.machine.is_low_precision ? 1 : 0) > real(0);
    auto job = kernels::training_job(planning, flop, mem_bytes, plan.is_moe, low);
    job.attention_count = real(question.attention_count);
    job.recompute_floor = real(question.recompute_floor);
    operations.training_tokens = flop / kernels::flop_per_token(job);
    operations.critical_batch_tokens =
        operations.critical_batch_tokens
        * kernels::exponential(
            kernels::logarithm(operations.training_tokens * (1.0f / 15e12f))
            * planning.critical_batch_exponent);  // B_c, 2.7
    job.batch_tokens =
        plan.batch_tokens
            ? real(*plan.batch_tokens)
            : kernels::maximum(operations.critical_batch_tokens * planning.batch_ratio,
                               planning.sequence_tokens);
    return job;
}

/// The model on `chips` >= 1 accelerators; `flop` is that of a planned job.
template <class Real>
kernels::ClusterResult<Real> run_kernel(ClusterCase const& question,
                                        ClusterInputs<Real> const& inputs,
                                        Real chips,
                                        Real flop) {
    auto const real = [](double value) {
        return kernels::broadcast<Real>(static_cast<float>(value));
    };
    auto operations = inputs.operations;
    // a job that states its size needs no room to be planned: it fits or does not
    auto const mem_bytes = question.planned && question.planned->params
                               ? real(1e36)
                               : inputs.hardware.mem_bytes * chips;
    auto const job = question.planned
                         ? planned_job(question, operations, flop, mem_bytes)
                         : stated_job<Real>(question);
    if (!question.split) {
        return kernels::cluster_run(
            inputs.hardware, inputs.constants, operations, job, chips);
    }
    auto const& split = *question.split;
    kernels::ClusterLayout<Real> const layout{real(split.tensor),
                                              real(split.pipeline),
                                              real(split.virtual_stages),
                                              real(split.expert),
                                              real(split.context),
                                              real(split.micro_batch),
                                              real(split.is_sharded ? 1 : 0) > real(0)};
    return kernels::cluster_run_with(
        inputs.hardware, inputs.constants, operations, job, layout, chips);
}

/// One sample's figures out of a result; `of(real)` and `is(mask)` take its lane.
template <class Real, class Number, class Truth>
ClusterFigures figures_of(kernels::ClusterResult<Real> const& result,
                          double chips,
                          double sites,
                          Number of,
                          Truth is) {
    auto const& step = result.step;
    ClusterFigures figures;
    figures.mfu = of(result.mfu);
    figures.tokens_per_s = of(result.tokens_per_s);
    figures.step_s = of(result.step_s);
    figures.goodput = of(result.goodput);
    figures.checkpoint_interval_s = of(result.checkpoint_interval_s);
    figures.duration_s = of(result.duration_s);
    figures.tokens_needed = of(result.tokens_needed);
    figures.flop = of(result.flop);
    figures.flop_per_token = of(result.flop_per_token);
    figures.chips = chips;
    figures.model_flop_per_s = figures.flop_per_token * figures.tokens_per_s / chips;
    figures.largest_flop_per_s = of(result.largest_flop_per_s);
    figures.chips_used = of(step.chips_used) * sites;
    figures.active_fraction = of(step.active_fraction);
    figures.micro_batches = of(step.micro_batches);
    figures.mem_used_bytes = of(step.mem_used_bytes);
    figures.recomputed_fraction = of(step.recomputed_fraction);
    figures.is_feasible = is(step.is_feasible);
    figures.compute_s = of(step.compute_s);
    figures.tensor_s = of(step.tensor_s);
    figures.expert_s = of(step.expert_s);
    figures.latency_s = of(step.latency_s);
    figures.pipeline_s = of(step.pipeline_s);
    figures.data_s = of(step.data_s);
    figures.optimizer_s = of(step.optimizer_s);
    figures.slowdown_s = of(step.slowdown_s);
    figures.site_exchange_s = of(result.site_exchange_s);
    figures.split = {of(step.layout.tensor),
                     of(step.layout.pipeline),
                     of(step.layout.virtual_stages),
                     of(step.layout.expert),
                     of(step.layout.context),
                     of(step.layout.micro_batch),
                     is(step.layout.is_sharded)};
    return figures;
}

}  // namespace leadtime::estimator::detail
