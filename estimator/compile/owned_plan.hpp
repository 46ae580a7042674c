// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/quantile_levels.hpp"
#include "kernels/plan/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// What an output row of a Plan means to a person.
struct OutputInfo {
    std::string path;  ///< empty for quantities of [output]
    std::string metric;
    std::string unit;
    double scale = 1.0;           ///< value in `unit` = base value / scale
    bool may_be_infinite = true;  ///< censored; else infinity means overflow
    int step = -1;                ///< reported one; -1: a scalar
};

/// Which quantity (and knot) a ValueDraw draws.
struct DrawInfo {
    std::size_t quantity = 0;  ///< index into Scenario::quantities
    std::uint32_t knot = 0;
};

/// The rows of a path, or of its progress, as its surroundings see it; it has work rows
/// besides. For restrict_plan().
struct PartRows {
    int first = 0;  ///< rows [first, end) are what others may read of it
    int end = 0;
    std::vector<int> inputs;  ///< read by it
    std::vector<int> shared;  ///< read and written by it, and by others
};

/// Where a quantity's values stand: for messages.
struct QuantityRow {
    std::size_t quantity = 0;  ///< index into Scenario::quantities
    int row = 0;
    std::optional<double> month;  ///< inside at(): the one it is evaluated in
};

template <class T>
using OwnedArray = std::vector<T>;

/// A compiled scenario: owns the arrays that kernels::Plan points into.
struct Plan : kernels::PlanArrays<OwnedArray>, kernels::PlanNumbers {
    std::vector<OutputInfo> outputs;         ///< by output row
    std::vector<DrawInfo> draw_infos;        ///< by value draw
    std::vector<QuantityRow> quantity_rows;  ///< each after those that it reads
    std::map<std::string, int> metric_rows;  ///< of `path.NAME.METRIC`
    std::vector<PartRows> path_rows;
    std::vector<PartRows> progress_rows;
    QuantileLevels levels;  ///< of what is computed of each output

    int reported_steps() const { return steps / months_per_report; }
    /// The last month of a reported step, from the start.
    int last_month(int reported) const {
        return (reported + 1) * months_per_report - 1;
    }

    /// The view that kernels take; valid while this Plan is neither moved nor changed.
    kernels::Plan view() const;
    /// The same over copies of the arrays: `place` is told where an array lies and its
    /// size in bytes, and gives where kernels will find it, e.g. on a device.
    using Placer = std::function<void const*(void const* array, std::size_t bytes)>;
    kernels::Plan view(Placer const& place) const;
};

}  // namespace leadtime::estimator
