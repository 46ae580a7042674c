// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/cluster_reference.hpp"

#include <array>

namespace leadtime::tests {

/// A path's job in range, docs/model.md 3 and 7.
struct ReferenceJob {
    bool is_moe = false;
    double tokens_per_param = 1.0;
    double sparsity = 1.0;
    double experts_active = 1.0;
    double remote_domains = 1.0;
    double sequence_tokens = 1.0;
    double critical_batch = 1.0;
    double critical_batch_exponent = 0.0;
    double batch_ratio = 1.0;
    double hidden_bubble = 0.0;
};

/// A pool's inputs of the cluster model in range, in SI units.
struct ReferenceMachine {
    reference::Symbols symbols;  ///< hardware and constants
    double peak = 0.0;
    double dense_discrepancy = 1.0;
    double moe_discrepancy = 1.0;
    reference::Failures failures;
    double straggler_waste = 0.0;
};

/// What the cluster model says of a run on a pool.
struct ReferenceTraining {
    double mfu = 0.0;
    double goodput = 0.0;
    double params = 0.0;
    double used = 1.0;  ///< part of the accelerators offered that it holds
    bool fits = true;
    /// Compute, tensor, expert, pipeline, data, latency, overhead, failures.
    std::array<double, 8> shares{};
};

/// MFU that runs are planned with.
double planned_mfu(ReferenceMachine const& machine, ReferenceJob const& job);

/// Goodput on `chips` accelerators in use, stragglers and batch counted.
double training_goodput(ReferenceMachine const& machine,
                        ReferenceJob const& job,
                        double chips);

/// The accelerators that a run is offered: as so many of one pool's, how many real ones
/// those are, and how much memory they have together.
struct ReferenceOffer {
    double chips = 0.0;
    double real_chips = 0.0;
    double mem_bytes = 0.0;
};

/// The job that `planned_flop` sizes, on what is offered.
ReferenceTraining train(ReferenceMachine machine,
                        ReferenceJob const& job,
                        ReferenceOffer const& offer,
                        double planned_flop);

/// Tokens that `flop` train `params` on.
double trained_tokens(ReferenceJob const& job, double params, double flop);

}  // namespace leadtime::tests
