// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_training.hpp"

#include <algorithm>
#include <cmath>

namespace leadtime::tests {
namespace {

constexpr double vocabulary = 128'000;

/// d of 12 L d^2 parameters with L = d / 128.
double width_of(double params) {
    return std::cbrt(params * 128.0 / 12.0);
}

double flop_per_token(ReferenceJob const& job, double params) {
    double const d = width_of(params);
    return 6.0 * (params + vocabulary * d)
           + 6.0 * (d / 128.0) * d * job.sequence_tokens;
}

double quality(ReferenceMachine const& machine, ReferenceJob const& job) {
    auto const& x = machine.symbols;
    double const moe = x.at("g_moe") / (1.0 + x.at("imb"));
    return x.at("g") * x.at("q") * (job.is_moe ? moe : 1.0);
}

/// Eq 30a.
double alone_goodput(ReferenceMachine const& machine, double chips) {
    double tau = 0.0;
    return reference::goodput(machine.failures, chips, tau);
}

}  // namespace

double planned_mfu(ReferenceMachine const& machine, ReferenceJob const& job) {
    return machine.symbols.at("e") * std::min(0.5 * quality(machine, job), 1.0);
}

double training_goodput(ReferenceMachine const& machine,
                        ReferenceJob const& job,
                        double chips) {
    auto const& failures = machine.failures;
    auto const yield = failures.learners > 1.0 ? failures.learner_efficiency : 1.0;
    return alone_goodput(machine, chips) * yield * (1.0 - machine.straggler_waste)
           / std::max(1.0, (1.0 + job.batch_ratio) / 2.0);
}

double trained_tokens(ReferenceJob const& job, double params, double flop) {
    return params > 0.0 ? flop / flop_per_token(job, std::max(params, 1e8)) : 0.0;
}

ReferenceTraining train(ReferenceMachine machine,
                        ReferenceJob const& job,
                        ReferenceOffer const& offer,
                        double planned_flop) {
    double const offered = std::max(offer.chips, 1.0);
    auto& failures = machine.failures;
    if (offer.chips > 0.0) {  // it is the real ones that fail
        failures.mtbf_h *= offer.chips / offer.real_chips;
    }
    double const working = offered * (1.0 - failures.hot_spares);
    double const used = std::max(1.0, reference::useful_chips(failures, working));
    planned_flop *= used / offered;
    double const sparsity = job.is_moe ? job.sparsity : 1.0;
    double const own_memory = offer.chips * machine.symbols.at("Mem");
    double const memory_share =
        own_memory > 0.0 ? std::min(1.0, offer.mem_bytes / own_memory) : 1.0;
    double const fitting =
        used * machine.symbols.at("Mem") * memory_share / (2.0 * 18.0 * sparsity);
    double const optimal = std::sqrt(planned_flop / (6.0 * job.tokens_per_param));
    double const params = std::max(1e8, std::min(optimal, fitting));
    double const d = width_of(params);
    double const k = job.experts_active;
    double const routed = 2.0 / 3.0 * k / (k + 1.0);  // of the active parameters
    double const tokens = std::max(1.0, planned_flop / (6.0 * params));

    auto x = machine.symbols;
    x["P_mm"] = params + vocabulary * d;
    x["P_tot"] = sparsity * params + 2.0 * vocabulary * d;
    x["P_exp"] = job.is_moe ? params * (sparsity - 1.0 + routed) : 0.0;
    x["L"] = x["L_m"] = d / 128.0;
    x["d"] = x["d_a"] = d;
    x["f"] = 4.0 * d;
    x["f_e"] = 8.0 * d / (3.0 * (k + 1.0));
    x["E"] = k * (sparsity - 1.0 + routed) / routed;
    x["k"] = k;
    x["k_sh"] = 1.0;
    x["V"] = vocabulary;
    x["a"] = 1.0;
    x["c"] = 0.5;
    x["s"] = job.sequence_tokens;
    x["B"] = std::max(job.sequence_tokens,
                      job.batch_ratio * job.critical_batch
                          * std::pow(tokens / 15e12, job.critical_batch_exponent));
    x["z"] = job.hidden_bubble;
    x["k_n"] = std::min(job.remote_domains, k);
    x["rec"] = 0.0;

    auto const lost_time = [&](double count) {
        return 1.0 / std::max(alone_goodput(machine, count), 1e-6);
    };
    auto const step = reference::cluster_automatic(
        x, used, lost_time, reference::failure_loss(failures));
    double const discrepancy =
        job.is_moe ? machine.moe_discrepancy : machine.dense_discrepancy;
    double const rate = x["B"] / step.seconds * discrepancy;
    ReferenceTraining result;
    result.fits = step.feasible;
    result.params = params;
    result.used = std::min(1.0, step.chips / working);
    result.mfu =
        std::min(flop_per_token(job, params) * rate / (offered * machine.peak), x["e"]);
    if (!step.feasible) {
        result.mfu = 0.0;
    }
    result.goodput = training_goodput(machine, job, step.chips);
    double const rest = step.seconds - step.compute - step.tensor - step.expert
                        - step.pipeline - step.data - step.latency;
    result.shares = {step.compute,
                     step.tensor,
                     step.expert,
                     step.pipeline,
                     step.data,
                     step.latency,
                     rest,
                     0.0};
    for (double& share : result.shares) {
        share /= step.seconds;
    }
    return result;
}

}  // namespace leadtime::tests
