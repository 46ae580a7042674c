// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/bad_number.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/compile/restrict.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/engine/output_selection.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "estimator/study/estimate.hpp"

#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

using namespace leadtime;

namespace {

using Overrides = std::vector<std::pair<std::string, std::string>>;

estimator::Scenario scenario_of(std::string const& quantities,
                                std::string const& outputs,
                                Overrides const& overrides = {}) {
    static auto const profiles = hwprofiles::ProfileLibrary::load();
    return estimator::read_scenario_text(
        "[scenario]\nname = \"x\"\nstart = \"2025-01\"\nend = \"2025-06\"\n"
        "[output]\nquantities = ["
            + outputs + "]\n" + quantities,
        "x.toml",
        profiles,
        {overrides});
}

/// What a run of 64 samples says; empty where it has a result.
std::string refusal_of(estimator::Scenario const& scenario) {
    estimator::RunOptions options;
    options.samples = 64;
    try {
        tests::estimate(scenario, options);
    } catch (estimator::RunError const& error) {
        return error.what();
    }
    return {};
}

std::string refusal_of(std::string const& quantities, std::string const& outputs) {
    return refusal_of(scenario_of(quantities, outputs));
}

std::string number(std::string const& name, std::string const& value) {
    return "[quantity." + name + "]\nunit = \"1\"\nvalue = " + value + "\n";
}

std::string formula(std::string const& name, std::string const& text) {
    return "[quantity." + name + "]\nunit = \"1\"\nformula = \"" + text + "\"\n";
}

/// 0 in 2025-04, not a number before.
std::string const late = "[quantity.m]\nunit = \"month\"\nvalue = 1\n"
                         + formula("late", "sqrt(month / m - 3)");

std::string const share = number("made", "3") + number("imported", "0")
                          + formula("share", "made / (made + imported)")
                          + formula("twice", "2 * share");

}  // namespace

TEST_CASE("bad number: 0 / 0 of fixed values is named, and is no other constant",
          "[estimator][bad_number]") {
    std::string const text = "quantity \"share\" is not a number in sample 0 (0 / 0 in "
                             "\"made / (made + imported)\", x.toml:15:12); its inputs: "
                             "made = 0, imported = 0";
    CHECK(refusal_of(share, "\"share\"").empty());
    Overrides const none{{"quantity.made.value", "0"}};
    CHECK(refusal_of(scenario_of(share, "\"share\"", none)) == text);
    // Also where another constant is there to be taken for it, and further on.
    CHECK(refusal_of(scenario_of(
              number("other", "-1000") + share, "\"other\", \"twice\"", none))
          == "quantity \"share\" is not a number in sample 0 (0 / 0 in "
             "\"made / (made + imported)\", x.toml:18:12); its inputs: made = 0, "
             "imported = 0");
}

TEST_CASE("bad number: constants of the same value but another sign are not one",
          "[estimator][bad_number]") {
    std::string const zeros = number("zero", "0") + number("other", "0")
                              + formula("minus", "-zero")
                              + formula("far", "max(1 / minus, -5) + other");
    auto const plan = estimator::compile(scenario_of(zeros, "\"other\", \"far\""));
    auto const values = tests::all_outputs(plan, 1, {0, 1});
    CHECK(values == std::vector<float>{0.0f, -5.0f});
}

TEST_CASE("bad number: no function and no comparison hides it",
          "[estimator][bad_number]") {
    auto const refused = [](std::string const& text) {
        return refusal_of(late + formula("y", text), "\"y\"");
    };
    std::string const named =
        "quantity \"late\" is not a number in 2025-01 in sample 0 (sqrt(-3) in "
        "\"sqrt(month / m - 3)\", x.toml:12:12); its inputs: m = 1 month";
    for (char const* const text : {"min(late, 5)",
                                   "min(5, late)",
                                   "max(late, -1)",
                                   "max(-1, late)",
                                   "max(1, 2, late)",
                                   "clip(late, 0, 1)",
                                   "clip(0.5, late, 1)",
                                   "clip(0.5, 0, late)",
                                   "late > 0",
                                   "0 >= late",
                                   "late < 1",
                                   "late <= 1",
                                   "late == 1",
                                   "late != 1",
                                   "not late",
                                   "late and 0",
                                   "late or 1",
                                   "1 and late",
                                   "0 or late",
                                   "if(late, 1, 2)",
                                   "if(late > 0.5, 1, 2)",
                                   "0 * late",
                                   "late ^ 0",
                                   "1 ^ late",
                                   "abs(late)",
                                   "sin(late)",
                                   "exp(late)",
                                   "cumsum(late)",
                                   "integral(late) / m",
                                   "accumulate(late, 0)",
                                   "accumulate(1, late)",
                                   "delay(1, late * m)",
                                   "since(late * m)",
                                   "crossing(late, -1) / m",
                                   "crossing(2, late) / m",
                                   "at(late, '2025-01')"}) {
        CAPTURE(text);
        std::string const said = refused(text);
        CHECK((said == named || std::string(text).starts_with("at(")));
        CHECK_FALSE(said.empty());
    }
}

TEST_CASE("bad number: what is not taken does not count", "[estimator][bad_number]") {
    std::string const inputs = late + number("y", "0") + number("x", "0");
    for (char const* const text : {"if(y > 0, x / y, 0)",
                                   "if(y == 0, 0, x / y)",
                                   "if(y > 0 and x / y > 2, 1, 0)",
                                   "if(y == 0 or x / y > 2, 1, 0)",
                                   "if(month / m < 3, 1, late)",
                                   "if(month / m < 4, 0, previous(late))",
                                   "at(late, '2025-05')",
                                   "if(month / m < 4, 0, delay(late, m))"}) {
        CAPTURE(text);
        CHECK(refusal_of(inputs + formula("z", text), "\"z\"").empty());
    }
}

TEST_CASE("bad number: infinities that make one are named too",
          "[estimator][bad_number]") {
    std::string const inputs =
        number("zero", "0") + number("one", "1") + formula("far", "one / zero");
    CHECK(refusal_of(inputs + formula("y", "far - far"), "\"y\"")
          == "quantity \"y\" is not a number in sample 0 (infinity - infinity in "
             "\"far - far\", x.toml:18:12); its inputs: far = infinity");
    CHECK(refusal_of(inputs + formula("y", "zero * far"), "\"y\"")
          == "quantity \"y\" is not a number in sample 0 (0 * infinity in "
             "\"zero * far\", x.toml:18:12); its inputs: zero = 0, far = infinity");
    CHECK(refusal_of(inputs, "\"far\"")
          == "quantity \"far\" is infinite in sample 0 (1 / 0 in \"one / zero\", "
             "x.toml:15:12); its inputs: one = 1, zero = 0");
    CHECK(refusal_of(inputs + formula("y", "min(far, 7)"), "\"y\"").empty());
}

TEST_CASE("bad number: the first formula at fault is named, with month and sample",
          "[estimator][bad_number]") {
    std::string const normal = "[quantity.a]\nunit = \"1\"\nvalue = { dist = "
                               "\"normal\", mean = 0, sd = 1 }\n";
    // a is negative in sample 1 first.
    std::string const said =
        refusal_of(normal + formula("b", "log(a)") + formula("c", "b + 1")
                       + formula("d", "max(c, 2)"),
                   "\"d\", \"c\"");
    CHECK(said.starts_with("quantity \"b\" is not a number in sample 1 (log(-"));
    CHECK(said.find(") in \"log(a)\", x.toml:12:12); its inputs: a = -")
          != std::string::npos);
    // In a month: what was remembered leads back to it.
    std::string const ends = "[quantity.m]\nunit = \"month\"\nvalue = 1\n"
                             + formula("left", "2.5 - month / m")
                             + formula("root", "sqrt(left)");
    std::string const root =
        "quantity \"root\" is not a number in 2025-04 in sample 0 (sqrt(-0.5) in "
        "\"sqrt(left)\", x.toml:15:12); its inputs: left = -0.5";
    for (char const* const text : {"root",
                                   "previous(root)",
                                   "cumsum(root)",
                                   "crossing(root, 50) / m",
                                   "delay(root, 2 * m)",
                                   "1 + min(previous(previous(root)), 3)"}) {
        CAPTURE(text);
        CHECK(refusal_of(ends + formula("y", text), "\"y\"") == root);
    }
    CHECK(refusal_of(ends + formula("y", "at(root, '2025-05')"), "\"y\"")
          == "quantity \"root\" is not a number in 2025-05 in sample 0 (sqrt(-1.5) in "
             "\"sqrt(left)\", x.toml:15:12); its inputs: left = -1.5");
}

TEST_CASE("bad number: a month within a reported step is named",
          "[estimator][bad_number]") {
    auto const scenario = scenario_of(number("m", "1")
                                          + "[quantity.early]\nunit = \"1\"\n"
                                            "formula = \"sqrt(4 - month / one)\"\n"
                                            "[quantity.one]\nunit = \"month\"\n"
                                            "value = 1\n",
                                      "\"early\", \"m\"",
                                      {{"scenario.step", "quarter"}});
    CHECK(scenario.months_per_step == 3);
    CHECK(refusal_of(scenario).starts_with(
        "quantity \"early\" is not a number in 2025-06 in sample 0 (sqrt(-1) in "));
}

TEST_CASE("bad number: events and regimes do not hide it", "[estimator][bad_number]") {
    std::string const event = "[event.hit]\nduration_months = 1\nhazard_per_year = ";
    CHECK(refusal_of(late + event + "\"1 * late\"\n", "\"hit\"")
              .starts_with("quantity \"late\" is not a number in 2025-01"));
    std::string const regime =
        "[regime.mood]\nstates = [\"good\", \"bad\"]\nstart = \"good\"\n"
        "hazard_per_year = { good.bad = \"1 * late\", bad.good = 0.1 }\n";
    CHECK(refusal_of(late + regime, "\"mood.good\"")
              .starts_with("quantity \"late\" is not a number in 2025-0"));
}

TEST_CASE("bad number: a path makes no plausible number of it",
          "[estimator][bad_number]") {
    auto const profiles = hwprofiles::ProfileLibrary::load();
    struct Case {
        char const* key;
        char const* value;
    };
    for (auto const& [key, value] :
         {Case{"path.free.budget", "initial_budget * bad"},
          {"path.controlled.channel.domestic.buyer_share", "bad"},
          {"path.controlled.channel.smuggled.premium", "bad"},
          {"path.controlled.pue", "bad"},
          {"path.free.channel.market.lead", "bad * one_month"},
          {"path.free.largest_run_share", "bad"},
          {"accelerator.ascend_910c.mfu", "bad"},
          {"accelerator.ascend_910c.goodput", "bad"}}) {
        CAPTURE(key);
        auto const text = std::string(value);
        auto const scenario = estimator::read_scenario(
            tests::source_path("scenarios/minimal.toml"),
            profiles,
            {{{"quantity.one_month", "{ unit = \"month\", value = 1 }"},
              {"quantity.bad",
               "{ unit = \"1\", formula = \"sqrt(30.5 - month / one_month)\" }"},
              {key, "\"" + text + "\""}}});
        std::string const said = refusal_of(scenario);
        CHECK(said.find("quantity \"bad\" is not a number in 2026-08 in sample 0 "
                        "(sqrt(-0.5) in \"sqrt(30.5 - month / one_month)\", ")
              == 0);
        // Also where only a lag is asked for, which knows infinities.
        auto const plan = estimator::compile(scenario);
        std::vector<std::string> const names{"controlled.lag_months@2026-12"};
        auto const outputs = estimator::rows_of(estimator::select_outputs(
            scenario, plan, std::span<std::string const>(names)));
        auto const few = estimator::restrict_plan(plan, outputs);
        for (auto const* const kernels : {&estimator::single_lane_kernels(),
                                          &estimator::pack8_kernels(),
                                          &estimator::best_kernels()}) {
            std::vector<float> values(64);
            estimator::HostRunner(few, 1, *kernels).gather({0, 64}, outputs, values);
            CHECK(std::isnan(values[0]));
            CHECK(std::isnan(values[63]));
        }
    }
}

TEST_CASE("bad number: a path takes no infinite input", "[estimator][bad_number]") {
    auto const scenario = estimator::read_scenario(
        tests::source_path("scenarios/minimal.toml"),
        hwprofiles::ProfileLibrary::load(),
        {{{"quantity.none", "{ unit = \"1\", value = 0 }"},
          {"path.controlled.channel.smuggled.premium", "\"1 / none\""}}});
    CHECK(refusal_of(scenario).starts_with(
        "quantity \"path.controlled.channel.smuggled.premium\" is infinite in sample 0 "
        "(1 / 0 in \"1 / none\", "));
}

TEST_CASE("bad number: the first bad sample of a block is refused",
          "[estimator][bad_number]") {
    estimator::Model const model(scenario_of(share, "\"share\", \"twice\""));
    std::vector<int> const outputs{0, 1};
    float const nan = std::nanf("");
    std::vector<float> const values{1, 2, 3, nan, 1, nan, 3, 4};
    auto const said = [&](std::vector<float> const& block) -> std::string {
        try {
            estimator::check_values(model, 1, outputs, block, "cell 7: ");
        } catch (estimator::BadValueError const& error) {
            CHECK(error.place().output == "twice");
            CHECK(error.place().month.empty());
            CHECK(error.place().sample == 1);
            CHECK(std::isnan(error.place().value));
            return error.what();
        }
        return {};
    };
    // The plan has no such value, so that the formula cannot be named.
    CHECK(said(values)
          == "cell 7: twice is not a number in sample 1; check the inputs it "
             "depends on");
    CHECK(said({1, 2, 3, 4, 5, 6, 7, 8}).empty());
}
