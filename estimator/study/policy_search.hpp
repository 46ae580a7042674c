// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/policy_trials.hpp"
#include "estimator/study/buying_policy.hpp"

#include <string>
#include <vector>

namespace leadtime::estimator::detail {

/// Names of the channels that money can go to, in the path's order.
std::vector<std::string> bought_channels(Path const& path);

bool contains(std::vector<std::string> const& names, std::string const& name);

/// The policy without one more channel.
BuyingPolicy
without(Path const& path, BuyingPolicy const& policy, std::string const& channel);

/// The best policy of each path of the trials: of both rules, with channels left out or
/// put last one by one; the list where they are equal.
std::vector<FoundPolicy> search_policies(PolicyTrials const& trials);

}  // namespace leadtime::estimator::detail
