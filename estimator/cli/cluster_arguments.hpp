// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/backtest_command.hpp"
#include "estimator/cli/cluster_command.hpp"

#include <CLI/CLI.hpp>

namespace leadtime::estimator {

/// Adds the subcommand `cluster`, which fills the options as written.
void add_cluster_command(CLI::App& app, ClusterOptions& options);

/// Adds the subcommand `backtest`.
void add_backtest_command(CLI::App& app, BacktestOptions& options);

}  // namespace leadtime::estimator
