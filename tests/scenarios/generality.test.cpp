// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/read_scenario.hpp"
#include "estimator/study/estimate.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/support/studies.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>

// Nothing belongs to the baseline: other developers, dates, steps, accelerators,
// channels and a profile of one's own, each against what a person computes from
// docs/model.md.

namespace {

using namespace leadtime;
using Catch::Approx;

constexpr double rounding = 2e-5;  // samples are in single precision
constexpr double standard_errors = 6.0;
constexpr double h_per_month = 730.5;
constexpr double s_per_month = h_per_month * 3600.0;

/// The built-in profiles and those of a folder with `gulf_x1`: what --profiles does.
hwprofiles::ProfileLibrary library_with_own_chip() {
    auto const folder = std::filesystem::temp_directory_path()
                        / ("leadtime_generality_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "gulf_x1.toml") << R"toml(vendor = "Falcon Silicon"
name = "Gulf X1"
aliases = ["x1"]
release = "2018-06"
tdp_w = { value = 500, source = "sheet", confidence = "low" }
[peak_flop_per_s]
bf16 = { value = 200e12, source = "sheet", confidence = "low" }
fp8 = { value = 400e12, source = "sheet", confidence = "low" }
[sources]
sheet = "an invented data sheet"
)toml";
    auto library = hwprofiles::ProfileLibrary::load(folder.string());
    std::filesystem::remove_all(folder);
    return library;
}

hwprofiles::ProfileLibrary const& profiles() {
    static auto const library = library_with_own_chip();
    return library;
}

estimator::Result
run_text(std::string const& text, std::uint64_t samples = 64, std::uint64_t seed = 7) {
    estimator::RunOptions options;
    options.samples = samples;
    options.seed = seed;
    return tests::estimate(
        estimator::read_scenario_text(text, "other.toml", profiles()), options);
}

estimator::Row const& row_of(estimator::Result const& result,
                             std::string_view path,
                             std::string_view metric,
                             int step = -1) {
    auto const* row = result.find(path, metric, step);
    INFO(path << " " << metric << " " << step);
    REQUIRE(row != nullptr);
    return *row;
}

/// The value of a metric that is the same in every sample.
double value_of(estimator::Result const& result,
                std::string_view path,
                std::string_view metric,
                int step = -1) {
    auto const& row = row_of(result, path, metric, step);
    INFO(path << " " << metric << " " << step);
    CHECK(row.minimum == row.maximum);
    CHECK(row.share_below == 0.0);
    CHECK(row.share_above == 0.0);
    return row.mean;
}

Approx about(double value, double relative = rounding) {
    return Approx(value).epsilon(relative).margin(1e-12);
}

// Reported by the year from 2019: a Gulf laboratory that comes second in the file is
// the reference, a European one is compared with it. Every number is fixed.
std::string const two_labs = R"toml(
[scenario]
name = "eu and gulf"
start = "2019-01"
end = "2027-12"
step = "year"
reference = "gulf_lab"

[accelerator.mi300x]
mfu = 0.35
goodput = 0.9
price = "20k"
rental_price = 2
it_power = 1500

[accelerator.x1]
mfu = 0.5
goodput = 0.8
price = "8k"
rental_price = 0.5
it_power = 1000

[path.eu_lab]
budget = { value = 96, unit = "MUSD/year" }
run_months = 4
training_share = 0.5
precision = "bf16"
pue = 1.1
electricity_price = 0.2
life = 4
attrition = 0.2
interconnect_share = 0.2

[path.eu_lab.channel.importer]
kind = "purchase"
accelerator = "mi300x"
supply = "1M"
premium = 1.0
fee = 0.2
system_multiplier = 1.25
lead = 12
loss = 0.25

[path.gulf_lab]
budget = { value = 120, unit = "MUSD/year" }
run_months = 6
training_share = 0.5
largest_run_share = 0.8
precision = "bf16"
pue = 1.25
power_load = 0.8
electricity_price = 0.1
life = 4
staff_cost = "2M"
history = { 2018-01 = 1e22 }

[path.gulf_lab.channel.foundry]
kind = "purchase"
accelerator = "x1"
supply = "1M"

[milestones]
run_flop = [5e24, 2e25, 1e30]
)toml";

namespace two_lab_values {

/// The Gulf buys 10 MUSD / 8,000 USD = 1,250 chips a month; 40 % of them run.
constexpr double gulf_chips_a_month = 1250.0;
constexpr double gulf_chips_a_year = 12 * gulf_chips_a_month;
constexpr double gulf_flop_a_month =
    gulf_chips_a_month * 0.4 * 200e12 * 0.5 * 0.8 * 6 * s_per_month;

double gulf_flop_in(int month) {
    return gulf_flop_a_month * (month + 1);
}

/// A step has what there is in its last month.
double gulf_flop(int step) {
    return gulf_flop_in(12 * step + 11);
}

/// Europe pays 20,000 * 1.2 * 1.25 = 30,000 USD for what it buys for 8 MUSD a month, of
/// which three quarters arrive a year later; a fifth dies a year: a geometric series.
double eu_chips(int step) {
    double const lost = 0.2 / 12;
    return 200.0 * (1 - std::exp(-lost * 12 * step)) / (1 - std::exp(-lost));
}

double eu_flop(int step) {
    return eu_chips(step) * 0.5 * 1307e12 * 0.35 * 0.9 * 4 * s_per_month;
}

/// Months from the start at which the Gulf has some FLOP, on straight lines in log
/// FLOP.
double gulf_month(double flop) {
    if (flop < gulf_flop_in(0)) {
        return -12 + 12 * std::log(flop / 1e22) / std::log(gulf_flop_in(0) / 1e22);
    }
    int month = 0;
    while (gulf_flop_in(month + 1) < flop) {
        ++month;
    }
    return month
           + std::log(flop / gulf_flop_in(month))
                 / std::log(gulf_flop_in(month + 1) / gulf_flop_in(month));
}

}  // namespace two_lab_values

TEST_CASE("generality: two other laboratories by the year match a hand computation",
          "[estimator][generality][host]") {
    using namespace two_lab_values;
    auto const result = run_text(two_labs);
    CHECK(result.reference == "gulf_lab");
    CHECK(result.steps == 9);
    CHECK(result.months_per_step == 12);
    for (int step = 0; step < result.steps; ++step) {
        CAPTURE(step);
        CHECK(value_of(result, "gulf_lab", "chips.gulf_x1", step)
              == about(gulf_chips_a_year * (step + 1)));
        CHECK(value_of(result, "gulf_lab", "run_chips", step)
              == about(0.4 * gulf_chips_a_year * (step + 1)));
        CHECK(value_of(result, "gulf_lab", "run_flop", step) == about(gulf_flop(step)));
        CHECK(value_of(result, "gulf_lab", "cumulative_spend_usd", step)
              == about(120e6 * (step + 1)));
        CHECK(value_of(result, "eu_lab", "chips.mi300x", step)
              == about(eu_chips(step)));
        CHECK(value_of(result, "eu_lab", "run_flop", step) == about(eu_flop(step)));
        CHECK(value_of(result, "eu_lab", "h100e_bf16", step)
              == about(eu_chips(step) * 1307 / 989));
        CHECK(value_of(result, "eu_lab", "ratio", step)
              == about(eu_flop(step) / gulf_flop(step)));
    }
    CHECK(result.find("gulf_lab", "lag_months", 0) == nullptr);
}

TEST_CASE("generality: lags and milestones of other laboratories are those by hand",
          "[estimator][generality][host]") {
    using namespace two_lab_values;
    auto const result = run_text(two_labs);

    // nothing has arrived in the first year: censored, and never dropped
    auto const& first = row_of(result, "eu_lab", "lag_months", 0);
    CHECK(first.share_above == 1.0);
    for (int step = 1; step < result.steps; ++step) {
        CAPTURE(step);
        auto const lag = 12 * step + 11 - gulf_month(eu_flop(step));
        CHECK(value_of(result, "eu_lab", "lag_months", step)
              == Approx(lag).margin(2e-3));
    }

    for (double const flop : {5e24, 2e25}) {
        auto const name = flop == 5e24 ? "@5e+24" : "@2e+25";
        auto const month = gulf_month(flop);
        CAPTURE(flop, month);
        CHECK(value_of(result, "gulf_lab", std::string("milestone_month") + name)
              == Approx(month).margin(2e-3));
        // spending after a month stands at its start; nothing at or before the first
        auto const cost = month <= 0 ? 0.0 : 10e6 * (1 + month);
        CHECK(value_of(result, "gulf_lab", std::string("milestone_cost_usd") + name)
              == about(cost, 1e-4));
    }
    auto const& never = row_of(result, "gulf_lab", "milestone_month@1e+30");
    CHECK(never.share_above == 1.0);
    CHECK(std::isinf(never.quantiles[3]));
}

TEST_CASE("generality: the three costs of a run are those by hand",
          "[estimator][generality][host]") {
    auto const result = run_text(two_labs);
    int const step = 5;
    double const n = 0.4 * two_lab_values::gulf_chips_a_year * (step + 1);
    double const hours = 6 * h_per_month;
    double const value_used = 8e3 * 6 / 48;                // of 48 months
    double const energy = 1.0 * 1.25 * 0.8 * hours * 0.1;  // kW, PUE, load, USD/kWh
    double const amortised = n * (value_used + energy) + 2e6 * 6;
    CHECK(value_of(result, "gulf_lab", "run_cost_upfront_usd", step) == about(n * 8e3));
    CHECK(value_of(result, "gulf_lab", "run_cost_rental_usd", step)
          == about(n * 0.5 * hours));
    CHECK(value_of(result, "gulf_lab", "run_cost_amortised_usd", step)
          == about(amortised));
    CHECK(value_of(result, "gulf_lab", "usd_per_1e24_flop_amortised", step)
          == about(amortised / (two_lab_values::gulf_flop(step) / 1e24)));

    double const eu_n = 0.5 * two_lab_values::eu_chips(step);
    double const eu_hours = 4 * h_per_month;
    CHECK(value_of(result, "eu_lab", "run_cost_upfront_usd", step)
          == about(eu_n * 30e3));
    CHECK(value_of(result, "eu_lab", "run_cost_amortised_usd", step)
          == about(eu_n * (30e3 * 4 / 48 / 0.8 + 1.5 * 1.1 * eu_hours * 0.2)));
}

// Quarters from 2015: an initial stock of V100, rented Trainium, bought TPUs under a
// lifetime cap, in an order of preference that is not the order of the file.
std::string const three_kinds = R"toml(
[scenario]
start = "2015-01"
end = "2017-12"
step = "quarter"

[quantity.stranded]
unit = "date"
value = "2017-01"

[accelerator.v100]
mfu = 0.25
goodput = 0.8
price = "10k"
rental_price = 1

[accelerator.trainium2]
mfu = 0.4
goodput = 0.9
price = "15k"
rental_price = 1.5

[accelerator.tpu_v5p]
mfu = 0.5
goodput = 0.9
price = "12k"
rental_price = 2
it_power = 500

[path.andean]
budget = "2M"
initial_cash = "6M"
run_months = 2
precision = "bf16"
pue = 1.2
electricity_price = 0.05
life = 5
channels = ["attic", "cloud", "shop"]

[path.andean.join]
efficiency = 0.7
one_generation_apart = 1
two_generations_apart = 1
mixed = 1

[path.andean.channel.shop]
kind = "purchase"
accelerator = "tpu_v5p"
supply = 1000
cap_total = 1500
cap_from = "2015-01"
cap_to = "2017-12"

[path.andean.channel.cloud]
kind = "rental"
accelerator = "trainium2"
supply = 800
buyer_share = 0.25
price = 1.25

[path.andean.channel.attic]
kind = "stock"
accelerator = "v100"
initial = 400
stock_open = "if(month < stranded, 1, 0)"
)toml";

TEST_CASE("generality: stock, rental and capped purchases by the quarter",
          "[estimator][generality][host]") {
    auto const result = run_text(three_kinds);
    REQUIRE(result.steps == 12);
    double const rent = 800 * 0.25 * 1.25 * h_per_month;  // USD a month
    double cash = 6e6;
    double bought = 0.0;
    for (int step = 0; step < 12; ++step) {
        CAPTURE(step);
        double got = 0.0;  // in the quarter's last month
        for (int month = 0; month < 3; ++month) {
            cash += 2e6 - rent;  // the cloud is asked before the shop
            got = std::min({cash / 12e3, 1000.0, 1500.0 - bought});
            cash -= got * 12e3;
            bought += got;
        }
        double const attic = step < 8 ? 400.0 : 0.0;
        CHECK(value_of(result, "andean", "channel.attic", step) == about(attic));
        CHECK(value_of(result, "andean", "channel.cloud", step) == about(200));
        CHECK(value_of(result, "andean", "chips.tpu_v5p", step) == about(bought));
        CHECK(value_of(result, "andean", "spend_usd", step)
              == about(rent + got * 12e3));
        CHECK(value_of(result, "andean", "cash_usd", step)
              == Approx(cash).epsilon(1e-4).margin(100));

        double const seconds = 2 * s_per_month;
        double const stock = attic * 125e12 * 0.25;
        double const cloud = 200 * 667e12 * 0.4;
        double const shop = bought * 459e12 * 0.5;
        double const all =
            0.7 * (stock + cloud + shop);  // FLOP/s, the carrier's goodput
        double const with_0_9 = std::max({cloud, shop, all});
        double const with_0_8 = attic > 0 ? std::max(stock, all) : 0.0;
        double const best = std::max(0.9 * with_0_9, 0.8 * with_0_8) * seconds;
        CHECK(value_of(result, "andean", "run_flop", step) == about(best));
    }
    CHECK(bought == 1500.0);  // the cap did bind
}

TEST_CASE("generality: one set of names is as good as another",
          "[estimator][generality][host]") {
    auto renamed = two_labs;
    for (auto const& [old_name, new_name] :
         {std::pair("gulf_lab", "Z9"), std::pair("eu_lab", "a_rather_long_name_2")}) {
        for (auto at = renamed.find(old_name); at != std::string::npos;
             at = renamed.find(old_name)) {
            renamed.replace(at, std::string_view(old_name).size(), new_name);
        }
    }
    auto const before = run_text(two_labs);
    auto const after = run_text(renamed);
    REQUIRE(before.rows.size() == after.rows.size());
    for (std::size_t i = 0; i < before.rows.size(); ++i) {
        CHECK(before.rows[i].metric == after.rows[i].metric);
        CHECK(before.rows[i].mean == after.rows[i].mean);
        CHECK(before.rows[i].share_above == after.rows[i].share_above);
    }
}

// Uncertain inputs with closed forms.
std::string const uncertain = R"toml(
[scenario]
start = "1999-03"
end = "2000-02"

[quantity.a]
unit = "chips/month"
value = "100 to 400"

[quantity.b]
value = { dist = "normal", mean = 10, sd = 3 }

[quantity.c]
value = { dist = "normal", mean = -4, sd = 4 }

[quantity.sum]
formula = "b + c"

[quantity.gate]
value = { dist = "bernoulli", p = 0.3 }

[accelerator.tpu_v4]
mfu = 0.5
goodput = 1
price = 1000
rental_price = 1

[path.lab]
budget = "1T"
run_months = 1
precision = "bf16"
pue = 1
electricity_price = 0
life = 5

[path.lab.channel.shop]
kind = "purchase"
accelerator = "tpu_v4"
supply = "a"

[path.gated]
budget = "1T"
run_months = 1
precision = "bf16"
pue = 1
electricity_price = 0
life = 5

[path.gated.channel.shop]
kind = "purchase"
accelerator = "tpu_v4"
supply = 50
open = "gate"

[output]
quantities = ["a", "b", "sum", "gate"]
)toml";

/// Standard error of a sample quantile: sqrt(p (1 - p) / n) / density.
double quantile_error(double p, double density, double samples) {
    return std::sqrt(p * (1 - p) / samples) / density;
}

double normal_density(double z) {
    return std::exp(-0.5 * z * z) / std::sqrt(2 * std::acos(-1.0));
}

TEST_CASE("generality: known quantiles of uncertain inputs come out",
          "[estimator][generality][host]") {
    constexpr double n = 50'000;
    constexpr double z95 = 1.6448536269514722;  // standard normal quantile of 0.95
    auto const result = run_text(uncertain, static_cast<std::uint64_t>(n));

    // lognormal 100 to 400: median 200, p95 400
    double const sigma = std::log(4.0) / (2 * z95);
    double const median_error = 200 * sigma * quantile_error(0.5, normal_density(0), n);
    double const p95_error = 400 * sigma * quantile_error(0.95, normal_density(z95), n);
    auto const& a = row_of(result, "", "a");
    CHECK(std::abs(a.quantiles[3] - 200) < standard_errors * median_error);
    CHECK(std::abs(a.quantiles[5] - 400) < standard_errors * p95_error);
    // what the run says of its own error is that error
    CHECK(a.quantile_standard_errors[3] == Approx(median_error).epsilon(0.3));
    double const mean = 200 * std::exp(sigma * sigma / 2);
    double const sd = mean * std::sqrt(std::exp(sigma * sigma) - 1);
    CHECK(std::abs(a.mean - mean) < standard_errors * sd / std::sqrt(n));

    // chips after 12 months are 12 times it, and so is the largest run
    auto const& chips = row_of(result, "lab", "chips.tpu_v4", 11);
    CHECK(std::abs(chips.quantiles[3] - 2400) < standard_errors * 12 * median_error);
    double const flop_per_chip = 275e12 * 0.5 * s_per_month;
    auto const& run = row_of(result, "lab", "run_flop", 11);
    CHECK(std::abs(run.quantiles[5] / flop_per_chip - 4800)
          < standard_errors * 12 * p95_error);

    // N(10, 3) + N(-4, 4) = N(6, 5)
    auto const& sum = row_of(result, "", "sum");
    CHECK(std::abs(sum.mean - 6) < standard_errors * 5 / std::sqrt(n));
    CHECK(std::abs(sum.standard_deviation - 5)
          < standard_errors * 5 / std::sqrt(2 * n));
    CHECK(std::abs(sum.quantiles[1] - (6 - 5 * z95))
          < standard_errors * 5 * quantile_error(0.05, normal_density(z95), n));

    // a gate that opens in 3 of 10 samples
    double const gate_error = std::sqrt(0.3 * 0.7 / n);
    CHECK(std::abs(row_of(result, "", "gate").mean - 0.3)
          < standard_errors * gate_error);
    auto const& gated = row_of(result, "gated", "chips.tpu_v4", 11);
    CHECK(std::abs(gated.mean / 600 - 0.3) < standard_errors * gate_error);
    CHECK(gated.minimum == 0.0);
    CHECK(gated.maximum == about(600));
    CHECK(gated.quantiles[3] == 0.0);
    // its fleet is larger than the lab's where the gate is open and a < 50
    auto const& parity = row_of(result, "gated", "parity", 11);
    double const z50 = std::log(50.0 / 200) / sigma;
    double const share = 0.3 * 0.5 * std::erfc(-z50 / std::sqrt(2.0));
    CHECK(std::abs(parity.mean - share)
          < standard_errors * std::sqrt(share * (1 - share) / n));
}

}  // namespace
