// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/control.hpp"
#include "estimator/engine/executor.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/model_inputs.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace leadtime::estimator {

/// Uniform numbers of somebody else, which must outlive their use.
struct UniformTable {
    double const* values = nullptr;
    std::size_t samples = 0;
    std::ptrdiff_t sample_stride = 0;  ///< in numbers, between samples
    std::ptrdiff_t input_stride = 0;   ///< in numbers, between inputs

    double at(std::size_t sample, std::size_t input) const {
        return values[static_cast<std::ptrdiff_t>(sample) * sample_stride
                      + static_cast<std::ptrdiff_t>(input) * input_stride];
    }
};

/// Some output rows of a model whose inputs are given, in base units:
/// [place in `outputs` * samples + sample]. What is not among `inputs` is drawn by
/// Philox for the sample numbers from `first_sample` on; without inputs, all is. A
/// uniform number counts as the centre of its cell, of 2^32 of the same probability; so
/// those of draw_uniforms() give the bits of a run.
///
/// Throws: RunError (a number that is not in (0, 1)), BadValueError, Interrupted.
std::vector<float> evaluate(Executor const& executor,
                            Model const& model,
                            std::span<ModelInput const> inputs,
                            UniformTable const& uniforms,
                            std::span<int const> outputs,
                            std::uint64_t seed,
                            std::uint64_t first_sample,
                            Control const& control = {});

}  // namespace leadtime::estimator
