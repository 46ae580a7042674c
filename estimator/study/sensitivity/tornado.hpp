// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/control.hpp"
#include "estimator/engine/executor.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/study/sensitivity/factors.hpp"
#include "estimator/study/sensitivity/output_table.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace leadtime::estimator {

/// An output's median with one quantity held at its 5 % and its 95 % point, all else
/// drawn; in the output's unit, infinite where the median is censored.
struct TornadoBar {
    Estimate at_p5;
    Estimate at_p95;
};

/// [output][quantity], with the same draws of all other quantities in every run.
/// Throws: RunError, Interrupted.
std::vector<std::vector<TornadoBar>> tornado(Executor const& executor,
                                             Model const& model,
                                             std::span<Factor const> factors,
                                             std::span<SelectedOutput const> outputs,
                                             std::span<QuantityIndex const> quantities,
                                             std::uint64_t samples,
                                             std::uint64_t seed,
                                             Control const& control = {});

/// The median of the values, which are sorted, with its standard error: half the
/// distance between the order statistics one standard deviation of the rank apart.
Estimate median_of_sorted(std::span<float const> sorted);

}  // namespace leadtime::estimator
