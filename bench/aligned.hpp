// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace bench {

/// Allocates at cache lines, as Kokkos does for the program's buffers: a 64-byte load
/// that crosses a line costs two.
template <class T>
struct CacheLineAllocator {
    using value_type = T;
    static constexpr std::align_val_t alignment{64};

    CacheLineAllocator() = default;
    template <class U>
    explicit CacheLineAllocator(CacheLineAllocator<U> const&) {}

    T* allocate(std::size_t count) {
        return static_cast<T*>(::operator new(count * sizeof(T), alignment));
    }
    void deallocate(T* place, std::size_t) { ::operator delete(place, alignment); }
    bool operator==(CacheLineAllocator const&) const = default;
};

using Floats = std::vector<float, CacheLineAllocator<float>>;

}  // namespace bench
