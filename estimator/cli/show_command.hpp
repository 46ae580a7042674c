// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/executor.hpp"
#include "estimator/scenario/scenario.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// What `leadtime show [SCENARIO]` was asked.
struct ShowOptions {
    std::string scenario = "baseline";
    std::vector<std::string> overrides;  ///< each `KEY=VALUE` of --set
    std::optional<std::string>
        profiles_dir;   ///< adds to or overrides the built-in ones
    bool toml = false;  ///< print the text instead
    std::uint64_t seed = 1;
    bool json = false;
};

/// p5, p50 and p95 of a formula, in the quantity's unit: of a scalar (step -1), or of a
/// series in some of its steps.
struct SampledRow {
    int step = -1;
    std::array<double, 3> quantiles{};
};

/// Samples one formula; an empty answer where it cannot be sampled.
using SampledQuantiles = std::function<std::vector<SampledRow>(QuantityIndex)>;

/// Runs the scenario's formulas over a few thousand samples and answers from that run.
/// Throws: RunError.
SampledQuantiles
sample_formulas(Scenario const& scenario, Executor const& executor, std::uint64_t seed);

/// Writes every quantity with its unit, distribution, source, confidence and p5, p50,
/// p95: of distributions and knots from their own quantile functions, of formulas from
/// `sampled` (may be null: no numbers then).
void write_quantities(Scenario const& scenario,
                      SampledQuantiles const& sampled,
                      std::ostream& out);

/// The same as JSON. Keys are stable: `{"scenario", "file", "quantities": [{name, unit,
/// kind, value, formula, distribution, source, confidence, note, inline, rows}]}`;
/// `kind` is distribution, series or formula; `value` is the text as written and
/// `formula` is null for others; each row is `{month, p5, p50, p95}` with month null
/// for scalars. Dates are months from the start.
void write_quantities_json(Scenario const& scenario,
                           SampledQuantiles const& sampled,
                           std::ostream& out);

/// `leadtime show`: reads the scenario and writes its quantities, or its text. Samples
/// formulas with the executor, which may be null with `options.toml`.
///
/// Returns: the exit status, 0. Throws: text::ConfigError, RunError.
int run_show(ShowOptions const& options, Executor const* executor, std::ostream& out);

}  // namespace leadtime::estimator
