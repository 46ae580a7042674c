// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace leadtime::estimator {

/// What `[job]` of a scenario says where it says nothing (docs/scenario-reference.md).
/// `leadtime cluster --flop` plans with the same.
struct JobDefaults {
    static constexpr double moe = 1;
    static constexpr double tokens_per_param = 100;
    static constexpr double sparsity = 18;
    static constexpr double experts_active = 8;
    static constexpr double remote_domains = 4;
    static constexpr double sequence_tokens = 8192;
    static constexpr double critical_batch_tokens = 60e6;  ///< at 15T training tokens
    static constexpr double critical_batch_exponent = 0.45;
    static constexpr double batch_ratio = 1;
    static constexpr double hidden_bubble = 0;
};

/// A job that a few numbers say; its shape follows as that of a path's run does
/// (docs/model.md 3).
struct PlannedJob {
    bool is_moe = true;
    double flop = 0;  ///< useful model FLOP; of a job that is sought, where to begin
    /// Active parameters without embeddings and head. Without them, for a job that is
    /// sought, those that are optimal for its FLOP, as far as memory reaches.
    std::optional<double> params;
    double tokens_per_param = JobDefaults::tokens_per_param;
    double sparsity = JobDefaults::sparsity;  ///< all over active parameters
    double sequence_tokens = JobDefaults::sequence_tokens;
    std::optional<double> batch_tokens;  ///< else the critical batch
};

/// Parameters with embedding and head, and what a token meets of them.
struct ModelSize {
    double total;
    double active;
};

/// A job of `size` on `tokens`; a mixture where not all are active. Range: 4e8 to 1e15
/// parameters, 1 to 1e18 tokens. Throws: std::invalid_argument where the embeddings of
/// such a model leave nothing for its layers.
PlannedJob planned_job(ModelSize const& size, double tokens, double sequence_tokens);

/// A job of `flop` FLOP: compute-optimal at so many tokens for each active parameter,
/// or on `tokens` where given. Throws as above.
PlannedJob planned_job(double flop,
                       bool is_moe,
                       std::optional<double> tokens,
                       double sequence_tokens);

/// All and active parameters, embedding and head included, of a job of this plan whose
/// tokens take so many FLOP each: that of its answer.
ModelSize size_of(PlannedJob const& job, double flop_per_token);

}  // namespace leadtime::estimator
