// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/sample_runner.hpp"
#include "estimator/engine/tile_kernels.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// Samples in SIMD lanes on the host's threads. Neither the instruction set nor the
/// number of threads changes a bit.
class HostRunner final : public SampleRunner {
  public:
    HostRunner(std::shared_ptr<Plan const> plan,
               std::uint64_t seed,
               TileKernels const& kernels = best_kernels());
    /// This plan must outlive the runner and stay where it is.
    HostRunner(Plan const& plan,
               std::uint64_t seed,
               TileKernels const& kernels = best_kernels())
        : HostRunner(std::shared_ptr<Plan const>(std::shared_ptr<Plan const>(), &plan),
                     seed,
                     kernels) {}
    ~HostRunner() override;
    HostRunner(HostRunner const&) = delete;
    HostRunner& operator=(HostRunner const&) = delete;

    void add(SampleSet const& samples,
             Statistics& statistics,
             Control const& control = {}) override;
    void gather(SampleSet const& samples,
                std::span<int const> outputs,
                std::span<float> values,
                Control const& control = {}) override;
    void visit(SampleSet const& samples,
               std::span<int const> outputs,
               Visitor const& f) override;
    std::string description() const override;

  private:
    class Buffers;
    std::shared_ptr<Plan const> plan_;
    std::unique_ptr<Buffers> buffers_;
};

}  // namespace leadtime::estimator
