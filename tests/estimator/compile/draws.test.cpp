// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/reader/read_scenario.hpp"

#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>
#include <string>
#include <vector>

using namespace leadtime;

namespace {

constexpr std::uint64_t samples = 200'000;
constexpr std::uint64_t seed = 20240117;

estimator::Scenario read(std::string const& text) {
    static auto const profiles = hwprofiles::ProfileLibrary::load();
    return estimator::read_scenario_text(text, "draws.toml", profiles);
}

std::string quantity(std::string const& name, std::string const& value) {
    return fmt::format("[quantity.{}]\nunit = \"1\"\nvalue = {}\n"
                       "source = \"assumption\"\n",
                       name,
                       value);
}

std::string scenario(std::string const& quantities,
                     std::string const& outputs,
                     char const* end = "2024-01") {
    return fmt::format(
        "[scenario]\nname = \"draws\"\nstart = \"2024-01\"\nend = \"{}\"\n{}"
        "[output]\nquantities = [{}]\n",
        end,
        quantities,
        outputs);
}

/// All samples of every output row, by output.
std::vector<std::vector<float>> run(std::string const& text) {
    estimator::Scenario const parsed = read(text);
    estimator::Plan const plan = estimator::compile(parsed);
    std::vector<float> const all = tests::all_outputs(plan, seed, {0, samples});
    std::vector<std::vector<float>> rows;
    for (std::size_t row = 0; row < plan.outputs.size(); ++row) {
        auto const begin = all.begin() + static_cast<std::ptrdiff_t>(row * samples);
        rows.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(samples));
    }
    return rows;
}

/// Spearman's rank correlation.
double rank_correlation(std::vector<float> const& x, std::vector<float> const& y) {
    auto const ranks = [](std::vector<float> const& values) {
        std::vector<std::size_t> order(values.size());
        std::iota(order.begin(), order.end(), 0u);
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return values[a] < values[b];
        });
        std::vector<double> result(values.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            result[order[i]] = static_cast<double>(i);
        }
        return result;
    };
    auto const a = ranks(x);
    auto const b = ranks(y);
    double const n = static_cast<double>(x.size());
    double squares = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return 1.0 - 6.0 * squares / (n * (n * n - 1.0));
}

/// Six standard errors of a rank correlation (at most 1/sqrt(n) for any true value).
double const tolerance = 6.0 / std::sqrt(static_cast<double>(samples));

// One of every family, and the wrappers.
std::map<std::string, std::string> const families{
    {"uniform", "{ dist = \"uniform\", min = 2, max = 5 }"},
    {"loguniform", "{ dist = \"loguniform\", min = 0.1, max = 100 }"},
    {"normal", "{ dist = \"normal\", mean = 3, sd = 2 }"},
    {"lognormal", "\"20k to 27k\""},
    {"split_lognormal", "\"15k to 130k to 800k\""},
    {"triangular", "{ dist = \"triangular\", min = 1, mode = 2, max = 7 }"},
    {"pert", "{ dist = \"pert\", min = 1, mode = 2, max = 7 }"},
    {"beta", "{ dist = \"beta\", alpha = 0.7, beta = 1.6 }"},
    {"gamma", "{ dist = \"gamma\", shape = 1.7, scale = 3 }"},
    {"student_t", "{ dist = \"student_t\", df = 4, location = 1, scale = 2 }"},
    {"truncated", "{ dist = \"normal\", mean = 0, sd = 1, truncate = [-0.5, 2] }"},
    {"mixture",
     "{ dist = \"mixture\", components = [\"1 to 2\", \"10 to 30\"], weights = [1, 3] "
     "}"}};

}  // namespace

TEST_CASE("draws: every family has its quantiles", "[estimator][draws]") {
    for (auto const& [family, value] : families) {
        std::string const text = scenario(quantity("x", value), "\"x\"");
        estimator::Distribution const exact = read(text).quantities.at(0).value;
        std::vector<float> sorted = run(text).at(0);
        std::sort(sorted.begin(), sorted.end());
        for (double const p : {0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999}) {
            // Six standard errors of the rank, carried to values by the exact
            // quantiles.
            double const n = static_cast<double>(samples);
            double const reach = 6.0 * std::sqrt(p * (1.0 - p) / n);
            double const sample =
                static_cast<double>(sorted[static_cast<std::size_t>(p * (n - 1.0))]);
            double const slack = 1e-5 * std::abs(sample);
            CAPTURE(family, p, sample);
            CHECK(sample >= exact.quantile(std::max(p - reach, 1e-12)) - slack);
            CHECK(sample <= exact.quantile(std::min(p + reach, 1.0 - 1e-12)) + slack);
        }
    }
}

TEST_CASE("draws: every family has its mean", "[estimator][draws]") {
    for (auto const& [family, value] : families) {
        std::string const text = scenario(quantity("x", value), "\"x\"");
        estimator::Distribution const exact = read(text).quantities.at(0).value;
        std::vector<float> const values = run(text).at(0);
        double const n = static_cast<double>(samples);
        double const mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
        double const standard_error = std::sqrt(exact.variance() / n);
        CAPTURE(family, mean, exact.mean(), standard_error);
        CHECK(std::abs(mean - exact.mean()) <= 6.0 * standard_error);
    }
}

TEST_CASE("draws: atoms come with their probabilities", "[estimator][draws]") {
    auto const share = [](std::vector<float> const& values, float atom) {
        return static_cast<double>(std::count(values.begin(), values.end(), atom))
               / static_cast<double>(samples);
    };
    auto const within = [](double found, double p) {
        return std::abs(found - p)
               <= 6.0 * std::sqrt(p * (1.0 - p) / static_cast<double>(samples));
    };
    auto const rows = run(scenario(
        quantity("a_discrete",
                 "{ dist = \"discrete\", values = [16, 20, 24], weights = "
                 "[0.4, 0.4, 0.2] }")
            + quantity("b_bernoulli", "{ dist = \"bernoulli\", p = 0.25 }")
            + quantity("c_zeros",
                       "{ value = \"20k to 120k to 400k\", zero_probability = "
                       "0.5 }")
            + quantity("d_list", "{ dist = \"empirical\", values = [1, 2, 3, 4, 5] }"),
        "\"a_discrete\", \"b_bernoulli\", \"c_zeros\", \"d_list\""));
    CHECK(within(share(rows[0], 16.0f), 0.4));
    CHECK(within(share(rows[0], 24.0f), 0.2));
    CHECK(within(share(rows[1], 1.0f), 0.25));
    CHECK(within(share(rows[2], 0.0f), 0.5));
    CHECK(within(share(rows[3], 3.0f), 0.2));
}

TEST_CASE("draws: rank correlation is what was asked for", "[estimator][draws]") {
    std::string const three =
        quantity("a", "\"1 to 3\"")
        + quantity("b", "{ dist = \"beta\", alpha = 2, beta = 5 }")
        + quantity("c", "{ dist = \"uniform\", min = 0, max = 1 }");
    std::string const outputs = "\"a\", \"b\", \"c\"";

    auto const free = run(scenario(three, outputs));
    CHECK(std::abs(rank_correlation(free[0], free[1])) <= tolerance);

    auto const pairwise = run(scenario(
        three + "[[correlation]]\nquantities = [\"a\", \"b\", \"c\"]\nrank = 0.5\n",
        outputs));
    CHECK(std::abs(rank_correlation(pairwise[0], pairwise[1]) - 0.5) <= tolerance);
    CHECK(std::abs(rank_correlation(pairwise[1], pairwise[2]) - 0.5) <= tolerance);

    auto const matrix = run(scenario(
        three
            + "[[correlation]]\nquantities = [\"a\", \"b\", \"c\"]\nrank = [[1, 0.8, "
              "-0.3], [0.8, 1, 0], [-0.3, 0, 1]]\n",
        outputs));
    CHECK(std::abs(rank_correlation(matrix[0], matrix[1]) - 0.8) <= tolerance);
    CHECK(std::abs(rank_correlation(matrix[0], matrix[2]) + 0.3) <= tolerance);
    CHECK(std::abs(rank_correlation(matrix[1], matrix[2])) <= tolerance);
}

TEST_CASE("draws: neighbouring knots have their correlation", "[estimator][draws]") {
    for (double const r : {0.0, 0.7, 1.0}) {
        std::string const series =
            fmt::format("[quantity.x]\nunit = \"1\"\nat = {{ 2024-01 = \"1 to 3\", "
                        "2024-02 = \"2 to "
                        "5\", 2024-03 = \"1 to 9\" }}\ninterpolate = "
                        "\"log\"\nknot_correlation = {}\n"
                        "source = \"assumption\"\n",
                        r);
        auto const rows = run(scenario(series, "\"x\"", "2024-03"));
        // Normal correlation r, so rank correlation 6/pi asin(r/2).
        auto const rank = [](double normal) {
            return 6.0 / M_PI * std::asin(normal / 2.0);
        };
        CAPTURE(r);
        CHECK(std::abs(rank_correlation(rows[0], rows[1]) - rank(r)) <= tolerance);
        CHECK(std::abs(rank_correlation(rows[1], rows[2]) - rank(r)) <= tolerance);
        CHECK(std::abs(rank_correlation(rows[0], rows[2]) - rank(r * r)) <= tolerance);
    }
}
