// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"

#include <Kokkos_Core.hpp>

namespace leadtime::estimator {

/// Calls f with every output row, on all threads; f must not throw.
template <class Function>
void for_each_output(Plan const& plan, Function const& f) {
    using Space = Kokkos::DefaultHostExecutionSpace;
    Kokkos::parallel_for(
        "leadtime::for_each_output",
        Kokkos::RangePolicy<Space>(0, static_cast<int>(plan.outputs.size())),
        f);
    Space().fence("leadtime: rows are read right after");
}

}  // namespace leadtime::estimator
