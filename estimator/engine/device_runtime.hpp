// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/device_threads.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// How a call of a runtime ended.
enum class DeviceStatus {
    ok,
    busy,           ///< no error: the work is under way
    none,           ///< there is no such device, and nothing is wrong with that
    out_of_memory,  ///< less may fit
    failed          ///< the device, its driver or a kernel
};

/// Errors are values here; `text` has the runtime's own words.
struct [[nodiscard]] DeviceAnswer {
    DeviceStatus status = DeviceStatus::ok;
    std::string text = {};
};

/// One device, as a runtime knows it.
struct DeviceDescription {
    std::string name;                ///< "NVIDIA H100 80GB HBM3"
    std::string architecture;        ///< "sm_90"; empty: not known
    std::uint64_t memory_bytes = 0;  ///< 0: not known
    int threads_at_once = 0;         ///< samples that run at the same time
};

/// A queue of one device: what is put into it runs in that order, beside other queues.
struct DeviceStream {
    int device = 0;
    void* handle = nullptr;  ///< the runtime's own
};

/// What runs kernels on devices: CUDA, Kokkos, or a fake in tests. None of their types
/// is seen, nothing is thrown, and one thread at a time calls it. Devices are numbered
/// from 0.
class DeviceRuntime {
  public:
    DeviceRuntime() = default;
    virtual ~DeviceRuntime() = default;
    DeviceRuntime(DeviceRuntime const&) = delete;
    DeviceRuntime& operator=(DeviceRuntime const&) = delete;

    virtual std::string name() const = 0;  ///< "CUDA"

    /// All devices. `none` or `failed`, with the reason, where there are none.
    virtual DeviceAnswer find(std::vector<DeviceDescription>& devices) = 0;

    /// Bytes that batches of samples may take now.
    virtual DeviceAnswer room(int device, std::size_t& bytes) = 0;
    virtual DeviceAnswer allocate(int device, std::size_t bytes, void*& memory) = 0;
    virtual void release(int device, void* memory) noexcept = 0;

    virtual DeviceAnswer open(DeviceStream& stream) = 0;  ///< on stream.device
    virtual void close(DeviceStream const& stream) noexcept = 0;

    /// Host memory may be changed once this returns.
    virtual DeviceAnswer to_device(DeviceStream const& stream,
                                   void* to,
                                   void const* from,
                                   std::size_t bytes) = 0;
    /// Host memory is filled once state() is ok.
    virtual DeviceAnswer to_host(DeviceStream const& stream,
                                 void* to,
                                 void const* from,
                                 std::size_t bytes) = 0;
    /// Runs thread(i) for each i below `count`.
    virtual DeviceAnswer run(DeviceStream const& stream,
                             kernels::SampleThread const& thread,
                             std::int64_t count) = 0;
    virtual DeviceAnswer run(DeviceStream const& stream,
                             kernels::BinThread const& thread,
                             std::int64_t count) = 0;

    /// ok: all that was put into the stream is done; busy: not yet.
    virtual DeviceAnswer state(DeviceStream const& stream) = 0;
};

/// Kokkos' default execution space as one device: the host's threads, or what Kokkos
/// was built for (HIP and SYCL: untested). Needs Kokkos initialised.
DeviceRuntime& kokkos_runtime();

}  // namespace leadtime::estimator
