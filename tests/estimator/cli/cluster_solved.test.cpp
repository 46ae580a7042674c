// SPDX-License-Identifier: Apache-2.0
// `leadtime cluster` where the accelerators or the job are sought, with what they cost,
// and accelerators side by side.
#include "estimator/cli/cluster_command.hpp"
#include "estimator/cluster/costs.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/support/cluster_run.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string>

using namespace leadtime;
using namespace leadtime::estimator;
using Catch::Approx;
using tests::error_of;
using tests::json_of;
using tests::says;
using tests::text_of;

namespace {

ClusterOptions on(std::string accelerator) {
    ClusterOptions result;
    result.accelerator = std::move(accelerator);
    return result;
}

double median_of(nlohmann::json const& answer, char const* key) {
    auto const& quantiles = answer["quantiles"][key];
    return quantiles[1].is_null() ? INFINITY : quantiles[1].get<double>();
}

hwprofiles::Profile const& profile(char const* id) {
    static auto const library = hwprofiles::ProfileLibrary::load({});
    return library.find(id);
}

}  // namespace

TEST_CASE("cluster: the accelerators found do the job in just those days",
          "[estimator][cluster]") {
    struct Case {
        char const* accelerator;
        char const* model;
        char const* precision;
        char const* days;
    };
    for (auto const& [accelerator, model, precision, days] :
         {Case{"h100_sxm", "llama3_405b", "bf16", "90"},
          Case{"h800_sxm", "deepseek_v3", "fp8", "60"},
          Case{"ascend_910b", "pangu_ultra_135b", "bf16", "100"},
          Case{"ascend_910c", "llama3_405b", "bf16", "200"},
          Case{"gb200_nvl72", "llama3_405b", "fp8", "20"},
          Case{"h20", "llama3_70b", "fp8", "45.5"}}) {
        CAPTURE(accelerator, model, days);
        auto asked = on(accelerator);
        asked.model = model;
        asked.precision = precision;
        asked.days = days;
        auto const sought = json_of(asked);
        CHECK(sought["sought"] == "accelerators");
        auto const count = median_of(sought, "accelerators");
        REQUIRE(std::isfinite(count));
        CHECK(count == std::floor(count));
        asked.days.reset();
        asked.count = fmt::format("{:.0f}", count);
        auto const forward = json_of(asked);
        // more never take longer: the median sample is the same both ways
        CHECK(median_of(forward, "duration_days")
              == Approx(std::stod(days)).epsilon(1e-3));
        asked.count = fmt::format("{:.0f}", sought["chips"].get<double>());
        CHECK(json_of(asked)["point"]["duration_days"]
              == Approx(std::stod(days)).epsilon(1e-3));
        CHECK(median_of(sought, "flop") == Approx(median_of(forward, "flop")));
    }
}

TEST_CASE("cluster: the job found takes just those days", "[estimator][cluster]") {
    for (auto const* accelerator : {"h100_sxm", "ascend_910c", "gb300_nvl72"}) {
        CAPTURE(accelerator);
        for (bool const dense : {false, true}) {
            auto asked = on(accelerator);
            asked.count = "20000";
            asked.days = "75";
            asked.dense = dense;
            asked.samples = "2001";  // the median job and the median days are of one
            auto const sought = json_of(asked);
            CHECK(sought["sought"] == "job");
            asked.flop = fmt::format("{}", median_of(sought, "flop"));
            asked.days.reset();
            CHECK(median_of(json_of(asked), "duration_days")
                  == Approx(75).epsilon(1e-3));
        }
    }
}

TEST_CASE("cluster: money and power give as many accelerators as they pay for or feed",
          "[estimator][cluster]") {
    auto const& h100 = profile("h100_sxm");
    auto asked = on("h100_sxm");
    asked.days = "90";
    asked.usd = "5e8";
    asked.cost = "upfront";
    asked.price = "25k";
    auto answer = json_of(asked);
    CHECK(answer["quantiles"]["accelerators"][0] == 20000);
    CHECK(answer["quantiles"]["accelerators"][2] == 20000);
    CHECK(answer["cost_usd"]["upfront"] == Approx(5e8));

    asked.cost = "rental";
    asked.rent = "2 to 4";
    answer = json_of(asked);
    auto const hours = 90 * 24.0;
    CHECK(answer["quantiles"]["accelerators"][0]
          == Approx(5e8 / (4 * hours)).epsilon(0.03));  // 2,000 samples of the price
    CHECK(answer["quantiles"]["accelerators"][2]
          == Approx(5e8 / (2 * hours)).epsilon(0.03));
    CHECK(answer["cost_usd"]["rental"] == Approx(5e8).epsilon(1e-3));

    asked.cost = "amortised";
    answer = json_of(asked);
    CHECK(answer["cost_usd"]["amortised"] == Approx(5e8).epsilon(1e-3));

    asked = on("h100_sxm");
    asked.days = "90";
    asked.power = "100MW";
    asked.pue = "1.25";
    answer = json_of(asked);
    CHECK(answer["chips"] == std::floor(100e6 / (1.25 * h100.system_w->value)));
    CHECK(median_of(answer, "facility_mw") == Approx(100).epsilon(1e-4));
    asked.power = "0.1 GW";
    CHECK(json_of(asked)["chips"] == answer["chips"]);
    asked.power = "1e8";
    CHECK(json_of(asked)["chips"] == answer["chips"]);

    // a bound beside a count is only held against the answer
    asked.count = "200000";
    answer = json_of(asked);
    CHECK(answer["chips"] == 200000);
    CHECK(says(answer, "the power in W is 363 M, beyond --power 100 M"));

    // a job that never ends costs no number
    asked = on("a100_sxm_80gb");
    asked.params = "2e13";
    asked.count = "50";
    asked.usd = "1e9";
    CHECK(says(json_of(asked), "does not fit"));
    CHECK_FALSE(says(json_of(asked), "inf"));
}

TEST_CASE("cluster: costs, energy and CO2 are accelerator-hours times what is stated",
          "[estimator][cluster]") {
    auto asked = on("h100_sxm");
    asked.model = "llama3_70b";
    asked.count = "4096";
    asked.rent = "2.5";
    asked.pue = "1.2";
    asked.grid = "0.05";
    auto const answer = json_of(asked);
    auto const hours = median_of(answer, "accelerator_hours");
    CHECK(hours == Approx(4096 * 24 * median_of(answer, "duration_days")));
    CHECK(answer["cost_usd"]["rental"] == Approx(2.5 * hours));
    auto const kwh = hours * 1.453 * 0.75 * 1.2;  // system power, load, PUE
    CHECK(median_of(answer, "energy_mwh") == Approx(kwh / 1000));
    CHECK(median_of(answer, "co2_t") == Approx(kwh * 0.05 / 1000));
    CHECK(median_of(answer, "rental_usd_per_1e24_flop")
          == Approx(2.5 * hours / (median_of(answer, "flop") / 1e24)));
    asked.grid.reset();
    auto const both = json_of(asked);
    CHECK(median_of(both, "co2_us_t") == Approx(kwh * 0.366 / 1000));
    CHECK(median_of(both, "co2_china_t") == Approx(kwh * 0.5366 / 1000));
    for (auto const& grid : grids) {
        CHECK_FALSE(grid.source.empty());
    }
}

TEST_CASE("cluster: a job of few numbers is that of a published model, nearly",
          "[estimator][cluster]") {
    auto asked = on("h100_sxm");
    asked.count = "16384";
    asked.params = "405.8e9";
    asked.training_tokens = "15.6e12";
    auto const planned = json_of(asked);
    asked.params.reset();
    asked.training_tokens.reset();
    asked.model = "llama3_405b";
    auto const stated = json_of(asked);
    CHECK(median_of(planned, "flop")
          == Approx(median_of(stated, "flop")).epsilon(0.02));
    CHECK(median_of(planned, "training_tokens") == Approx(15.6e12).epsilon(1e-5));

    // FLOP and tokens say the parameters
    asked = on("h100_sxm");
    asked.count = "16384";
    asked.dense = true;
    asked.flop = fmt::format("{}", median_of(planned, "flop"));
    asked.training_tokens = "15.6e12";
    auto const by_flop = json_of(asked);
    CHECK(median_of(by_flop, "training_tokens") == Approx(15.6e12).epsilon(1e-5));
    CHECK(median_of(by_flop, "duration_days")
          == Approx(median_of(planned, "duration_days")).epsilon(1e-4));
}

TEST_CASE("cluster: what cannot be done says what can, and why",
          "[estimator][cluster]") {
    auto asked = on("h100_sxm");
    asked.flop = "1e28";
    asked.days = "30";
    auto const answer = json_of(asked);
    CHECK(answer["met_fraction"] < 0.05);
    CHECK(answer["quantiles"]["accelerators"][1].is_null());
    CHECK(answer["quantiles"]["duration_days"][1] > 30);
    CHECK(says(answer, "no number of accelerators does it in 30 days: the "));
    CHECK(says(answer, " % of the time"));
    // "as many as are of use": more of them would change nothing
    auto more = asked;
    more.days.reset();
    more.count = fmt::format("{:.0f}", 2 * answer["chips"].get<double>());
    CHECK(json_of(more)["point"]["duration_days"]
          == Approx(answer["point"]["duration_days"].get<double>()).epsilon(0.005));

    asked = on("v100_sxm2_32gb");
    asked.count = "1";
    asked.days = "0.001";
    auto const none = json_of(asked);
    CHECK(says(none, "no job of 1.0e18 FLOP or more is done in 0.001 days"));
    CHECK(none["point"]["flop"] == 0);
}

TEST_CASE("cluster: side by side, each sample is compared with itself",
          "[estimator][cluster]") {
    auto asked = on("h100_sxm");
    asked.model = "llama3_405b";
    asked.count = "8192";
    asked.vs = "h100_sxm,h200_sxm";
    for (auto const* equal : {"time", "count", "usd", "power"}) {
        CAPTURE(equal);
        asked.equal = equal;
        auto const answer = json_of(asked);
        CHECK(answer["equal"] == equal);
        REQUIRE(answer["side_by_side"].size() == 2);
        auto const& same = answer["side_by_side"][0]["per_base"]["quantiles"];
        for (int i = 0; i < 3; ++i) {
            CHECK(same["accelerators"][i] == Approx(1).epsilon(1e-3));
            CHECK(same["flop"][i] == Approx(1).epsilon(1e-3));
            // two accelerators more may allow a better layout: never a worse time
            CHECK(same["duration_days"][i] <= 1.001);
            CHECK(same["duration_days"][i] > 0.9);
        }
    }
    asked.equal = "time";
    auto const in_time = json_of(asked);
    auto const& better = in_time["side_by_side"][1]["per_base"]["quantiles"];
    CHECK(better["accelerators"][1] < 1.0);  // more memory, same peak
    CHECK(better["duration_days"][2] == Approx(1).epsilon(1e-3));
    CHECK(text_of(asked).find("side by side, in the same time (p50, p5 to p95)")
          != std::string::npos);

    // a shared bound is each one's own
    asked = on("h100_sxm");
    asked.days = "90";
    asked.power = "50MW";
    asked.vs = "ascend_910c";
    auto const answer = json_of(asked);
    auto const& rival = answer["side_by_side"][0];
    CHECK(answer["equal"] == "power");
    CHECK(median_of(rival, "facility_mw") == Approx(50).epsilon(1e-3));
    CHECK(median_of(rival, "flop") < median_of(answer, "flop"));
}

TEST_CASE("cluster: a frontier has the job that each of some days trains",
          "[estimator][cluster]") {
    auto asked = on("h100_sxm");
    asked.count = "4096";
    asked.frontier = "30,90";
    asked.vs = "ascend_910c";
    asked.samples = "200";
    auto const answer = json_of(asked);
    CHECK(answer["equal"] == "count");
    REQUIRE(answer["frontier"].size() == 2);
    for (int i = 0; i < 2; ++i) {
        auto const& line = answer["frontier"][i];
        REQUIRE(line["accelerators"].size() == 2);
        auto alone = on(i == 0 ? "h100_sxm" : "ascend_910c");
        alone.count = "4096";
        alone.days = fmt::format("{}", line["days"].get<double>());
        alone.samples = "200";
        auto const found = json_of(alone);
        CHECK(line["accelerators"][i]["flop"]["quantiles"][1]
              == Approx(median_of(found, "flop")).epsilon(1e-3));
    }
    CHECK(text_of(asked).find(
              "FLOP of the largest run, with as many accelerators (p50, p5 to p95)")
          == 0);
    asked.days = "90";
    CHECK(
        error_of(asked)
        == "--frontier asks what each of some days trains: it goes with --count, --usd "
           "or --power, without --days, --sweep and a job");
    asked.frontier.reset();
    asked.figures = "figures";
    CHECK(error_of(asked) == "--figures goes with --frontier");
    asked.figures.reset();
    asked.days.reset();
    asked.frontier = "30,,90";
    CHECK(error_of(asked)
          == "--frontier \"\" is not a number (write 16384, 16k or 1e6)");
}

TEST_CASE("cluster: two pools train as so many of the carrier's accelerators",
          "[estimator][cluster]") {
    auto asked = on("h100_sxm");
    asked.model = "llama3_405b";
    asked.count = "4096";
    asked.with = "h100_sxm:2048";
    auto const joined = json_of(asked);
    CHECK(joined["carrier"] == "h100_sxm");
    CHECK(joined["joined"]["chips"] == 2048);
    CHECK(median_of(joined, "accelerators") == 6144);
    CHECK(says(joined, "h100_sxm carries the run, h100_sxm joins"));
    // one kind at 0.93 of so many, and all of them fail
    asked.with.reset();
    asked.count = fmt::format("{:.0f}", 0.93 * 6144);
    auto const alone = json_of(asked);
    CHECK(median_of(joined, "tokens_per_s")
          == Approx(median_of(alone, "tokens_per_s")).epsilon(0.01));
    CHECK(median_of(joined, "goodput_fraction") < median_of(alone, "goodput_fraction"));
    // costs and power are those of both
    asked.count = "6144";
    auto const all = json_of(asked);
    CHECK(median_of(joined, "facility_mw") == Approx(median_of(all, "facility_mw")));
    CHECK(median_of(joined, "upfront_usd") == Approx(median_of(all, "upfront_usd")));
    CHECK(median_of(joined, "accelerator_hours")
          == Approx(6144 * 24 * median_of(joined, "duration_days")));

    // whichever does most carries, and what would do less stays out
    asked.count = "2048";
    asked.with = "h200_sxm:8192";
    CHECK(json_of(asked)["carrier"] == "h200_sxm");
    asked.count = "16384";
    asked.with = "a100_sxm_80gb:1000";
    auto const out = json_of(asked);
    CHECK(out["joined"].is_null());
    CHECK(says(out, "h100_sxm trains alone: with a100_sxm_80gb it would do less"));

    asked.with = "ascend_910c:1000";
    CHECK(
        error_of(asked)
        == "h100_sxm and ascend_910c do not train together: they are of other makers, or "
           "more than two generations apart (docs/model.md 3)");
    asked.with = "h200_sxm";
    CHECK(error_of(asked) == "--with \"h200_sxm\" is not NAME:COUNT");
    asked.with = "h200_sxm:0";
    CHECK(error_of(asked)
          == "--with 0 is out of range (a whole number from 1 to 10000000)");
    asked.with = "a100_sxm_80gb:1000";
    asked.precision = "fp8";
    CHECK(error_of(asked) == "a100_sxm_80gb has no fp8: a run has one precision");
    asked.vs = "h20";
    CHECK(
        error_of(asked)
        == "--with goes with --count, and without --layout, --vs, --frontier, --price and "
           "--rent");
}

TEST_CASE("cluster: errors of what is given and sought have their text",
          "[estimator][cluster]") {
    auto asked = on("h100_sxm");
    asked.model = "llama3_405b";
    CHECK(error_of(asked)
          == "--count N or --sweep count=FROM:TO, --days D, --usd USD or --power W is "
             "missing (see leadtime cluster --help)");
    asked.days = "90";
    asked.count = "1000";
    CHECK(
        error_of(asked)
        == "--count, --days and the job leave nothing to solve for: leave one of them "
           "out");
    asked.flop = "1e25";
    CHECK(error_of(asked)
          == "--model or --job, --flop and --params exclude each other");
    asked = on("h100_sxm");
    asked.days = "90";
    CHECK(
        error_of(asked)
        == "--days alone leaves two things open: give a job (--model NAME, --job FILE, "
           "--flop F or --params P), or accelerators (--count N, --usd USD or --power "
           "W)");
    asked.usd = "1e8";
    asked.cost = "rentel";
    CHECK(error_of(asked)
          == "--cost \"rentel\" is not amortised, rental or upfront; did you mean "
             "\"rental\"?");
    asked.cost = "amortised";
    asked.days.reset();
    asked.flop = "1e25";
    CHECK(error_of(asked)
          == "--usd by amortised cost needs --days: accelerator-hours cost the same "
             "however many do them (or --cost upfront)");
    asked.cost = "upfront";
    CHECK(json_of(asked)["sought"] == "days");
    asked.accelerator = "mi300x";
    CHECK(error_of(asked)
          == "the price of mi300x is not known: give --price, or a profile with "
             "price_usd");
    asked = on("h100_sxm");
    asked.params = "1e12";
    asked.active = "2e12";
    asked.count = "1000";
    CHECK(
        error_of(asked)
        == "--active 2e12 is out of range (a number from 400000000 to 1000000000000)");
    asked.active = "3e10";
    asked.dense = true;
    CHECK(error_of(asked)
          == "--dense goes with --flop, or with a job that is sought; with --params "
             "leave --active out");
    asked = on("h100_sxm");
    asked.count = "1000";
    asked.flop = "1e25";
    asked.active = "1e10";
    CHECK(error_of(asked) == "--active goes with --params");
    asked.active.reset();
    asked.layout = "tp=8";
    CHECK(error_of(asked) == "--layout goes with --model or --job, and with --count");
    asked.layout.reset();
    asked.equal = "time";
    CHECK(error_of(asked) == "--equal goes with --vs");
    asked.vs = "h20";
    asked.equal = "price";
    CHECK(error_of(asked) == "--equal \"price\" is not time, count, usd or power");
    asked.equal = "time";
    asked.price = "1k";
    CHECK(
        error_of(asked)
        == "--price and --rent are of one accelerator: --vs takes those of the profiles "
           "(--profiles DIR may have others)");
    asked.vs.reset();
    asked.equal.reset();
    asked.price = "30k to 20k";
    CHECK(error_of(asked)
          == "--price \"30k to 20k\" is not a range of prices (write 20k to 30k)");
    asked.price.reset();
    asked.site_link = "1e9";
    CHECK(error_of(asked) == "--site-link and --inner-steps go with --sites");
    asked.site_link.reset();
    asked.sites = "4";
    CHECK(error_of(asked) == "--sites needs --site-link, the link of a site in byte/s");
    asked.sites.reset();
    asked.training_tokens = "1e12";
    asked.flop.reset();
    asked.days = "90";
    CHECK(error_of(asked) == "--tokens goes with --model, --job, --flop or --params");
    asked.training_tokens.reset();
    asked.count.clear();
    asked.usd = "100";
    CHECK(error_of(asked) == "--usd is not enough for one h100_sxm");
    asked.usd.reset();
    asked.power = "1kW";
    CHECK(error_of(asked) == "--power is not enough for one h100_sxm");
    asked.power = "1MW";
    asked.days.reset();
    asked.frontier = "30";
    asked.vs = "h20";
    asked.equal = "time";
    CHECK(error_of(asked)
          == "--frontier goes with --equal count, usd or power: in the same time all "
             "train the same");
    asked = on("h100_sxm");
    asked.model = "llama3_70b";
    asked.count = "1000";
    asked.vs = "ascend_950dt";
    asked.equal = "power";
    CHECK(
        error_of(asked)
        == "the system power of ascend_950dt is not known: give a profile with system_w "
           "or tdp_w");
    asked.equal = "usd";
    asked.cost = "rental";
    CHECK(error_of(asked)
          == "the rent of ascend_950dt is not known: give --rent, or a profile with "
             "rental_usd_per_h");
    asked.equal = "time";
    CHECK(error_of(asked).empty());
    asked = on("h100_sxm");
    asked.model = "llama3_70b";
    asked.count = "1000";
    asked.dense = true;
    CHECK(
        error_of(asked)
        == "--dense goes with --flop, or with a job that is sought; with --params leave "
           "--active out");
    asked = on("h100_sxm");
    asked.flop = "1e24";
    asked.power = "100 horses";
    CHECK(error_of(asked)
          == "--power \"100 horses\" is not a number (write 16384, 16k or 1e6)");
}
