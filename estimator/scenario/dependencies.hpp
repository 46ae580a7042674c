// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/scenario.hpp"
#include "kernels/plan/metrics.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// When a value is known.
enum class Stage {
    scalar,       ///< once a sample
    series,       ///< each step, before the paths
    after_paths,  ///< each step, after the paths: reads this step's path metrics
    result        ///< once, at the end: crossing(), at() of something with a memory
};

/// How formulas depend on each other.
///
/// `previous(x)` makes no edge: it has stage `series` whatever x is (x may be of stage
/// after_paths, even `path.NAME.METRIC` itself; it is then stored after the paths). All
/// other operations need their arguments in the same step. Quantities that are not
/// formulas come with their own stage (scalar or series).
struct Analysis {
    std::map<std::string, QuantityIndex, std::less<>> names;  ///< of quantities
    std::vector<QuantityIndex> order;  ///< every quantity, after those that it reads
    std::vector<Stage> stage;          ///< by QuantityIndex
    /// By QuantityIndex: the value in a month cannot be had without the months before
    /// it (cumsum, previous, delay ..., path metrics). A series without memory may be
    /// evaluated in any month, which makes at() of it a scalar.
    std::vector<bool> has_memory;
};

/// Orders the quantities and finds when each is known.
/// Throws: text::ConfigError: cycles (printed as `a -> b -> a`), path inputs that read
/// this step's path metrics or results, results mixed with series.
Analysis analyse(Scenario const& scenario);

/// The stage of any node of a formula, given the stages of all quantities.
Stage stage_of(Expression const& expression,
               Scenario const& scenario,
               Analysis const& analysis);

/// Every input of a path, its accelerators' and its channels', e.g. to see what it
/// uses.
std::vector<Input> inputs_of(Path const& path);

/// A readable metric of a path: `path.NAME.METRIC` taken apart.
struct NamedMetric {
    std::size_t path = 0;
    std::string
        metric;  ///< "run_flop", "chips.h100_sxm", "channel.smuggled", "lag", ...
};

/// `path.NAME.lag` is short for this metric.
inline constexpr std::string_view lag_metric =
    kernels::path_metrics[static_cast<std::size_t>(kernels::PathMetric::lag_so_far)]
        .name;

/// Begins the metrics that say which accelerators and channels carry a path's runs.
inline constexpr std::string_view carried_by = "carried_by.";

/// The number of pools in a path's run.
inline constexpr std::string_view pools_in_run = "run_pools";

/// Those of a path: `carried_by.PROFILE`, `carried_by.channel.NAME` and `run_pools`.
std::vector<std::string> carrier_metrics(Path const& path);

/// Takes `path.NAME.METRIC` apart; nullopt for any other name. The metric is not
/// checked.
std::optional<NamedMetric> find_path_metric(Scenario const& scenario,
                                            std::string_view name);

/// Every metric that formulas may read of a path (`lag` is the same as `lag_months`).
std::vector<std::string> readable_metrics(Scenario const& scenario, std::size_t path);

/// The dimension of a readable metric, e.g. FLOP of "run_flop"; nullopt if it is
/// unknown.
std::optional<Dimension> metric_dimension(std::string_view metric);

}  // namespace leadtime::estimator
