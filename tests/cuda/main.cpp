// SPDX-License-Identifier: Apache-2.0
#include "tests/cuda/device.hpp"

#include <Kokkos_Core.hpp>
#include <catch2/catch_session.hpp>

#include <cstdio>
#include <string>

/// Exit status 77 tells CTest that there was nothing to test on.
int main(int argc, char* argv[]) {
    std::string const device = leadtime::tests::cuda::device_description();
    if (device.empty()) {
        std::puts("skipped: no CUDA device here");
        return 77;
    }
    std::printf("CUDA device: %s\n", device.c_str());
    std::fflush(stdout);
    Kokkos::InitializationSettings settings;
    settings.set_disable_warnings(true);
    Kokkos::initialize(settings);
    int const status = Catch::Session().run(argc, argv);
    Kokkos::finalize();
    return status;
}
