// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/control.hpp"
#include "estimator/engine/executor.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/sample_runner.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// The samples [0, samples) of some output rows of a model, in base units:
/// [place in `outputs` * samples + sample]. Runs what these outputs need and no more.
/// A value that cannot be a result is refused, in a message that begins with `context`.
///
/// Throws: BadValueError, Interrupted.
std::vector<float> keep_samples(Executor const& executor,
                                Model const& model,
                                std::uint64_t seed,
                                std::uint64_t samples,
                                std::span<int const> outputs,
                                Control const& control = {},
                                std::string const& context = {});

/// The same from a runner that is there, of this model and seed.
std::vector<float> keep_samples(SampleRunner& runner,
                                Model const& model,
                                std::uint64_t seed,
                                std::uint64_t samples,
                                std::span<int const> outputs,
                                Control const& control = {},
                                std::string const& context = {});

}  // namespace leadtime::estimator
