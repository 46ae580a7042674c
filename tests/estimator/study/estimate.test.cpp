// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/estimate.hpp"

#include "estimator/reader/read_scenario.hpp"

#include "tests/support/same_bits.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

using namespace leadtime;
using Catch::Matchers::Message;
using Catch::Matchers::MessageMatches;

namespace {

estimator::Result run(std::string const& quantities, std::uint64_t samples) {
    auto const profiles = hwprofiles::ProfileLibrary::load();
    estimator::RunOptions options;
    options.samples = samples;
    options.always_binned = true;
    return tests::estimate(
        estimator::read_scenario_text(
            "[scenario]\nname = \"x\"\nstart = \"2024-01\"\nend = \"2024-02\"\n"
                + quantities,
            "x.toml",
            profiles),
        options);
}

std::string const normal = "[quantity.a]\nunit = \"1\"\nvalue = { dist = \"normal\", "
                           "mean = 0, sd = 1 }\n";

}  // namespace

TEST_CASE("estimate: a value that is not a number stops the run",
          "[estimator][estimate]") {
    std::string const logarithm = normal
                                  + "[quantity.b]\nformula = \"log(a)\"\n"
                                    "[output]\nquantities = [\"b\"]\n";
    CHECK_THROWS_MATCHES(run(logarithm, 100),
                         estimator::RunError,
                         MessageMatches(Catch::Matchers::StartsWith(
                             "quantity \"b\" is not a number in sample 1 (log(-")));
}

TEST_CASE("estimate: a rare one beyond the pilot is found too",
          "[estimator][estimate]") {
    std::string const rare = normal
                             + "[quantity.b]\nformula = \"sqrt(a + 3.6)\"\n"
                               "[output]\nquantities = [\"b\"]\n";
    CHECK_NOTHROW(run(rare, 1000));
    CHECK_THROWS_AS(run(rare, 200'000), estimator::RunError);
}

TEST_CASE("estimate: values too small for single precision are kept",
          "[estimator][estimate]") {
    // Nothing but subnormal numbers: no axis can tell them apart, nothing breaks.
    std::string const tiny =
        "[quantity.a]\nunit = \"1\"\nvalue = \"1e-20 to 3e-20\"\n"
        "[quantity.b]\nformula = \"a * a * 10\"\n[output]\nquantities = [\"b\"]\n";
    estimator::Result const result = run(tiny, 5000);
    double const median = result.find("", "b", -1)->quantiles[3];
    CHECK(median >= 0.0);
    CHECK(median < 1e-37);
}

TEST_CASE("estimate: overflow inside the model stops the run",
          "[estimator][estimate]") {
    auto const profiles = hwprofiles::ProfileLibrary::load();
    estimator::ScenarioOptions const huge{
        {{"path.free.budget", "{ value = 1e25, unit = \"GUSD/year\" }"},
         {"path.free.channel.market.supply", "1e30"}}};
    auto const scenario = estimator::read_scenario(
        tests::source_path("scenarios/minimal.toml"), profiles, huge);
    CHECK_THROWS_MATCHES(
        tests::estimate(scenario, {}),
        estimator::RunError,
        Message("path.free.run_flop in 2024-03 is infinite in sample 0 "
                "(numbers above 3.4e38 overflow); check the inputs it "
                "depends on"));
}

TEST_CASE("estimate: one sample is its own mean and quantiles",
          "[estimator][estimate]") {
    estimator::Result const result =
        run("[quantity.a]\nunit = \"FLOP\"\nvalue = \"1e27 to 9e27\"\n"
            "[output]\nquantities = [\"a\"]\n",
            1);
    estimator::Row const& row = *result.find("", "a", -1);
    CHECK(row.mean == row.minimum);
    CHECK(row.mean == row.maximum);
    CHECK(row.quantiles[3] == row.maximum);
}

TEST_CASE("estimate: what the pilots did not see has its mean and deviation",
          "[estimator][estimate]") {
    // A 1 in 2,000 and a -1e26 in 50,000: seen in the second pilot, and in none.
    estimator::Result const result =
        run("[quantity.seen]\nvalue = { dist = \"bernoulli\", p = 0.0005 }\n"
            "[quantity.draw]\nvalue = { dist = \"bernoulli\", p = 2e-5 }\n"
            "[quantity.unseen]\nformula = \"draw * -1e26\"\n"
            "[output]\nquantities = [\"seen\", \"unseen\"]\n",
            400'000);
    auto const check = [&](char const* name, double size, double tolerance) {
        estimator::Row const& row = *result.find("", name, -1);
        double const share = row.mean / size;
        CAPTURE(name, row.mean, row.standard_deviation, tolerance);
        CHECK(share > 0.0);
        CHECK(std::abs(row.standard_deviation
                           / (std::abs(size) * std::sqrt(share * (1.0 - share)))
                       - 1.0)
              < tolerance);
        return share;
    };
    double const standard_error = std::sqrt(0.0005 / 400'000);
    CHECK(std::abs(check("seen", 1.0, 1e-3) - 0.0005) < 6.0 * standard_error);
    CHECK(std::abs(check("unseen", -1e26, 0.01) - 2e-5) < 6.0 * std::sqrt(2e-5 / 4e5));
}

TEST_CASE("estimate: some outputs have the bits that they have among all",
          "[estimator][estimate]") {
    using Texts = std::vector<std::string>;
    estimator::Model const whole(
        estimator::read_scenario(tests::source_path("scenarios/minimal.toml"),
                                 hwprofiles::ProfileLibrary::load()));
    auto const expected_of = [&](estimator::RunOptions const& options) {
        return estimator::estimate(whole, tests::executor(), options);
    };
    estimator::RunOptions options;
    options.samples = 3000;
    for (bool const is_qmc : {false, true}) {
        CAPTURE(is_qmc);
        options.sampler = is_qmc ? estimator::Sampler::qmc : estimator::Sampler::philox;
        auto const expected = expected_of(options);
        for (auto const& texts : {Texts{"lag@2026-12"},
                                  Texts{"h100e_bf16@2025-06", "run_flop@2027-03"},
                                  Texts{"milestone_month@1e25", "lag@2025-12"}}) {
            auto const outputs = whole.find(texts);
            auto const model = whole.only(estimator::rows_of(outputs));
            auto const result = estimator::estimate(model, tests::executor(), options);
            CHECK(result.rows.size() == outputs.size());
            for (auto const& row : result.rows) {
                auto const* const other = expected.find(row.path, row.metric, row.step);
                REQUIRE(other != nullptr);
                CAPTURE(row.path, row.metric, row.step);
                CHECK(tests::same_bits(row.quantiles, other->quantiles));
                CHECK(tests::same_bits(row.quantile_standard_errors,
                                       other->quantile_standard_errors));
                CHECK(tests::same_bits(row.mean, other->mean));
                CHECK(tests::same_bits(row.mean_standard_error,
                                       other->mean_standard_error));
                CHECK(tests::same_bits(row.share_above, other->share_above));
                CHECK(tests::same_bits(row.minimum, other->minimum));
                CHECK(row.shares_by_step == other->shares_by_step);
            }
        }
    }
}

TEST_CASE("estimate: what is kept comes beside the outputs that are asked for",
          "[estimator][estimate]") {
    estimator::Model const whole(
        estimator::read_scenario(tests::source_path("scenarios/minimal.toml"),
                                 hwprofiles::ProfileLibrary::load()));
    auto const asked = whole.find(std::vector<std::string>{"lag@2026-12"});
    estimator::RunOptions options;
    options.samples = 500;
    options.keep = {"run_flop@2025-12"};
    auto const result = estimator::estimate(
        whole.only(estimator::rows_of(asked)), tests::executor(), options);
    auto const all = estimator::estimate(whole, tests::executor(), options);
    REQUIRE(!result.kept.empty());
    REQUIRE(result.kept.size() == all.kept.size());
    for (std::size_t i = 0; i < all.kept.size(); ++i) {
        CHECK(result.kept[i].name == all.kept[i].name);
        CHECK(tests::same_bits(result.kept[i].values, all.kept[i].values));
    }
    CHECK(result.rows.size() == asked.size() + result.kept.size());
}
