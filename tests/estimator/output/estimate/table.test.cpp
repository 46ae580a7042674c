// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/table.hpp"

#include "estimator/reader/read_scenario.hpp"
#include "estimator/study/estimate.hpp"
#include "text/aligned_table.hpp"
#include "text/display_text.hpp"

#include "tests/estimator/output/support.hpp"
#include "tests/support/random_scenario.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace leadtime::estimator;
using leadtime::tests::executor;
using leadtime::tests::random_scenario_toml;
using leadtime::tests::source_path;
using leadtime::tests::synthetic_result;
using leadtime::tests::synthetic_row;

TEST_CASE("terminal table: shows the synthetic result as it should",
          "[estimator][output]") {
    TableOptions options;
    options.record_start_month = -40;
    CHECK(terminal_table(synthetic_result(), options) == R"(synthetic "two paths"
1,000 samples, seed 18446744073709551615, 2025-01 to 2026-12.
p5, p50, p95: quantiles over the samples; ± is the Monte Carlo standard error of p50.

             largest run, FLOP       its amortised cost, USD     fleet       lag to us_frontier, months
month        p5    p50          p95     p5   p50         p95  H100e BF16    p5  p50       p95 ahead older
us_frontier (reference)
2025-12  8.0e25 1.6e26 ±0.4% 3.2e26  512 M 1.0 B ±0.4% 2.0 B  262 k ±0.4%
2026-12  1.6e26 3.2e26 ±0.4% 6.4e26  1.0 B 2.0 B ±0.4% 4.1 B  524 k ±0.4%
cn_restricted
2025-12  1.0e25 2.0e25 ±0.4% 4.0e25   64 M 128 M ±0.4% 256 M   33 k ±0.4%  5.5 11.0 ±0.1 > 51  2.0%   31%
2026-12  2.0e25 4.0e25 ±0.4% 8.0e25  128 M 256 M ±0.4% 512 M   66 k ±0.4%  6.5 > 63      > 63  2.0%   81%
ahead: share of samples in which us_frontier does not have as much until 2026-12; "< -24" is such a lag.
older: share in which us_frontier had it before its record starts, or there is no run; "> 24" is such a lag.

                         first reached             lag to us_frontier, months   spent until then, USD
FLOP of a run       p5     p50          p95 later           p5  p50       p95     p5   p50         p95
us_frontier (reference)
1e26           2025-03 2025-05 ±0.1 2025-09                                    4.0 B 8.0 B ±0.4%  16 B
cn_restricted
1e26           2025-09 2026-05 ±0.1   later   12%          6.0 12.0 ±0.1 24.0  500 M 1.0 B ±0.4% later
later: not by 2026-12, and the share of samples; dates ± in months; parity: as much as us_frontier has.

quantity    month        p5    p50          p95    mean        unit
chips_total 2026-12  4.00e6 8.00e6 ±0.4% 1.60e7  1.00e7 ±0.7%  chip
premium                0.75    1.5 ±0.4%      3    1.88 ±0.7%  1

note: cn_restricted: ascend_910c has no fp8; bf16 is used
)");
}

TEST_CASE("terminal table: fits into 110 columns at its widest",
          "[estimator][output]") {
    auto result = synthetic_result();
    for (auto& row : result.rows) {
        auto const is_lag = row.metric.find("lag") != std::string::npos;
        auto const is_date = row.unit == "month" && !is_lag;
        for (auto& quantile : row.quantiles) {
            quantile = is_lag ? -45.6 : is_date ? quantile : 123e9;
        }
        row.quantile_standard_errors.assign(7, row.unit == "month" ? 0.23 : 12e9);
    }
    result.reference = result.paths[1] = "a_reference_path_with_a_long_name";
    for (auto& row : result.rows) {
        row.path = row.path == "us_frontier" ? result.reference : row.path;
    }
    std::istringstream text(terminal_table(result));
    for (std::string line; std::getline(text, line);) {
        CAPTURE(line);
        // sentences below a table may be as long as they are
        CHECK(
            (text::display_width(line) <= 110 || line.find(": ") != std::string::npos));
    }
}

TEST_CASE("terminal table: a lag that nobody can tell says why",
          "[estimator][output]") {
    Result result;
    result.steps = 1;
    result.paths = {"ref", "a"};
    result.reference = "ref";
    result.rows = {synthetic_row("a", "lag_months", "month", 0, 8)};
    auto& lag = result.rows.front();
    lag.quantiles.assign(7, leadtime::tests::infinity);
    lag.share_above = 1;
    CHECK(terminal_table(result).find("record record record  100%")
          != std::string::npos);
    auto run = synthetic_row("a", "run_flop", "FLOP", 0, 0);
    result.rows.push_back(run);
    CHECK(terminal_table(result).find("no run no run no run  100%")
          != std::string::npos);
    lag.quantiles.assign(7, -leadtime::tests::infinity);
    result.rows.front().quantiles.assign(7, -leadtime::tests::infinity);
    CHECK(terminal_table(result).find("< 0 < 0 < 0") != std::string::npos);
}

TEST_CASE("terminal table: says who carries the run where a path has a choice",
          "[estimator][output]") {
    Result result;
    result.steps = 1;
    result.paths = {"a", "single"};
    auto const add =
        [&](std::string const& path, std::string const& name, double mean) {
            result.rows.push_back(synthetic_row(path, "carried_by." + name, "1", 0, 0));
            result.rows.back().mean = mean;
        };
    add("a", "h100_sxm", 0.25);
    add("a", "b200", 0.72);
    add("a", "h20", 0.03);
    add("a", "channel.bought", 0.28);
    add("a", "channel.rented_from_the_best_cloud", 0.72);
    add("single", "h100_sxm", 1);
    add("single", "channel.all", 1);
    auto const table = terminal_table(result);
    CAPTURE(table);
    auto const carriers = table.find("who carries the run");
    REQUIRE(carriers != std::string::npos);
    CHECK(table.find("b200 72%, h100_sxm 25% rented_from_the_be… 72%, bought 28%")
          != std::string::npos);
    CHECK(table.find("single", carriers) == std::string::npos);
}

TEST_CASE("terminal table: escapes of names do not reach the terminal",
          "[estimator][output]") {
    auto result = synthetic_result();
    result.scenario_name = "\033[31mred\n";
    result.notes = {"a\rb"};
    auto const text = terminal_table(result);
    CHECK(text.starts_with("\\x1b[31mred\\x0a\n"));
    CHECK(text.find("note: a\\x0db\n") != std::string::npos);
    CHECK(text.find('\033') == std::string::npos);
    TableOptions options;
    options.colour = true;
    CHECK(terminal_table(result, options)
              .starts_with("\033[1m\\x1b[31mred\\x0a\033[0m\n"));
}

TEST_CASE("text table: leaves out columns that stay empty", "[estimator][output]") {
    text::TextTable table;
    table.add_column("", "name", text::TextTable::Align::left);
    table.add_column("none", "x");
    table.add_column("a group that is wide", "y");
    table.add_column("a group that is wide", "±");
    table.add_row({"one", "", "1", "±2"});
    table.add_section("section");
    table.add_row({"twelve", "", "12"});
    CHECK(table.render(false)
          == "        a group that is wide\n"
             "name                    y  ±\n"
             "one                     1 ±2\n"
             "section\n"
             "twelve                 12\n");
}

TEST_CASE("terminal table: a run of what it prints prints the same",
          "[estimator][output]") {
    auto const profiles = leadtime::hwprofiles::ProfileLibrary::load();
    std::vector<Scenario> scenarios;
    for (auto const& file : {source_path("scenarios/minimal.toml"),
                             std::string("baseline"),
                             source_path("scenarios/library/laboratories.toml")}) {
        scenarios.push_back(read_scenario(file, profiles));
    }
    scenarios.front().levels = QuantileLevels({0.1, 0.975});
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        scenarios.push_back(
            read_scenario_text(random_scenario_toml(seed), "random.toml", profiles));
    }
    for (bool const with_fans : {false, true}) {
        for (auto const& scenario : scenarios) {
            CAPTURE(scenario.name, scenario.file, with_fans);
            Model const model(scenario);
            RunOptions run;
            run.samples = 400;
            auto whole = leadtime::estimator::estimate(model, executor(), run);
            auto const rows = rows_in_tables(model, with_fans);
            auto printed =
                leadtime::estimator::estimate(model.only(rows), executor(), run);
            CHECK(printed.rows.size() == rows.size());
            printed.notes.clear();  // those of rows that are not printed are missing
            whole.notes.clear();
            DigitAudit of_whole;
            DigitAudit of_printed;
            TableOptions options;
            options.fans = with_fans;
            options.audit = &of_whole;
            auto const expected = terminal_table(whole, options);
            options.audit = &of_printed;
            CHECK(terminal_table(printed, options) == expected);
            CHECK(of_printed.unsupported() == of_whole.unsupported());
        }
    }
}

}  // namespace
