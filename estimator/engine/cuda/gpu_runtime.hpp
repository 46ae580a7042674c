// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace leadtime::estimator {

class DeviceRuntime;

/// NVIDIA GPUs by CUDA. Asking for it starts nothing: find() looks for the driver, and
/// says so where there is none, or where this program was built without CUDA.
DeviceRuntime& gpu_runtime();

}  // namespace leadtime::estimator
