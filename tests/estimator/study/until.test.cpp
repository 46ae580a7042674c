// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/until.hpp"

#include "tests/estimator/study/sensitivity/models.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <string>
#include <vector>

using namespace leadtime;
using namespace leadtime::tests;
using Catch::Matchers::Message;

namespace {

estimator::Scenario model() {
    return scenario_of(drawn("x", "dist = \"normal\", mean = 10, sd = 1")
                       + formula("y", "x + 0"));
}

estimator::UntilResult until(std::string const& goal, std::uint64_t most) {
    estimator::RunOptions options;
    options.samples = most;
    return estimator::estimate_until(estimator::Model(model()),
                                     tests::executor(),
                                     options,
                                     {estimator::read_goal(goal)});
}

}  // namespace

TEST_CASE("until: stops at the first power of two that is precise enough",
          "[estimator][until]") {
    // Standard error of the median: 1.2533 / sqrt(n): 0.1 % of 10 takes 15,708.
    auto const result = until("y:p50:0.1%", 1'000'000);
    CHECK(result.is_reached);
    CHECK(result.result.samples == 16'384);
    REQUIRE(result.explanation.size() == 1);
    CHECK(result.explanation[0].starts_with("y p50 is 10"));
    CHECK(result.explanation[0].find("asked for 0.1%: reached after 16,384 samples; "
                                     "looked at after 4,096, 8,192, 16,384")
          != std::string::npos);
    // The same as one run of this size.
    estimator::RunOptions options;
    options.samples = 16'384;
    auto const plain = tests::estimate(model(), options);
    CHECK(plain.rows[0].quantiles == result.result.rows[0].quantiles);
}

TEST_CASE("until: Sobol points are laid out for the outputs asked for",
          "[estimator][until]") {
    auto const scenario =
        scenario_of(standard_normal("a") + standard_normal("b") + standard_normal("c")
                        + formula("y", "a + b") + formula("w", "10 + b - c"),
                    "\"y\", \"w\"");
    estimator::RunOptions options;
    options.sampler = estimator::Sampler::qmc;
    auto const result = estimator::estimate_until(estimator::Model(scenario),
                                                  tests::executor(),
                                                  options,
                                                  {estimator::read_goal("w:p50:1%")});
    CHECK(result.is_reached);
    options.samples = result.result.samples;
    auto const for_all = tests::estimate(scenario, options);
    options.aims = {"w"};
    auto const for_w = tests::estimate(scenario, options);
    CHECK(for_w.rows[1].quantiles == result.result.rows[1].quantiles);
    CHECK(for_all.rows[1].quantiles != result.result.rows[1].quantiles);
}

TEST_CASE("until: a goal comes beside the outputs that a model is of",
          "[estimator][until]") {
    auto const scenario =
        scenario_of(standard_normal("a") + standard_normal("b") + formula("y", "a + b")
                        + formula("w", "a - b"),
                    "\"y\", \"w\"");
    estimator::Model const whole(scenario);
    auto const of_w =
        whole.only(estimator::rows_of(whole.find(std::vector<std::string>{"w"})));
    estimator::RunOptions options;
    for (std::string const output : {"y", "b"}) {  // one of its outputs, and a new one
        CAPTURE(output);
        auto const result =
            estimator::estimate_until(of_w,
                                      tests::executor(),
                                      options,
                                      {estimator::read_goal(output + ":p50:0.1")});
        CHECK(result.is_reached);
        REQUIRE(result.result.rows.size() == 2);
        options.samples = result.result.samples;
        auto const all = estimator::estimate(
            whole.with_outputs({&output, 1}), tests::executor(), options);
        for (auto const& row : result.result.rows) {
            CAPTURE(row.metric);
            auto const* const other = all.find(row.path, row.metric, row.step);
            REQUIRE(other != nullptr);
            CHECK(row.quantiles == other->quantiles);
        }
    }
}

TEST_CASE("until: in the output's unit, of the mean, of a tail", "[estimator][until]") {
    // 1 / sqrt(n) <= 0.0079 from n = 16,023 on
    CHECK(until("y:mean:0.0079", 1'000'000).result.samples == 16'384);
    CHECK(until("y:p95:0.1", 1'000'000).result.samples == 4096);
}

TEST_CASE("until: says so where the limit comes first", "[estimator][until]") {
    auto const result = until("y:p50:0.01%", 10'000);
    CHECK_FALSE(result.is_reached);
    CHECK(result.result.samples == 8192);
    CHECK(result.explanation[0].find("not reached after 8,192 samples")
          != std::string::npos);
}

TEST_CASE("until: goals that cannot be read", "[estimator][until]") {
    std::string const form =
        " (write OUTPUT:STATISTIC:PRECISION, such as lag@2030-12:p50:0.5%)";
    auto const refuse = [&](std::string const& text, std::string const& why) {
        CHECK_THROWS_MATCHES(estimator::read_goal(text),
                             estimator::RunError,
                             Message("--until \"" + text + "\": " + why + form));
    };
    refuse("y", "three parts are needed");
    refuse("y:p50", "three parts are needed");
    refuse(
        "y:p51:1%",
        "\"p51\" is no statistic that is reported (mean, p1, p5, p25, p50, p75, p95, "
        "p99)");
    refuse("y:p50:0", "\"0\" is not a precision above 0");
    refuse("y:p50:fine", "\"fine\" is not a precision above 0");
}
