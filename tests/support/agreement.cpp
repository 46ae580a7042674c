// SPDX-License-Identifier: Apache-2.0
#include "tests/support/agreement.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/scenario/dependencies.hpp"

#include "tests/support/reference.hpp"
#include "tests/support/studies.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <tuple>

namespace leadtime::tests {
namespace {

constexpr double largest_float = std::numeric_limits<float>::max();

using Key = std::tuple<std::string, std::string, int>;

/// How large things are, to tell rounding from error: what is left over after buying
/// all there is, and what is bought with it, is a small difference of large numbers.
class Sizes {
  public:
    explicit Sizes(std::vector<ReferenceRow> const& rows) {
        for (ReferenceRow const& row : rows) {
            if (!std::isfinite(row.value)) {
                continue;
            }
            grow(metrics_[{row.path, row.metric}], row.value);
            if (row.metric.starts_with("channel.")) {
                grow(chips_[row.path], row.value);
            } else if (row.metric == "cumulative_spend_usd") {
                grow(usd_[row.path], row.value);
            }
        }
    }

    /// The largest difference from a reference value that single precision explains.
    double allowed(estimator::OutputInfo const& output,
                   double expected,
                   double horizon) const {
        double allowed = 1e-4 * std::abs(expected) + 1e-30;
        if (output.unit == "month" || output.unit == "date") {
            allowed += 1e-4 * horizon;
        }
        if (output.metric.starts_with("run_time_")) {
            allowed += 3e-6;  // differences of parts of a step
        }
        if (output.metric.starts_with(estimator::carried_by)) {
            allowed += 1e-4;  // of a part of the run
        }
        if (output.metric.find("ratio") != std::string::npos) {
            allowed *= 2.0;  // carries the errors of both runs
        }
        allowed += 3e-5 * find(metrics_, std::pair(output.path, output.metric));
        if (output.unit == "USD") {
            allowed += 3e-5 * find(usd_, output.path);
        } else if (output.unit == "chips" || output.unit == "H100e") {
            allowed += 3e-5 * find(chips_, output.path);
        }
        return allowed;
    }

  private:
    static void grow(double& size, double value) {
        size = std::max(size, std::abs(value));
    }

    template <class Map, class MapKey>
    static double find(Map const& map, MapKey const& key) {
        auto const found = map.find(key);
        return found == map.end() ? 0.0 : found->second;
    }

    std::map<std::pair<std::string, std::string>, double> metrics_;
    std::map<std::string, double> chips_;
    std::map<std::string, double> usd_;
};

}  // namespace

Agreement compare_with_reference(estimator::Scenario const& scenario,
                                 std::uint64_t seed,
                                 std::uint64_t samples) {
    estimator::Plan const plan = estimator::compile(scenario);
    std::vector<float> const values = tests::all_outputs(plan, seed, {0, samples});
    double const horizon = scenario.steps * scenario.months_per_step;

    Agreement agreement;
    for (std::uint64_t sample = 0; sample < samples; ++sample) {
        std::map<Key, double> expected;
        auto const reference = reference_sample(scenario, seed, sample);
        Sizes const sizes(reference);
        for (ReferenceRow const& row : reference) {
            expected[{row.path, row.metric, row.step}] = row.value;
        }
        bool const is_refused =
            std::ranges::any_of(plan.outputs, [&](estimator::OutputInfo const& output) {
                auto const found =
                    expected.find({output.path, output.metric, output.step});
                return found != expected.end() && std::isfinite(found->second)
                       && std::abs(found->second * output.scale) > largest_float;
            });
        if (is_refused) {
            continue;  // a run with such a value stops with an error
        }
        for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
            estimator::OutputInfo const& output = plan.outputs[i];
            double const ours =
                static_cast<double>(values[i * samples + sample]) / output.scale;
            auto const found = expected.find({output.path, output.metric, output.step});
            double error = 0.0;
            double theirs = std::nan("");
            if (found == expected.end()) {
                error = HUGE_VAL;
            } else {
                theirs = found->second;
                bool const is_same =
                    ours == theirs || (std::isnan(ours) && std::isnan(theirs));
                error = is_same ? 0.0
                                : std::abs(ours - theirs)
                                      / sizes.allowed(output, theirs, horizon);
                if (std::isnan(error)) {
                    error = HUGE_VAL;
                }
            }
            ++agreement.compared;
            agreement.finite += std::isfinite(theirs) ? 1 : 0;
            agreement.not_a_number +=
                found != expected.end() && std::isnan(theirs) ? 1 : 0;
            if (error > 1.0) {
                ++agreement.outliers;
            }
            if (error > agreement.worst) {
                agreement.worst = error;
                agreement.where =
                    fmt::format("path {} {} step {} sample {}: kernel {} reference {}",
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
