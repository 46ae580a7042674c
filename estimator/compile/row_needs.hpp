// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"

#include <utility>
#include <vector>

namespace leadtime::estimator::detail {

/// For each row of a plan, the steps [0, until) in which something that is needed reads
/// it; 0: never. They only ever grow.
class RowNeeds {
  public:
    explicit RowNeeds(int rows)
        : until_(static_cast<std::size_t>(rows), 0) {}

    void need(int row, int until);
    void need(std::vector<int> const& rows, int until);
    /// Adds what the instructions of a list that are needed read themselves.
    void spread(Plan const& plan, std::vector<kernels::Instruction> const& list);

    int until(int row) const { return until_[static_cast<std::size_t>(row)]; }
    int until(int first, int end) const;  ///< the latest of rows [first, end)
    int until(std::vector<int> const& rows) const;
    int until(kernels::Instruction const& instruction) const;  ///< of its result

    /// Whether any row is needed for longer than when last asked.
    bool grew() { return std::exchange(grew_, false); }

  private:
    void need_arguments(Plan const& plan,
                        kernels::Instruction const& instruction,
                        int steps);

    std::vector<int> until_;
    bool grew_ = false;
};

}  // namespace leadtime::estimator::detail
