// SPDX-License-Identifier: Apache-2.0
#include "estimator/backtest/backtest.hpp"

#include "estimator/cluster/priors.hpp"
#include "estimator/cluster/training_cost.hpp"
#include "text/csv_fields.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

using namespace leadtime::estimator;
using Catch::Approx;

namespace {

std::vector<ThroughputLine> const& lines() {
    static auto const all = backtest_throughput(4000, 1);
    return all;
}

using Filter = std::function<bool(ThroughputLine const&)>;

double mean_error(double (ThroughputLine::*error)() const, Filter const& is_in) {
    double sum = 0;
    int count = 0;
    for (auto const& line : lines()) {
        if (is_in(line)) {
            sum += std::fabs((line.*error)());
            ++count;
        }
    }
    REQUIRE(count > 0);
    return sum / count;
}

bool any(ThroughputLine const&) {
    return true;
}

}  // namespace

TEST_CASE(
    "backtest: mean error of 38 throughputs, 11 % given and 13.5 % automatic layout",
    "[estimator][cluster]") {
    REQUIRE(lines().size() == 38);
    CHECK(mean_error(&ThroughputLine::given_error, any) <= 0.11);
    CHECK(mean_error(&ThroughputLine::automatic_error, any) <= 0.135);
}

TEST_CASE("backtest: dense rows of the H100 and of Ascend are within 12 %",
          "[estimator][cluster]") {
    for (std::string const name : {"H100", "Ascend"}) {
        CAPTURE(name);
        CHECK(mean_error(&ThroughputLine::given_error,
                         [&](ThroughputLine const& line) {
                             return line.hardware_class == name && !line.is_moe;
                         })
              <= 0.12);
    }
}

TEST_CASE("backtest: reported MFU are those of docs/cluster.md",
          "[estimator][cluster]") {
    auto const reported = [](int row) {
        for (auto const& line : lines()) {
            if (line.row == row) {
                return line.reported_mfu;
            }
        }
        return 0.0;
    };
    CHECK(reported(1) == Approx(0.417).margin(5e-4));   // from seconds a batch
    CHECK(reported(14) == Approx(0.410).margin(5e-4));  // as reported
    CHECK(reported(29) == Approx(0.386).margin(5e-4));  // from tokens/s
    CHECK(reported(32) == Approx(0.851).margin(5e-4));  // FP8, of the BF16 peak
    CHECK(reported(49) == Approx(0.178).margin(5e-4));
}

TEST_CASE("backtest: the priors' 90 % interval holds 80 to 97 % of the rows",
          "[estimator][cluster]") {
    int given = 0;
    int automatic = 0;
    for (auto const& line : lines()) {
        given += line.given_interval.holds(line.reported_mfu) ? 1 : 0;
        automatic += line.automatic_interval.holds(line.reported_mfu) ? 1 : 0;
        CHECK(line.given_interval.low < line.given_interval.median);
        CHECK(line.given_interval.median < line.given_interval.high);
    }
    CHECK(automatic >= 31);  // 80 % of 38
    CHECK(automatic <= 36);  // 97 %
    CHECK(given >= 31);
    CHECK(given <= 36);
}

TEST_CASE("backtest: the discrepancy of dense jobs is what leaving each row out shows, "
          "less the spread of team quality",
          "[estimator][cluster]") {
    double const q_sd = std::log(1.08 / 0.82) / (2 * 1.6448536);  // frontier, NVIDIA
    auto const left_out = [&](double ThroughputLine::*predicted) {
        std::map<std::string, std::vector<double>> residuals;
        for (auto const& line : lines()) {
            if (!line.is_moe) {
                residuals[line.hardware_class].push_back(
                    std::log(line.reported_mfu / (line.*predicted)));
            }
        }
        double squares = 0;
        int count = 0;
        for (auto const& [name, of_class] : residuals) {
            double const sum = std::accumulate(of_class.begin(), of_class.end(), 0.0);
            auto const others = static_cast<double>(of_class.size() - 1);
            REQUIRE(others > 0);
            for (double const residual : of_class) {  // against q of the other rows
                squares += std::pow(residual - (sum - residual) / others, 2);
                ++count;
            }
        }
        return std::sqrt(squares / count - q_sd * q_sd);
    };
    CHECK(discrepancy_sd(false, ClusterLayoutSource::given)
          == Approx(left_out(&ThroughputLine::given_mfu)).margin(0.01));
    CHECK(discrepancy_sd(false, ClusterLayoutSource::chosen)
          == Approx(left_out(&ThroughputLine::automatic_mfu)).margin(0.01));
}

TEST_CASE("backtest: the same seed gives the same figures, another one others",
          "[estimator][cluster]") {
    auto const again = backtest_throughput(4000, 1);
    auto const other = backtest_throughput(4000, 2);
    for (std::size_t i = 0; i < again.size(); ++i) {
        CHECK(again[i].given_interval.low == lines()[i].given_interval.low);
        CHECK(other[i].given_interval.low != lines()[i].given_interval.low);
    }
}

TEST_CASE("backtest: published runs have FLOP, hours, days and costs",
          "[estimator][cluster]") {
    auto const runs = backtest_training(500, 1);
    int costs = 0;
    int flops = 0;
    for (auto const& line : runs) {
        CAPTURE(line.model, line.quantity);
        CHECK(line.actual > 0);
        CHECK(line.interval.low > 0);
        CHECK(std::isfinite(line.interval.high));
        costs += line.quantity == "cost_usd" ? 1 : 0;
        flops += line.quantity == "flop" ? 1 : 0;
    }
    CHECK(flops == 10);
    CHECK(costs == 4);
}

TEST_CASE("training cost: Epoch AI's eleven published runs within 5 %",
          "[estimator][cluster]") {
    auto const costs = backtest_costs();
    REQUIRE(costs.size() == 11);
    for (auto const& line : costs) {
        CAPTURE(line.model);
        CHECK(line.formula_usd == Approx(line.published_usd).epsilon(0.05));
    }
}

TEST_CASE("training cost: a chip's value falls tenfold in 1/0.14 years",
          "[estimator][cluster]") {
    CHECK(value_after_years(1000, 1 / 0.14) == Approx(100));
    // H100 of 2022-12-19 (release and 90 days) when Llama 3.1 began, 2024-02-24
    CHECK(value_after_years(44490, 432 / 365.25) == Approx(30359).epsilon(2e-3));
    // A100 40 GB of 2020-08-12 when LLaMA-65B began, 2022-12-05
    CHECK(value_after_years(24875, 845 / 365.25) == Approx(11789).epsilon(2e-3));
}

TEST_CASE("CSV: quotes, empty cells and line ends", "[estimator][cluster]") {
    auto const rows = text::parse_csv("a,b\r\n\"x, \"\"y\"\"\",\n\n1,2");
    REQUIRE(rows.size() == 3);
    CHECK(rows[1] == std::vector<std::string>{"x, \"y\"", ""});
    CHECK(rows[2] == std::vector<std::string>{"1", "2"});
    CHECK_THROWS_AS(text::parse_csv("a,b\n1\n"), std::runtime_error);
}
