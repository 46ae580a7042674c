// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/plan_builder.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {

/// Collects columns (one per step) and, after them, scalars. Kernels number outputs by
/// month, so scalars too are numbered as if every month was reported.
class OutputLayout {
  public:
    explicit OutputLayout(Plan& plan)
        : plan_(plan) {}

    /// Of a step of several months the last one's value is reported, or the mean.
    enum class Reported { last_month, mean };

    int add_column(OutputInfo info, int row, Reported reported = Reported::last_month) {
        columns_.push_back(std::move(info));
        plan_.column_rows.push_back(row);
        plan_.column_means.push_back(reported == Reported::mean ? 1 : 0);
        return static_cast<int>(plan_.column_rows.size()) - 1;
    }

    /// Turns the columns into output rows; no column may be added after this.
    void lay_out_columns() {
        constexpr std::size_t most_outputs = 1'000'000;
        check_size("outputs in all its steps",
                   static_cast<std::size_t>(plan_.steps) * columns_.size(),
                   most_outputs);
        for (int step = 0; step < plan_.reported_steps(); ++step) {
            for (OutputInfo info : columns_) {
                info.step = step;
                plan_.outputs.push_back(info);
            }
        }
    }

    /// What has one value in a sample, of the step that `info` names or of none.
    int add_scalar(OutputInfo info) {
        plan_.outputs.push_back(std::move(info));
        int const before_them =
            (plan_.steps - plan_.reported_steps()) * static_cast<int>(columns_.size());
        return before_them + static_cast<int>(plan_.outputs.size()) - 1;
    }

  private:
    Plan& plan_;
    std::vector<OutputInfo> columns_;
};

}  // namespace leadtime::estimator::detail
