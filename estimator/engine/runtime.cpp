// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/runtime.hpp"

#include <Kokkos_Core.hpp>

namespace leadtime::estimator {

Runtime::Runtime(std::optional<int> threads)
    : is_own_(!Kokkos::is_initialized()) {
    if (!is_own_) {
        return;
    }
    Kokkos::InitializationSettings settings;
    settings.set_disable_warnings(true);  // it wants OMP_PROC_BIND, which we do not
    if (threads) {
        settings.set_num_threads(*threads);
    }
    Kokkos::initialize(settings);
}

Runtime::~Runtime() {
    if (is_own_) {
        Kokkos::finalize();
    }
}

}  // namespace leadtime::estimator
