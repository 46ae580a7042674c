// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/read_scenario.hpp"
#include "estimator/scenario/scenario.hpp"
#include "estimator/study/estimate.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace leadtime;

namespace {

estimator::Scenario const& baseline() {
    static estimator::Scenario const scenario =
        estimator::read_scenario("baseline", hwprofiles::ProfileLibrary::load());
    return scenario;
}

/// 20,000 samples: 5 % and 95 % quantiles within about 1 % of those of a long run.
estimator::Result const& result() {
    static estimator::Result const result = [] {
        estimator::RunOptions options;
        options.samples = 20'000;
        return tests::estimate(baseline(), options);
    }();
    return result;
}

int step_of(int year, int month) {
    return year * 12 + month - 1 - baseline().start_month;
}

/// A published value, and what the model should say about it.
struct Published {
    std::string_view name;
    std::string_view source;
    std::string_view path;  ///< empty for quantities of [output]
    std::string_view metric;
    int year = 0;
    int month = 0;
    double value = 0.0;
    bool inside =
        true;  ///< within the model's 5-95 % interval; docs/baseline.md says why not
};

void check(Published const& published) {
    auto const* row = result().find(
        published.path, published.metric, step_of(published.year, published.month));
    REQUIRE(row != nullptr);
    double const p05 = row->quantiles[1];
    double const p50 = row->quantiles[3];
    double const p95 = row->quantiles[5];
    CAPTURE(published.name, published.source, published.value, p05, p50, p95);
    bool const inside = p05 <= published.value && published.value <= p95;
    CHECK(inside == published.inside);
}

}  // namespace

TEST_CASE("baseline: every number has a source and a confidence",
          "[estimator][baseline][host]") {
    std::set<std::string> const levels{"high", "medium", "low"};
    for (auto const& quantity : baseline().quantities) {
        CAPTURE(quantity.name);
        CHECK_FALSE(quantity.provenance.source.empty());
        CHECK(levels.contains(quantity.provenance.confidence));
    }
    CHECK(baseline().warnings.empty());
}

TEST_CASE("baseline: what rests on an assumption is of low or medium confidence",
          "[estimator][baseline][host]") {
    for (auto const& quantity : baseline().quantities) {
        CAPTURE(quantity.name);
        if (quantity.provenance.source.starts_with("assumption")) {
            CHECK(quantity.provenance.confidence != "high");
        }
    }
}

TEST_CASE("baseline: three paths by month from 2024 to 2032, against the US leader",
          "[estimator][baseline][host]") {
    auto const& scenario = baseline();
    std::vector<std::string> names;
    for (auto const& path : scenario.paths) {
        names.push_back(path.name);
    }
    CHECK(
        names
        == std::vector<std::string>{"us_frontier", "cn_restricted", "cn_unrestricted"});
    REQUIRE(scenario.reference < scenario.paths.size());
    CHECK(scenario.paths[scenario.reference].name == "us_frontier");
    CHECK(scenario.months_per_step == 1);
    CHECK(scenario.steps == 108);
    CHECK(month_name(scenario, 0) == "2024-01");
    CHECK(month_name(scenario, 107) == "2032-12");
}

TEST_CASE("baseline: published stocks lie in the model's intervals, or are known to "
          "miss them",
          "[estimator][baseline][model]") {
    constexpr std::string_view counts = "Epoch AI, ai-chip-counts, 2026-03-31";
    constexpr std::string_view users = "Epoch AI, ai-compute-users, 2026-09-03";
    constexpr std::string_view supplement = "AI-2040 compute supplement";
    std::array<Published, 18> const stocks{{
        {"NVIDIA", counts, "", "nvidia_stock_h100e", 2024, 12, 4.72e6},
        {"NVIDIA", counts, "", "nvidia_stock_h100e", 2025, 12, 13.66e6},
        {"US big five", users, "", "us_big5_stock_h100e", 2025, 12, 14.4e6},
        {"OpenAI", users, "us_frontier", "h100e_8bit", 2024, 12, 0.386e6},
        {"DeepMind", users, "us_frontier", "h100e_8bit", 2024, 12, 0.420e6},
        {"OpenAI", users, "us_frontier", "h100e_8bit", 2025, 12, 1.74e6},
        {"DeepMind", users, "us_frontier", "h100e_8bit", 2025, 12, 1.58e6},
        {"China, licensed NVIDIA",
         users,
         "",
         "cn_nvidia_legal_h100e",
         2024,
         12,
         0.322e6},
        {"China, licensed NVIDIA",
         users,
         "",
         "cn_nvidia_legal_h100e",
         2025,
         12,
         0.402e6},
        {"China, official",
         "Epoch AI: just over 5 % of the world's",
         "",
         "cn_official_stock_h100e",
         2025,
         12,
         1.03e6},
        {"China, with smuggled",
         "derived from Epoch AI, CNAS and FT",
         "",
         "cn_total_stock_h100e",
         2025,
         12,
         1.35e6},
        {"China onshore", "analyst", "", "cn_total_stock_h100e", 2026, 12, 2.0e6},
        {"China abroad, at least", supplement, "", "offshore_h100e", 2025, 12, 0.67e6},
        {"US big five over China", users, "", "us_over_cn_stock", 2025, 12, 11.0},
        {"Ascend cards",
         "IDC, Reuters 2026-04-01",
         "",
         "ascend_cards",
         2025,
         12,
         812e3},
        // It adds 0.64M smuggled and 0.7M rented abroad, which is kept apart here.
        {"China", supplement, "", "cn_total_stock_h100e", 2025, 12, 2.9e6, false},
        // And 1.0M good 910C equivalents and 1.26M smuggled in 2026: no count supports
        // them.
        {"China", supplement, "", "cn_total_stock_h100e", 2026, 12, 6.3e6, false},
        {"China", supplement, "", "cn_total_stock_h100e", 2028, 12, 25.9e6, false},
    }};
    for (auto const& stock : stocks) {
        check(stock);
    }
}

TEST_CASE(
    "baseline: published runs lie in the model's intervals, or are known to miss them",
    "[estimator][baseline][model]") {
    constexpr std::string_view us = "us_frontier";
    constexpr std::string_view cn = "cn_restricted";
    constexpr std::string_view run = "run_flop";
    constexpr std::string_view epoch = "Epoch AI, training-cost-trends, 2025-06";
    constexpr std::string_view mirror = "Epoch AI by a later mirror";
    constexpr std::string_view six_nd = "6 x active parameters x tokens of the report";
    // Of the fleet five months before publication: training time and 60 days (Cottier
    // et al. 2024).
    std::array<Published, 16> const runs{{
        {"GPT-4o", epoch, us, run, 2024, 1, 3.8e25},  // published 2024-05; the record
                                                      // starts
        {"GPT-4.5", epoch, us, run, 2024, 9, 2.1e26},
        {"GPT-4.5", mirror, us, run, 2024, 9, 3.8e26},
        {"Grok-3", mirror, us, run, 2024, 9, 3.5e26},
        {"Grok 4", mirror, us, run, 2025, 2, 5.0e26},
        {"Qwen2-72B", epoch, cn, run, 2024, 1, 3.02e24},
        {"Qwen2.5-72B", epoch, cn, run, 2024, 4, 7.8e24},
        {"Doubao-pro", epoch, cn, run, 2024, 5, 2.505e25},
        {"DeepSeek-V3", six_nd, cn, run, 2024, 7, 3.3e24},
        {"Qwen3-32B", epoch, cn, run, 2024, 11, 7.08e24},
        // Known miss, just below: not the largest developer's, whose pools join.
        {"Kimi K2", six_nd, cn, run, 2025, 2, 2.976e24, false},
        {"DeepSeek-V4-Pro", six_nd, cn, run, 2025, 11, 9.702e24},
        {"Kimi K3, 20T tokens", six_nd, cn, run, 2026, 2, 1.2e25},
        {"Kimi K3, 40T tokens", six_nd, cn, run, 2026, 2, 2.5e25},
        // Disputed, and inside the wide interval: 54 % MFU on 100,000 H100, and imputed
        // from benchmarks with unknown confidence.
        {"Grok-3", epoch, us, run, 2024, 9, 4.64e26},
        {"GLM-4-Plus", epoch, cn, run, 2024, 3, 3.6e25},
    }};
    for (auto const& published : runs) {
        check(published);
    }
}

TEST_CASE("baseline: published costs of runs lie in the model's intervals, or are "
          "known not to",
          "[estimator][baseline][model]") {
    // Epoch AI's cost of a run over its FLOP (3.8e25 and 4.64e26), USD per 1e24 FLOP.
    constexpr std::string_view us = "us_frontier";
    constexpr std::string_view epoch = "Epoch AI, training-cost-trends, 2025-06";
    std::array<Published, 4> const costs{{
        {"Llama 3.1-405B", epoch, us, "usd_per_1e24_flop_amortised", 2024, 1, 1.34e6},
        {"Grok-3", epoch, us, "usd_per_1e24_flop_rental", 2024, 9, 2.51e6},
        {"Grok-3", epoch, us, "usd_per_1e24_flop_upfront", 2024, 9, 11.8e6},
        // At 54 % MFU and without staff.
        {"Grok-3", epoch, us, "usd_per_1e24_flop_amortised", 2024, 9, 0.648e6},
    }};
    for (auto const& cost : costs) {
        check(cost);
    }
}

TEST_CASE("baseline: MFU and goodput follow from what a run trains on",
          "[estimator][baseline][model]") {
    auto const median = [](std::string_view path, std::string_view metric, int year) {
        auto const* row = result().find(path, metric, step_of(year, 12));
        REQUIRE(row != nullptr);
        return row->quantiles[3];
    };
    // some 100,000 accelerators against some 17,000, older ones among them
    CHECK(median("us_frontier", "run_chips", 2024) > 50e3);
    CHECK(median("cn_restricted", "run_chips", 2024) < 25e3);
    CHECK(median("us_frontier", "run_mfu", 2024)
          < 0.9 * median("cn_restricted", "run_mfu", 2024));
    CHECK(median("us_frontier", "run_goodput", 2024)
          < 0.9 * median("cn_restricted", "run_goodput", 2024));
    // of the H100's FP8 peak: 35 to 45 % of its BF16 peak, after failures 25 to 34 %
    // (Llama 3.1's campaign 30 %, DeepSeek-V3's 34 %)
    CHECK(median("us_frontier", "run_mfu", 2024) > 0.175);
    CHECK(median("us_frontier", "run_mfu", 2024) < 0.225);
    auto const useful = 2 * median("us_frontier", "run_mfu", 2024)
                        * median("us_frontier", "run_goodput", 2024);
    CHECK(useful > 0.25);
    CHECK(useful < 0.34);
    for (int year = 2024; year <= 2032; ++year) {
        auto const* row =
            result().find("us_frontier", "run_does_not_fit", step_of(year, 12));
        REQUIRE(row != nullptr);
        CHECK(row->mean < 0.005);  // a job too large for all its accelerators
    }
}

TEST_CASE("stated_mfu: MFU and goodput are inputs, whatever the size of the run",
          "[estimator][baseline][model]") {
    auto const scenario =
        estimator::read_scenario("stated_mfu", hwprofiles::ProfileLibrary::load());
    estimator::RunOptions options;
    options.samples = 2'000;
    auto const stated = tests::estimate(scenario, options);
    auto const median = [&](std::string_view path, std::string_view metric) {
        auto const* row = stated.find(path, metric, step_of(2024, 12));
        REQUIRE(row != nullptr);
        return row->quantiles[3];
    };
    CHECK(stated.find("us_frontier", "run_tokens", step_of(2024, 12)) == nullptr);
    CHECK(median("us_frontier", "run_mfu") > 0.10);
    CHECK(median("us_frontier", "run_mfu") < 0.17);
    double const goodput = median("us_frontier", "run_goodput");
    CHECK(goodput > 0.90);
    CHECK(goodput < 0.94);
    CHECK(std::abs(median("cn_unrestricted", "run_goodput") - goodput) < 0.01);
}

TEST_CASE("baseline: what is disputed says so", "[estimator][baseline][host]") {
    for (std::string const name : {"ascend_cards",
                                   "h20_shipments",
                                   "h200_shipments_china",
                                   "offshore_h100e",
                                   "remote_access_law",
                                   "smuggled_chips"}) {
        auto const index = baseline().find_quantity(name);
        CAPTURE(name);
        REQUIRE(index.has_value());
        auto const& note = baseline().quantities[*index].provenance.note;
        CHECK(note.find("CONFLICT") != std::string::npos);
    }
}

TEST_CASE("baseline: without controls the run is nearly always at least as large",
          "[estimator][baseline][model]") {
    for (int year = 2024; year <= 2032; ++year) {
        auto const* row = result().find("", "restricted_is_larger", step_of(year, 12));
        REQUIRE(row != nullptr);
        CAPTURE(year);
        // a policy serves all years: at first a path that plans for Rubin and rents
        // nothing may have less than one that rents (docs/baseline.md 1)
        CHECK(row->mean < (year == 2024 ? 0.06 : 0.02));
    }
}

TEST_CASE("baseline: selling H20 again makes no median or p5 of the run smaller",
          "[estimator][baseline][model]") {
    auto const profiles = hwprofiles::ProfileLibrary::load();
    std::string const sold =
        "[scenario]\nname = \"h20_sold\"\nextends = \"baseline\"\n"
        "[quantity.h20_shipments]\nat.2026-02 = \"1.2M to 1.6M to 2M\"\n"
        "at.2032-12 = \"1.2M to 1.6M to 2M\"\n";
    estimator::RunOptions options;
    options.samples = 4'000;
    auto const pair = tests::compare_scenarios(
        {baseline(), estimator::read_scenario_text(sold, "h20_sold.toml", profiles)},
        options,
        [](std::string_view path, std::string_view metric, int step) {
            return path == "cn_restricted" && metric == "run_flop" && step % 12 == 11;
        });
    REQUIRE(pair[0].rows.size() == 9);
    for (auto const& row : pair[0].rows) {
        CAPTURE(row.base.step);
        for (std::size_t const level : {std::size_t{1}, std::size_t{3}}) {  // p5, p50
            CHECK(row.other.quantiles[level] > 0.98 * row.base.quantiles[level]);
        }
    }
}
