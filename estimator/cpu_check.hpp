// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace leadtime::estimator {

/// Whether this CPU can run the code that this program was built for. `main` asks
/// before anything else, because all but `main.cpp` and `cpu_check.cpp` is compiled for
/// x86-64-v3 and would stop with an illegal instruction.
///
/// Returns: nullptr if it can, else a sentence for the user. Uses no library code.
char const* cpu_problem() noexcept;

}  // namespace leadtime::estimator
