// SPDX-License-Identifier: Apache-2.0
#include "text/number_format.hpp"

#include "tests/estimator/output/support.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstdlib>

namespace {

using namespace leadtime::text;
using leadtime::tests::infinity;

TEST_CASE("number format: exact numbers read back as the same double",
          "[estimator][output]") {
    for (double const value :
         {0.1, 1.0 / 3, 2.1e26, -5e-324, 1.7976931348623157e308, 0.0}) {
        CAPTURE(value);
        CHECK(std::strtod(exact_number(value).c_str(), nullptr) == value);
    }
    CHECK(exact_number(infinity) == "inf");
    CHECK(exact_number(-infinity) == "-inf");
    CHECK(exact_number(-std::nan("")) == "nan");
}

TEST_CASE("number format: FLOP come in powers of ten with two digits",
          "[estimator][output]") {
    CHECK(power_text(0) == "0");
    CHECK(power_text(1.24e26) == "1.2e26");
    CHECK(power_text(9.96e25) == "1.0e26");
    CHECK(power_text(5) == "5.0");
    CHECK(power_text(3e-7) == "3.0e-7");
    CHECK(power_text(-2e5) == "-2.0e5");
}

TEST_CASE("number format: money and chips come with k, M, B and T",
          "[estimator][output]") {
    CHECK(scaled_text(0) == "0");
    CHECK(scaled_text(0.336) == "0.34");
    CHECK(scaled_text(0.999) == "1.0");
    CHECK(scaled_text(9.94) == "9.9");
    CHECK(scaled_text(9.96) == "10");
    CHECK(scaled_text(999.4) == "999");
    CHECK(scaled_text(999.6) == "1.0 k");
    CHECK(scaled_text(820e6) == "820 M");
    CHECK(scaled_text(1.23e9) == "1.2 B");
    CHECK(scaled_text(999.7e9) == "1.0 T");
    CHECK(scaled_text(2e16) == "2.0e16");
    CHECK(scaled_text(-12.3e3) == "-12 k");
    CHECK(scaled_text(0.001) == "1.0e-3");
}

TEST_CASE("number format: plain numbers have three digits", "[estimator][output]") {
    CHECK(plain_text(0) == "0");
    CHECK(plain_text(0.01234) == "0.0123");
    CHECK(plain_text(12.34) == "12.3");
    CHECK(plain_text(999.6) == "1,000");
    CHECK(plain_text(-123456) == "-123,000");
    CHECK(plain_text(1e6) == "1.00e6");
    CHECK(plain_text(1.5e-9) == "1.50e-9");
    CHECK(grouped_text(999) == "999");
    CHECK(grouped_text(4294967295) == "4,294,967,295");
}

TEST_CASE("number format: errors are rounded up and never hidden",
          "[estimator][output]") {
    CHECK(relative_error_text(100, 0.31) == "±0.4%");
    CHECK(relative_error_text(-100, 0.001) == "±0.1%");
    CHECK(relative_error_text(100, 12.1) == "±13%");
    CHECK(relative_error_text(1, 5) == "±>99%");
    CHECK(relative_error_text(100, 0) == "±0%");
    CHECK(relative_error_text(0, 1).empty());
    CHECK(relative_error_text(infinity, 1).empty());
    CHECK(absolute_error_text(0.03) == "±0.1");
    CHECK(absolute_error_text(0) == "±0");
    CHECK(absolute_error_text(infinity).empty());
}

TEST_CASE("number format: shares tell nearly none from none", "[estimator][output]") {
    CHECK(share_text(0).empty());
    CHECK(share_text(0.0004) == "<0.1%");
    CHECK(share_text(0.034) == "3.4%");
    CHECK(share_text(0.125) == "12%");
    CHECK(share_text(0.9999) == ">99%");
    CHECK(share_text(1) == "100%");
}

TEST_CASE("number format: months after the start become calendar months",
          "[estimator][output]") {
    CHECK(calendar_month(2025 * 12, 0) == "2025-01");
    CHECK(calendar_month(2025 * 12, 11.99) == "2025-12");
    CHECK(calendar_month(2025 * 12 + 6, -7) == "2024-12");
    CHECK(calendar_month(2025 * 12, -0.5) == "2024-12");
    CHECK(months_text(-0.04) == "0.0");
    CHECK(months_text(-12.34) == "-12.3");
}

}  // namespace
