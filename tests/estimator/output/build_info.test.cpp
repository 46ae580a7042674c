// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/build_info.hpp"

#include <Kokkos_Core.hpp>
#include <catch2/catch_test_macros.hpp>

#include <string>

using leadtime::estimator::build_info;

TEST_CASE("build_info: names version, commit, compiler and flags",
          "[estimator][build_info]") {
    auto const& info = build_info();
    CHECK(info.version == "0.1.0");
    CHECK((info.git_hash == "unknown" || info.git_hash.size() == 12));
    CHECK_FALSE(info.compiler.empty());
    CHECK_FALSE(info.build_type.empty());
    CHECK(info.flags.find("-ffp-contract=off") != std::string_view::npos);
}

TEST_CASE("build_info: Kokkos version is that of the headers",
          "[estimator][build_info]") {
    auto const expected = std::to_string(KOKKOS_VERSION_MAJOR) + "."
                          + std::to_string(KOKKOS_VERSION_MINOR) + "."
                          + std::to_string(KOKKOS_VERSION_PATCH);
    CHECK(build_info().kokkos_version == expected);
}
