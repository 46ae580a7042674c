// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/evaluation.hpp"

#include "estimator/quantities/portable_math.hpp"
#include "kernels/cluster/cluster.hpp"
#include "kernels/lanes/normal.hpp"
#include "kernels/lanes/philox.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace leadtime::estimator {
namespace {

#ifdef LEADTIME_HAVE_PACKS
using SampleReal = kernels::Pack<8>;
#else
using SampleReal = float;
#endif

using Quantity = ClusterQuantity;

ClusterSpreads spreads_of(ClusterCase const& question) {
    auto spreads = question.machine.spreads;
    auto const& model = question.model;
    set_cluster_priors(spreads,
                       question.machine.ecosystem,
                       question.team,
                       model.is_moe(),
                       question.split ? ClusterLayoutSource::given
                                      : ClusterLayoutSource::chosen,
                       question.year);
    if (question.masked_failures) {
        spreads[Quantity::masked_failures] = certain(*question.masked_failures);
    }
    if (question.learners) {
        spreads[Quantity::learners] = certain(*question.learners);
    }
    if (question.hot_spares) {
        spreads[Quantity::hot_spares] = certain(*question.hot_spares);
    }
    if (model.training_tokens) {
        spreads[Quantity::training_tokens] = certain(*model.training_tokens);
        // grows with the data, exponent 0.45; the prior is at 15T tokens
        // (docs/cluster.md)
        auto const factor = portable::pow(*model.training_tokens / 15e12, 0.45);
        auto& critical = spreads[Quantity::critical_batch_tokens];
        critical = {
            critical.low * factor, critical.median * factor, critical.high * factor};
    }
    if (model.critical_batch_tokens) {
        spreads[Quantity::critical_batch_tokens] =
            certain(*model.critical_batch_tokens);
    }
    if (model.sites > 1) {
        spreads[Quantity::sites] = certain(model.sites);
        spreads[Quantity::site_link_bytes_per_s] = certain(model.site_link_bytes_per_s);
        spreads[Quantity::site_round_trip_s] = certain(model.site_round_trip_s);
        spreads[Quantity::inner_steps] = certain(model.inner_steps);
        // 8-bit pseudo-gradients in the loose variant (docs/cluster.md, eq 33)
        spreads[Quantity::site_bytes_per_param] =
            certain(model.inner_steps > 1 ? 1 : 2);
    }
    return spreads;
}

/// Shares must stay shares however far out a draw is.
double bounded(Quantity quantity, double value) {
    switch (quantity) {
    case Quantity::gemm_fraction:
    case Quantity::gemm16_fraction:
    case Quantity::hidden_tensor:
    case Quantity::hidden_expert:
    case Quantity::hidden_data:
    case Quantity::scale_up_fraction:
    case Quantity::scale_out_fraction:
    case Quantity::straggler_waste:
        return std::min(value, 0.99);
    case Quantity::learner_efficiency:
    case Quantity::masked_failures:
        return std::min(value, 1.0);
    default:
        return value;
    }
}

template <class Real>
struct ClusterInputs {
    kernels::ClusterHardware<Real> hardware;
    kernels::ClusterConstants<Real> constants;
    kernels::ClusterOperations<Real> operations;
};

using Values = std::array<float, ClusterSpreads::size>;

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

template <class Real>
kernels::ClusterJob<Real> job_of(ClusterCase const& question) {
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

template <class Real>
kernels::ClusterResult<Real> run_kernel(ClusterCase const& question,
                                        ClusterInputs<Real> const& inputs) {
    auto const real = [](double value) {
        return kernels::broadcast<Real>(static_cast<float>(value));
    };
    auto const job = job_of<Real>(question);
    auto const chips = real(question.chips);
    if (!question.split) {
        return kernels::cluster_run(
            inputs.hardware, inputs.constants, inputs.operations, job, chips);
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
        inputs.hardware, inputs.constants, inputs.operations, job, layout, chips);
}

/// Lane `lane` of a result; `of(real)` takes it out.
template <class Result, class Number, class Truth>
ClusterFigures
figures_of(Result const& result, ClusterCase const& question, Number of, Truth is) {
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
    figures.model_flop_per_s =
        figures.flop_per_token * figures.tokens_per_s / question.chips;
    figures.largest_flop_per_s = of(result.largest_flop_per_s);
    figures.chips_used = of(step.chips_used) * question.model.sites;
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

/// Names of the draws: a quantity that says the same twice shares its score.
std::uint32_t draw_id(Quantity quantity, bool is_low_precision) {
    if (quantity == Quantity::peak16_flop_per_s && !is_low_precision) {
        quantity = Quantity::peak_flop_per_s;
    }
    if (quantity == Quantity::gemm16_fraction) {
        quantity = Quantity::gemm_fraction;
    }
    return static_cast<std::uint32_t>(quantity);
}

bool shares_ecosystem(Quantity quantity) {
    return quantity == Quantity::team_quality || quantity == Quantity::moe_quality
           || quantity == Quantity::mtbf_h || quantity == Quantity::restart_s;
}

double score(std::uint64_t seed, std::uint64_t sample, std::uint32_t id) {
    auto const word = kernels::random_word(seed, sample, id, 0);
    return kernels::normal_score<float>(static_cast<std::int32_t>(word));
}

constexpr std::uint32_t ecosystem_id = 1000;  // beyond every quantity

/// All inputs of one sample.
Values draw(ClusterSpreads const& spreads,
            ClusterMachine const& machine,
            std::uint64_t seed,
            std::uint64_t sample) {
    Values values{};
    for (std::size_t i = 0; i < ClusterSpreads::size; ++i) {
        auto const quantity = static_cast<Quantity>(i);
        auto const& spread = spreads[quantity];
        double value = spread.median;
        if (spread.low != spread.high) {
            auto z = score(seed, sample, draw_id(quantity, machine.is_low_precision));
            if (machine.ecosystem == ClusterEcosystem::ascend
                && shares_ecosystem(quantity)) {
                auto common = score(seed, sample, ecosystem_id);
                common =
                    quantity == Quantity::restart_s ? -common : common;  // bad is long
                z = std::sqrt(0.5) * (z + common);
            }
            value = value_at(spread, z);
        }
        values[i] = static_cast<float>(bounded(quantity, value));
    }
    return values;
}

}  // namespace

ClusterFigures evaluate_cluster(ClusterCase const& question) {
    auto const spreads = spreads_of(question);
    auto const inputs = make_inputs<float>([&](Quantity quantity) {
        return static_cast<float>(bounded(quantity, spreads[quantity].median));
    });
    auto const result = run_kernel<float>(question, inputs);
    return figures_of(
        result,
        question,
        [](float value) { return static_cast<double>(value); },
        [](bool value) { return value; });
}

std::vector<ClusterFigures>
sample_cluster(ClusterCase const& question, std::uint64_t count, std::uint64_t seed) {
    constexpr int width = kernels::Lanes<SampleReal>::width;
    auto const spreads = spreads_of(question);
    std::vector<ClusterFigures> figures;
    figures.reserve(count);
    for (std::uint64_t first = 0; first < count; first += width) {
        std::array<std::array<float, width>, ClusterSpreads::size> lanes;
        for (int lane = 0; lane < width; ++lane) {
            auto const values = draw(spreads,
                                     question.machine,
                                     seed,
                                     first + static_cast<std::uint64_t>(lane));
            for (std::size_t i = 0; i < values.size(); ++i) {
                lanes[i][static_cast<std::size_t>(lane)] = values[i];
            }
        }
        auto const inputs = make_inputs<SampleReal>([&](Quantity quantity) {
            return kernels::load<SampleReal>(
                lanes[static_cast<std::size_t>(quantity)].data());
        });
        auto const result = run_kernel<SampleReal>(question, inputs);
        auto const last = std::min<std::uint64_t>(width, count - first);
        for (std::uint64_t lane = 0; lane < last; ++lane) {
            auto const of = [&](SampleReal const& value) {
                std::array<float, width> out;
                kernels::store(out.data(), value);
                return static_cast<double>(out[lane]);
            };
            auto const is = [&](auto const& mask) {
                return of(kernels::truth<SampleReal>(mask)) > 0.5;
            };
            figures.push_back(figures_of(result, question, of, is));
        }
    }
    return figures;
}

}  // namespace leadtime::estimator
