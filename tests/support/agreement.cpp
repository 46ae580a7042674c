// SPDX-License-Identifier: Apache-2.0
#include "tests/support/agreement.hpp"

#include "estimator/compile.hpp"
#include "estimator/launch.hpp"
#include "tests/support/reference.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace leadtime::tests {
namespace {

using Key = std::tuple<std::string, std::string, int>;

bool is_time(std::string const& unit) {
    return unit == "month" || unit == "date";
}

}  // namespace

Agreement compare_with_reference(
    estimator::Scenario const& scenario, std::uint64_t seed, std::uint64_t samples) {
    estimator::Plan const plan = estimator::compile(scenario);
    std::vector<float> const values = estimator::run_samples(plan, seed, {0, samples});
    double const horizon = scenario.steps * scenario.months_per_step;

    Agreement agreement;
    for (std::uint64_t sample = 0; sample < samples; ++sample) {
        std::map<Key, double> expected;
        for (ReferenceRow const& row : reference_sample(scenario, seed, sample)) {
            expected[{row.path, row.metric, row.step}] = row.value;
        }
        for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
            estimator::OutputInfo const& output = plan.outputs[i];
            double const ours =
                static_cast<double>(values[i * samples + sample]) / output.scale;
            auto const found =
                expected.find({output.path, output.metric, output.step});
            double error = 0.0;
            double theirs = std::nan("");
            if (found == expected.end()) {
                error = HUGE_VAL;
            } else {
                theirs = found->second;
                double const allowed =
                    1e-4 * std::abs(theirs) + (is_time(output.unit) ? 1e-4 * horizon : 1e-30);
                error = ours == theirs ? 0.0 : std::abs(ours - theirs) / allowed;
                if (std::isnan(error)) {
                    error = HUGE_VAL;
                }
            }
            ++agreement.compared;
            agreement.finite += std::isfinite(theirs) ? 1 : 0;
            if (error > agreement.worst) {
                agreement.worst = error;
                agreement.where = fmt::format(
                    "path {} {} step {} sample {}: kernel {} reference {}",
                    output.path,
                    output.metric,
                    output.step,
                    sample,
                    ours,
                    theirs);
            }
        }
    }
    return agreement;
}

}  // namespace leadtime::tests
