// SPDX-License-Identifier: Apache-2.0
#include "tests/cuda/device.hpp"

#include <cuda_runtime.h>

#include <stdexcept>

namespace leadtime::tests::cuda {
namespace {

void check(cudaError_t status, char const* what) {
    if (status != cudaSuccess) {
        throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(status));
    }
}

template <class Functor>
__global__ void run_threads(Functor functor, int count) {
    int const i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    if (i < count) {
        functor(i);
    }
}

template <class Functor>
void launch_any(Functor const& functor, int count, int block_size) {
    if (count > 0) {
        run_threads<<<(count + block_size - 1) / block_size, block_size>>>(functor,
                                                                           count);
    }
    check(cudaGetLastError(), "launch");
    check(cudaDeviceSynchronize(), "kernel");
}

}  // namespace

std::string device_description() {
    int count = 0;
    if (cudaGetDeviceCount(&count) != cudaSuccess || count == 0) {
        return {};
    }
    cudaDeviceProp properties;
    check(cudaGetDeviceProperties(&properties, 0), "properties");
    return std::string(properties.name) + ", sm_" + std::to_string(properties.major)
           + std::to_string(properties.minor) + ", "
           + std::to_string(properties.multiProcessorCount) + " multiprocessors";
}

void* allocate(std::size_t bytes) {
    void* memory = nullptr;
    check(cudaMalloc(&memory, bytes), "allocation");
    return memory;
}
void release(void* memory) noexcept {
    cudaFree(memory);
}
void to_device(void* device, void const* host, std::size_t bytes) {
    check(cudaMemcpy(device, host, bytes, cudaMemcpyHostToDevice), "copy to device");
}
void to_host(void* host, void const* device, std::size_t bytes) {
    check(cudaMemcpy(host, device, bytes, cudaMemcpyDeviceToHost), "copy to host");
}

void launch(FunctionThread const& functor, int count, int block_size) {
    launch_any(functor, count, block_size);
}
void launch(WordThread const& functor, int count, int block_size) {
    launch_any(functor, count, block_size);
}
void launch(ClusterThread const& functor, int count, int block_size) {
    launch_any(functor, count, block_size);
}

}  // namespace leadtime::tests::cuda
