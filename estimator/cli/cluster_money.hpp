// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/cluster_question.hpp"

#include <optional>
#include <string>

/// What `leadtime cluster` is told of money, power and grids.
namespace leadtime::estimator {

/// Refuses to count money or power of a machine whose price or power is not known.
void check_known(std::string const& id,
                 DrawnPrices const& prices,
                 std::optional<CostMethod> money,
                 bool needs_power);

/// Prices, and the bounds that they make of `--usd` and `--power`; the grid. Needs the
/// machine and what is sought. Throws: UsageError.
void read_cluster_money(ClusterOptions const& options, ClusterQuestion& result);

}  // namespace leadtime::estimator
