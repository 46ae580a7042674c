// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace leadtime::estimator {

inline constexpr int exit_failure = 2;  ///< bad input, or something went wrong
inline constexpr int exit_interrupted = 130;

}  // namespace leadtime::estimator
