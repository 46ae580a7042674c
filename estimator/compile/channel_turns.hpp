// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/scenario.hpp"
#include "kernels/plan/plan.hpp"

#include <span>

namespace leadtime::estimator {

/// Sets which of a path's channels, the first of `channels`, are used, and whose turn to
/// buy comes when.
void set_policy(Path const& path,
                BuyingPolicy const& policy,
                std::span<kernels::ChannelPlan> channels);

}  // namespace leadtime::estimator
