// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace leadtime::tests {

/// How a market differs from the one that it is compared with.
enum class MarketChange {
    none,
    opened,  ///< one channel that is shut otherwise is open
    supply,  ///< half as much again of everything
    money    ///< a quarter more
};

/// A scenario of one buyer for 72 months, as TOML: 2 to 9 channels of two ecosystems in
/// two places, purchases and rentals, generations that follow each other, prices that
/// change, deliveries that take months, limits of a cluster, laws that shut channels.
/// MFU is given, so that the run is the planned one. Of one seed all changes have the
/// same draws.
std::string random_market_toml(std::uint64_t seed, MarketChange change);

}  // namespace leadtime::tests
