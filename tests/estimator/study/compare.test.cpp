// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/compare.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/output/comparison/csv.hpp"
#include "estimator/output/comparison/json.hpp"
#include "estimator/output/comparison/table.hpp"

#include "tests/estimator/reader/scenario_texts.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace leadtime;
using namespace leadtime::estimator;
using Catch::Approx;

namespace {

constexpr std::uint64_t sample_count = 3000;

/// y is x plus a shift of its own; `never` crosses in few samples.
std::string scenario_text(std::string const& shift, std::string const& start) {
    return "[scenario]\nstart = \"" + start
           + "\"\nend = \"2025-12\"\n"
             "[quantity.x]\nunit = \"USD\"\nvalue = \"1 to 9\"\n"
             "[quantity.shift]\nunit = \"USD\"\nvalue = \""
           + shift
           + "\"\n"
             "[quantity.wave]\nat = { 2024-01 = 1, 2025-06 = 1 }\n"
             "[quantity.y]\nunit = \"USD\"\nformula = \"x + shift * wave\"\n"
             "[quantity.limit]\nunit = \"USD\"\nvalue = 200\n"
             "[quantity.never]\nunit = \"month\"\nformula = \"crossing(cumsum(y), "
             "limit)\"\n"
             "[quantity.total]\nunit = \"USD\"\nformula = \"cumsum(y)\"\n"
             "[output]\nquantities = [\"y\", \"never\"]\n";
}

RunOptions small_run(bool always_binned = false) {
    RunOptions options;
    options.samples = sample_count;
    options.seed = 5;
    options.always_binned = always_binned;
    return options;
}

bool everything(std::string_view, std::string_view, int) {
    return true;
}

PairedRow const& row_of(PairedResult const& result, std::string const& metric) {
    auto const found =
        std::find_if(result.rows.begin(), result.rows.end(), [&](auto const& row) {
            return row.base.metric == metric;
        });
    REQUIRE(found != result.rows.end());
    return *found;
}

/// One output of one scenario, sample by sample.
std::vector<double> samples_of(Scenario const& scenario, std::string const& metric) {
    auto const plan = compile(scenario);
    auto const values = tests::all_outputs(plan, 5, {0, sample_count});
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
        if (plan.outputs[i].metric == metric) {
            auto const first =
                values.begin() + static_cast<std::ptrdiff_t>(i * sample_count);
            return {first, first + sample_count};
        }
    }
    return {};
}

}  // namespace

TEST_CASE("compare: equals what the samples of both sides say",
          "[estimator][compare]") {
    bool const always_binned = GENERATE(false, true);
    std::vector<Scenario> const scenarios{
        read_text(scenario_text("1 to 2", "2024-01")),
        read_text(scenario_text("2 to 8", "2024-01"))};
    auto const result =
        tests::compare_scenarios(scenarios, small_run(always_binned), everything)
            .front();
    auto const a = samples_of(scenarios[0], "y");
    auto const b = samples_of(scenarios[1], "y");
    std::vector<double> change;
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        change.push_back(b[i] - a[i]);
        sum += change[i];
        squares += change[i] * change[i];
    }
    double const n = static_cast<double>(sample_count);
    double const mean = sum / n;
    auto const& row = row_of(result, "y");
    CHECK(row.difference.mean == Approx(mean).epsilon(1e-5));
    CHECK(row.difference.mean_standard_error
          == Approx(std::sqrt((squares / n - mean * mean) / n)).epsilon(1e-2));
    std::sort(change.begin(), change.end());
    CHECK(row.difference.quantiles[3]
          == Approx(change[sample_count / 2]).epsilon(0.003));
    CHECK(row.base.mean + row.difference.mean == Approx(row.other.mean).epsilon(1e-5));
    REQUIRE(row.ratio);
    CHECK(row.ratio_of_means == Approx(row.other.mean / row.base.mean).epsilon(1e-5));
    CHECK(row.pairs == n);
    // The shift of both is one draw: pairs differ far less than the sides vary.
    CHECK(row.difference.standard_deviation < row.base.standard_deviation);
}

TEST_CASE("compare: a scenario against itself differs nowhere",
          "[estimator][compare]") {
    bool const always_binned = GENERATE(false, true);
    auto const scenario = read_text(scenario_text("1 to 2", "2024-01"));
    auto const result = tests::compare_scenarios(
                            {scenario, scenario}, small_run(always_binned), everything)
                            .front();
    CHECK(result.left_out.empty());
    for (auto const& row : result.rows) {
        CHECK(row.difference.minimum == 0.0);
        CHECK(row.difference.maximum == 0.0);
        CHECK(row.ratio_of_means == Approx(1.0));
        CHECK(row.ratio_of_means_standard_error == Approx(0.0).margin(1e-9));
    }
}

TEST_CASE("compare: censored samples are counted, not dropped",
          "[estimator][compare]") {
    bool const always_binned = GENERATE(false, true);
    std::vector<Scenario> const scenarios{
        read_text(scenario_text("1 to 2", "2024-01")),
        read_text(scenario_text("3 to 9", "2024-01"))};
    auto const result =
        tests::compare_scenarios(scenarios, small_run(always_binned), everything)
            .front();
    auto const& row = row_of(result, "never");
    auto const a = samples_of(scenarios[0], "never");
    auto const b = samples_of(scenarios[1], "never");
    double both = 0.0;
    double base_only = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        both += std::isinf(a[i]) && std::isinf(b[i]) ? 1.0 : 0.0;
        base_only += std::isinf(a[i]) && std::isfinite(b[i]) ? 1.0 : 0.0;
    }
    double const n = static_cast<double>(sample_count);
    REQUIRE(both > 0.0);
    REQUIRE(base_only > 0.0);
    CHECK(row.share_undefined == Approx(both / n));
    CHECK(row.difference.share_below == Approx(base_only / n));
    CHECK(row.difference.share_above == 0.0);
}

TEST_CASE("compare: few samples are kept, and the base has the bits of its own run",
          "[estimator][compare]") {
    std::vector<Scenario> const scenarios{
        read_text(scenario_text("1 to 2", "2024-01")),
        read_text(scenario_text("3 to 9", "2024-01"))};
    auto const compared =
        tests::compare_scenarios(scenarios, small_run(), everything).front();
    auto const run = tests::estimate(scenarios[0], small_run());
    CHECK(compared.is_exact);
    CHECK(run.is_exact);
    CHECK(compared.quantile_source() == "sorted samples");
    for (PairedRow const& row : compared.rows) {
        Row const* const own = run.find(row.base.path, row.base.metric, row.base.step);
        REQUIRE(own != nullptr);
        CHECK(tests::same_bits(row.base.quantiles, own->quantiles));
        CHECK(tests::same_bits(row.base.quantile_standard_errors,
                               own->quantile_standard_errors));
        CHECK(row.base.mean == own->mean);
        CHECK(row.base.samples == own->samples);
    }
    auto const binned =
        tests::compare_scenarios(scenarios, small_run(true), everything).front();
    CHECK_FALSE(binned.is_exact);
    CHECK(binned.quantile_source() == "bins");
    CHECK(row_of(binned, "y").difference.quantiles[3]
          == Approx(row_of(compared, "y").difference.quantiles[3]).epsilon(0.003));
}

TEST_CASE("compare: the standard error of a ratio of means is right",
          "[estimator][compare]") {
    // Of many seeds the ratios spread as the error of each says.
    std::vector<Scenario> const scenarios{
        read_text(scenario_text("1 to 2", "2024-01")),
        read_text(scenario_text("2 to 8", "2024-01"))};
    double sum = 0.0;
    double squares = 0.0;
    double stated = 0.0;
    int const runs = 40;
    for (int seed = 0; seed < runs; ++seed) {
        RunOptions options;
        options.samples = 500;
        options.seed = static_cast<std::uint64_t>(seed);
        auto const first_y = [](std::string_view, std::string_view metric, int step) {
            return metric == "y" && step == 0;
        };
        auto const result =
            tests::compare_scenarios(scenarios, options, first_y).front();
        auto const& row = row_of(result, "y");
        sum += row.ratio_of_means;
        squares += row.ratio_of_means * row.ratio_of_means;
        stated += row.ratio_of_means_standard_error / runs;
    }
    double const spread = std::sqrt((squares - sum * sum / runs) / (runs - 1.0));
    // The error of a standard deviation of 40 values is 11 %; six of those.
    CHECK(spread == Approx(stated).epsilon(0.67));
}

TEST_CASE("compare: the heavier tail of two means is that of their ratio",
          "[estimator][compare]") {
    PairedRow row;
    row.base.tail_index = 1.4;
    row.other.tail_index = 3.0;
    CHECK(row.ratio_of_means_tail_index() == 1.4);
    std::swap(row.base, row.other);
    CHECK(row.ratio_of_means_tail_index() == 1.4);
}

TEST_CASE("compare: other steps and paths are paired by month, the rest is named",
          "[estimator][compare]") {
    std::string const text = scenario_text("1 to 2", "2024-01");
    auto const reporting = [&](std::string const& names) {
        return with(text, "\"never\"]", "\"never\", " + names + "]");
    };
    auto const quarters = with(
        reporting("\"total\""), "[scenario]\n", "[scenario]\nstep = \"quarter\"\n");
    std::vector<Scenario> const scenarios{
        read_text(reporting("\"shift\", \"total\"")),
        read_text(with(quarters, "\"2025-12\"", "\"2025-06\""))};
    auto const result =
        tests::compare_scenarios(scenarios, small_run(), everything).front();
    std::vector<int> steps;
    for (auto const& row : result.rows) {
        if (row.base.metric == "total") {
            steps.push_back(row.base.step);
            // The same months make both.
            CHECK(row.difference.minimum == 0.0);
            CHECK(row.difference.maximum == 0.0);
        }
    }
    CHECK(steps == std::vector<int>{2, 5, 8, 11, 14, 17});
    REQUIRE(result.left_out.size() == 3);
    CHECK(result.left_out[0].starts_with(
        "months without a step that ends there in x.toml: 2024-01, 2024-02, 2024-04"));
    CHECK(result.left_out[1] == "not in x.toml: shift");
    CHECK(result.left_out[2] == "means over steps of another length than in x.toml: y");
}

TEST_CASE("compare: paths and milestones are in table, CSV and JSON",
          "[estimator][compare]") {
    auto const base = read_text(two_paths);
    std::string renamed = two_paths;
    for (auto at = renamed.find("path.cn"); at != std::string::npos;
         at = renamed.find("path.cn")) {
        renamed.replace(at, 7, "path.zh");
    }
    auto const other = read_text(renamed);
    ComparisonReport report;
    report.scenarios = {
        {"a.toml", "a", "1"}, {"b.toml", "b", "2"}, {"c.toml", "c", "3"}};
    report.samples = 200;
    report.start_month = base.start_month;
    report.months_per_step = base.months_per_step;
    report.reference = base.paths[base.reference].name;
    RunOptions options;
    options.samples = 200;
    report.results = tests::compare_scenarios({base, base, other}, options, everything);
    auto const table = comparison_table(report, false);
    CHECK(table.find("b.toml against a.toml") != std::string::npos);
    CHECK(table.find("us (reference)") != std::string::npos);
    CHECK(table.find("us (reference): the same in every sample") != std::string::npos);
    CHECK(table.find("left out, only in x.toml: path zh") != std::string::npos);
    auto const csv = comparison_csv(report);
    CHECK(csv.starts_with("scenario,path,metric,unit,month,side,statistic,value\n"));
    CHECK(csv.find("\nb.toml,us,run_flop,FLOP,2024-12,difference,mean,0\n")
          != std::string::npos);
    auto const json = comparison_json(report);
    CHECK(json.find("\"format\": \"leadtime-compare\"") != std::string::npos);
    CHECK(json.find("\"ratio_of_means\": 1.0") != std::string::npos);
}
