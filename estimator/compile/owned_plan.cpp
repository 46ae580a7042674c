// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/owned_plan.hpp"

#include <tuple>
#include <utility>

namespace leadtime::estimator {

kernels::Plan Plan::view() const {
    return view([](void const* array, std::size_t) { return array; });
}

kernels::Plan Plan::view(Placer const& place) const {
    kernels::Plan plan;
    static_cast<kernels::PlanNumbers&>(plan) = *this;
    auto const own =
        kernels::all_arrays(static_cast<kernels::PlanArrays<OwnedArray> const&>(*this));
    auto const views = kernels::all_arrays(
        static_cast<kernels::PlanArrays<kernels::ArrayPointer>&>(plan));
    auto const counts = kernels::all_arrays(plan.counts);
    // Every array goes through here, or a device would read the host's memory.
    auto const show =
        [&]<class T>(std::vector<T> const& list, T const*& view, int& count) {
            view = static_cast<T const*>(place(list.data(), list.size() * sizeof(T)));
            count = static_cast<int>(list.size());
        };
    [&]<std::size_t... i>(std::index_sequence<i...>) {
        (show(std::get<i>(own), std::get<i>(views), std::get<i>(counts)), ...);
    }
    (std::make_index_sequence<std::tuple_size_v<decltype(own)>>());
    plan.output_rows = static_cast<int>(outputs.size());
    plan.columns = plan.counts.column_rows;
    return plan;
}

}  // namespace leadtime::estimator
