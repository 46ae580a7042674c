// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/tile_kernels.hpp"

#include "estimator/cli/app.hpp"
#include "estimator/cli/environment.hpp"
#include "estimator/study/estimate.hpp"

#include "tests/support/environment.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <string>
#include <variant>

using namespace leadtime;
using Catch::Matchers::Message;

namespace {

estimator::TileKernels const& chosen() {
    return estimator::find_kernels(
        estimator::executor_of_environment().instruction_set);
}

std::string version() {
    char const* const argv[] = {"leadtime", "--version"};
    return std::get<std::string>(estimator::parse_command_line(2, argv));
}

}  // namespace

TEST_CASE("run: LEADTIME_ISA chooses the kernels, and --version says which",
          "[estimator][run]") {
    {
        tests::EnvironmentVariable const isa("LEADTIME_ISA", "single");
        CHECK(chosen().lanes == 1);
        CHECK(version().find("kernels      single, 1 at a time (LEADTIME_ISA=single)\n")
              != std::string::npos);
    }
    {
        tests::EnvironmentVariable const isa("LEADTIME_ISA", "v3");
        CHECK(chosen().lanes == 8);
        CHECK(version().find("kernels      x86-64-v3, 8 at a time (LEADTIME_ISA=v3)\n")
              != std::string::npos);
    }
    {
        tests::EnvironmentVariable const isa("LEADTIME_ISA", "");
        CHECK(&chosen() == &estimator::best_kernels());
        CHECK(version().find("(the widest this processor has)\n") != std::string::npos);
    }
}

TEST_CASE("run: an unknown LEADTIME_ISA is refused", "[estimator][run]") {
    tests::EnvironmentVariable const isa("LEADTIME_ISA", "avx9");
    std::string const text =
        "the environment variable LEADTIME_ISA is \"avx9\": the instruction set "
        "\"avx9\" is not known (it may be single, v3 or v4)";
    CHECK_THROWS_MATCHES(
        estimator::executor_of_environment(), estimator::RunError, Message(text));
    CHECK(version().find("kernels      none: " + text + "\n") != std::string::npos);
}

TEST_CASE("run: kernels that this processor lacks are refused", "[estimator][run]") {
    if (estimator::best_kernels().lanes == 16) {
        CHECK(&estimator::find_kernels("v4") == &estimator::best_kernels());
        return;
    }
    CHECK_THROWS_MATCHES(
        estimator::find_kernels("v4"),
        estimator::RunError,
        Message("the instruction set v4 cannot be used (this processor or build has no "
                "AVX-512); leave it out or say v3"));
}
