// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/build_info.hpp"
#include "estimator/output/estimate/csv.hpp"
#include "estimator/output/estimate/json.hpp"
#include "estimator/output/manifest.hpp"

#include "tests/estimator/output/support.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using namespace leadtime::estimator;
using leadtime::tests::infinity;
using leadtime::tests::synthetic_result;
using leadtime::tests::synthetic_row;
using nlohmann::json;

TEST_CASE("summary.csv: is one number a line, exactly", "[estimator][output]") {
    Result result;
    result.start_month = 2025 * 12 + 10;
    result.steps = 3;
    result.paths = {"a,\"b\""};
    result.rows = {synthetic_row("a,\"b\"", "lag_months", "month", 2, 8),
                   synthetic_row("", "premium", "1", -1, 2)};
    result.rows[0].quantiles[6] = infinity;
    result.rows[0].share_above = 0.02;
    CHECK(summary_csv(result) == R"(path,metric,unit,month,statistic,value
"a,""b""",lag_months,month,2026-01,mean,10
"a,""b""",lag_months,month,2026-01,mean_se,0.0625
"a,""b""",lag_months,month,2026-01,sd,2
"a,""b""",lag_months,month,2026-01,min,1
"a,""b""",lag_months,month,2026-01,max,64
"a,""b""",lag_months,month,2026-01,p01,2
"a,""b""",lag_months,month,2026-01,p05,4
"a,""b""",lag_months,month,2026-01,p25,6
"a,""b""",lag_months,month,2026-01,p50,8
"a,""b""",lag_months,month,2026-01,p75,10
"a,""b""",lag_months,month,2026-01,p95,16
"a,""b""",lag_months,month,2026-01,p99,inf
"a,""b""",lag_months,month,2026-01,p01_se,0.03125
"a,""b""",lag_months,month,2026-01,p05_se,0.03125
"a,""b""",lag_months,month,2026-01,p25_se,0.03125
"a,""b""",lag_months,month,2026-01,p50_se,0.03125
"a,""b""",lag_months,month,2026-01,p75_se,0.03125
"a,""b""",lag_months,month,2026-01,p95_se,0.03125
"a,""b""",lag_months,month,2026-01,p99_se,0.03125
"a,""b""",lag_months,month,2026-01,share_below,0
"a,""b""",lag_months,month,2026-01,share_above,0.02
,premium,1,,mean,2.5
,premium,1,,mean_se,0.015625
,premium,1,,sd,0.5
,premium,1,,min,0.25
,premium,1,,max,16
,premium,1,,p01,0.5
,premium,1,,p05,1
,premium,1,,p25,1.5
,premium,1,,p50,2
,premium,1,,p75,2.5
,premium,1,,p95,4
,premium,1,,p99,8
,premium,1,,p01_se,0.0078125
,premium,1,,p05_se,0.0078125
,premium,1,,p25_se,0.0078125
,premium,1,,p50_se,0.0078125
,premium,1,,p75_se,0.0078125
,premium,1,,p95_se,0.0078125
,premium,1,,p99_se,0.0078125
)");
}

TEST_CASE("summary.csv: moments of nothing are nan", "[estimator][output]") {
    Result result;
    result.steps = 1;
    result.paths = {"a"};
    result.rows = {synthetic_row("a", "parity_month", "month", -1, 8)};
    result.rows[0].share_above = 1;
    auto const text = summary_csv(result);
    CHECK(text.find("a,parity_month,month,,mean,nan\n") != std::string::npos);
    CHECK(text.find("a,parity_month,month,,max,nan\n") != std::string::npos);
    CHECK(text.find("a,parity_month,month,,share_above,1\n") != std::string::npos);
}

TEST_CASE("summary.csv: of the synthetic result has every number of it",
          "[estimator][output]") {
    auto const text = summary_csv(synthetic_result());
    // 24 series rows + 4 lags + 5 scalars + 3 outputs, of which 4 + 2 with shares
    CHECK(std::count(text.begin(), text.end(), '\n') == 1 + 36 * 19 + 6 * 2);
}

TEST_CASE("run --json: parses, keeps every number, and has null for infinity",
          "[estimator][output]") {
    auto const result = synthetic_result();
    auto const document = json::parse(run_json(result));
    CHECK(document["format"] == "leadtime-run");
    CHECK(document["format_version"] == 1);
    CHECK(document["seed"] == 18446744073709551615U);
    CHECK(document["samples"] == 1000);
    CHECK(document["scenario"]["name"] == "synthetic \"two paths\"");
    CHECK(document["start"] == "2025-01");
    CHECK(document["end"] == "2026-12");
    CHECK(document["reference"] == "us_frontier");
    CHECK(document["paths"] == json{"cn_restricted", "us_frontier"});
    CHECK(document["notes"].size() == 1);
    auto const& lag = document["metrics"]["cn_restricted"]["lag_months"];
    CHECK(lag["unit"] == "month");
    CHECK(lag["months"] == json{"2025-06", "2025-12", "2026-06", "2026-12"});
    CHECK(lag["p01"][0].is_null());
    CHECK(lag["p05"] == json{5.0, 5.5, 6.0, 6.5});
    CHECK(lag["p95"][0].is_null());
    CHECK(lag["share_below"][0] == 0.02);
    CHECK(lag["share_above"][3] == 0.81);
    auto const& flop = document["metrics"]["us_frontier"]["run_flop"];
    CHECK(flop["p50"][3] == 8 * 4 * 1e25);
    CHECK(flop["p50_se"][3] == 8 * 4 * 1e25 / 256);
    auto const& month = document["scalars"]["cn_restricted"]["milestone_month@1e26"];
    CHECK(month["p50"] == 16);
    CHECK(month["p99"].is_null());
    CHECK(document["outputs"]["premium"]["p50"] == 1.5);
    CHECK(document["outputs"]["chips_total"]["months"] == json{"2025-06", "2026-12"});
}

TEST_CASE("run --json: a scenario without paths has no reference",
          "[estimator][output]") {
    Result result;
    result.steps = 1;
    result.rows = {synthetic_row("", "premium", "1", -1, 2)};
    auto const document = json::parse(run_json(result));
    CHECK(document["reference"].is_null());
    CHECK(document["paths"].empty());
    CHECK(document["metrics"].is_object());
}

TEST_CASE("manifest.json: says who made the result, from what, and how",
          "[estimator][output]") {
    ManifestExtras extras;
    extras.overrides = {"a.b=\"1 to 2\""};
    extras.written_at = "2026-11-22T10:20:46Z";
    extras.files = {"summary.csv"};
    auto const document = json::parse(manifest_json(synthetic_result(), extras));
    CHECK(document["leadtime"]["version"] == build_info().version);
    CHECK(document["leadtime"]["git_hash"] == build_info().git_hash);
    CHECK(document["scenario"]["hash"] == "0123456789abcdef");
    CHECK(document["scenario"]["file"] == "two, paths.toml");
    CHECK(document["scenario"]["overrides"] == json{"a.b=\"1 to 2\""});
    CHECK(document["scenario"]["profiles_dir"].is_null());
    CHECK(document["seed"] == 18446744073709551615U);
    CHECK(document["backend"] == "OpenMP, 2 threads, 8 lanes");
    CHECK(document["determinism"] == "everywhere");
    CHECK(document["quantiles"] == "bins");
    CHECK(document["wall_time_s"] == 0.5);
    CHECK(document["quantile_levels"].size() == 7);
    CHECK(document["written_at"] == "2026-11-22T10:20:46Z");
}

}  // namespace
