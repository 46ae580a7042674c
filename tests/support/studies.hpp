// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/host_runner.hpp"
#include "estimator/leadtime.hpp"

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

/// Studies of scenarios as tests have them, on the host's threads.
namespace leadtime::tests {

inline estimator::Executor const& executor() {
    static auto const host = estimator::make_executor({"host", ""});
    return *host;
}

inline estimator::Result estimate(estimator::Scenario scenario,
                                  estimator::RunOptions const& options) {
    return estimator::estimate(
        estimator::Model(std::move(scenario)), executor(), options);
}

inline std::vector<estimator::PairedResult>
compare_scenarios(std::vector<estimator::Scenario> const& scenarios,
                  estimator::RunOptions const& options,
                  estimator::OutputFilter const& wanted) {
    return estimator::compare_models(
        {scenarios.begin(), scenarios.end()}, executor(), options, wanted);
}

/// All outputs of some samples: [output row * range.size() + sample].
inline std::vector<float> all_outputs(estimator::SampleRunner& runner,
                                      estimator::Plan const& plan,
                                      estimator::SampleRange range) {
    std::vector<int> rows(plan.outputs.size());
    std::iota(rows.begin(), rows.end(), 0);
    std::vector<float> values(rows.size() * range.size());
    runner.gather(range, rows, values);
    return values;
}

/// The same, run on the host.
inline std::vector<float> all_outputs(estimator::Plan const& plan,
                                      std::uint64_t seed,
                                      estimator::SampleRange range) {
    estimator::HostRunner runner(plan, seed);
    return all_outputs(runner, plan, range);
}

}  // namespace leadtime::tests
