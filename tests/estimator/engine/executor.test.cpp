// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/executor.hpp"

#include "estimator/cli/environment.hpp"
#include "estimator/engine/errors.hpp"

#include "tests/support/environment.hpp"
#include "tests/support/fake_devices.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace leadtime;
using namespace leadtime::estimator;
using Catch::Matchers::Message;
using tests::same_bits;

namespace {

Backend backend_of_environment() {
    return make_executor(executor_of_environment())->backend();
}

Model minimal(std::vector<std::string> const& overrides = {}) {
    return Model(
        ScenarioSource(tests::source_path("scenarios/minimal.toml"), overrides).read());
}

bool same_rows(std::vector<Row> const& a, std::vector<Row> const& b) {
    if (a.size() != b.size()) {
        return false;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i].metric != b[i].metric || !same_bits(a[i].mean, b[i].mean)
            || !same_bits(a[i].quantiles, b[i].quantiles)
            || !same_bits(a[i].quantile_standard_errors,
                          b[i].quantile_standard_errors)) {
            return false;
        }
    }
    return !a.empty();
}

bool same_estimate(Estimate const& a, Estimate const& b) {
    return same_bits(a.value, b.value) && same_bits(a.standard_error, b.standard_error);
}

}  // namespace

TEST_CASE("executor: LEADTIME_BACKEND chooses where samples run", "[estimator][run]") {
    {
        tests::EnvironmentVariable const backend("LEADTIME_BACKEND", "host");
        CHECK(backend_of_environment() == Backend::host);
    }
    {
        tests::EnvironmentVariable const backend("LEADTIME_BACKEND", "device");
        CHECK(backend_of_environment() == Backend::kokkos);
        CHECK(note_on_environment(executor_of_environment())
              == "LEADTIME_BACKEND is read for one more version: give --device kokkos");
    }
    tests::EnvironmentVariable const backend("LEADTIME_BACKEND", "gpu");
    CHECK_THROWS_MATCHES(
        executor_of_environment(),
        RunError,
        Message("the environment variable LEADTIME_BACKEND is \"gpu\": the backend "
                "\"gpu\" is not known (it may be host or device)"));
}

TEST_CASE("executor: a name chooses among GPUs", "[estimator][run][device]") {
    Model const model = minimal();
    RunOptions options;
    options.samples = 640;
    struct Choice {
        char const* name;
        bool first;
        bool second;
    };
    for (Choice const& choice : {Choice{"", true, false},
                                 Choice{"cuda", true, false},
                                 Choice{"cuda:0", true, false},
                                 Choice{"cuda:1", false, true},
                                 Choice{"all", true, true}}) {
        CAPTURE(choice.name);
        tests::FakeDevices fake(2);
        auto const executor = make_executor({choice.name, ""}, fake);
        CHECK(executor->backend() == Backend::cuda);
        CHECK(executor->note().empty());
        auto const backend = estimate(model, *executor, options).backend;
        CHECK(backend.starts_with("cuda:"));
        CHECK(fake.batches(0).empty() != choice.first);
        CHECK(fake.batches(1).empty() != choice.second);
        // Axes come from the host's pilot: a GPU runs what was asked for.
        int run = 0;
        for (std::size_t device = 0; device < 2; ++device) {
            for (int const batch : fake.batches(device)) {
                run += batch;
            }
        }
        CHECK(run % 640 == 0);
        CHECK(run >= 640);
    }
    tests::FakeDevices fake(2);
    CHECK_THROWS_MATCHES(make_executor({"cuda:2", ""}, fake),
                         RunError,
                         Message("there is no cuda:2 (the GPUs here are cuda:0 to "
                                 "cuda:1; see leadtime devices)"));
    for (char const* const name : {"gpu", "cuda:", "cuda:-1", "cuda:1x", "device"}) {
        CHECK_FALSE(is_device_name(name));
        CHECK_THROWS_MATCHES(
            make_executor({name, ""}, fake),
            RunError,
            Message("the device \"" + std::string(name)
                    + "\" is not known (it may be host, kokkos, cuda, cuda:N or all)"));
    }
}

TEST_CASE("executor: without a GPU the host runs, and says so where one is broken",
          "[estimator][run][device]") {
    tests::FakeDevices old(1);
    old.find_answer = {DeviceStatus::failed, "the NVIDIA driver is too old"};
    CHECK(make_executor({}, old)->backend() == Backend::host);
    CHECK(make_executor({}, old)->note()
          == "samples run on the host, as no GPU can be used: the NVIDIA driver is too "
             "old");
    tests::FakeDevices none(0);
    none.find_answer = {DeviceStatus::none,
                        "there is no NVIDIA driver on this machine"};
    CHECK(make_executor({}, none)->backend() == Backend::host);
    CHECK(make_executor({}, none)->note().empty());
    for (char const* const name : {"cuda", "cuda:1", "all"}) {
        CHECK_THROWS_MATCHES(make_executor({name, ""}, none),
                             RunError,
                             Message("no GPU can be used (--device " + std::string(name)
                                     + "): there is no NVIDIA driver on this machine"));
    }
    CHECK(make_executor({"host", ""}, none)->backend() == Backend::host);
}

TEST_CASE("executor: the list of devices says what each is, and why there is no GPU",
          "[estimator][run][device]") {
    tests::FakeDevices two(2);
    auto const list = list_devices(two);
    REQUIRE(list.devices.size() == 4);
    CHECK(list.devices[0].device == "host");
    CHECK(list.devices[1].device == "kokkos");
    CHECK(list.devices[3].device == "cuda:1");
    CHECK(list.devices[3].name == "Fake GPU");
    CHECK(list.devices[3].architecture == "sm_0");
    CHECK(list.devices[3].memory_bytes == 12'000'000'000);
    CHECK(list.without_gpu.empty());
    tests::FakeDevices none(0);
    none.find_answer = {DeviceStatus::none,
                        "there is no NVIDIA driver on this machine"};
    auto const without = list_devices(none);
    CHECK(without.devices.size() == 2);
    CHECK(without.without_gpu == "there is no NVIDIA driver on this machine");
}

TEST_CASE("executor: every study has the same bits on every executor",
          "[estimator][run]") {
    // Without a device Kokkos runs its launches on the host's threads.
    auto const& host = tests::executor();
    auto const kokkos = make_executor({"kokkos", ""});
    tests::FakeDevices fake(2);
    auto const gpus = make_executor({"all", ""}, fake);
    auto const one_lane = make_executor({"host", "single"});
    for (Executor const* const other : {kokkos.get(), gpus.get(), one_lane.get()}) {
        CAPTURE(static_cast<int>(other->backend()));
        Model const model = minimal();
        RunOptions options;
        options.samples = 3000;
        options.keep = {"controlled.lag_months@2026-12"};
        for (bool const always_binned : {false, true}) {
            options.always_binned = always_binned;
            for (Sampler const sampler : {Sampler::philox, Sampler::qmc}) {
                options.sampler = sampler;
                Result const expected = estimate(model, host, options);
                Result const got = estimate(model, *other, options);
                CHECK(got.is_exact != always_binned);
                CHECK(same_rows(got.rows, expected.rows));
                REQUIRE(got.kept.size() == 1);
                CHECK(got.kept[0].values == expected.kept[0].values);
            }
        }
        options = {};
        options.samples = 2000;
        std::vector<Model> const pair{
            model, minimal({"path.controlled.channel.smuggled.premium=2"})};
        auto const lags = [](std::string_view, std::string_view metric, int) {
            return metric == "lag_months";
        };
        auto const compared = compare_models(pair, *other, options, lags);
        auto const as_on_host = compare_models(pair, host, options, lags);
        REQUIRE(compared[0].rows.size() == as_on_host[0].rows.size());
        REQUIRE(!compared[0].rows.empty());
        for (std::size_t i = 0; i < compared[0].rows.size(); ++i) {
            CHECK(same_bits(compared[0].rows[i].difference.quantiles,
                            as_on_host[0].rows[i].difference.quantiles));
        }
        SensitivityOptions asked;
        asked.samples = 2048;
        asked.tornado = 1024;
        asked.pick_freeze = 1024;
        asked.top = 2;
        auto const drivers = analyse_sensitivity(model, *other, asked, {});
        auto const drivers_on_host = analyse_sensitivity(model, host, asked, {});
        auto const& a = drivers.outputs.at(0);
        auto const& b = drivers_on_host.outputs.at(0);
        REQUIRE(a.tornado.size() == 2);
        for (std::size_t i = 0; i < a.given_data.size(); ++i) {
            CHECK(same_estimate(a.given_data[i].first_order,
                                b.given_data[i].first_order));
        }
        for (std::size_t i = 0; i < a.tornado.size(); ++i) {
            CHECK(same_estimate(a.tornado[i].at_p95, b.tornado[i].at_p95));
        }
        for (std::size_t i = 0; i < a.pick_freeze.size(); ++i) {
            CHECK(same_estimate(a.pick_freeze[i].total, b.pick_freeze[i].total));
        }
        ScenarioSource const source(tests::source_path("scenarios/minimal.toml"));
        Sweep const sweep(
            [&](std::vector<std::string> const& overrides) {
                return source.read(overrides);
            },
            {{"path.controlled.channel.smuggled.premium=1,2"}, 0, {}, {}},
            options);
        std::vector<Row> swept;
        std::vector<Row> swept_on_host;
        auto const into = [](std::vector<Row>& rows) {
            return [&](SweptCell const& cell) {
                rows.insert(rows.end(), cell.rows.begin(), cell.rows.end());
            };
        };
        sweep.run(*other, 0, into(swept));
        sweep.run(host, 0, into(swept_on_host));
        CHECK(same_rows(swept, swept_on_host));
        auto const until =
            estimate_until(model, *other, options, {read_goal("lag@2026-12:p50:100%")});
        auto const until_on_host =
            estimate_until(model, host, options, {read_goal("lag@2026-12:p50:100%")});
        CHECK(same_rows(until.result.rows, until_on_host.result.rows));
    }
}

TEST_CASE("executor: every study stops when it is asked to", "[estimator][run]") {
    std::atomic<bool> stop = true;
    Model const model = minimal();
    RunOptions options;
    options.control.stop = &stop;
    tests::FakeDevices fake(2);
    for (char const* const device : {"host", "kokkos", "cuda:1"}) {
        auto const executor = make_executor({device, ""}, fake);
        CHECK_THROWS_AS(estimate(model, *executor, options), Interrupted);
        CHECK_THROWS_AS(compare_models({model, model},
                                       *executor,
                                       options,
                                       [](std::string_view, std::string_view, int) {
                                           return true;
                                       }),
                        Interrupted);
        CHECK_THROWS_AS(analyse_sensitivity(model, *executor, {}, options),
                        Interrupted);
    }
}
