// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"

#include <functional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// p5, p50, the median's Monte Carlo error and p95 of a row: the four cells that stand
/// for a number everywhere in the terminal tables.
struct QuantileCells {
    std::string p5;
    std::string p50;
    std::string error;
    std::string p95;

    void append_to(std::vector<std::string>& cells) const;
};

using NumberText = std::function<std::string(double)>;

/// Of a row, or blanks for nullptr; the error in percent.
QuantileCells relative_cells(Row const* row, NumberText const& text);

/// The same with the error in the row's own unit. An infinite quantile has no error.
QuantileCells absolute_cells(Row const* row, NumberText const& text);

/// The last step of each calendar year, and the last of all.
std::vector<int> year_end_steps(Result const& result);

}  // namespace leadtime::estimator
