// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"
#include "estimator/engine/host_runner.hpp"

#include "tests/estimator/reader/scenario_texts.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/reference.hpp"
#include "tests/support/scenario_builder.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace leadtime;
using Catch::Approx;
using estimator::with;

namespace {

/// A leader of constant FLOP whose algorithms double every six months, and a follower
/// of a tenth of its FLOP that makes no progress of its own.
std::string const pair_of_paths = R"toml([scenario]
start = "2024-01"
end = "2025-12"
reference = "us"

[accelerator.h100_sxm]
mfu = 0.4
goodput = 0.9
price = "30k"
rental_price = 2

[path.us]
budget = "1G"
run_months = 3
precision = "fp8"
pue = 1.2
electricity_price = 0.05
life = 5
channel.rent = { kind = "rental", accelerator = "h100_sxm", supply = 1000 }
progress.doubling_time = 6

[path.cn]
budget = "1G"
run_months = 3
precision = "fp8"
pue = 1.2
electricity_price = 0.05
life = 5
channel.rent = { kind = "rental", accelerator = "h100_sxm", supply = 100 }

[path.cn.progress]
doubling_time = 6
level = 0.1
talent = 0
)toml";

/// One sample of a scenario through the kernels and through the reference.
class Sampled {
  public:
    explicit Sampled(std::string const& text)
        : scenario_(estimator::read_text(text))
        , plan_(estimator::compile(scenario_))
        , values_(tests::all_outputs(plan_, 1, {0, 1}))
        , rows_(tests::reference_sample(scenario_, 1, 0)) {}

    /// Checks that both agree.
    double operator()(std::string const& path, std::string const& metric, int step) {
        double const expected = tests::reference_value(rows_, path, metric, step);
        for (std::size_t i = 0; i < plan_.outputs.size(); ++i) {
            auto const& output = plan_.outputs[i];
            if (output.path == path && output.metric == metric && output.step == step) {
                CAPTURE(path, metric, step);
                double const kernel = static_cast<double>(values_[i]);
                if (std::isinf(expected)) {
                    CHECK(kernel == expected);
                } else {
                    CHECK(kernel == Approx(expected).epsilon(1e-4).margin(1e-6));
                }
                return kernel;
            }
        }
        FAIL("no output " << path << " " << metric);
        return 0.0;
    }

    double efficiency(std::string const& path, int step) {
        return (*this)(path, "algorithmic_efficiency", step);
    }
    /// Effective FLOP in units of the leader's run.
    double effective(std::string const& path, int step) {
        return (*this)(path, "effective_flop", step) / (*this)("us", "run_flop", step);
    }

  private:
    estimator::Scenario scenario_;
    estimator::Plan plan_;
    std::vector<float> values_;
    std::vector<tests::ReferenceRow> rows_;
};

Catch::Approx near(double value) {
    return Approx(value).epsilon(1e-4);
}

}  // namespace

TEST_CASE("effective: a leader's algorithms double at their own time",
          "[kernels][effective]") {
    Sampled sample(pair_of_paths);
    CHECK(sample.efficiency("us", 0) == near(1.0));
    CHECK(sample.efficiency("us", 12) == near(4.0));
    CHECK(sample.effective("us", 18) == near(8.0));
    CHECK(sample.efficiency("cn", 18) == near(0.1));
    CHECK(sample.effective("cn", 18) == near(0.01));
    CHECK(sample("cn", "effective_ratio", 6) == near(0.005));
}

TEST_CASE("effective: talent scales the speed, inference multiplies the result",
          "[kernels][effective]") {
    Sampled sample(
        with(pair_of_paths, "talent = 0", "talent = 2\ninference_uplift = 3"));
    CHECK(sample.efficiency("cn", 12) == near(0.1 * 16));
    CHECK(sample.effective("cn", 12) == near(0.1 * 0.1 * 16 * 3));
}

TEST_CASE("effective: algorithms spill over after a lag, from before the start too",
          "[kernels][effective]") {
    std::string const text = pair_of_paths + "spillover = 0.5\nspillover_lag = 6\n";
    Sampled sample(text);
    CHECK(sample.efficiency("cn", 3) == near(0.5 * std::exp2(-0.5)));
    CHECK(sample.efficiency("cn", 12) == near(1.0));
    Sampled isolated(text + "isolation = \"if(month < 12, 0.2, 1)\"\n");
    CHECK(isolated.efficiency("cn", 6) == near(0.4));
    // What is known is not forgotten: the last month of exchange was step 11.
    CHECK(isolated.efficiency("cn", 20) == near(0.4 * std::exp2(5.0 / 6)));
}

TEST_CASE("effective: distillation multiplies up to the teacher's ceiling while it may",
          "[kernels][effective]") {
    std::string const text =
        pair_of_paths
        + "distillation = 3\ndistillation_access = \"if(month < 12, 1, 0)\"\n";
    CHECK(Sampled(text).effective("cn", 11) == near(0.03));
    CHECK(Sampled(text).effective("cn", 12) == near(0.01));
    Sampled half(with(text, "month < 12, 1, 0", "month < 12, 0.5, 0"));
    CHECK(half.effective("cn", 6) == near(0.02));
    // The teacher's best three months ago: 2^((6 - 3)/6).
    Sampled low(text + "distillation_ceiling = 0.02\ndistillation_lag = 3\n");
    CHECK(low.effective("cn", 6) == near(0.02 * std::exp2(0.5)));
    CHECK(low.effective("cn", 2) == near(0.01));  // before the teacher's record
    Sampled lower(text + "distillation_ceiling = 0.001\n");
    CHECK(lower.effective("cn", 6) == near(0.01));  // never below its own
}

TEST_CASE("effective: open weights are a floor that stays", "[kernels][effective]") {
    Sampled sample(pair_of_paths
                   + "open_weights = \"if(month < 12, 0.5, 0)\"\n"
                     "open_weights_lag = 6\n");
    CHECK(sample.effective("cn", 5) == near(0.01));
    CHECK(sample.effective("cn", 6) == near(0.5));
    CHECK(sample.effective("cn", 20) == near(0.5 * std::exp2(5.0 / 6)));
}

TEST_CASE("effective: a leak lifts to the leader's level once",
          "[kernels][effective]") {
    Sampled sample(pair_of_paths
                   + "leak = \"if(month >= 10, 0.3, 0)\"\nleak_gap = 4\n");
    CHECK(sample.effective("cn", 9) == near(0.01));
    CHECK(sample.effective("cn", 10) == near(2.0));
    CHECK(sample.effective("cn", 23) == near(2.0));
    CHECK(sample("cn", "effective_lag_months", 10) == near(4.0));
    CHECK(sample("cn", "effective_lag_months", 16) == near(10.0));
}

TEST_CASE("catch-up: any reference, any fraction, effective milestones",
          "[kernels][effective]") {
    std::string const third = R"toml(
[path.other]
budget = "1G"
run_months = 3
precision = "fp8"
pue = 1.2
electricity_price = 0.05
life = 5
compare_to = ["cn"]
channel.rent = { kind = "rental", accelerator = "h100_sxm", supply = { at = { 2024-01 = 10, 2025-01 = 1000 }, interpolate = "log" } }
progress = { doubling_time = 6, level = 2 }

[milestones]
run_flop = [4e23]
effective_flop = [4e23]
parity = [0.5]
)toml";
    Sampled sample(pair_of_paths + third);
    // run / the leader's = 0.01 * 100^(t / 12); / cn's: ten times that.
    double const slope = 12 / std::log(100.0);
    CHECK(sample("other", "parity_month@0.5", -1) == near(slope * std::log(50.0)));
    CHECK(sample("other", "parity_month.cn", -1) == near(slope * std::log(10.0)));
    CHECK(sample("other", "parity_month.cn@0.5", -1) == near(slope * std::log(5.0)));
    CHECK(sample("other", "parity.cn@0.5", 4) == 0.0);
    CHECK(sample("other", "parity.cn@0.5", 5) == 1.0);
    CHECK(sample("other", "ratio.cn", 12) == near(10.0));
    CHECK(sample("other", "effective_parity_month", -1)
          == near(slope * std::log(50.0)));
    CHECK(sample("cn", "parity_month@0.5", -1) == INFINITY);
    CHECK(sample("cn", "parity_cost_usd@0.5", -1) == INFINITY);
    double const cost = sample("other", "parity_cost_usd.cn", -1);
    CHECK(cost > sample("other", "cumulative_spend_usd", 5));
    CHECK(cost < sample("other", "cumulative_spend_usd", 6));
    sample("other", "lag_months.cn", 8);
    sample("other", "effective_lag_months.cn", 8);
    sample("other", "milestone_lag_months.cn@4e+23", -1);
    CHECK(sample("us", "effective_milestone_month@4e+23", -1) == 0.0);
    CHECK(sample("other", "effective_milestone_month@4e+23", -1)
          < sample("other", "milestone_month@4e+23", -1));
    sample("other", "effective_milestone_cost_usd@4e+23", -1);
    CHECK(sample("other", "effective_milestone_lag_months@4e+23", -1) > 0.0);
    CHECK(sample("cn", "effective_milestone_lag_months@4e+23", -1) == INFINITY);
}

TEST_CASE("effective: formulas read it, a month late where a path needs it",
          "[kernels][effective]") {
    std::string const text =
        with(pair_of_paths,
             "talent = 0",
             "talent = \"if(previous(path.us.effective_flop) > flop, 2, 0)\"")
        + "\n[quantity.flop]\nunit = \"FLOP\"\nvalue = 1e25\n"
          "[quantity.gap]\nformula = "
          "\"path.cn.effective_flop / path.us.effective_flop\"\n"
          "[output]\nquantities = [\"gap\"]\n";
    Sampled sample(text);
    CHECK(sample("", "gap", 3) == sample("cn", "effective_ratio", 3));
}

TEST_CASE("effective: more of what helps never hurts, in any month",
          "[kernels][effective]") {
    struct Change {
        std::string key;
        std::string less;
        std::string more;
    };
    std::vector<Change> const changes{{"talent", "0.3", "0.9"},
                                      {"level", "0.05", "0.6"},
                                      {"inference_uplift", "1", "1.7"},
                                      {"spillover", "0.3", "0.6"},
                                      {"spillover_lag", "7.5", "2.5"},
                                      {"isolation", "0.6", "0.1"},
                                      {"distillation", "1.1", "4"},
                                      {"distillation_access", "0.2", "0.8"},
                                      {"distillation_ceiling", "0.02", "0.2"},
                                      {"distillation_lag", "9.5", "1.5"},
                                      {"open_weights", "0.01", "0.5"},
                                      {"open_weights_lag", "8", "3"},
                                      {"leak_gap", "9", "4"}};
    std::vector<std::pair<std::string, std::string>> const all{
        {"level", "0.1"},
        {"talent", "0"},
        {"spillover", "0.5"},
        {"spillover_lag", "4"},
        {"isolation", "\"if(month < 9, 0, 0.4)\""},
        {"distillation", "2"},
        {"distillation_access", "\"if(month < 15, 1, 0.3)\""},
        {"distillation_ceiling", "0.06"},
        {"distillation_lag", "3"},
        {"open_weights", "0.02"},
        {"open_weights_lag", "5"},
        {"leak", "\"if(month >= 14, 1, 0)\""},
        {"leak_gap", "6"}};
    std::string const empty =
        pair_of_paths.substr(0, pair_of_paths.find("level = 0.1"));
    auto const text = [&](std::string const& key, std::string const& value) {
        std::string result = empty + key + " = " + value + "\n";
        for (auto const& [other, usual] : all) {
            bool const floor_shows =
                other == "open_weights" && key == "open_weights_lag";
            result += other == key
                          ? ""
                          : other + " = " + (floor_shows ? "0.5" : usual) + "\n";
        }
        return result;
    };
    for (Change const& change : changes) {
        CAPTURE(change.key);
        Sampled less(text(change.key, change.less));
        Sampled more(text(change.key, change.more));
        bool helps = false;
        for (int step = 0; step < 24; ++step) {
            double const low = less.effective("cn", step);
            double const high = more.effective("cn", step);
            CHECK(high >= low * (1 - 1e-6));
            helps = helps || high > low * 1.001;
        }
        CHECK(helps);
    }
}
