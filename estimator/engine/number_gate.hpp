// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/model.hpp"
#include "estimator/engine/sample_runner.hpp"
#include "estimator/engine/statistics.hpp"

#include <cstdint>

namespace leadtime::estimator {

/// A value that cannot be a result.
struct BadValue {
    std::uint64_t sample = ~std::uint64_t{0};  ///< the first one
    int output = -1;
    float value = 0.0f;
};

/// The first of at most `batch_samples` samples, over the model's rows; `look` visits
/// these.
BadValue first_bad(Model const& model,
                   SampleRunner& runner,
                   SampleSet const& samples,
                   SampleRunner::Visitor const& look = {});

/// Fails if any output of these samples, which the statistics are of, has a value that
/// cannot be a result, at the first such sample. Throws: BadValueError.
void check_numbers(Model const& model,
                   SampleRunner& runner,
                   std::uint64_t seed,
                   SampleSet const& samples,
                   Statistics const& statistics);

}  // namespace leadtime::estimator
