// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/engine/statistics.hpp"
#include "estimator/scenario/scenario.hpp"

#include <cstdint>

namespace leadtime::estimator {

/// A value that cannot be a result.
struct BadValue {
    std::uint64_t sample = ~std::uint64_t{0};  ///< the first one
    int output = -1;
    float value = 0.0f;
};

/// The first of a range of at most `batch_samples` samples; `look` sees their values.
BadValue first_bad(Plan const& plan,
                   HostRunner& runner,
                   SampleRange range,
                   HostRunner::Visitor const& look = {});

/// Fails if any output of the run has a value that cannot be a result, at the first
/// such sample. Throws: RunError.
void check_numbers(Scenario const& scenario,
                   Plan const& plan,
                   HostRunner& runner,
                   std::uint64_t seed,
                   Statistics const& statistics);

}  // namespace leadtime::estimator
