// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/device_runner.hpp"

#include "estimator/engine/device_memory.hpp"
#include "estimator/engine/errors.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/start_statistics.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/support/fake_devices.hpp"
#include "tests/support/random_scenario.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace leadtime;
using namespace leadtime::estimator;
using namespace std::chrono_literals;
using Catch::Matchers::Message;

namespace {

constexpr std::uint64_t seed = 7;

Model model_of(std::uint64_t number) {
    auto const profiles = hwprofiles::ProfileLibrary::load();
    return Model(
        number == 0
            ? read_scenario(tests::source_path("scenarios/minimal.toml"), profiles)
            : read_scenario_text(
                tests::random_scenario_toml(number), "random.toml", profiles));
}

/// The first `count` devices of a runtime.
std::vector<UsedDevice> devices_of(DeviceRuntime& runtime, int count = 1) {
    std::vector<DeviceDescription> found;
    REQUIRE(runtime.find(found).status == DeviceStatus::ok);
    std::vector<UsedDevice> used;
    for (int i = 0; i < count; ++i) {
        used.push_back({&runtime,
                        i,
                        runtime.name() + ":" + std::to_string(i),
                        found[static_cast<std::size_t>(i)].threads_at_once});
    }
    return used;
}

void check_same(Statistics const& got, Statistics const& expected) {
    CHECK(tests::difference_between(got, expected) == "");
}

/// Statistics of the first samples of the small scenario, on the host and empty.
struct Case {
    Model model = model_of(0);
    Statistics empty{std::vector<kernels::Axis>{}};
    Statistics expected{std::vector<kernels::Axis>{}};

    explicit Case(std::uint64_t samples) {
        HostRunner host(model.shared_plan(), seed);
        empty = start_statistics(model, host, seed, 3000);
        expected = empty;
        host.add({0, samples}, expected);
    }
};

}  // namespace

TEST_CASE("device runner: Kokkos' launch has the bits of the host's",
          "[estimator][run][device]") {
    // Without a device Kokkos runs the same launches on the host's threads.
    for (std::uint64_t number = 0; number <= 6; ++number) {
        Model const model = model_of(number);
        HostRunner host(model.shared_plan(), seed);
        Statistics const empty = start_statistics(model, host, seed, 3000);
        Statistics expected = empty;
        host.add({0, 3000}, expected);
        DeviceRunner device(devices_of(kokkos_runtime()), model.plan(), seed);
        Statistics got = empty;
        device.add({0, 1025}, got);
        device.add({1025, 3000}, got);
        CAPTURE(number);
        check_same(got, expected);
    }
}

TEST_CASE("device runner: a device keeps and shows the samples that the host does",
          "[estimator][run][device]") {
    Model const model = model_of(0);
    HostRunner host(model.shared_plan(), seed);
    tests::FakeDevices fake(2);
    // More than a batch of the device, from within a tile.
    SampleRange const range{33, 5000};
    auto const expected = tests::all_outputs(host, model.plan(), range);
    for (auto const& devices : {devices_of(kokkos_runtime()), devices_of(fake, 2)}) {
        DeviceRunner device(devices, model.plan(), seed);
        auto const got = tests::all_outputs(device, model.plan(), range);
        CHECK(tests::same_bits(got, expected));
        std::vector<int> differing(model.outputs().size());
        device.visit({33, 133}, model.rows(), [&](std::size_t i, auto values) {
            differing[i] = !tests::same_bits(
                values, std::span(expected).subspan(i * range.size(), 100));
        });
        CHECK(std::ranges::count(differing, 0)
              == static_cast<std::ptrdiff_t>(differing.size()));
        CHECK_THROWS_AS(device.visit({0, 1025}, model.rows(), {}), std::length_error);
    }
    CHECK(fake.leaks() == 0);
}

TEST_CASE("device runner: devices share the samples, and their counts add up to the "
          "host's",
          "[estimator][run][device]") {
    Case const one(3000);
    for (int const devices : {1, 2, 3}) {
        tests::FakeDevices fake(devices);
        DeviceRunner runner(devices_of(fake, devices), one.model.plan(), seed);
        Statistics got = one.empty;
        runner.add({0, 3000}, got);
        check_same(got, one.expected);
        for (int device = 0; device < devices; ++device) {
            CHECK(fake.batches(static_cast<std::size_t>(device)).size() > 1);
        }
        CHECK(runner.description().starts_with(devices == 1   ? "fake:0, "
                                               : devices == 2 ? "fake:0 to fake:1, "
                                                              : "fake:0 to fake:2, "));
    }
}

TEST_CASE("device runner: where memory lacks, batches shrink and the run goes on",
          "[estimator][run][device]") {
    Case const one(1000);
    kernels::Plan const plan =
        one.model.plan().view([](void const* array, std::size_t) { return array; });
    auto const sample_bytes =
        sizeof(float)
        * static_cast<std::size_t>(plan.workspace_rows + plan.output_rows + 3);
    tests::FakeDevices rich(1);  // 512 samples in each of two slots
    Statistics unbounded = one.empty;
    DeviceRunner(devices_of(rich), one.model.plan(), seed).add({0, 1000}, unbounded);
    tests::FakeDevices fake(1);
    fake.memory_bytes =
        rich.most_used(0) - std::size_t{600} * sample_bytes;  // 212 are left
    DeviceRunner runner(devices_of(fake), one.model.plan(), seed);
    Statistics got = one.empty;
    runner.add({0, 1000}, got);
    check_same(got, one.expected);
    CHECK(runner.description()  // two slots: 512 and 256 do not fit, 128 do
          == "fake:0, 256 samples in flight, 1 at a time");

    SECTION("what room() promises is believed first") {
        tests::FakeDevices small(1);
        small.promised_bytes = std::size_t{140} * sample_bytes;
        DeviceRunner careful(devices_of(small), one.model.plan(), seed);
        Statistics again = one.empty;
        careful.add({0, 1000}, again);
        check_same(again, one.expected);
        CHECK(careful.description() == "fake:0, 128 samples in flight, 1 at a time");
    }
    SECTION("samples that are kept first leave room for counts") {
        std::vector<float> values(3000);
        int const output = 0;
        tests::FakeDevices keeping(1);
        DeviceRunner(devices_of(keeping), one.model.plan(), seed)
            .gather({0, 3000}, {&output, 1}, values);
        tests::FakeDevices full(1);
        // what it needs for both, but not at once
        full.memory_bytes = std::max(keeping.most_used(0), fake.memory_bytes);
        DeviceRunner kept(devices_of(full), one.model.plan(), seed);
        kept.gather({0, 3000}, {&output, 1}, values);
        CHECK(kept.description() == "fake:0, 1024 samples in flight, 1 at a time");
        Statistics counted = one.empty;
        kept.add({0, 1000}, counted);
        check_same(counted, one.expected);
    }
}

TEST_CASE("device runner: a device without any memory is a sentence",
          "[estimator][run][device]") {
    Case const one(64);
    tests::FakeDevices fake(1);
    fake.memory_bytes = 0;
    CHECK_THROWS_MATCHES(DeviceRunner(devices_of(fake), one.model.plan(), seed),
                         RunError,
                         Message("fake:0 has no memory left for the plan"));
    tests::FakeDevices rich(1);
    static_cast<void>(DeviceRunner(devices_of(rich), one.model.plan(), seed));
    fake.memory_bytes = rich.most_used(0) + 64;
    DeviceRunner runner(devices_of(fake), one.model.plan(), seed);
    Statistics got = one.empty;
    CHECK_THROWS_MATCHES(runner.add({0, 64}, got),
                         RunError,
                         Message("fake:0 has no memory left for the counts of "
                                 + std::to_string(one.empty.axes.size()) + " outputs"));
    std::vector<float> values(64);
    int const output = 0;
    CHECK_THROWS_MATCHES(runner.gather({0, 64}, {&output, 1}, values),
                         RunError,
                         Message("fake:0 has no memory left for 128 samples"));
    CHECK(got.samples == 0);
}

TEST_CASE("device runner: a lost device ends the run with a sentence, and adds nothing",
          "[estimator][run][device]") {
    Case const one(64);
    tests::FakeDevices fake(2);
    fake.batches_until_failure = 3;
    {
        DeviceRunner runner(devices_of(fake, 2), one.model.plan(), seed);
        Statistics got = one.empty;
        CHECK_THROWS_MATCHES(runner.add({0, 3000}, got),
                             RunError,
                             Message("fake:1 failed while it ran samples: unspecified "
                                     "launch failure"));
        CHECK(got.samples == 0);
        CHECK(got.counts == one.empty.counts);
    }
    CHECK(fake.leaks() == 0);
}

TEST_CASE("device runner: a batch that does not end is left within a second",
          "[estimator][run][device]") {
    Case const one(64);
    tests::FakeDevices fake(1);
    fake.is_endless = true;
    DeviceRunner runner(devices_of(fake), one.model.plan(), seed);
    std::atomic<bool> stop = false;
    std::chrono::steady_clock::time_point asked;
    std::thread user([&] {
        std::this_thread::sleep_for(50ms);
        asked = std::chrono::steady_clock::now();
        stop = true;
    });
    Statistics got = one.empty;
    CHECK_THROWS_AS(runner.add({0, 3000}, got, Control{{}, &stop}), Interrupted);
    auto const answered = std::chrono::steady_clock::now();
    user.join();
    CHECK(answered - asked < 1s);
    fake.is_endless = false;
    // What was under way is not counted by the next run.
    Statistics again = one.empty;
    runner.add({0, 64}, again);
    check_same(again, one.expected);
}

TEST_CASE("device runner: a device that hangs does not keep the program",
          "[estimator][run][device]") {
    Case const one(64);
    tests::FakeDevices fake(1);
    std::chrono::steady_clock::time_point begin;
    {
        DeviceRunner runner(devices_of(fake), one.model.plan(), seed);
        std::atomic<bool> stop = false;
        Statistics got = one.empty;
        fake.is_endless = true;
        Control const control{
            [&](std::uint64_t, std::uint64_t) { stop = true; },  // once one is started
            &stop};
        CHECK_THROWS_AS(runner.add({0, 3000}, got, control), Interrupted);
        begin = std::chrono::steady_clock::now();
    }
    CHECK(std::chrono::steady_clock::now() - begin < 1s);
    CHECK(fake.leaks() > 0);  // freed with the process
}

TEST_CASE("device runner: batches become as short as Ctrl-C asks for, and as long as "
          "pays",
          "[estimator][run][device]") {
    Case const one(3000);
    tests::FakeDevices slow(1);
    slow.batch_time = 210ms;
    slow.threads_at_once = 1024;
    DeviceRunner runner(devices_of(slow), one.model.plan(), seed);
    Statistics got = one.empty;
    runner.add({0, 600}, got);
    CHECK(slow.batches(0).back() <= 64);

    tests::FakeDevices fast(1);
    fast.is_idle = true;
    fast.threads_at_once = 1024;
    DeviceRunner quick(devices_of(fast), one.model.plan(), seed);
    int const output = 0;
    std::vector<float> values(100'000);
    quick.gather({0, values.size()}, {&output, 1}, values);
    CHECK(fast.batches(0).front() == 256);
    CHECK(std::ranges::max(fast.batches(0)) == 2048);
}

TEST_CASE("device runner: 32-bit counts are collected before they overflow",
          "[estimator][run][device]") {
    Case const one(64);
    constexpr auto most = static_cast<std::uint32_t>(kernels::largest_multiplicity);
    std::vector<std::uint64_t> numbers(5000);
    std::iota(numbers.begin(), numbers.end(), 0);
    SampleSet const many(numbers, std::vector<std::uint32_t>(numbers.size(), most));
    Statistics expected = one.empty;
    HostRunner(one.model.shared_plan(), seed).add(many, expected);
    tests::FakeDevices fake(2);
    DeviceRunner runner(devices_of(fake, 2), one.model.plan(), seed);
    Statistics got = one.empty;
    runner.add(many, got);
    CHECK(got.samples == expected.samples);
    CHECK(got.squared_multiplicities == expected.squared_multiplicities);
    for (int output = 0; output < static_cast<int>(got.axes.size()); ++output) {
        REQUIRE(got.finite_samples(output) == expected.finite_samples(output));
        REQUIRE(got.mean(output) == expected.mean(output));
        REQUIRE(got.distribution(output).quantile(0.5)
                == expected.distribution(output).quantile(0.5));
    }
}
