// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/control.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/engine/statistics.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace leadtime::estimator {

/// Where samples are run.
enum class Backend {
    host,   ///< SIMD lanes on CPU threads
    device  ///< one thread per sample in Kokkos' default execution space
};

/// The device where Kokkos has one, else the host; the environment variable
/// LEADTIME_BACKEND (`host`, `device`) overrides it. Which device, where there are
/// several, is Kokkos' choice (KOKKOS_DEVICE_ID). Throws: RunError for any other value.
Backend chosen_backend();

/// Runs samples of one plan on Kokkos' default execution space: CUDA where Kokkos was
/// built for it (HIP and SYCL take the same way, untested); without a device the same
/// launches run on the host's threads, more slowly, which is how they are tested.
///
/// Outputs never leave the device: two batches in flight, each in a stream of its own,
/// are binned there, and integers come back at the end. The bits are those of
/// HostRunner.
class DeviceRunner {
  public:
    /// The plan is copied to the device.
    DeviceRunner(Plan const& plan, std::uint64_t seed);
    ~DeviceRunner();
    DeviceRunner(DeviceRunner const&) = delete;
    DeviceRunner& operator=(DeviceRunner const&) = delete;

    /// Adds a range to the statistics. Looks at options.stop and reports
    /// options.progress between batches. Throws: Interrupted.
    void add(SampleRange range, Statistics& statistics, RunOptions const& options = {});

    /// In words, e.g. "Cuda, 135168 samples in flight, 1 at a time".
    std::string description() const;

  private:
    class Device;
    std::unique_ptr<Device> device_;
};

}  // namespace leadtime::estimator
