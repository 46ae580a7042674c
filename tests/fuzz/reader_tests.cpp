// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch_session.hpp>

/// Of the tests that start no kernel: without Kokkos, which tests/main.cpp starts.
int main(int argc, char* argv[]) {
    return Catch::Session().run(argc, argv);
}
