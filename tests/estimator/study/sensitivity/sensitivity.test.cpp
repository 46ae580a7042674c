// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/sensitivity/sensitivity.hpp"

#include "tests/estimator/study/sensitivity/models.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

using namespace leadtime;
using namespace leadtime::tests;
using Catch::Matchers::Message;
using estimator::Estimate;
using estimator::SensitivityOptions;

namespace {

estimator::SensitivityResult analyse(estimator::Scenario const& scenario,
                                     SensitivityOptions const& options) {
    estimator::RunOptions run;
    run.seed = 3;
    return estimator::analyse_sensitivity(
        estimator::Model(scenario), tests::executor(), options, run);
}

SensitivityOptions options_of(std::uint64_t samples, std::uint64_t pick_freeze) {
    SensitivityOptions options;
    options.outputs = {"y"};
    options.samples = samples;
    options.pick_freeze = pick_freeze;
    options.tornado = 0;
    return options;
}

/// Within six standard errors and a stated bias of the value known on paper.
void check_close(Estimate const& estimate, double exact, double bias = 0.0) {
    CAPTURE(estimate.value, estimate.standard_error, exact, bias);
    CHECK(std::abs(estimate.value - exact) <= 6.0 * estimate.standard_error + bias);
    // The bound must be able to fail.
    CHECK(6.0 * estimate.standard_error < 0.08);
}

double normal_share_below(double z) {
    return 0.5 * std::erfc(-z * std::numbers::sqrt2 / 2.0);
}

/// Borgonovo's delta of Y = r X + sqrt(1 - r^2) Z for normal X, Z: the distance between
/// N(r x, 1 - r^2) and N(0, 1) is known from the two points where the densities cross,
/// and is averaged over x by the midpoint rule.
double delta_of_normal(double r) {
    double const s2 = 1.0 - r * r;
    double const s = std::sqrt(s2);
    double sum = 0.0;
    constexpr int n = 20'000;
    for (int i = 0; i < n; ++i) {
        double const x = -8.0 + 16.0 * (i + 0.5) / n;
        double const m = r * x;
        // (y - m)^2 / s2 - y^2 + 2 log s = 0
        double const a = 1.0 / s2 - 1.0;
        double const b = -2.0 * m / s2;
        double const c = m * m / s2 + 2.0 * std::log(s);
        double const root = std::sqrt(std::max(b * b - 4.0 * a * c, 0.0));
        double const low = (-b - root) / (2.0 * a);
        double const high = (-b + root) / (2.0 * a);
        double const inside =
            normal_share_below((high - m) / s) - normal_share_below((low - m) / s);
        double const distance =
            inside - (normal_share_below(high) - normal_share_below(low));
        sum += distance * std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi);
    }
    return sum * 16.0 / n;
}

}  // namespace

TEST_CASE("sensitivity: Ishigami's indices are the published ones",
          "[estimator][sensitivity]") {
    auto const result = analyse(ishigami(), options_of(131'072, 16'384));
    double const pi4 = std::pow(std::numbers::pi, 4);
    double const variance =
        49.0 / 8.0 + 0.1 * pi4 / 5.0 + 0.01 * pi4 * pi4 / 18.0 + 0.5;
    double const v1 = 0.5 * std::pow(1.0 + 0.1 * pi4 / 5.0, 2);
    double const v13 = 0.01 * pi4 * pi4 * 8.0 / 225.0;
    double const first[] = {v1 / variance, 49.0 / 8.0 / variance, 0.0, 0.0};
    double const total[] = {
        (v1 + v13) / variance, 49.0 / 8.0 / variance, v13 / variance, 0.0};
    auto const& output = result.outputs.at(0);
    REQUIRE(result.inputs.size() == 4);
    REQUIRE(result.groups.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
        CAPTURE(result.inputs[i].name);
        auto const number = static_cast<std::size_t>(result.inputs[i].name[1] - '1');
        check_close(output.given_data[i].first_order, first[number]);
        if (number == 3) {
            check_close(output.given_data[i].rank, 0.0);
            check_close(output.given_data[i].delta, 0.0);
        }
        auto const group = static_cast<std::size_t>(result.groups[i].name[1] - '1');
        check_close(output.pick_freeze[i].first_order, first[group]);
        check_close(output.pick_freeze[i].total, total[group]);
    }
}

TEST_CASE("sensitivity: the G function's indices are the published ones",
          "[estimator][sensitivity]") {
    auto const result = analyse(sobol_g(), options_of(131'072, 16'384));
    double all = 1.0;
    for (double const a : sobol_g_a) {
        all *= 1.0 + 1.0 / (3.0 * (1.0 + a) * (1.0 + a));
    }
    auto const& output = result.outputs.at(0);
    for (std::size_t i = 0; i < 6; ++i) {
        auto const exact = [&](std::string const& name) {
            double const a = sobol_g_a[name[1] - '1'];
            double const v = 1.0 / (3.0 * (1.0 + a) * (1.0 + a));
            return std::pair(v / (all - 1.0), v * all / (1.0 + v) / (all - 1.0));
        };
        check_close(output.given_data[i].first_order,
                    exact(result.inputs[i].name).first);
        auto const [first, total] = exact(result.groups[i].name);
        check_close(output.pick_freeze[i].first_order, first);
        check_close(output.pick_freeze[i].total, total);
    }
}

TEST_CASE("sensitivity: rank coefficient and delta of normal variables",
          "[estimator][sensitivity]") {
    for (double const r : {0.3, 0.7, 0.95}) {
        std::string const a = std::to_string(r);
        std::string const b = std::to_string(std::sqrt(1.0 - r * r));
        auto const result =
            analyse(scenario_of(standard_normal("x") + standard_normal("z")
                                + formula("y", a + " * x + " + b + " * z")),
                    options_of(262'144, 0));
        auto const& output = result.outputs.at(0);
        for (std::size_t i = 0; i < 2; ++i) {
            double const own =
                result.inputs[i].name == "x" ? r : std::sqrt(1.0 - r * r);
            CAPTURE(own);
            auto const& indices = output.given_data[i];
            check_close(indices.first_order, own * own);
            // Chatterjee (2021), section 3: the limit for bivariate normal variables.
            double const limit =
                3.0 / std::numbers::pi * std::asin(0.5 * (1.0 + own * own)) - 0.5;
            check_close(indices.rank, limit);
            // Slices and bins smooth: at most 0.01 is lost here.
            double const delta = delta_of_normal(own);
            CAPTURE(delta, indices.delta.value);
            CHECK(indices.delta.value < delta + 6.0 * indices.delta.standard_error);
            CHECK(indices.delta.value > delta - 0.012);
        }
    }
}

TEST_CASE("sensitivity: monotone outputs have the same ranks and delta",
          "[estimator][sensitivity]") {
    std::string const inputs = standard_normal("x") + standard_normal("z");
    auto const plain =
        analyse(scenario_of(inputs + formula("y", "x + 0.5 * z")), options_of(8192, 0));
    auto const steep =
        analyse(scenario_of(inputs + formula("y", "exp(3 * (x + 0.5 * z))")),
                options_of(8192, 0));
    for (std::size_t i = 0; i < 2; ++i) {
        auto const& a = plain.outputs[0].given_data[i];
        auto const& b = steep.outputs[0].given_data[i];
        CHECK(std::abs(a.rank.value - b.rank.value) < 1e-4);
        CHECK(std::abs(a.delta.value - b.delta.value) < 1e-3);
    }
}

TEST_CASE("sensitivity: a two-valued input has its index too",
          "[estimator][sensitivity]") {
    // Var = p (1 - p) 4 + 1 with p = 0.3
    auto const result =
        analyse(scenario_of(drawn("law", "dist = \"bernoulli\", p = 0.3")
                            + standard_normal("z") + formula("y", "2 * law + z")),
                options_of(131'072, 0));
    double const share = 0.84 / 1.84;
    for (std::size_t i = 0; i < 2; ++i) {
        check_close(result.outputs[0].given_data[i].first_order,
                    result.inputs[i].name == "law" ? share : 1.0 - share);
    }
}

TEST_CASE("sensitivity: groups and correlated quantities", "[estimator][sensitivity]") {
    std::string const text = standard_normal("a_1") + standard_normal("a_2")
                             + standard_normal("b") + standard_normal("c")
                             + formula("y", "a_1 + a_2 + b + 2 * c")
                             + "[[correlation]]\nquantities = [\"a_2\", \"b\"]\n"
                               "rank = 0.5\n";
    auto const scenario = scenario_of(text);
    double const r = 2.0 * std::sin(std::numbers::pi * 0.5 / 6.0);
    double const variance = 1.0 + 2.0 + 2.0 * r + 4.0;
    auto options = options_of(65'536, 16'384);

    SECTION("by themselves, correlated quantities are frozen together") {
        auto const result = analyse(scenario, options);
        REQUIRE(result.groups.size() == 3);
        for (std::size_t g = 0; g < 3; ++g) {
            auto const& group = result.groups[g];
            double const exact = (group.name == "a_1" ? 1.0
                                  : group.name == "c" ? 4.0
                                                      : 2.0 + 2.0 * r)
                                 / variance;
            CAPTURE(group.name);
            check_close(result.outputs[0].pick_freeze[g].first_order, exact);
            check_close(result.outputs[0].pick_freeze[g].total, exact);
        }
        for (std::size_t i = 0; i < result.inputs.size(); ++i) {
            // Var E[y | b] = (1 + r)^2: what b tells of a_2 counts for b too.
            if (result.inputs[i].name == "b") {
                CHECK(result.inputs[i].correlated_with
                      == std::vector<std::string>{"a_2"});
                check_close(result.outputs[0].given_data[i].first_order,
                            (1.0 + r) * (1.0 + r) / variance);
            }
        }
    }
    SECTION("groups by pattern, and the rest") {
        options.groups = {"ab=a_*,b"};
        auto const result = analyse(scenario, options);
        REQUIRE(result.groups.size() == 2);
        CHECK(result.groups[0].members == std::vector<std::string>{"a_1", "a_2", "b"});
        CHECK(result.groups[1].name == "all others");
        check_close(result.outputs[0].pick_freeze[0].total, (3.0 + 2.0 * r) / variance);
        check_close(result.outputs[0].pick_freeze[1].total, 4.0 / variance);
    }
    SECTION("a group that parts correlated quantities is refused by name") {
        options.groups = {"a=a_*"};
        CHECK_THROWS_MATCHES(
            analyse(scenario, options),
            estimator::RunError,
            Message(
                "group \"a\" has \"a_2\" without \"b\", which it is correlated with: "
                "their shares cannot be told apart; add it to the group"));
    }
    SECTION("a pattern that fits nothing is refused") {
        options.groups = {"a=a_1,a_22"};
        CHECK_THROWS_MATCHES(
            analyse(scenario, options),
            estimator::RunError,
            Message("group \"a\": no quantity that is drawn fits \"a_22\"; "
                    "did you mean \"a_2\"?"));
    }
    SECTION("a quantity belongs to one group") {
        options.groups = {"one=a_1,c", "two=c"};
        CHECK_THROWS_MATCHES(analyse(scenario, options),
                             estimator::RunError,
                             Message("\"c\" is in group \"one\" and in group \"two\""));
    }
}

TEST_CASE("sensitivity: the tornado's medians are those on paper",
          "[estimator][sensitivity]") {
    std::string const text = standard_normal("a") + standard_normal("b")
                             + standard_normal("c")
                             + "[[correlation]]\nquantities = [\"a\", \"b\"]\n"
                               "rank = 0.5\n"
                             + formula("y", "a + b + 2 * c");
    auto options = options_of(8192, 0);
    options.tornado = 65'536;
    auto const result = analyse(scenario_of(text), options);
    double const r = 2.0 * std::sin(std::numbers::pi * 0.5 / 6.0);
    REQUIRE(result.bars.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        // Holding a moves b with it, by its regression.
        double const slope = result.bars[i] == "c" ? 2.0 : 1.0 + r;
        auto const& bar = result.outputs[0].tornado[i];
        CAPTURE(result.bars[i]);
        check_close(bar.at_p5, -1.6448536 * slope);
        check_close(bar.at_p95, 1.6448536 * slope);
    }
}

TEST_CASE("sensitivity: a series is held at the quantile of every knot",
          "[estimator][sensitivity]") {
    std::string const text =
        "[quantity.x]\nunit = \"1\"\nknot_correlation = 0.6\n"
        "at = { 2024-01 = { dist = \"normal\", mean = 1, sd = 1 }, "
        "2024-02 = { dist = \"normal\", mean = 5, sd = 2 } }\n"
        + standard_normal("z") + formula("y", "x + 0.1 * z");
    auto options = options_of(4096, 0);
    options.outputs = {"y@2024-02"};
    options.tornado = 16'384;
    auto const result = analyse(scenario_of(text), options);
    REQUIRE(result.inputs.size() == 3);
    CHECK(result.inputs[0].name == "x@2024-01");
    CHECK(result.inputs[1].name == "x@2024-02");
    REQUIRE(result.bars.front() == "x");
    check_close(result.outputs[0].tornado[0].at_p5, 5.0 - 2.0 * 1.6448536);
    check_close(result.outputs[0].tornado[0].at_p95, 5.0 + 2.0 * 1.6448536);
}

TEST_CASE("sensitivity: the value of information of a normal payoff",
          "[estimator][sensitivity]") {
    // y = m + a x1 + b x2 against doing nothing: unit normal loss.
    double const m = -0.4;
    auto const loss = [&](double spread) {
        double const k = m / spread;
        return spread * std::exp(-0.5 * k * k) / std::sqrt(2.0 * std::numbers::pi)
               + m * normal_share_below(k);
    };
    std::string const inputs = standard_normal("x1") + standard_normal("x2");
    auto options = options_of(262'144, 0);
    options.outputs.clear();

    SECTION("one option or nothing") {
        options.decision = {"y"};
        auto const result = analyse(
            scenario_of(inputs + formula("y", "-0.4 + 0.9 * x1 + 0.5 * x2")), options);
        auto const& decision = *result.decision;
        CHECK(decision.best == "nothing");
        check_close(decision.perfect, loss(std::sqrt(0.81 + 0.25)));
        for (std::size_t i = 0; i < 2; ++i) {
            // Slices choose once each: less than 0.002 is lost.
            check_close(decision.partial[i],
                        loss(result.inputs[i].name == "x1" ? 0.9 : 0.5),
                        0.002);
        }
    }
    SECTION("two options: only their difference counts") {
        options.decision = {"go", "stay"};
        auto const result =
            analyse(scenario_of(inputs + formula("go", "9.6 + 0.9 * x1 + 3 * x2")
                                    + formula("stay", "10 + 3 * x2"),
                                "\"go\", \"stay\""),
                    options);
        auto const& decision = *result.decision;
        CHECK(decision.best == "stay");
        for (std::size_t i = 0; i < 2; ++i) {
            check_close(decision.partial[i],
                        result.inputs[i].name == "x1" ? loss(0.9) : 0.0,
                        0.002);
        }
    }
}

TEST_CASE("sensitivity: censored samples stand at the horizon",
          "[estimator][sensitivity]") {
    // Never crossed in 78 % of the samples: +infinity, which counts as month 1.
    auto const result = analyse(
        scenario_of(
            standard_normal("x") + formula("flow", "x + 0.5 * (year - 2024) * 12")
            + "[quantity.y]\nunit = \"month\"\nformula = \"crossing(flow, 1)\"\n"),
        options_of(16'384, 0));
    auto const& summary = result.outputs[0].summary;
    CHECK(std::abs(summary.share_above - normal_share_below(0.5)) < 0.02);
    CHECK(summary.share_below == 0.0);
    CHECK(summary.stand_in_above == 1.0);
    CHECK(std::isfinite(summary.standard_deviation));
}

TEST_CASE("sensitivity: what cannot be explained is refused",
          "[estimator][sensitivity]") {
    auto const scenario = scenario_of(standard_normal("x") + formula("yelp", "x + year")
                                          + formula("y", "x + year"),
                                      "\"y\", \"yelp\"");
    auto const refuse = [&](std::string const& output, std::string const& text) {
        auto options = options_of(1024, 0);
        options.outputs = {output};
        CHECK_THROWS_MATCHES(
            analyse(scenario, options), estimator::RunError, Message(text));
    };
    refuse("y",
           "there is no output \"y\": it has a value in each month; write y@2024-02");
    refuse("y@2025-01",
           "there is no output \"y@2025-01\": its months are 2024-01 to 2024-02");
    refuse(
        "yell@2024-01",
        "there is no output \"yell@2024-01\": no path and no quantity of that name has "
        "it; did you mean \"yelp\"?");
    auto options = options_of(1024, 0);
    options.outputs.clear();
    options.decision = {"y@2024-01", "y@2024-02"};
    CHECK_NOTHROW(analyse(scenario, options));
    CHECK_THROWS_MATCHES(
        analyse(scenario_of(formula("y", "3")), options_of(1024, 0)),
        estimator::RunError,
        Message("nothing in the scenario is uncertain: no quantity that the outputs "
                "depend on is drawn"));
}

TEST_CASE("sensitivity: the same on any number of threads and any kernels",
          "[estimator][sensitivity]") {
    // Threads are set when Kokkos starts; here, two calls must agree to the bit, and
    // scores drawn again must be those of the model.
    auto const scenario = ishigami();
    auto const a = analyse(scenario, options_of(4096, 1024));
    auto const b = analyse(scenario, options_of(4096, 1024));
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(a.outputs[0].given_data[i].delta.value
              == b.outputs[0].given_data[i].delta.value);
        CHECK(a.outputs[0].pick_freeze[i].total.value
              == b.outputs[0].pick_freeze[i].total.value);
    }
}
