// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/channel_turns.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace leadtime::estimator {
namespace {

bool contains(std::vector<std::string> const& names, std::string const& name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

void set_policy(Path const& path,
                BuyingPolicy const& policy,
                std::span<kernels::ChannelPlan> channels) {
    std::vector<std::size_t> turns;
    for (std::size_t c = 0; c < path.channels.size(); ++c) {
        channels[c].is_used = !contains(policy.without, path.channels[c].name);
        if (!contains(policy.last, path.channels[c].name)) {
            turns.push_back(c);
        }
    }
    for (std::string const& name : policy.last) {
        auto const found = std::ranges::find(path.channels, name, &Channel::name);
        turns.push_back(static_cast<std::size_t>(found - path.channels.begin()));
    }
    for (std::size_t turn = 0; turn < turns.size(); ++turn) {
        channels[turn].at_turn = static_cast<int>(turns[turn]);
    }
}

}  // namespace leadtime::estimator
