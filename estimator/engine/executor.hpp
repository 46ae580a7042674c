// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/cuda/gpu_runtime.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/sample_runner.hpp"
#include "estimator/engine/tile_kernels.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {

/// Where samples are run.
enum class Backend {
    host,    ///< SIMD lanes on CPU threads
    kokkos,  ///< one thread a sample in Kokkos' default execution space
    cuda     ///< one thread a sample on NVIDIA GPUs
};

/// What an Executor is to be.
struct ExecutorOptions {
    /// `host`, `kokkos`, `cuda` (the first GPU), `cuda:N`, or `all` (every GPU); empty:
    /// the first GPU where there is one, else the host.
    std::string device;
    /// `single`, `v3` or `v4`; empty: the widest that this processor runs.
    std::string instruction_set;
};

/// Runs samples of models: the one entrance to the kernels. Every study runs on every
/// Executor, with the same bits.
class Executor {
  public:
    explicit Executor(TileKernels const& host_kernels, std::string note = {})
        : host_kernels_(host_kernels)
        , note_(std::move(note)) {}
    virtual ~Executor() = default;
    Executor(Executor const&) = delete;
    Executor& operator=(Executor const&) = delete;

    virtual Backend backend() const = 0;

    /// Gets ready to run samples of a model, which the runner keeps.
    virtual std::unique_ptr<SampleRunner> runner(Model const& model,
                                                 std::uint64_t seed) const = 0;

    /// The same on the host's threads, whatever the executor: for few samples, as those
    /// that axes are laid out from.
    std::unique_ptr<SampleRunner> pilot_runner(Model const& model,
                                               std::uint64_t seed) const;

    /// Why the host was chosen where a GPU might be expected: a sentence, or nothing.
    std::string const& note() const { return note_; }

    /// What the host does beside the samples: scores drawn again, pairs binned.
    TileKernels const& host_kernels() const { return host_kernels_; }

  private:
    TileKernels const& host_kernels_;
    std::string note_;
};

/// Whether ExecutorOptions may name a device so, here or elsewhere.
bool is_device_name(std::string_view name);

/// Needs Kokkos initialised (Runtime). `gpus` stands for CUDA in tests. Throws: RunError
/// for a device or an instruction set that is not known, or not here.
std::unique_ptr<Executor> make_executor(ExecutorOptions const& options = {},
                                        DeviceRuntime& gpus = gpu_runtime());

/// A place where samples may be run.
struct DeviceInfo {
    std::string device;              ///< as ExecutorOptions has it
    std::string name;                ///< "NVIDIA H100 80GB HBM3"
    std::string architecture;        ///< "sm_90", "x86-64-v4"
    std::uint64_t memory_bytes = 0;  ///< of a GPU; 0: not known
};

/// All of them: the host first, and why there is no GPU among them. It looks for GPUs,
/// and needs no Kokkos.
struct DeviceList {
    std::vector<DeviceInfo> devices;
    std::string without_gpu;  ///< empty where there is one
};
DeviceList list_devices(DeviceRuntime& gpus = gpu_runtime());

}  // namespace leadtime::estimator
