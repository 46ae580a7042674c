// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/scenario.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace leadtime::tests {

/// One metric of one sample (model.md 6). `step` is -1 for scalars, `path` empty for
/// the quantities of [output].
struct ReferenceRow {
    std::string path;
    std::string metric;
    int step = -1;
    double value = 0.0;
};

/// Evaluates one sample of a scenario, slowly and obviously, straight from
/// docs/model.md and in double throughout. It shares nothing with the kernels but the
/// scenario.
///
/// Units: USD, FLOP, chips, W, months; quantities of [output] in their declared unit.
/// Throws: std::logic_error where a formula reads what cannot be known.
std::vector<ReferenceRow> reference_sample(estimator::Scenario const& scenario,
                                           std::uint64_t seed,
                                           std::uint64_t sample);

/// The value of every quantity in one sample, in base units: [quantity][month].
std::vector<std::vector<double>> reference_quantities(
    estimator::Scenario const& scenario, std::uint64_t seed, std::uint64_t sample);

/// A milestone as metric names write it, as %g: 1e+25, 2.5e+26.
std::string reference_milestone_name(double milestone);

}  // namespace leadtime::tests
