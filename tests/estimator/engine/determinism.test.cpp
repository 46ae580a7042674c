// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/engine/start_statistics.hpp"
#include "estimator/reader/read_scenario.hpp"

#include "tests/support/random_scenario.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>

#include <span>
#include <utility>

using namespace leadtime;
using estimator::HostRunner;
using estimator::Statistics;
using tests::difference_between;
using tests::same_bits;

namespace {

estimator::Plan plan_of(std::uint64_t seed) {
    auto const profiles = hwprofiles::ProfileLibrary::load();
    return estimator::compile(
        seed == 0 ? estimator::read_scenario("baseline", profiles)
                  : estimator::read_scenario_text(
                      tests::random_scenario_toml(seed), "random.toml", profiles));
}

estimator::Model model_of(std::uint64_t seed) {
    return estimator::Model(
        estimator::read_scenario_text(tests::random_scenario_toml(seed),
                                      "random.toml",
                                      hwprofiles::ProfileLibrary::load()));
}

}  // namespace

TEST_CASE("run: one sample at a time or many, the bits are the same",
          "[estimator][run]") {
    for (std::uint64_t seed = 0; seed <= 40; ++seed) {
        estimator::Plan const plan = plan_of(seed);
        estimator::SampleRange const range{0, 128};
        auto const with = [&](estimator::TileKernels const& kernels) {
            HostRunner runner(plan, 7, kernels);
            return tests::all_outputs(runner, plan, range);
        };
        auto const single = with(estimator::single_lane_kernels());
        CAPTURE(seed);
        CHECK(same_bits(single, with(estimator::pack8_kernels())));
        // Whatever this processor runs by default, e.g. packs of 16.
        CHECK(same_bits(single, tests::all_outputs(plan, 7, range)));
    }
}

TEST_CASE("run: a range in parts has the bits of the whole", "[estimator][run]") {
    estimator::Model const model = model_of(3);
    HostRunner runner(model.shared_plan(), 11);
    constexpr std::uint64_t samples = 5000;
    Statistics const empty = estimator::start_statistics(model, runner, 11, samples);
    Statistics whole = empty;
    runner.add({0, samples}, whole);
    for (std::uint64_t const cut :
         {1u, 31u, 32u, 33u, 63u, 64u, 65u, 1023u, 1025u, 4999u}) {
        CAPTURE(cut);
        Statistics in_order = empty;
        runner.add({0, cut}, in_order);
        runner.add({cut, samples}, in_order);
        CHECK(difference_between(in_order, whole) == "");
        Statistics merged = empty;
        runner.add({cut, samples}, merged);
        Statistics first = empty;
        runner.add({0, cut}, first);
        merged.merge(first);
        CHECK(difference_between(merged, whole) == "");
    }
}

TEST_CASE("run: samples that were looked at count as if they ran again",
          "[estimator][run]") {
    estimator::Model const model = model_of(3);
    HostRunner runner(model.shared_plan(), 11);
    constexpr std::uint64_t samples = 5000;
    Statistics const empty = estimator::start_statistics(model, runner, 11, samples);
    auto const look = [&](std::uint64_t begin, std::uint64_t end) {
        runner.visit({begin, end}, model.rows(), [](auto, auto) {});
    };
    for (auto const& [begin, end] :
         {std::pair<std::uint64_t, std::uint64_t>{0, samples},
          {0, 300},
          {64, 900},
          {100, 2000}}) {
        Statistics expected = empty;
        HostRunner(model.shared_plan(), 11).add({begin, end}, expected);
        for (std::uint64_t const seen : {1u, 63u, 200u, 1024u}) {
            CAPTURE(begin, end, seen);
            look(begin, begin + seen);
            Statistics counted = empty;
            runner.add({begin, end}, counted);
            CHECK(difference_between(counted, expected) == "");
        }
    }
    look(0, 10);
    look(0, 1024);  // of which the first 10 are there, and do not do
}

TEST_CASE("run: samples are their numbers, wherever a range begins",
          "[estimator][run]") {
    estimator::Plan const plan = plan_of(5);
    HostRunner runner(plan, 2);
    auto const all = tests::all_outputs(runner, plan, {0, 256});
    for (std::uint64_t const begin : {1u, 63u, 64u, 100u, 255u}) {
        auto const part = tests::all_outputs(runner, plan, {begin, 256});
        std::size_t const count = 256 - begin;
        for (std::size_t row = 0; row < plan.outputs.size(); ++row) {
            REQUIRE(same_bits(std::span(part).subspan(row * count, count),
                              std::span(all).subspan(row * 256 + begin, count)));
        }
    }
}

TEST_CASE("run: adding a quantity moves nobody else's draws", "[estimator][run]") {
    auto const profiles = hwprofiles::ProfileLibrary::load();
    std::string const head =
        "[scenario]\nname = \"draws\"\nstart = \"2024-01\"\nend = \"2024-03\"\n";
    std::string const a =
        "[quantity.a]\nunit = \"USD\"\nvalue = \"1 to 3\"\nsource = \"assumption\"\n";
    std::string const b =
        "[quantity.b]\nunit = \"USD\"\nvalue = \"2 to 9\"\nsource = \"assumption\"\n";
    auto const values_of_a = [&](std::string const& text) {
        estimator::Plan const plan = estimator::compile(
            estimator::read_scenario_text(text, "draws.toml", profiles));
        return tests::all_outputs(plan, 3, {0, 100});
    };
    std::string const output = "[output]\nquantities = [\"a\"]\n";
    auto const alone = values_of_a(head + a + output);
    CHECK(same_bits(alone, values_of_a(head + b + a + output)));
    // Another quantity of the same distribution has draws of its own.
    std::string renamed = a;
    renamed.replace(renamed.find("quantity.a"), 10, "quantity.c");
    auto const other = values_of_a(head + renamed + "[output]\nquantities = [\"c\"]\n");
    CHECK_FALSE(same_bits(alone, other));
}
