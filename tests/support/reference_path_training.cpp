// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_path.hpp"

#include <algorithm>
#include <string>

/// The cluster model in paths: docs/model.md 3.
namespace leadtime::tests {

using estimator::AcceleratorInput;
using estimator::AcceleratorUse;
using estimator::ClusterUse;
using kernels::ClusterInput;
using kernels::JobInput;

namespace {

constexpr double hour = 1.0 / 730.5;               // in months
constexpr double second = 1.0 / (730.5 * 3600.0);  // in months

}  // namespace

ReferenceJob ReferencePathStepper::job() {
    auto const get = [&](JobInput input, double low, double high) {
        return std::clamp(at((*path_.job)[static_cast<std::size_t>(input)]), low, high);
    };
    return {get(JobInput::is_moe, 0, 1) > 0.5,
            get(JobInput::tokens_per_param, 1, 1e5),
            get(JobInput::sparsity, 1, 1e3),
            get(JobInput::experts_active, 1, 1e3),
            get(JobInput::remote_domains, 1, 1e3),
            get(JobInput::sequence_tokens, 128, 1e6),
            get(JobInput::critical_batch, 1e4, 1e11),
            get(JobInput::critical_batch_exponent, 0, 1),
            get(JobInput::batch_ratio, 0.01, 10),
            get(JobInput::hidden_bubble, 0, 1)};
}

ReferenceMachine ReferencePathStepper::machine(AcceleratorUse const& use) {
    ClusterUse const& cluster = *use.cluster;
    auto const get =
        [&](ClusterInput input, double low, double high, double unit = 1.0) {
            double const value = at(cluster.inputs[static_cast<std::size_t>(input)]);
            return std::clamp(value / unit, low, high);
        };
    using enum ClusterInput;
    ReferenceMachine m;
    m.symbols = {
        {"C", use.peak_flop_per_s},
        {"C16", cluster.peak16_flop_per_s},
        {"e", get(gemm_fraction, 0.01, 1)},
        {"e16", get(gemm16_fraction, 0.01, 1)},
        {"Mem", get(memory, 1e6, 1e18)},
        {"Wh", get(memory_bandwidth, 1e6, 1e18, 1 / second)},
        {"S", get(scale_up_domain, 1, 1e9)},
        {"Wu", get(scale_up_bandwidth, 1e6, 1e18, 1 / second)},
        {"Wo", get(scale_out_bandwidth, 0, 1e18, 1 / second)},
        {"g", get(kernel_quality, 0.01, 100)},
        {"q", get(team_quality, 0.01, 100)},
        {"x0", get(width_half, 0, 1e6)},
        {"n0", get(tokens_half, 0, 1e6)},
        {"g_moe", get(moe_quality, 0.01, 100)},
        {"imb", get(expert_imbalance, 0, 100)},
        {"c_v", get(vector_bytes, 0, 1e6)},
        {"c_m", get(permute_bytes, 0, 1e6)},
        {"l_p", get(low_precision_traffic, 1, 100)},
        {"o_tp", get(hidden_tensor, 0, 0.99)},
        {"o_ep", get(hidden_expert, 0, 0.99)},
        {"o_dp", get(hidden_data, 0, 0.99)},
        {"eta_u", get(scale_up_fraction, 0.01, 1)},
        {"eta_o", get(scale_out_fraction, 0.01, 1)},
        {"alpha_u", get(scale_up_latency, 0, 1, second)},
        {"alpha_o", get(scale_out_latency, 0, 1, second)},
        {"sigma", get(host_spread, 0, 1)},
        {"kappa", get(doubling_loss, 0, 1)},
        {"eps_sys", get(system_overhead, 0, 10)},
        {"low", cluster.is_low_precision ? 1.0 : 0.0},
    };
    m.peak = use.peak_flop_per_s;
    m.dense_discrepancy = get(dense_discrepancy, 0.01, 100);
    m.moe_discrepancy = get(moe_discrepancy, 0.01, 100);
    m.failures = {
        .mtbf_h = get(mtbf, 1, 1e12, hour),
        .job_failures_per_h = get(job_failure_rate, 0, 1e6, 1 / hour),
        .checkpoint_s = get(checkpoint_time, 0, 1e7, second),
        .save_s = get(save_time, 0, 1e7, second),
        .restart_s = get(restart_time, 0, 1e7, second),
        .masked = get(masked_failures, 0, 1),
        .stall_s = get(stall_time, 0, 1e7, second),
        .learners = get(learners, 1, 1e6),
        .replica_loss = get(replica_loss, 0, 100),
        .hot_spares = get(hot_spares, 0, 0.5),
        .learner_efficiency = get(learner_efficiency, 0.01, 1),
    };
    m.straggler_waste = get(straggler_waste, 0, 0.99);
    return m;
}

/// MFU and goodput as given or as runs are planned with.
void ReferencePathStepper::plan_pool(AcceleratorUse const& use, ReferencePool& pool) {
    pool.mfu = use.has(AcceleratorInput::mfu)
                   ? fraction(use.inputs[AcceleratorInput::mfu])
                   : planned_mfu(machine(use), job());
    pool.goodput = use.has(AcceleratorInput::goodput)
                       ? fraction(use.inputs[AcceleratorInput::goodput])
                       : 0.9;
}

/// MFU, goodput and FLOP of the pool's run.
void ReferencePathStepper::train_pool(AcceleratorUse const& use,
                                      double seconds,
                                      ReferencePool& pool) {
    double const used = std::max(1.0, pool.offer.real_chips);
    if (!use.has(AcceleratorInput::mfu)) {
        pool.training = train(machine(use), job(), pool.offer, pool.planned);
        pool.mfu = pool.training.mfu;
        pool.goodput =
            use.has(AcceleratorInput::goodput) ? pool.goodput : pool.training.goodput;
    } else if (!use.has(AcceleratorInput::goodput)) {
        pool.goodput = training_goodput(machine(use), job(), used);
    }
    if (use.cluster) {
        for (double& share : pool.training.shares) {
            share *= pool.goodput;
        }
        pool.training.shares.back() = 1.0 - pool.goodput;
    }
    pool.flop = pool.offer.chips * pool.peak * pool.mfu * pool.goodput * seconds;
}

void ReferencePathStepper::append_training(std::vector<ReferencePool> const& pools,
                                           ReferenceRun const& run,
                                           ReferenceMetrics& metrics) {
    auto const add = [&](std::string const& name, double value) {
        metrics.by_step[name].push_back(value);
    };
    bool does_not_fit = false;
    for (ReferencePool const& pool : pools) {
        bool const is_there = pool.offer.chips > 0.0;
        does_not_fit = does_not_fit || (is_there && !pool.training.fits);
    }
    add("run_params", run.training.params);
    add("run_tokens", trained_tokens(job(), run.training.params, run.pretraining_flop));
    add("run_does_not_fit", run.flop == 0.0 && does_not_fit ? 1.0 : 0.0);
    char const* const names[] = {"compute",
                                 "tensor",
                                 "expert",
                                 "pipeline",
                                 "data",
                                 "latency",
                                 "overhead",
                                 "failures"};
    for (std::size_t i = 0; i < run.training.shares.size(); ++i) {
        add(std::string("run_time_") + names[i], run.training.shares[i]);
    }
}

}  // namespace leadtime::tests
