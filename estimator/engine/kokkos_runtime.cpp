// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/device_runtime.hpp"

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <new>

namespace leadtime::estimator {
namespace {

using Space = Kokkos::DefaultExecutionSpace;
using Memory = Space::memory_space;
using Unmanaged = Kokkos::MemoryTraits<Kokkos::Unmanaged>;
template <class Byte, class Place>
using Bytes = Kokkos::View<Byte*, Kokkos::LayoutRight, Place, Unmanaged>;

constexpr bool is_host =
    Kokkos::SpaceAccessibility<Kokkos::HostSpace, Memory>::accessible;
// Kokkos knows no free memory: a part of any accelerator's, little of a host's.
constexpr std::size_t batch_bytes = is_host ? 64u << 20 : 4ull << 30;

Space const& space_of(DeviceStream const& stream) {
    return *static_cast<Space const*>(stream.handle);
}

/// What Kokkos throws becomes a value.
template <class Call>
DeviceAnswer answer(Call const& call) {
    try {
        call();
        return {};
    } catch (std::bad_alloc const& error) {
        return {DeviceStatus::out_of_memory, error.what()};
    } catch (std::exception const& error) {
        return {DeviceStatus::failed, error.what()};
    }
}

template <class Thread, class Index>
DeviceAnswer launch(char const* label,
                    DeviceStream const& stream,
                    Thread const& thread,
                    Index count) {
    return answer([&] {
        Kokkos::parallel_for(label,
                             Kokkos::RangePolicy<Space, Kokkos::IndexType<Index>>(
                                 space_of(stream), 0, count),
                             thread);
    });
}

class KokkosRuntime final : public DeviceRuntime {
  public:
    std::string name() const override {
        return std::string(Space::name()) + (is_host ? " as a device" : "");
    }

    DeviceAnswer find(std::vector<DeviceDescription>& devices) override {
        int const threads = Space().concurrency();
        devices = {{{}, {}, 0, is_host ? std::max(threads, 1024) : threads}};
        return {};
    }

    DeviceAnswer room(int, std::size_t& bytes) override {
        bytes = batch_bytes;
        return {};
    }
    DeviceAnswer allocate(int, std::size_t bytes, void*& memory) override {
        return answer([&] {
            memory = Kokkos::kokkos_malloc<Memory>("leadtime::allocate", bytes);
        });
    }
    void release(int, void* memory) noexcept override {
        Kokkos::kokkos_free<Memory>(memory);
    }

    DeviceAnswer open(DeviceStream& stream) override {
        return answer([&] {
            stream.handle =
                is_host
                    ? new Space()
                    : new Space(Kokkos::Experimental::partition_space(Space(), 1)[0]);
        });
    }
    void close(DeviceStream const& stream) noexcept override {
        delete static_cast<Space*>(stream.handle);
    }

    DeviceAnswer to_device(DeviceStream const& stream,
                           void* to,
                           void const* from,
                           std::size_t bytes) override {
        return answer([&] {
            Kokkos::deep_copy(space_of(stream),
                              Bytes<char, Memory>(static_cast<char*>(to), bytes),
                              Bytes<char const, Kokkos::HostSpace>(
                                  static_cast<char const*>(from), bytes));
            space_of(stream).fence("leadtime: host memory may be changed next");
        });
    }
    DeviceAnswer to_host(DeviceStream const& stream,
                         void* to,
                         void const* from,
                         std::size_t bytes) override {
        return answer([&] {
            Kokkos::deep_copy(
                space_of(stream),
                Bytes<char, Kokkos::HostSpace>(static_cast<char*>(to), bytes),
                Bytes<char const, Memory>(static_cast<char const*>(from), bytes));
        });
    }

    DeviceAnswer run(DeviceStream const& stream,
                     kernels::SampleThread const& thread,
                     std::int64_t count) override {
        return launch("leadtime::sample", stream, thread, static_cast<int>(count));
    }
    DeviceAnswer run(DeviceStream const& stream,
                     kernels::BinThread const& thread,
                     std::int64_t count) override {
        return launch("leadtime::bin", stream, thread, count);
    }

    /// Kokkos cannot be asked, so this waits.
    DeviceAnswer state(DeviceStream const& stream) override {
        return answer(
            [&] { space_of(stream).fence("leadtime: all of a stream is done"); });
    }
};

}  // namespace

DeviceRuntime& kokkos_runtime() {
    static KokkosRuntime runtime;
    return runtime;
}

}  // namespace leadtime::estimator
