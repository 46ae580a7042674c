// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/scenario/scenario.hpp"

#include <span>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// One output that was asked for by name.
struct SelectedOutput {
    int row = 0;        ///< output row of the plan
    std::string name;   ///< in full: `cn.lag_months@2030-12`, `stock@2030-12`, `x`
    std::string month;  ///< `YYYY-MM`, empty for a scalar
    OutputInfo info;
};

/// The outputs that a text names: `[PATH.]METRIC[@YYYY-MM]`, or a quantity with a month
/// where it is a series. `lag` is short for `lag_months`; a milestone is written as in
/// `milestone_month@1e26`. Without PATH: those of every path that has the metric.
/// Throws: RunError with a suggestion.
std::vector<SelectedOutput>
select_outputs(Scenario const& scenario, Plan const& plan, std::string const& text);

/// All of several texts, each output once.
std::vector<SelectedOutput> select_outputs(Scenario const& scenario,
                                           Plan const& plan,
                                           std::span<std::string const> texts);

/// The same, but a text without a month names all months of a series.
std::vector<SelectedOutput> select_series(Scenario const& scenario,
                                          Plan const& plan,
                                          std::span<std::string const> texts);

/// A metric as the program writes it: `lag` is `lag_months`, `milestone_month@1e25` is
/// `milestone_month@1e+25`; others as they are.
std::string written_metric(std::string const& metric);

/// Numbers of their rows.
std::vector<int> rows_of(std::span<SelectedOutput const> outputs);

/// The scenario with every quantity that the texts name among its outputs.
Scenario with_outputs(Scenario scenario, std::span<std::string const> texts);

/// Finite stand-ins of censored samples, in base units: the ends of what the scenario
/// can know (docs/sensitivity.md 1). NaN where there is none: then the farthest finite
/// sample stands in.
struct CensoredValues {
    double below = 0.0;  ///< of -infinity
    double above = 0.0;  ///< of +infinity
};
CensoredValues censored_values(Scenario const& scenario, OutputInfo const& output);

}  // namespace leadtime::estimator
