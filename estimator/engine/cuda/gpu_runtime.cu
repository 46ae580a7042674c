// SPDX-License-Identifier: Apache-2.0
// The one place that calls CUDA. Linked with its static runtime, which looks for the
// driver when find() is called and not before.
#include "estimator/engine/cuda/gpu_runtime.hpp"
#include "estimator/engine/cuda/launch_shape.hpp"
#include "estimator/engine/device_runtime.hpp"

#include <cuda_runtime.h>

#include <filesystem>
#include <fstream>

namespace leadtime::estimator {
namespace {

template <class Thread>
__global__ void __launch_bounds__(launch_shape<Thread>.threads,
                                  launch_shape<Thread>.blocks)
    run_threads(Thread const __grid_constant__ thread, std::int64_t count) {
    std::int64_t const i =
        static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < count) {
        thread(i);
    }
}

std::string version_text(int version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

/// Whether the machine has an NVIDIA GPU at all, as the kernel sees its slots.
bool has_nvidia_card() {
    std::error_code error;
    std::filesystem::directory_iterator const slots("/sys/bus/pci/devices", error);
    if (error) {
        return false;
    }
    auto const starts_with = [](std::filesystem::path const& file, char const* text) {
        std::string word;
        std::ifstream(file) >> word;
        return word.starts_with(text);
    };
    for (auto const& slot : slots) {
        if (starts_with(slot.path() / "vendor", "0x10de")
            && starts_with(slot.path() / "class", "0x03")) {  // a display controller
            return true;
        }
    }
    return false;
}

DeviceAnswer why_none(cudaError_t error) {
    int driver = 0;
    if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0) {
        return {has_nvidia_card() ? DeviceStatus::failed : DeviceStatus::none,
                "there is no NVIDIA driver on this machine"};
    }
    if (error == cudaErrorInsufficientDriver) {
        return {DeviceStatus::failed,
                "the NVIDIA driver is too old: it knows CUDA " + version_text(driver)
                    + ", and this program needs " + version_text(CUDART_VERSION)};
    }
    if (error == cudaErrorNoDevice || error == cudaSuccess) {
        return {DeviceStatus::none, "the NVIDIA driver finds no GPU"};
    }
    return {DeviceStatus::failed, cudaGetErrorString(error)};
}

/// Takes the error from the runtime, which would report it again.
DeviceAnswer answer(cudaError_t error) {
    if (error == cudaSuccess) {
        return {};
    }
    static_cast<void>(cudaGetLastError());
    return {error == cudaErrorMemoryAllocation ? DeviceStatus::out_of_memory
                                               : DeviceStatus::failed,
            cudaGetErrorString(error)};
}

template <class Call>
DeviceAnswer on_device(int device, Call const& call) {
    auto const chosen = cudaSetDevice(device);
    return answer(chosen != cudaSuccess ? chosen : call());
}

cudaStream_t handle_of(DeviceStream const& stream) {
    return static_cast<cudaStream_t>(stream.handle);
}

template <class Thread>
DeviceAnswer
launch(DeviceStream const& stream, Thread const& thread, std::int64_t count) {
    if (count == 0) {
        return {};
    }
    return on_device(stream.device, [&] {
        constexpr std::int64_t block = launch_shape<Thread>.threads;
        run_threads<<<static_cast<unsigned>((count + block - 1) / block),
                      static_cast<unsigned>(block),
                      0,
                      handle_of(stream)>>>(thread, count);
        return cudaGetLastError();
    });
}

class GpuRuntime final : public DeviceRuntime {
  public:
    std::string name() const override { return "CUDA"; }

    DeviceAnswer find(std::vector<DeviceDescription>& devices) override {
        devices.clear();
        int count = 0;
        auto const found = cudaGetDeviceCount(&count);
        if (found != cudaSuccess || count == 0) {
            return why_none(found);
        }
        for (int device = 0; device < count; ++device) {
            cudaDeviceProp properties;
            int blocks = 0;
            auto const described = on_device(device, [&] {
                auto const error = cudaGetDeviceProperties(&properties, device);
                return error != cudaSuccess
                           ? error
                           : cudaOccupancyMaxActiveBlocksPerMultiprocessor(
                               &blocks,
                               run_threads<kernels::SampleThread>,
                               sample_shape.threads,
                               0);
            });
            if (described.status != DeviceStatus::ok) {
                devices.clear();
                return described;
            }
            devices.push_back(
                {properties.name,
                 "sm_" + std::to_string(properties.major)
                     + std::to_string(properties.minor),
                 properties.totalGlobalMem,
                 blocks * sample_shape.threads * properties.multiProcessorCount});
        }
        return {};
    }

    DeviceAnswer room(int device, std::size_t& bytes) override {
        return on_device(device, [&] {
            std::size_t free = 0;
            std::size_t all = 0;
            auto const error = cudaMemGetInfo(&free, &all);
            bytes = free / 10 * 9;  // the rest is for counts, and for the driver
            return error;
        });
    }
    DeviceAnswer allocate(int device, std::size_t bytes, void*& memory) override {
        return on_device(device, [&] { return cudaMalloc(&memory, bytes); });
    }
    void release(int device, void* memory) noexcept override {
        static_cast<void>(on_device(device, [&] { return cudaFree(memory); }));
    }

    DeviceAnswer open(DeviceStream& stream) override {
        return on_device(stream.device, [&] {
            cudaStream_t handle = nullptr;
            auto const error =
                cudaStreamCreateWithFlags(&handle, cudaStreamNonBlocking);
            stream.handle = handle;
            return error;
        });
    }
    void close(DeviceStream const& stream) noexcept override {
        static_cast<void>(on_device(
            stream.device, [&] { return cudaStreamDestroy(handle_of(stream)); }));
    }

    DeviceAnswer to_device(DeviceStream const& stream,
                           void* to,
                           void const* from,
                           std::size_t bytes) override {
        return copy(stream, to, from, bytes, cudaMemcpyHostToDevice);
    }
    DeviceAnswer to_host(DeviceStream const& stream,
                         void* to,
                         void const* from,
                         std::size_t bytes) override {
        return copy(stream, to, from, bytes, cudaMemcpyDeviceToHost);
    }

    DeviceAnswer run(DeviceStream const& stream,
                     kernels::SampleThread const& thread,
                     std::int64_t count) override {
        return launch(stream, thread, count);
    }
    DeviceAnswer run(DeviceStream const& stream,
                     kernels::BinThread const& thread,
                     std::int64_t count) override {
        return launch(stream, thread, count);
    }

    DeviceAnswer state(DeviceStream const& stream) override {
        auto const chosen = cudaSetDevice(stream.device);
        auto const error =
            chosen != cudaSuccess ? chosen : cudaStreamQuery(handle_of(stream));
        if (error == cudaErrorNotReady) {
            static_cast<void>(cudaGetLastError());
            return {DeviceStatus::busy, {}};
        }
        return answer(error);
    }

  private:
    static constexpr LaunchShape sample_shape = launch_shape<kernels::SampleThread>;

    static DeviceAnswer copy(DeviceStream const& stream,
                             void* to,
                             void const* from,
                             std::size_t bytes,
                             cudaMemcpyKind kind) {
        return on_device(stream.device, [&] {
            return cudaMemcpyAsync(to, from, bytes, kind, handle_of(stream));
        });
    }
};

}  // namespace

DeviceRuntime& gpu_runtime() {
    static GpuRuntime runtime;
    return runtime;
}

}  // namespace leadtime::estimator
