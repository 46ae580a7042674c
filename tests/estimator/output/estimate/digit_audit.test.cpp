// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/digit_audit.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace leadtime::estimator;
using Catch::Approx;

TEST_CASE("digits: what the last one is worth", "[estimator][output]") {
    CHECK(*last_digit("51.3") == Approx(0.1));
    CHECK(*last_digit("-0.034") == Approx(0.001));
    CHECK(*last_digit("2.4e26") == Approx(1e25));
    CHECK(*last_digit("2.41e-3") == Approx(1e-5));
    CHECK(*last_digit("780 M") == Approx(1e6));
    CHECK(*last_digit("5.3 B") == Approx(1e8));
    CHECK(*last_digit("123,000") == Approx(1000.0));
    CHECK(*last_digit("1,230") == Approx(10.0));
    CHECK(*last_digit("2026-03") == Approx(1.0));
    for (auto const* word : {"later", "< -24", "> 107", "", "inf", "nan", "no run"}) {
        CHECK_FALSE(last_digit(word).has_value());
    }
}

TEST_CASE("digits: one that the samples do not support is told",
          "[estimator][output]") {
    Result result;
    result.samples = 1000;
    result.start_month = 2024 * 12;
    Row row;
    row.path = "cn";
    row.metric = "lag_months";
    row.step = 11;
    row.samples = 1000;
    row.quantiles[3] = 51.34;
    row.quantile_standard_errors[3] = 0.1;
    DigitAudit audit;
    audit.see(row, 3, "51.3");
    CHECK(audit.printed() == 1);
    CHECK(audit.unsupported() == 0);
    CHECK(audit.warning(result).empty());

    row.quantile_standard_errors[3] = 0.2;
    audit.see(row, 3, "51.3");
    audit.see(row, 3, "> 107");
    CHECK(audit.printed() == 2);
    CHECK(audit.unsupported() == 1);
    CHECK(audit.warning(result)
          == "the last digit of 1 of the 2 numbers in the tables is not supported by "
             "1,000 samples; the least of all that of cn.lag_months p50 (51.3) in "
             "2024-12, with a standard error of 0.2: some 4.0 k samples would do");
}
