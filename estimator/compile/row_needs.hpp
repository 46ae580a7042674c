// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/compile/step_set.hpp"

#include <utility>
#include <vector>

namespace leadtime::estimator::detail {

/// For each row of a plan, the steps in which something that is needed reads it. They
/// only ever grow. What has a memory needs a row in all steps up to one, [0, until).
class RowNeeds {
  public:
    explicit RowNeeds(int rows)
        : steps_(static_cast<std::size_t>(rows)) {}

    void need(int row, StepSet const& steps);
    void need(int row, int until);
    void need(std::vector<int> const& rows, int until);
    /// Adds what the instructions of a list that are needed read themselves.
    void spread(Plan const& plan, std::vector<kernels::Instruction> const& list);

    StepSet const& steps(int row) const {
        return steps_[static_cast<std::size_t>(row)];
    }
    StepSet steps(int first, int end) const;  ///< those of rows [first, end)
    StepSet steps(kernels::Instruction const& instruction) const;  ///< of its result
    int until(int row) const { return steps(row).end(); }
    int until(int first, int end) const;  ///< the latest of rows [first, end)
    int until(std::vector<int> const& rows) const;

    /// Whether any row is needed in more steps than when last asked.
    bool grew() { return std::exchange(grew_, false); }

  private:
    void need_arguments(Plan const& plan,
                        kernels::Instruction const& instruction,
                        StepSet const& steps);

    std::vector<StepSet> steps_;
    bool grew_ = false;
};

}  // namespace leadtime::estimator::detail
