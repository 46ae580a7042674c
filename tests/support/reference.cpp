// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference.hpp"

#include "tests/support/reference_effective.hpp"
#include "tests/support/reference_formula.hpp"
#include "tests/support/reference_lag.hpp"
#include "tests/support/reference_path.hpp"

#include <array>
#include <cstddef>
#include <cstdio>

namespace leadtime::tests {

namespace {

using estimator::Path;
using estimator::Scenario;

bool is_reference(Scenario const& scenario, Path const& path) {
    return &path == &scenario.paths[scenario.reference];
}

int months_of(Scenario const& scenario) {
    return scenario.steps * scenario.months_per_step;
}

/// Appends what compares paths and needs no later month, so that formulas may read it.
void append_causal_comparison(Scenario const& scenario,
                              int month,
                              ReferenceRecord& record) {
    Path const& reference = scenario.paths[scenario.reference];
    ReferenceRuns const runs =
        reference_runs(reference, record[reference.name].by_step["run_flop"]);
    for (Path const& path : scenario.paths) {
        if (!is_reference(scenario, path)) {
            ReferenceMetrics& metrics = record[path.name];
            double const flop = metrics.by_step["run_flop"].back();
            metrics.causal_lag.push_back(reference_causal_lag(runs, flop, month));
            double const leader = runs.points.back().second;
            metrics.by_step["ratio"].push_back(leader > 0.0 ? flop / leader : 0.0);
            metrics.by_step["parity"].push_back(reference_has_as_much(flop, leader));
        }
    }
}

void compare(Scenario const& scenario, ReferenceRecord& record) {
    Path const& reference = scenario.paths[scenario.reference];
    std::vector<double> const& leader = record[reference.name].by_step["run_flop"];
    ReferenceRuns const runs = reference_runs(reference, leader);
    for (Path const& path : scenario.paths) {
        ReferenceMetrics& metrics = record[path.name];
        std::vector<double> const& own = metrics.by_step["run_flop"];
        bool const follower = !is_reference(scenario, path);
        if (follower) {
            std::vector<double>& lag = metrics.by_step["lag_months"];
            for (std::size_t t = 0; t < own.size(); ++t) {
                lag.push_back(reference_lag(runs, own[t], static_cast<double>(t)));
            }
            metrics.scalars["parity_month"] = reference_parity_month(own, leader);
        }
        for (double const level : scenario.milestones) {
            std::string const name = reference_milestone_name(level);
            double const month = reference_milestone_month(path, own, level);
            metrics.scalars["milestone_month@" + name] = month;
            metrics.scalars["milestone_cost_usd@" + name] =
                reference_spend_at(metrics.by_step["cumulative_spend_usd"], month);
            if (follower) {
                metrics.scalars["milestone_lag_months@" + name] =
                    reference_milestone_lag(
                        month, reference_milestone_month(reference, leader, level));
            }
        }
    }
}

/// Steps all paths through the months, then compares them with the reference path.
void run_paths(Scenario const& scenario,
               ReferenceQuantities& quantities,
               ReferenceRecord& record) {
    std::vector<ReferenceCap> caps(scenario.caps.size());
    std::vector<ReferencePathStepper> steppers;
    for (Path const& path : scenario.paths) {
        steppers.emplace_back(scenario, path, quantities, caps);
    }
    ReferenceProgress progress(scenario, quantities, record);
    int const months = scenario.paths.empty() ? 0 : months_of(scenario);
    for (int month = 0; month < months; ++month) {
        for (std::size_t p = 0; p < scenario.paths.size(); ++p) {
            steppers[p].advance(month, record[scenario.paths[p].name]);
        }
        append_causal_comparison(scenario, month, record);
        progress.advance(month);
    }
    if (!scenario.paths.empty()) {
        compare(scenario, record);
        append_catchup(scenario, progress, record);
    }
}

/// Whether a quantity's reported step is its mean over the step's months.
bool is_mean(Scenario const& scenario,
             ReferenceQuantities const& quantities,
             estimator::QuantityIndex index) {
    for (estimator::Event const& event : scenario.events) {
        if (event.active == index) {
            return true;
        }
    }
    return !quantities.remembers(index);
}

double
reported(std::vector<double> const& by_month, int step, int length, bool is_mean) {
    double sum = 0.0;
    for (int month = step * length; month < (step + 1) * length; ++month) {
        sum += by_month.at(static_cast<std::size_t>(month));
    }
    return is_mean ? sum / length
                   : by_month[static_cast<std::size_t>(step * length + length - 1)];
}

}  // namespace

std::vector<ReferenceRow>
reference_sample(Scenario const& scenario, std::uint64_t seed, std::uint64_t sample) {
    ReferenceRecord record;
    ReferenceQuantities quantities(scenario, record, seed, sample);
    run_paths(scenario, quantities, record);

    int const length = scenario.months_per_step;
    std::vector<ReferenceRow> rows;
    for (Path const& path : scenario.paths) {
        ReferenceMetrics const& metrics = record[path.name];
        for (auto const& [metric, values] : metrics.by_step) {
            for (int step = 0; step < scenario.steps; ++step) {
                rows.push_back(
                    {path.name, metric, step, reported(values, step, length, false)});
            }
        }
        for (auto const& [metric, value] : metrics.scalars) {
            rows.push_back({path.name, metric, -1, value});
        }
    }
    for (estimator::QuantityIndex const index : scenario.outputs) {
        estimator::Quantity const& quantity = scenario.quantities[index];
        double const scale = quantity.unit.scale;
        if (!quantities.depends_on_month(index)) {
            double const value = quantities.value(index, 0) / scale;
            rows.push_back({"", quantity.name, -1, value});
            continue;
        }
        std::vector<double> by_month;
        for (int month = 0; month < months_of(scenario); ++month) {
            by_month.push_back(quantities.value(index, month) / scale);
        }
        bool const means = is_mean(scenario, quantities, index);
        for (int step = 0; step < scenario.steps; ++step) {
            double const value = reported(by_month, step, length, means);
            rows.push_back({"", quantity.name, step, value});
        }
    }
    return rows;
}

std::vector<std::vector<double>> reference_quantities(Scenario const& scenario,
                                                      std::uint64_t seed,
                                                      std::uint64_t sample) {
    ReferenceRecord record;
    ReferenceQuantities quantities(scenario, record, seed, sample);
    run_paths(scenario, quantities, record);
    std::vector<std::vector<double>> result;
    for (std::size_t q = 0; q < scenario.quantities.size(); ++q) {
        std::vector<double> values;
        for (int month = 0; month < months_of(scenario); ++month) {
            values.push_back(quantities.value(q, month));
        }
        result.push_back(values);
    }
    return result;
}

std::string reference_milestone_name(double milestone) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%g", milestone);
    return text.data();
}

}  // namespace leadtime::tests
