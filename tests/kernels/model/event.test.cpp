// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/read_scenario.hpp"

#include "tests/support/agreement.hpp"
#include "tests/support/sampled.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace leadtime;
using Catch::Approx;
using tests::Sampled;

namespace {

std::string const head = "[scenario]\nstart = \"2026-01\"\nend = \"2029-12\"\n";
constexpr std::uint64_t many = 20'000;

std::string output(std::string const& names) {
    return "[output]\nquantities = [" + names + "]\n";
}

/// Six standard errors of a share around p.
double six_errors(double p) {
    return 6.0 * std::sqrt(p * (1.0 - p) / static_cast<double>(many));
}

}  // namespace

TEST_CASE("events: an API cut of 18 days is active for 0.59 months",
          "[estimator][event]") {
    Sampled const all(head + R"toml(
[event.api_cut]
date = "2026-06-12"
duration_months = 0.5914
[quantity.area]
formula = "integral(api_cut)"
)toml" + output("\"area\", \"api_cut\""),
                      64);
    // 19 of June's 30 days are left after the 11th.
    CHECK(all.mean("api_cut", 4) == 0.0);
    CHECK(all.mean("api_cut", 5) == Approx(0.5914).epsilon(1e-5));
    CHECK(all.mean("api_cut", 6) == 0.0);
    CHECK(all.mean("area", 47) == Approx(0.5914).epsilon(1e-5));
}

TEST_CASE("events: a date inside a month makes that month a fraction",
          "[estimator][event]") {
    Sampled const all(head + R"toml(
[event.rule]
date = { dist = "uniform", min = "2026-03", max = "2027-03" }
duration_months = 7.25
[quantity.area]
formula = "integral(rule)"
[quantity.share]
formula = "since(event.rule.date)"
)toml" + output("\"area\", \"rule\", \"share\", \"event.rule.date\""),
                      256);
    auto const date = all.of("event.rule.date");
    for (std::size_t sample = 0; sample < date.size(); ++sample) {
        auto const month = static_cast<int>(date[sample]);
        float const left = static_cast<float>(month + 1) - date[sample];
        CHECK(all.of("rule", month)[sample] == Approx(left).margin(1e-5));
        CHECK(all.of("share", month)[sample] == Approx(left).margin(1e-5));
        CHECK(all.of("rule", month + 1)[sample] == 1.0f);
        CHECK(all.of("area", 47)[sample] == Approx(7.25).epsilon(1e-4));
    }
}

TEST_CASE("events: a probability is the share of samples in which it comes",
          "[estimator][event]") {
    Sampled const all(head + R"toml(
[event.law]
date = "2027-01"
probability = 0.35
)toml" + output("\"law\""),
                      many);
    CHECK(std::abs(all.mean("law", 12) - 0.35) < six_errors(0.35));
    CHECK(all.mean("law", 11) == 0.0);
    CHECK(all.mean("law", 47) == all.mean("law", 12));
}

TEST_CASE("events: a constant hazard gives exponential waiting times",
          "[estimator][event]") {
    // The waiting time matters within a month, and quarters are made of months.
    std::string const text = "[scenario]\nstart = \"2026-01\"\nend = \"2029-12\"\n"
                             "step = \"quarter\"\n"
                             + std::string(R"toml(
[event.war]
hazard_per_year = 0.4
[quantity.active_months]
formula = "integral(war)"
)toml") + output("\"war\", \"active_months\"");
    Sampled const all(text, many);
    double const hazard = 0.4 / 12;
    std::vector<float> const months = all.of("active_months", 15);
    for (double const wait : {1.0, 2.0, 10.0, 30.0, 47.0}) {
        double share = 0.0;
        for (float const active : months) {
            share += 48.0 - static_cast<double>(active) < wait ? 1.0 : 0.0;
        }
        double const expected = 1.0 - std::exp(-hazard * wait);
        CAPTURE(wait);
        CHECK(std::abs(share / many - expected) < six_errors(expected));
    }
}

TEST_CASE("events: with a duration a hazard strikes again, unless it may not",
          "[estimator][event]") {
    auto const text = [](std::string const& more) {
        return head + "[event.cut]\nhazard_per_year = 2\nduration_months = 0.6\n" + more
               + "[quantity.area]\nformula = \"integral(cut)\"\n" + output("\"area\"");
    };
    // Renewal: cycles of mean 6 months to wait and 0.6 to last; over 48 months the
    // expected number is close to 48 / 6.6 (0.06 less: one strike a month at most).
    double const area = Sampled(text(""), many).mean("area", 47);
    CHECK(area == Approx(0.6 * 48 / 6.6).epsilon(0.02));
    double const once = Sampled(text("repeats = false\n"), many).mean("area", 47);
    CHECK(once == Approx(0.6 * (1.0 - std::exp(-2.0 * 47.7 / 12))).epsilon(0.01));
}

TEST_CASE("events: a hazard acts from its date on", "[estimator][event]") {
    Sampled const all(head + R"toml(
[event.war]
hazard_per_year = 3
from = "2027-01"
)toml" + output("\"war\""),
                      2000);
    CHECK(all.mean("war", 11) == 0.0);
    CHECK(all.mean("war", 12) > 0.0);
}

TEST_CASE("events: a hazard may follow last month's gap between paths",
          "[estimator][event]") {
    // The chance of war grows with the lag, which the war itself changes.
    auto const text = [](std::string const& slope) {
        return R"toml([scenario]
start = "2026-01"
end = "2029-12"
reference = "us"
[accelerator.h100_sxm]
mfu = 0.4
goodput = 0.9
price = "30k"
rental_price = 2
[quantity.slope]
unit = "1/(year month)"
value = )toml" + slope
               + R"toml(
[event.war]
hazard_per_year = "slope * previous(path.cn.lag)"
[path.us]
budget = 1e9
initial_cash = 5e9
run_months = 3
precision = "bf16"
pue = 1.2
electricity_price = 0.06
life = 5
[path.us.channel.buy]
kind = "purchase"
accelerator = "h100_sxm"
supply = 1e5
[path.cn]
budget = 3e8
run_months = 3
precision = "bf16"
pue = 1.2
electricity_price = 0.06
life = 5
[path.cn.channel.buy]
kind = "purchase"
accelerator = "h100_sxm"
supply = 1e5
open = "1 - war"
[output]
quantities = ["war"]
)toml";
    };
    Sampled const calm(text("0.0"), 2000);
    Sampled const coupled(text("0.05"), 2000);
    CHECK(calm.mean("war", 47) == 0.0);
    CHECK(coupled.mean("war", 47) > 0.3);
    // Common random numbers: a higher hazard brings the event forward, in each sample.
    Sampled const worse(text("0.1"), 2000);
    for (int step = 0; step < 48; ++step) {
        auto const a = coupled.of("war", step);
        auto const b = worse.of("war", step);
        for (std::size_t i = 0; i < a.size(); ++i) {
            REQUIRE(b[i] >= a[i] - 1e-5f);
        }
    }
    auto const agreement = tests::compare_with_reference(
        estimator::read_scenario_text(
            text("0.05"), "war.toml", hwprofiles::ProfileLibrary::load()),
        3,
        32);
    CAPTURE(agreement.where);
    CHECK(agreement.outliers <= agreement.compared / 1000);
}

namespace {

std::string const policy = R"toml(
[regime.policy]
states = ["open", "capped", "closed"]
start = "capped"
hazard_per_year = { open = { capped = 0.3 }, capped = { open = 0.5, closed = 0.4 }, closed = { capped = 0.2 } }
)toml";

}  // namespace

TEST_CASE("regimes: the shares of states follow the Markov chain",
          "[estimator][event]") {
    Sampled const all(
        head + policy + output("\"policy.open\", \"policy.capped\", \"policy.closed\""),
        many);
    // The chain of docs/model.md 1b: one move a step at most.
    double const dt = 1.0 / 12;
    std::vector<double> p{0.0, 1.0, 0.0};
    for (int step = 0; step < 48; ++step) {
        CAPTURE(step);
        CHECK(std::abs(all.mean("policy.open", step) - p[0]) <= six_errors(p[0]));
        CHECK(std::abs(all.mean("policy.capped", step) - p[1]) <= six_errors(p[1]));
        CHECK(std::abs(all.mean("policy.closed", step) - p[2]) <= six_errors(p[2]));
        CHECK(all.mean("policy.open", step) + all.mean("policy.capped", step)
                  + all.mean("policy.closed", step)
              == Approx(1.0).epsilon(1e-12));
        double const leave_open = 1 - std::exp(-0.3 * dt);
        double const leave_capped = 1 - std::exp(-0.9 * dt);
        double const leave_closed = 1 - std::exp(-0.2 * dt);
        p = {p[0] * (1 - leave_open) + p[1] * leave_capped * 5 / 9,
             p[0] * leave_open + p[1] * (1 - leave_capped) + p[2] * leave_closed,
             p[1] * leave_capped * 4 / 9 + p[2] * (1 - leave_closed)};
    }
}

TEST_CASE("regimes: a forced state holds, and a date holds the start state",
          "[estimator][event]") {
    std::string const outputs = output("\"policy.open\", \"policy.closed\"");
    Sampled const forced(head + policy + "force = \"closed\"\n" + outputs, 64);
    CHECK(forced.mean("policy.closed", 0) == 1.0);
    CHECK(forced.mean("policy.open", 47) == 0.0);
    Sampled const late(
        head + policy + "from = \"2028-01\"\n" + output("\"policy.capped\""), 2000);
    CHECK(late.mean("policy.capped", 23) == 1.0);
    CHECK(late.mean("policy.capped", 30) < 1.0);
}

namespace {

/// Two events and a regime that steer a path, or no event at all: then the formulas say
/// 0 where they named one.
std::string steered_path(std::string const& events,
                         std::string const& law,
                         std::string const& war) {
    return R"toml([scenario]
start = "2026-01"
end = "2028-12"
[accelerator.h100_sxm]
mfu = "0.3 to 0.4"
goodput = 0.9
price = "28k to 33k"
rental_price = 2
)toml" + events
           + R"toml(
[path.cn]
budget = "2e8 to 4e8"
run_months = 3
precision = "bf16"
pue = 1.2
electricity_price = 0.06
life = 5
[path.cn.channel.buy]
kind = "purchase"
accelerator = "h100_sxm"
supply = "flow * (1 - 0.8 * )toml"
           + war + R"toml()"
open = "1 - )toml"
           + law + R"toml("
[path.cn.channel.rent]
kind = "rental"
accelerator = "h100_sxm"
supply = "3k to 9k"
open = "1 - 0.5 * )toml"
           + law + R"toml("
[quantity.flow]
unit = "chips/month"
value = "1k to 4k"
[quantity.zero]
value = 0
)toml";
}

std::string two_events(std::string const& law, std::string const& war) {
    return "[event.law]\ndate = \"2026-06 to 2027-06\"\nprobability = 0.6\n" + law
           + "[event.war]\nhazard_per_year = 0.5\nduration_months = 4\n" + war;
}

}  // namespace

TEST_CASE("events: forcing every event off equals deleting them, bit for bit",
          "[estimator][event]") {
    std::string const off = "force = \"off\"\n";
    Sampled const none(steered_path("", "zero", "zero"), 500);
    CHECK(none.has_bits_of(
        Sampled(steered_path(two_events(off, off), "law", "war"), 500)));
    // The same by the switches of the command line, and by chances of zero.
    auto const profiles = hwprofiles::ProfileLibrary::load();
    std::string const text = steered_path(two_events("", ""), "law", "war");
    CHECK_FALSE(none.has_bits_of(Sampled(text, 500)));
    using Overrides = std::vector<std::pair<std::string, std::string>>;
    for (Overrides const& overrides :
         {Overrides{{"event.law.force", "off"}, {"event.war.force", "off"}},
          Overrides{{"event.law.probability", "0"}, {"event.war.probability", "0"}},
          Overrides{{"event.law.probability", "0"},
                    {"event.war.hazard_per_year", "0"}}}) {
        estimator::ScenarioOptions options;
        options.overrides = overrides;
        CHECK(none.has_bits_of(Sampled(
            estimator::read_scenario_text(text, "x.toml", profiles, options), 500)));
    }
}

TEST_CASE("events: forced on, an event keeps its date and every other draw",
          "[estimator][event]") {
    std::string const outputs = output("\"law\", \"war\", \"event.law.date\"");
    auto const text = [&](std::string const& law, std::string const& war) {
        return steered_path(two_events(law, war), "law", "war") + outputs;
    };
    Sampled const free(text("", ""), 500);
    Sampled const on(text("force = \"on\"\n", ""), 500);
    CHECK(free.of("event.law.date") == on.of("event.law.date"));
    for (int step = 0; step < on.steps(); ++step) {
        CHECK(free.of("war", step) == on.of("war", step));
    }
    CHECK(on.mean("law", 35) > 0.9);  // all whose date has come
    auto const before = free.of("law", 35);
    auto const after = on.of("law", 35);
    for (std::size_t i = 0; i < before.size(); ++i) {
        CHECK((before[i] == 0.0f || before[i] == after[i]));
    }
    Sampled const dated(text("force = \"2026-04\"\n", "force = \"2026-10\"\n"), 100);
    CHECK(dated.mean("law", 2) == 0.0);
    CHECK(dated.mean("law", 3) == 1.0);
    CHECK(dated.mean("war", 9) == 1.0);
    CHECK(dated.mean("war", 13) == 0.0);
}

TEST_CASE("events: adding one moves nobody else's draws", "[estimator][event]") {
    std::string const outputs = output("\"law\", \"flow\"");
    Sampled const alone(
        steered_path("[event.law]\ndate = \"2026-06 to 2027-06\"\nprobability = 0.6\n",
                     "law",
                     "zero")
            + outputs,
        200);
    Sampled const more(
        steered_path(two_events("", "") + policy, "law", "zero") + outputs, 200);
    CHECK(alone.has_bits_of(more));
}
