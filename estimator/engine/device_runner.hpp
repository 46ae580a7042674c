// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/sample_runner.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace leadtime::estimator {

class DeviceBatches;
struct UsedDevice;

/// Samples on devices of a runtime, one thread each. Batches go to whichever device is
/// free.
///
/// What add() runs never leaves the devices: it is binned there, and integers come back
/// at the end. gather() and visit() copy the outputs that are asked for.
class DeviceRunner final : public SampleRunner {
  public:
    /// The plan is copied to the devices. Throws: RunError.
    DeviceRunner(std::vector<UsedDevice> const& devices,
                 Plan const& plan,
                 std::uint64_t seed);
    ~DeviceRunner() override;
    DeviceRunner(DeviceRunner const&) = delete;
    DeviceRunner& operator=(DeviceRunner const&) = delete;

    void add(SampleSet const& samples,
             Statistics& statistics,
             Control const& control = {}) override;
    void gather(SampleSet const& samples,
                std::span<int const> outputs,
                std::span<float> values,
                Control const& control = {}) override;
    void visit(SampleSet const& samples,
               std::span<int const> outputs,
               Visitor const& f) override;
    /// E.g. "cuda:0 (NVIDIA H100), 135168 samples in flight, 1 at a time".
    std::string description() const override;

  private:
    /// A slot of a device, and the samples that it was given last.
    struct Place {
        DeviceBatches* device = nullptr;
        std::size_t slot = 0;
        std::uint64_t begin = 0;
        int count = 0;  ///< 0: none, or they are done with
    };

    template <class Done>
    Place& free_place(Control const& control, Done const& done);
    template <class Start, class Done>
    void run(SampleSet const& samples,
             Control const& control,
             Start const& start,
             Done const& done);

    std::string name_;
    std::vector<std::unique_ptr<DeviceBatches>> devices_;
    std::vector<Place> places_;  ///< the first of each device, then the second ones
    std::size_t next_ = 0;
};

}  // namespace leadtime::estimator
