// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/engine/output_selection.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "estimator/scenario/scenario.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/support/random_scenario.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/sampled.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

// Quarters and years are made of the months of the monthly run (docs/model.md 6b).

using namespace leadtime;
using namespace leadtime::estimator;
using Catch::Approx;
using tests::same_bits;
using tests::Sampled;

namespace {

hwprofiles::ProfileLibrary const& profiles() {
    static auto const library = hwprofiles::ProfileLibrary::load();
    return library;
}

using Overrides = std::vector<std::pair<std::string, std::string>>;
using Reader = std::function<Scenario(Overrides const&)>;

Reader reader_of_text(std::string const& text) {
    return [text](Overrides const& overrides) {
        return read_scenario_text(text, "steps.toml", profiles(), {overrides});
    };
}

Reader reader_of_file(std::string const& path) {
    return [path](Overrides const& overrides) {
        return read_scenario(path, profiles(), {overrides});
    };
}

Scenario in_steps(Reader const& read, std::string const& step) {
    return read({{"scenario.step", step}});
}

/// The monthly scenario of exactly the months that a coarse one covers.
Scenario in_months(Reader const& read, Scenario const& coarse) {
    return read({{"scenario.step", "month"},
                 {"scenario.end", calendar_name(coarse, coarse.months() - 1)}});
}

/// All outputs of some samples: [output][sample].
struct Outputs {
    Plan plan;
    std::vector<float> values;

    Outputs(Scenario const& scenario, std::size_t samples)
        : plan(compile(scenario))
        , values(tests::all_outputs(plan, 1, {0, samples})) {}
};

/// How often a coarse run was looked at, by kind of output.
struct Seen {
    int states = 0;
    int means = 0;
    int scalars = 0;
};

/// Every output of a coarse run against the monthly run's: states and scalars bit for
/// bit, means against sums in double precision.
Seen compare_with_months(Reader const& read,
                         std::string const& step,
                         std::size_t samples) {
    Scenario const scenario = in_steps(read, step);
    Outputs const coarse(scenario, samples);
    Outputs const months(in_months(read, scenario), samples);
    std::map<std::tuple<std::string, std::string, int>, std::size_t> by_month;
    for (std::size_t row = 0; row < months.plan.outputs.size(); ++row) {
        auto const& info = months.plan.outputs[row];
        by_month[{info.path, info.metric, info.step}] = row;
    }
    auto const columns = coarse.plan.column_rows.size();
    int const length = scenario.months_per_step;
    Seen seen;
    for (std::size_t row = 0; row < coarse.plan.outputs.size(); ++row) {
        auto const& info = coarse.plan.outputs[row];
        bool const is_column =
            row < columns * static_cast<std::size_t>(coarse.plan.reported_steps());
        bool const is_mean = is_column && coarse.plan.column_means[row % columns] != 0;
        int const last = info.step < 0 ? -1 : scenario.last_month(info.step);
        CAPTURE(step, info.path, info.metric, info.step);
        if (!is_column && info.step >= 0
            && !by_month.contains({info.path, info.metric, last})) {
            continue;  // a year that ends within a step
        }
        std::size_t different = 0;
        for (std::size_t sample = 0; sample < samples; ++sample) {
            float const ours = coarse.values[row * samples + sample];
            auto const in_month = [&](int month) {
                auto const found = by_month.at({info.path, info.metric, month});
                return months.values[found * samples + sample];
            };
            if (!is_mean) {
                different += same_bits(ours, in_month(last)) ? 0 : 1;
                continue;
            }
            double sum = 0.0;
            double size = 0.0;
            for (int month = last - length + 1; month <= last; ++month) {
                sum += static_cast<double>(in_month(month));
                size = std::max(size, std::abs(static_cast<double>(in_month(month))));
            }
            double const error = std::abs(static_cast<double>(ours) - sum / length);
            different += std::isfinite(sum) && error > 4e-7 * size ? 1 : 0;
        }
        CHECK(different == 0);
        (info.step < 0 ? seen.scalars : is_mean ? seen.means : seen.states) += 1;
    }
    return seen;
}

/// The five years of the issue: chips that double every year, bought and counted.
std::string const five_years = R"toml([scenario]
start = "2026-01"
end = "2030-12"

[quantity.made]
unit = "chips/month"
at = { 2026-01 = "8k to 12k", 2028-02 = "40k to 50k", 2031-01 = "200k to 300k" }
interpolate = "log"

[quantity.price]
unit = "USD/chip"
at = { 2026-01 = "30k", 2027-06 = "20k to 25k", 2031-01 = "12k" }

[quantity.paid]
unit = "USD/month"
formula = "made * price"

[quantity.total]
unit = "chips"
formula = "integral(made)"

[quantity.bill]
unit = "USD"
formula = "integral(paid)"

[quantity.million]
unit = "chips"
value = 1000000

[quantity.when]
unit = "date"
formula = "crossing(total, million)"

[quantity.noise]
each_step = "1 to 3"

[quantity.noises]
formula = "cumsum(noise)"

[quantity.halved]
formula = "accumulate(noise, 0.5)"

[quantity.late]
unit = "chips/month"
formula = "delay(made, 1.5 * one)"

[quantity.one]
unit = "month"
value = 1

[event.ban]
date = "2026-05 to 2029-06"
duration_months = 1.7

[event.raid]
hazard_per_year = 1.5
duration_months = 0.4

[regime.rule]
states = ["loose", "tight"]
start = "loose"
hazard_per_year = { loose = { tight = 0.7 }, tight = { loose = 0.4 } }

[quantity.at_no_step]
unit = "chips"
formula = "at(total, '2028-04')"

[output]
quantities = ["made", "price", "paid", "total", "bill", "when", "noise", "noises", "halved",
  "late", "ban", "raid", "rule.tight", "at_no_step"]
)toml";

}  // namespace

TEST_CASE("steps: quarters and years have the bits of every third and twelfth month",
          "[estimator][steps]") {
    std::vector<std::pair<Reader, std::size_t>> const readers{
        {reader_of_text(five_years), 256},
        {reader_of_file(tests::source_path("scenarios/minimal.toml")), 256},
        {reader_of_file("baseline"), 64}};
    for (auto const& [read, samples] : readers) {
        for (std::string const step : {"quarter", "year"}) {
            Seen const seen = compare_with_months(read, step, samples);
            CHECK(seen.states > 0);
            CHECK(seen.scalars > 0);
        }
    }
}

TEST_CASE("steps: quarters and years of random scenarios have the bits of their months",
          "[estimator][steps]") {
    Seen all;
    for (std::uint64_t seed = 100; seed < 130; ++seed) {
        CAPTURE(seed);
        auto const read = reader_of_text(tests::random_scenario_toml(seed));
        auto const* const step = seed % 2 == 0 ? "quarter" : "year";
        Seen const seen = compare_with_months(read, step, 64);
        all.states += seen.states;
        all.means += seen.means;
        all.scalars += seen.scalars;
    }
    CHECK(all.states > 1000);
    CHECK(all.means > 100);
    CHECK(all.scalars > 100);
}

TEST_CASE("steps: what has a memory is a state, events and all else are means",
          "[estimator][steps]") {
    Plan const plan = compile(in_steps(reader_of_text(five_years), "quarter"));
    std::map<std::string, bool> means;
    for (std::size_t column = 0; column < plan.column_means.size(); ++column) {
        means[plan.outputs[column].metric] = plan.column_means[column] != 0;
    }
    for (auto const* const name : {"made", "price", "paid", "noise", "ban", "raid"}) {
        CAPTURE(name);
        CHECK(means.at(name));
    }
    for (auto const* const name :
         {"total", "bill", "noises", "halved", "late", "rule.tight"}) {
        CAPTURE(name);
        CHECK_FALSE(means.at(name));
    }
}

TEST_CASE("steps: five years come to the same total in months, quarters and years",
          "[estimator][steps]") {
    constexpr std::size_t samples = 200;
    auto const read = reader_of_text(five_years);
    Sampled const months(in_steps(read, "month"), samples);
    for (std::string const step : {"month", "quarter", "year"}) {
        Scenario const scenario = in_steps(read, step);
        Sampled const coarse(scenario, samples);
        CAPTURE(step);
        for (auto const& [flow, stock] :
             {std::pair("made", "total"), std::pair("paid", "bill")}) {
            std::vector<double> sums(samples, 0.0);
            for (int s = 0; s < scenario.steps; ++s) {
                auto const values = coarse.of(flow, s);
                for (std::size_t i = 0; i < samples; ++i) {
                    sums[i] +=
                        scenario.months_per_step * static_cast<double>(values[i]);
                }
            }
            auto const expected = months.of(stock, 59);
            CHECK(coarse.of(stock, scenario.steps - 1) == expected);
            for (std::size_t i = 0; i < samples; ++i) {
                REQUIRE(sums[i]
                        == Approx(static_cast<double>(expected[i])).epsilon(2e-6));
            }
        }
        CHECK(coarse.of("when") == months.of("when"));
        CHECK(coarse.of("at_no_step") == months.of("at_no_step"));
    }
}

TEST_CASE("steps: means of linear and log series are the closed forms, also over knots",
          "[estimator][steps]") {
    std::string const text = R"toml([scenario]
start = "2026-01"
end = "2026-12"
[quantity.line]
at = { 2026-01 = 100, 2026-08 = 170, 2027-01 = 20 }
[quantity.power]
at = { 2026-01 = 1, 2026-05 = 16, 2026-10 = 16, 2027-01 = 1024 }
interpolate = "log"
[quantity.jump]
at = { 2026-01 = 3, 2026-06 = 9, 2026-11 = 30 }
interpolate = "step"
[quantity.square]
formula = "line * line"
[quantity.flat]
at = { 2026-01 = 0.1, 2027-01 = 0.1 }
[output]
quantities = ["line", "power", "jump", "square", "flat"]
)toml";
    Sampled const quarters(in_steps(reader_of_text(text), "quarter"), 1);
    Sampled const year(in_steps(reader_of_text(text), "year"), 1);
    auto const check = [&](std::string const& name, std::vector<double> const& means) {
        CAPTURE(name);
        double sum = 0.0;
        for (int step = 0; step < 4; ++step) {
            double const mean = means[static_cast<std::size_t>(step)];
            CAPTURE(step);
            CHECK(quarters.mean(name, step) == Approx(mean).epsilon(1e-6));
            sum += mean;
        }
        CHECK(year.mean(name, 0) == Approx(sum / 4.0).epsilon(1e-6));
    };
    // Without a knot in the quarter (x_0 + x_2)/2, else 160, 170, 140 and 110, 80, 50.
    check("line", {110.0, 140.0, 470.0 / 3.0, 80.0});
    // Doubling: x_0 (2^3 - 1)/(3 (2 - 1)); 8, 16, 16 over a knot; then by 4.
    check("power", {7.0 / 3.0, 40.0 / 3.0, 16.0, 16.0 * (64.0 - 1.0) / (3.0 * 3.0)});
    check("jump", {3.0, 5.0, 9.0, 23.0});
    check("square", {36500.0 / 3, 59000.0 / 3, 74100.0 / 3, 21000.0 / 3});
    // Of equal values the mean is that value, not one that is rounded.
    CHECK(quarters.of("flat", 2) == std::vector<float>{0.1f});
    CHECK(year.of("flat", 0) == std::vector<float>{0.1f});
}

TEST_CASE("steps: an infinite month makes an infinite mean", "[estimator][steps]") {
    std::string const text = R"toml([scenario]
start = "2026-01"
end = "2026-12"
[quantity.one]
unit = "month"
value = 1
[quantity.pole]
formula = "one / abs(month - 4 * one)"
[output]
quantities = ["pole"]
)toml";
    Sampled const quarters(in_steps(reader_of_text(text), "quarter"), 1);
    CHECK(quarters.mean("pole", 0) == Approx((1.0 / 4 + 1.0 / 3 + 1.0 / 2) / 3));
    CHECK(std::isinf(quarters.mean("pole", 1)));
    CHECK(quarters.mean("pole", 2) == Approx((1.0 / 2 + 1.0 / 3 + 1.0 / 4) / 3));
}

TEST_CASE("steps: a step is named by its last month and found by any of its months",
          "[estimator][steps]") {
    Scenario const scenario = in_steps(reader_of_text(five_years), "quarter");
    CHECK(scenario.steps == 20);
    CHECK(month_name(scenario, 0) == "2026-03");
    CHECK(month_name(scenario, 19) == "2030-12");
    Plan const plan = compile(scenario);
    for (auto const* const month : {"2030-10", "2030-11", "2030-12"}) {
        auto const found =
            select_outputs(scenario, plan, std::string("total@") + month);
        REQUIRE(found.size() == 1);
        CHECK(found[0].info.step == 19);
        CHECK(found[0].name == "total@2030-12");
    }
}
