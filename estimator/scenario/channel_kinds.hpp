// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/plan/input_keys.hpp"

#include <array>
#include <string_view>

namespace leadtime::estimator {

/// All kinds of channels, in the order in which messages list them.
inline constexpr std::array all_channel_kinds{kernels::ChannelKind::purchase,
                                              kernels::ChannelKind::rental,
                                              kernels::ChannelKind::stock};

/// `kind` of a scenario.
constexpr std::string_view word_of(kernels::ChannelKind kind) {
    switch (kind) {
    case kernels::ChannelKind::purchase:
        return "purchase";
    case kernels::ChannelKind::rental:
        return "rental";
    case kernels::ChannelKind::stock:
        return "stock";
    }
    return "";
}

}  // namespace leadtime::estimator
