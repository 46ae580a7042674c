// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/executor.hpp"

#include "estimator/cli/environment.hpp"
#include "estimator/engine/errors.hpp"

#include "tests/support/environment.hpp"
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
        CHECK(backend_of_environment() == Backend::device);
    }
    tests::EnvironmentVariable const backend("LEADTIME_BACKEND", "gpu");
    CHECK_THROWS_MATCHES(
        executor_of_environment(),
        RunError,
        Message("the environment variable LEADTIME_BACKEND is \"gpu\": the backend "
                "\"gpu\" is not known (it may be host or device)"));
}

TEST_CASE("executor: every study has the same bits on every executor",
          "[estimator][run]") {
    // Without a device Kokkos runs the device's launches on the host's threads.
    auto const& host = tests::executor();
    auto const device = make_executor({"device", ""});
    auto const one_lane = make_executor({"host", "single"});
    for (Executor const* const other : {device.get(), one_lane.get()}) {
        CAPTURE(other->backend() == Backend::device);
        Model const model = minimal();
        RunOptions options;
        options.samples = 3000;
        options.keep = {"controlled.lag_months@2026-12"};
        for (Sampler const sampler : {Sampler::philox, Sampler::qmc}) {
            options.sampler = sampler;
            Result const expected = estimate(model, host, options);
            Result const got = estimate(model, *other, options);
            CHECK(same_rows(got.rows, expected.rows));
            REQUIRE(got.kept.size() == 1);
            CHECK(got.kept[0].values == expected.kept[0].values);
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
    for (char const* const backend : {"host", "device"}) {
        auto const executor = make_executor({backend, ""});
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
