// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/model.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

/// The gate for values that cannot be results, one for all commands.
namespace leadtime::estimator {

/// Whether a value cannot be a result: not a number, or infinite where nothing is
/// censored.
inline bool is_bad(OutputInfo const& output, float value) {
    return std::isnan(value) || (std::isinf(value) && !output.may_be_infinite);
}

/// The place of the first value that cannot be a result.
std::optional<std::size_t> find_bad(OutputInfo const& output,
                                    std::span<float const> values);

/// Fails for a sample in which an output has a bad value. Runs the sample again to name
/// the first formula at fault: the one that is not a number (or infinite) while nothing
/// is that it reads. `context`, e.g. "cell 3: ", begins the message.
///
/// Throws: BadValueError, always.
[[noreturn]] void refuse_sample(Model const& model,
                                std::uint64_t seed,
                                std::uint64_t sample,
                                int output,
                                float value,
                                std::string const& context = {});

/// The first bad value of a block of samples, outputs[i] being in values[i * n] to
/// values[i * n + n - 1], n the number of samples, which begin with number
/// `first_sample`: refuse_sample(), or nothing.
///
/// Throws: BadValueError.
void check_values(Model const& model,
                  std::uint64_t seed,
                  std::span<int const> outputs,
                  std::span<float const> values,
                  std::string const& context = {},
                  std::uint64_t first_sample = 0);

}  // namespace leadtime::estimator
