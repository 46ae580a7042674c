// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/device_runner.hpp"

#include "estimator/engine/host_runner.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/start_statistics.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/support/random_scenario.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <vector>

using namespace leadtime;
using namespace leadtime::estimator;

namespace {

Model model_of(std::uint64_t seed) {
    auto const profiles = hwprofiles::ProfileLibrary::load();
    return Model(
        seed == 0
            ? read_scenario(tests::source_path("scenarios/minimal.toml"), profiles)
            : read_scenario_text(
                tests::random_scenario_toml(seed), "random.toml", profiles));
}

}  // namespace

TEST_CASE("run: the device's launch has the bits of the host's", "[estimator][run]") {
    // Without a device Kokkos runs the same launches on the host's threads.
    for (std::uint64_t seed = 0; seed <= 6; ++seed) {
        Model const model = model_of(seed);
        HostRunner host(model.shared_plan(), 7);
        Statistics const empty = start_statistics(model, host, 7, 3000);
        Statistics expected = empty;
        host.add({0, 3000}, expected);
        DeviceRunner device(model.shared_plan(), 7);
        Statistics got = empty;
        device.add({0, 1025}, got);
        device.add({1025, 3000}, got);
        CAPTURE(seed);
        CHECK(tests::difference_between(got, expected) == "");
    }
}

TEST_CASE("run: the device keeps and shows the samples that the host does",
          "[estimator][run]") {
    Model const model = model_of(0);
    HostRunner host(model.shared_plan(), 7);
    DeviceRunner device(model.shared_plan(), 7);
    // More than a batch of the device, from within a tile.
    SampleRange const range{33, 5000};
    auto const expected = tests::all_outputs(host, model.plan(), range);
    auto const got = tests::all_outputs(device, model.plan(), range);
    CHECK(tests::same_bits(got, expected));
    std::vector<int> differing(model.outputs().size());
    device.visit({33, 133}, [&](int output, std::span<float const> values) {
        auto const i = static_cast<std::size_t>(output);
        differing[i] = !tests::same_bits(
            values, std::span(expected).subspan(i * range.size(), 100));
    });
    CHECK(std::ranges::count(differing, 0)
          == static_cast<std::ptrdiff_t>(differing.size()));
    CHECK_THROWS_AS(device.visit({0, 1025}, {}), std::length_error);
}
