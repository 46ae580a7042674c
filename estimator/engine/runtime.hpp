// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace leadtime::estimator {

/// Kokkos from here to the end of the scope, unless whoever uses the library has
/// initialised it already. Kokkos cannot be initialised again after that: one for a
/// whole program. Executors end before it.
class Runtime {
  public:
    /// CPU threads; without, as OpenMP and Kokkos find them in the environment.
    explicit Runtime(std::optional<int> threads = std::nullopt);
    ~Runtime();
    Runtime(Runtime const&) = delete;
    Runtime& operator=(Runtime const&) = delete;

  private:
    bool is_own_;
};

}  // namespace leadtime::estimator
