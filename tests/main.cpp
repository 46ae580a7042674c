// SPDX-License-Identifier: Apache-2.0
#include <Kokkos_Core.hpp>
#include <catch2/catch_session.hpp>

#include <algorithm>
#include <optional>
#include <string_view>

/// Kokkos goes first and takes the `--kokkos-*` arguments, and ends after the last
/// test. Where tests are only listed it does not start at all, so that a build machine
/// without the device can list them.
int main(int argc, char* argv[]) {
    bool const lists_only =
        std::any_of(argv, argv + argc, [](std::string_view argument) {
            return argument.starts_with("--list");
        });
    std::optional<Kokkos::ScopeGuard> guard;
    if (!lists_only) {
        guard.emplace(argc, argv);
    }
    return Catch::Session().run(argc, argv);
}
