// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cuda/functors.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

/// A CUDA device for tests, without a CUDA type in sight: device.cu is compiled by
/// nvcc, the tests by the compiler of the product, whose bits they compare with.
namespace leadtime::tests::cuda {

/// Name, compute capability and multiprocessors; empty where there is no device.
std::string device_description();

/// Raw device memory. Every call throws std::runtime_error where CUDA reports an error.
void* allocate(std::size_t bytes);
void release(void* memory) noexcept;
void to_device(void* device, void const* host, std::size_t bytes);
void to_host(void* host, void const* device, std::size_t bytes);

/// Runs a functor once for each index below `count`, in blocks of `block_size` threads,
/// and waits.
void launch(FunctionThread const& functor, int count, int block_size = 128);
void launch(WordThread const& functor, int count, int block_size = 128);
void launch(ClusterThread const& functor, int count, int block_size = 64);

/// An array on the device.
template <class T>
class Array {
  public:
    explicit Array(std::vector<T> const& values)
        : size_(values.size())
        , memory_(allocate(bytes() + 1), &release) {
        to_device(memory_.get(), values.data(), bytes());
    }
    explicit Array(std::size_t size)
        : Array(std::vector<T>(size)) {}

    T* data() const { return static_cast<T*>(memory_.get()); }
    std::vector<T> read() const {
        std::vector<T> values(size_);
        to_host(values.data(), data(), bytes());
        return values;
    }

  private:
    std::size_t bytes() const { return size_ * sizeof(T); }
    std::size_t size_;
    std::unique_ptr<void, void (*)(void*) noexcept> memory_;
};

}  // namespace leadtime::tests::cuda
