// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/control.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/sample_runner.hpp"
#include "estimator/engine/statistics.hpp"

#include <cstdint>

namespace leadtime::estimator {

/// Samples that axes are laid out from, after a first pilot of `batch_samples`.
inline constexpr std::uint64_t second_pilot_samples = 8192;

/// Lays out the statistics of a run of `samples` samples of a model, whose runner has
/// the seed, from a pilot of its first few thousand. One of the first 1,024 that cannot
/// be a result is refused at once. Throws: BadValueError, Interrupted.
Statistics start_statistics(Model const& model,
                            SampleRunner& runner,
                            std::uint64_t seed,
                            std::uint64_t samples,
                            Control const& control = {});

}  // namespace leadtime::estimator
