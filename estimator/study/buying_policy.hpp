// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/executor.hpp"
#include "estimator/engine/model.hpp"

#include <span>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// What was found for a path.
struct FoundPolicy {
    BuyingPolicy policy;
    double log_run = 0.0;           ///< J, below
    std::vector<std::string> idle;  ///< channels whose going changes nothing: shut, or
                                    ///< never reached
};

/// One that was found for a path, for paths of the same name in other scenarios.
struct PolicyOffer {
    std::string path;
    std::vector<std::string> known;  ///< channels that money could go to there
    FoundPolicy found;
};

/// How a path buys, in words: "by the carrier rule, without buy_h20".
std::string text_of(BuyingPolicy const& policy);

/// Finds the policy of every path with order = "best": the rule (the list as written, or
/// the carrier rule) and the channels to do without that give the largest J, the mean
/// over samples and months of ln max(planned run, 1e20 FLOP).
/// From all channels on, the change that raises J most is taken, until none raises it by
/// 0.1 %: to do without a channel, or to put it at the end of the list (docs/model.md
/// 2b). Runs on the host. The model keeps its rows.
Model with_found_policies(Model const& model, Executor const& executor);

/// The policies of these paths, for others.
std::vector<PolicyOffer> find_policies(Model const& model, Executor const& executor);

/// The model with the best of the offered policies, and of the list, for every path with
/// order = "best".
Model with_offered_policies(Model const& model,
                            Executor const& executor,
                            std::span<PolicyOffer const> offers);

/// Finds those of scenarios that are compared. Each is offered what was found for paths
/// of the same name in the others, so that what is possible in one is possible in all: a
/// channel that a scenario does not have, or that is shut there, is not used. `remarks`
/// gets, by model, sentences about paths that do better with another's policy.
std::vector<Model> with_shared_policies(std::vector<Model> const& models,
                                        Executor const& executor,
                                        std::vector<std::vector<std::string>>& remarks);

/// Of paths that buy by their list: sentences about channels without which the path's
/// planned runs are larger by 1 % or more.
std::vector<std::string> advice_on_lists(Model const& model, Executor const& executor);

}  // namespace leadtime::estimator
