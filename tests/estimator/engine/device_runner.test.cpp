// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/device_runner.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/engine/errors.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/support/environment.hpp"
#include "tests/support/random_scenario.hpp"
#include "tests/support/source_tree.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

using namespace leadtime;
using namespace leadtime::estimator;
using Catch::Matchers::Message;

namespace {

estimator::Plan plan_of(std::uint64_t seed) {
    auto const profiles = hw::ProfileLibrary::load();
    return compile(
        seed == 0
            ? read_scenario(tests::source_path("scenarios/minimal.toml"), profiles)
            : read_scenario_text(
                tests::random_scenario_toml(seed), "random.toml", profiles));
}

}  // namespace

TEST_CASE("run: the device's launch has the bits of the host's", "[estimator][run]") {
    // Without a device Kokkos runs the same launches on the host's threads.
    for (std::uint64_t seed = 0; seed <= 6; ++seed) {
        estimator::Plan const plan = plan_of(seed);
        HostRunner host(plan, 7);
        Statistics const empty = start_statistics(plan, host, 3000);
        Statistics expected = empty;
        host.add({0, 3000}, expected);
        DeviceRunner device(plan, 7);
        Statistics got = empty;
        device.add({0, 1025}, got);
        device.add({1025, 3000}, got);
        CAPTURE(seed);
        CHECK(got.samples == expected.samples);
        CHECK(got.counts == expected.counts);
        for (std::size_t i = 0; i < got.moments.size(); ++i) {
            REQUIRE(got.moments[i].sum == expected.moments[i].sum);
            REQUIRE(got.moments[i].squares == expected.moments[i].squares);
            REQUIRE(got.moments[i].tail == expected.moments[i].tail);
            REQUIRE(got.moments[i].count == expected.moments[i].count);
            REQUIRE(got.moments[i].minimum == expected.moments[i].minimum);
            REQUIRE(got.moments[i].maximum == expected.moments[i].maximum);
        }
    }
}

TEST_CASE("run: LEADTIME_BACKEND chooses where samples run", "[estimator][run]") {
    {
        tests::EnvironmentVariable const backend("LEADTIME_BACKEND", "host");
        CHECK(chosen_backend() == Backend::host);
    }
    {
        tests::EnvironmentVariable const backend("LEADTIME_BACKEND", "device");
        CHECK(chosen_backend() == Backend::device);
    }
    tests::EnvironmentVariable const backend("LEADTIME_BACKEND", "gpu");
    CHECK_THROWS_MATCHES(
        chosen_backend(),
        RunError,
        Message("LEADTIME_BACKEND=\"gpu\" is not known (it may be host or device)"));
}
