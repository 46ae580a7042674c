// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Kokkos_Core.hpp>

#include <cstddef>

namespace leadtime::estimator {

/// Calls f with 0, ..., count - 1, on all of the host's threads, and waits. f must not
/// throw. `label` names the loop to Kokkos' tools.
template <class Function>
void on_all_threads(char const* label, std::size_t count, Function const& f) {
    using Space = Kokkos::DefaultHostExecutionSpace;
    Kokkos::parallel_for(
        label,
        Kokkos::RangePolicy<Space, Kokkos::IndexType<std::size_t>>(0, count),
        [&](std::size_t i) { f(i); });
    Space().fence(label);  // what f wrote is read next
}

/// The same for calls that differ in cost: a thread that is free takes the next one.
template <class Function>
void on_free_threads(char const* label, std::size_t count, Function const& f) {
    using Space = Kokkos::DefaultHostExecutionSpace;
    Kokkos::parallel_for(
        label,
        Kokkos::RangePolicy<Space,
                            Kokkos::IndexType<std::size_t>,
                            Kokkos::Schedule<Kokkos::Dynamic>>(0, count)
            .set_chunk_size(1),
        [&](std::size_t i) { f(i); });
    Space().fence(label);  // what f wrote is read next
}

}  // namespace leadtime::estimator
