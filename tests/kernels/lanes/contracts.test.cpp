// SPDX-License-Identifier: Apache-2.0
#include "kernels/lanes/contracts.hpp"

#include "kernels/lanes/rows.hpp"

#include <catch2/catch_test_macros.hpp>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace leadtime;

namespace {

/// The signal that ends a process in which f runs; 0 where it comes to its end.
template <class Function>
int signal_of(Function const& f) {
    pid_t const child = ::fork();
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);  // not Catch2's
        static_cast<void>(::close(STDERR_FILENO));
        f();
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

TEST_CASE("contracts: a broken one ends the program where they are checked",
          "[kernels][lanes]") {
#if defined(LEADTIME_ASSERTIONS)
    constexpr int expected = SIGABRT;
#else
    constexpr int expected = 0;
#endif
    CHECK(signal_of([] { LEADTIME_EXPECT(1 + 1 == 3); }) == expected);
    CHECK(signal_of([] { LEADTIME_EXPECT(1 + 1 == 2); }) == 0);
    float values[4] = {};
    kernels::Rows const rows{values + 2, 1};
    CHECK(signal_of([&] { static_cast<void>(rows.at(-1)); }) == expected);
    CHECK(signal_of([&] { static_cast<void>(rows.at(1)); }) == 0);
}
