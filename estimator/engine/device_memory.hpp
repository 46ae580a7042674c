// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/device_runtime.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <utility>

namespace leadtime::estimator {

/// The memory of a device is used up; for those who can ask for less.
struct OutOfDeviceMemory {};

/// A device that a runner uses: its number, and what to call it in a sentence.
struct UsedDevice {
    DeviceRuntime* runtime = nullptr;
    int number = 0;
    std::string label;        ///< "cuda:0 (NVIDIA H100 80GB HBM3)"
    int threads_at_once = 1;  ///< as DeviceDescription has it
};

/// Throws: OutOfDeviceMemory; RunError where the device failed.
void check(UsedDevice const& device, DeviceAnswer const& answer);

/// Memory of a device.
class DeviceMemory {
  public:
    DeviceMemory() = default;
    /// Throws: as check().
    DeviceMemory(UsedDevice const& device, std::size_t bytes)
        : device_(&device) {
        // Nothing is still a place that a kernel may be told of.
        check(device, device.runtime->allocate(device.number, bytes + 1, memory_));
    }
    DeviceMemory(DeviceMemory const&) = delete;
    DeviceMemory& operator=(DeviceMemory const&) = delete;
    DeviceMemory(DeviceMemory&& other) noexcept { swap(other); }
    DeviceMemory& operator=(DeviceMemory&& other) noexcept {
        DeviceMemory(std::move(other)).swap(*this);
        return *this;
    }
    ~DeviceMemory() {
        if (memory_ != nullptr) {
            device_->runtime->release(device_->number, memory_);
        }
    }

    /// Leaves it to the end of the process: freeing would wait for what uses it.
    void leak() noexcept { memory_ = nullptr; }

    template <class T>
    T* as() const {
        return static_cast<T*>(memory_);
    }

  private:
    void swap(DeviceMemory& other) noexcept {
        std::swap(device_, other.device_);
        std::swap(memory_, other.memory_);
    }

    UsedDevice const* device_ = nullptr;
    void* memory_ = nullptr;
};

}  // namespace leadtime::estimator
