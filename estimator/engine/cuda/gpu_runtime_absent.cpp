// SPDX-License-Identifier: Apache-2.0
// In place of gpu_runtime.cu, where nvcc was not found or LEADTIME_CUDA is OFF.
#include "estimator/engine/cuda/gpu_runtime.hpp"
#include "estimator/engine/device_runtime.hpp"

namespace leadtime::estimator {
namespace {

/// Has no device, so that nothing else of it is ever called.
class AbsentRuntime final : public DeviceRuntime {
  public:
    std::string name() const override { return "CUDA"; }
    DeviceAnswer find(std::vector<DeviceDescription>& devices) override {
        devices.clear();
        return absent();
    }
    DeviceAnswer room(int, std::size_t&) override { return absent(); }
    DeviceAnswer allocate(int, std::size_t, void*&) override { return absent(); }
    void release(int, void*) noexcept override {}
    DeviceAnswer open(DeviceStream&) override { return absent(); }
    void close(DeviceStream const&) noexcept override {}
    DeviceAnswer
    to_device(DeviceStream const&, void*, void const*, std::size_t) override {
        return absent();
    }
    DeviceAnswer
    to_host(DeviceStream const&, void*, void const*, std::size_t) override {
        return absent();
    }
    DeviceAnswer
    run(DeviceStream const&, kernels::SampleThread const&, std::int64_t) override {
        return absent();
    }
    DeviceAnswer
    run(DeviceStream const&, kernels::BinThread const&, std::int64_t) override {
        return absent();
    }
    DeviceAnswer state(DeviceStream const&) override { return absent(); }

  private:
    static DeviceAnswer absent() {
        return {DeviceStatus::none, "this program was built without CUDA"};
    }
};

}  // namespace

DeviceRuntime& gpu_runtime() {
    static AbsentRuntime runtime;
    return runtime;
}

}  // namespace leadtime::estimator
