// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/model.hpp"
#include "estimator/engine/sample_runner.hpp"
#include "estimator/engine/tile_kernels.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace leadtime::estimator {

/// Where samples are run.
enum class Backend {
    host,   ///< SIMD lanes on CPU threads
    device  ///< one thread per sample in Kokkos' default execution space
};

/// What an Executor is to be.
struct ExecutorOptions {
    /// `host` or `device`; empty: the device where Kokkos has one, else the host. Which
    /// device, where there are several, is Kokkos' choice (KOKKOS_DEVICE_ID).
    std::string backend;
    /// `single`, `v3` or `v4`; empty: the widest that this processor runs.
    std::string instruction_set;
};

/// Runs samples of models: the one entrance to the kernels. Every study runs on every
/// Executor, with the same bits.
class Executor {
  public:
    explicit Executor(TileKernels const& host_kernels)
        : host_kernels_(host_kernels) {}
    virtual ~Executor() = default;
    Executor(Executor const&) = delete;
    Executor& operator=(Executor const&) = delete;

    virtual Backend backend() const = 0;

    /// Gets ready to run samples of a model, which the runner keeps.
    virtual std::unique_ptr<SampleRunner> runner(Model const& model,
                                                 std::uint64_t seed) const = 0;

    /// What the host does beside the samples: scores drawn again, pairs binned.
    TileKernels const& host_kernels() const { return host_kernels_; }

  private:
    TileKernels const& host_kernels_;
};

/// The backend of a name, as ExecutorOptions has it. Throws: RunError.
Backend find_backend(std::string_view name);

/// Needs Kokkos initialised (Runtime). Throws: RunError for a backend or an instruction
/// set that is not known, or not here.
std::unique_ptr<Executor> make_executor(ExecutorOptions const& options = {});

}  // namespace leadtime::estimator
