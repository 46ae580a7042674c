// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/executor.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace leadtime::estimator::detail {

/// Samples that policies are compared on: always the first of seed 1, so that a policy
/// belongs to its scenario and not to a run of it.
inline constexpr std::uint64_t policy_samples = 512;

/// What a path's planned runs amount to under a policy.
struct PolicyScore {
    double log_run = 0.0;               ///< J
    std::vector<double> log_runs = {};  ///< of each sample: mean over months

    /// J of the first `samples`.
    double of_first(std::size_t samples) const;
};

/// Plans runs of some paths of a scenario under one policy after another.
class PolicyTrials {
  public:
    /// `paths`: numbers of the paths whose policies are tried; others buy by theirs, or
    /// by their list.
    PolicyTrials(Scenario scenario,
                 std::vector<std::size_t> paths,
                 Executor const& executor);

    std::vector<std::size_t> const& paths() const { return paths_; }
    Scenario const& scenario() const { return model_.scenario(); }

    /// Scores, and policies, are by place in paths().
    std::vector<PolicyScore> score(std::span<BuyingPolicy const> policies,
                                   std::size_t samples = policy_samples) const;

    /// Scores each path's policies, of paths that do not touch each other all at once.
    std::vector<std::vector<PolicyScore>>
    score_all(std::span<BuyingPolicy const> current,
              std::vector<std::vector<BuyingPolicy>> const& candidates,
              std::size_t samples = policy_samples) const;

  private:
    std::vector<std::size_t> paths_;
    Executor const& executor_;
    Model model_;  ///< its plan gives planned runs; every path could buy by the carrier
};

}  // namespace leadtime::estimator::detail
