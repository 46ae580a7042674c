// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/netcdf_writer.hpp"

#include "tests/estimator/output/support.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <netcdf.h>
#include <netcdf_mem.h>
#include <string>
#include <vector>

namespace {

using namespace leadtime::estimator;
using leadtime::tests::infinity;
using leadtime::tests::synthetic_result;
using leadtime::tests::synthetic_row;

/// A result.nc, read back.
class ReadBack {
  public:
    explicit ReadBack(std::string bytes)
        : bytes_(std::move(bytes)) {
        REQUIRE(nc_open_mem("test.nc", NC_NOWRITE, bytes_.size(), bytes_.data(), &id_)
                == NC_NOERR);
    }
    ~ReadBack() { nc_close(id_); }
    ReadBack(ReadBack const&) = delete;
    ReadBack& operator=(ReadBack const&) = delete;

    std::size_t size(char const* dimension) const {
        int dimension_id = 0;
        std::size_t length = 0;
        if (nc_inq_dimid(id_, dimension, &dimension_id) != NC_NOERR) {
            return 0;
        }
        nc_inq_dimlen(id_, dimension_id, &length);
        return length;
    }
    double at(char const* name, std::vector<std::size_t> const& index) const {
        double value = 0;
        CAPTURE(name);
        REQUIRE(nc_get_var1_double(id_, variable(name), index.data(), &value)
                == NC_NOERR);
        return value;
    }
    std::string text_at(char const* name, std::size_t index) const {
        char* value = nullptr;
        REQUIRE(nc_get_var1_string(id_, variable(name), &index, &value) == NC_NOERR);
        std::string copy = value;
        nc_free_string(1, &value);
        return copy;
    }
    std::string attribute(char const* name, char const* of = nullptr) const {
        auto const variable_id = of == nullptr ? NC_GLOBAL : variable(of);
        std::size_t length = 0;
        REQUIRE(nc_inq_attlen(id_, variable_id, name, &length) == NC_NOERR);
        std::string value(length, ' ');
        nc_get_att_text(id_, variable_id, name, value.data());
        return value;
    }
    unsigned long long number(char const* name) const {
        unsigned long long value = 0;
        REQUIRE(nc_get_att_ulonglong(id_, NC_GLOBAL, name, &value) == NC_NOERR);
        return value;
    }
    bool has(char const* name) const {
        int variable_id = 0;
        return nc_inq_varid(id_, name, &variable_id) == NC_NOERR;
    }

  private:
    int variable(char const* name) const {
        int variable_id = -1;
        REQUIRE(nc_inq_varid(id_, name, &variable_id) == NC_NOERR);
        return variable_id;
    }
    std::string bytes_;
    int id_ = 0;
};

TEST_CASE("result.nc: reads back with its dimensions, values and attributes",
          "[estimator][output]") {
    ReadBack const file(netcdf_bytes(synthetic_result()));
    CHECK(file.size("path") == 2);
    CHECK(file.size("metric") == 4);
    CHECK(file.size("month") == 4);
    CHECK(file.size("quantile") == 7);
    CHECK(file.size("scalar") == 3);
    CHECK(file.size("output") == 1);
    CHECK(file.size("output_scalar") == 1);
    CHECK(file.text_at("path", 0) == "cn_restricted");
    CHECK(file.text_at("metric", 0) == "run_flop");
    CHECK(file.text_at("unit", 0) == "FLOP");
    CHECK(file.text_at("metric", 3) == "lag_months");
    CHECK(file.at("quantile", {5}) == 0.95);
    CHECK(file.at("month", {0}) == 20240);  // 2025-06-01
    CHECK(file.at("month", {1}) == 20423);  // 2025-12-01
    CHECK(file.attribute("units", "month") == "days since 1970-01-01");

    CHECK(file.at("value", {1, 0, 3, 3}) == 8 * 4 * 1e25);
    CHECK(file.at("value_se", {1, 0, 3, 3}) == 8 * 4 * 1e25 / 256);
    CHECK(file.at("mean", {0, 0, 0}) == 1.25e25);
    CHECK(file.at("value", {0, 3, 0, 0}) == -infinity);
    CHECK(file.at("value", {0, 3, 0, 6}) == infinity);
    CHECK(file.at("share_above", {0, 3, 3}) == 0.81);
    CHECK(std::isnan(file.at("value", {1, 3, 0, 3})));  // the reference has no lag
    CHECK(std::isnan(file.at("mean", {1, 3, 0})));

    CHECK(file.text_at("scalar", 0) == "milestone_month@1e26");
    CHECK(file.at("scalar_value", {0, 0, 3}) == 16);
    CHECK(file.at("scalar_value", {0, 0, 6}) == infinity);
    CHECK(std::isnan(file.at("scalar_value", {1, 2, 3})));
    CHECK(file.at("output_value", {0, 3, 3}) == 8e6);
    CHECK(std::isnan(file.at("output_value", {0, 1, 3})));
    CHECK(file.at("output_scalar_mean", {0}) == 1.875);
    CHECK(file.text_at("output_scalar_unit", 0) == "1");

    CHECK(file.attribute("Conventions") == "CF-1.10");
    CHECK(file.attribute("scenario_hash") == "0123456789abcdef");
    CHECK(file.attribute("reference_path") == "us_frontier");
    CHECK(file.attribute("coordinates", "value") == "unit");
    CHECK(file.number("seed") == 18446744073709551615U);
    CHECK(file.number("samples") == 1000);
}

TEST_CASE("result.nc: a scenario without paths has outputs only",
          "[estimator][output]") {
    Result result;
    result.steps = 1;
    result.rows = {synthetic_row("", "premium", "1", -1, 2)};
    ReadBack const file(netcdf_bytes(result));
    CHECK(file.size("path") == 0);
    CHECK_FALSE(file.has("value"));
    CHECK(file.at("output_scalar_value", {0, 3}) == 2);
}

TEST_CASE("result.nc: the same result gives the same bytes", "[estimator][output]") {
    auto const result = synthetic_result();
    CHECK(netcdf_bytes(result) == netcdf_bytes(result));
}

}  // namespace
