// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/tile_kernels.hpp"

#include "estimator/cli/app.hpp"
#include "estimator/study/estimate.hpp"

#include "tests/support/environment.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <string>
#include <variant>

using namespace leadtime;
using Catch::Matchers::Message;
using estimator::best_kernels;

namespace {

std::string version() {
    char const* const argv[] = {"leadtime", "--version"};
    return std::get<std::string>(estimator::parse_command_line(2, argv));
}

}  // namespace

TEST_CASE("run: LEADTIME_ISA chooses the kernels, and --version says which",
          "[estimator][run]") {
    {
        tests::EnvironmentVariable const isa("LEADTIME_ISA", "single");
        CHECK(best_kernels().lanes == 1);
        CHECK(version().find("kernels      single, 1 at a time (LEADTIME_ISA=single)\n")
              != std::string::npos);
    }
    {
        tests::EnvironmentVariable const isa("LEADTIME_ISA", "v3");
        CHECK(best_kernels().lanes == 8);
        CHECK(version().find("kernels      x86-64-v3, 8 at a time (LEADTIME_ISA=v3)\n")
              != std::string::npos);
    }
    {
        tests::EnvironmentVariable const isa("LEADTIME_ISA", "");
        CHECK(best_kernels().lanes >= 8);
        CHECK(version().find("(the widest this processor has)\n") != std::string::npos);
    }
}

TEST_CASE("run: an unknown LEADTIME_ISA is refused", "[estimator][run]") {
    tests::EnvironmentVariable const isa("LEADTIME_ISA", "avx9");
    CHECK_THROWS_MATCHES(
        best_kernels(),
        estimator::RunError,
        Message("LEADTIME_ISA=\"avx9\" is not known (it may be single, v3 or v4)"));
    CHECK(version().find("kernels      none: LEADTIME_ISA=\"avx9\" is not known")
          != std::string::npos);
}
