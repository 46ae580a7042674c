// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

namespace leadtime::estimator {

/// Writes where samples can be run on this machine, and why no GPU is among it.
///
/// JSON: `{"devices": [{device, name, architecture, memory_bytes}], "without_gpu"}`;
/// what is not known is null, and so is without_gpu where there is one.
///
/// Returns: the exit status, 0.
int run_devices(bool json, std::ostream& out);

}  // namespace leadtime::estimator
