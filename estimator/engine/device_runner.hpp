// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/sample_runner.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace leadtime::estimator {

/// Whether Kokkos' default execution space is a device with a memory of its own.
bool has_device();

/// Samples on Kokkos' default execution space, one thread each: CUDA where Kokkos was
/// built for it (HIP and SYCL take the same way, untested); without a device the same
/// launches run on the host's threads, more slowly, which is how they are tested.
///
/// What add() runs never leaves the device: two batches in flight, each in a stream of
/// its own, are binned there, and integers come back at the end. gather() and visit()
/// copy the outputs that are asked for.
class DeviceRunner final : public SampleRunner {
  public:
    /// The plan is copied to the device.
    DeviceRunner(std::shared_ptr<Plan const> plan, std::uint64_t seed)
        : DeviceRunner(*plan, seed) {}
    DeviceRunner(Plan const& plan, std::uint64_t seed);
    ~DeviceRunner() override;

    void add(SampleSet const& samples,
             Statistics& statistics,
             Control const& control = {}) override;
    void gather(SampleSet const& samples,
                std::span<int const> outputs,
                std::span<float> values,
                Control const& control = {}) override;
    void visit(SampleSet const& samples, Visitor const& f) override;
    /// E.g. "Cuda, 135168 samples in flight, 1 at a time".
    std::string description() const override;

  private:
    std::uint64_t add_some(SampleSet const& samples,
                           std::uint64_t begin,
                           Statistics& statistics,
                           Control const& control);

    class Device;
    std::unique_ptr<Device> device_;
};

}  // namespace leadtime::estimator
