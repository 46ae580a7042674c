// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/compile.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "estimator/scenario/scenario.hpp"

#include "tests/support/same_bits.hpp"
#include "tests/support/studies.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace leadtime::tests {

/// Every output of some samples of a scenario, one by one.
class Sampled {
  public:
    Sampled(std::string const& text, std::uint64_t samples, std::uint64_t seed = 1)
        : Sampled(estimator::read_scenario_text(
                      text, "sampled.toml", hwprofiles::ProfileLibrary::load()),
                  samples,
                  seed) {}
    Sampled(estimator::Scenario const& scenario,
            std::uint64_t samples,
            std::uint64_t seed = 1)
        : plan_(estimator::compile(scenario))
        , samples_(samples)
        , values_(tests::all_outputs(plan_, seed, {0, samples})) {}

    /// The values of a metric in a step (-1: a scalar), by sample, in base units.
    std::vector<float>
    of(std::string const& path, std::string const& metric, int step = -1) const {
        for (std::size_t row = 0; row < plan_.outputs.size(); ++row) {
            auto const& output = plan_.outputs[row];
            if (output.path == path && output.metric == metric && output.step == step) {
                auto const begin =
                    values_.begin() + static_cast<std::ptrdiff_t>(row * samples_);
                return {begin, begin + static_cast<std::ptrdiff_t>(samples_)};
            }
        }
        throw std::out_of_range("no output " + path + " " + metric);
    }
    std::vector<float> of(std::string const& quantity, int step = -1) const {
        return of("", quantity, step);
    }

    double mean(std::string const& quantity, int step = -1) const {
        double sum = 0.0;
        for (float const value : of(quantity, step)) {
            sum += static_cast<double>(value);
        }
        return sum / static_cast<double>(samples_);
    }

    bool has_bits_of(Sampled const& other) const {
        return same_bits(values_, other.values_);
    }

    int steps() const { return plan_.reported_steps(); }

  private:
    estimator::Plan plan_;
    std::uint64_t samples_;
    std::vector<float> values_;
};

}  // namespace leadtime::tests
