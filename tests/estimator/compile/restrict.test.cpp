// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/restrict.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/engine/output_selection.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "estimator/study/sensitivity/conditioned_plan.hpp"
#include "estimator/study/sensitivity/factors.hpp"

#include "tests/support/random_scenario.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/source_tree.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace leadtime;
using estimator::HostRunner;
using estimator::Plan;
using estimator::Scenario;

namespace {

hwprofiles::ProfileLibrary const& profiles() {
    static auto const library = hwprofiles::ProfileLibrary::load();
    return library;
}

std::vector<float> run(Plan const& plan,
                       std::vector<int> const& outputs,
                       std::uint64_t seed,
                       estimator::TileKernels const& kernels) {
    constexpr std::uint64_t samples = 64;
    std::vector<float> values(samples * outputs.size());
    HostRunner(plan, seed, kernels).gather({0, samples}, outputs, values);
    return values;
}

/// Callers give each call a seed of its own: what an earlier run left in memory that
/// this one does not write would else be right by chance.
bool has_same_bits(Plan const& plan,
                   std::vector<int> const& outputs,
                   std::uint64_t seed,
                   estimator::TileKernels const& kernels = estimator::best_kernels()) {
    Plan const restricted = estimator::restrict_plan(plan, outputs);
    return tests::same_bits(run(restricted, outputs, seed, kernels),
                            run(plan, outputs, seed, kernels));
}

/// One output of each metric, in months as they come.
std::vector<int> one_of_each_metric(Plan const& plan, std::mt19937& random) {
    std::set<std::pair<std::string, std::string>> seen;
    std::vector<int> outputs;
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
        auto const& info = plan.outputs[i];
        if (!seen.insert({info.path, info.metric}).second) {
            continue;
        }
        std::size_t const columns = plan.column_rows.size();
        int const step = i < columns
                             ? static_cast<int>(random()) % plan.reported_steps()
                             : 0;  // has one value
        outputs.push_back(static_cast<int>(i)
                          + std::abs(step) * static_cast<int>(columns));
    }
    return outputs;
}

/// Every metric, or every so many.
void check_each_metric(std::string const& file, std::size_t every = 1) {
    Plan const plan = estimator::compile(estimator::read_scenario(file, profiles()));
    std::mt19937 random(1);
    std::uint64_t seed = 0;
    auto const outputs = one_of_each_metric(plan, random);
    for (std::size_t i = 0; i < outputs.size(); i += every) {
        int const output = outputs[i];
        auto const& info = plan.outputs[static_cast<std::size_t>(output)];
        CAPTURE(file, info.path, info.metric, info.step);
        CHECK(has_same_bits(plan, {output}, ++seed));
    }
}

/// A plan restricted to what a text names.
Plan restricted_to(Scenario const& scenario, std::string const& text) {
    Plan const plan = estimator::compile(scenario);
    std::vector<int> rows;
    for (auto const& output : estimator::select_outputs(scenario, plan, text)) {
        rows.push_back(output.row);
    }
    return estimator::restrict_plan(plan, rows);
}

std::string const head = R"toml([scenario]
start = "2026-01"
end = "2026-12"
reference = "lead"
[accelerator.h100_sxm]
mfu = 0.4
goodput = 0.9
price = "20k"
rental_price = 2
[quantity.flop]
unit = "FLOP"
formula = "path.other.run_flop"
[quantity.reacts]
unit = "USD/month"
formula = "if(previous(path.other.run_flop) > some, rich, rich / 2)"
[quantity.rich]
unit = "USD/month"
value = "1M to 3M"
[quantity.some]
unit = "FLOP"
value = 1e22
[quantity.first]
unit = "month"
formula = "crossing(flop, some)"
)toml";

std::string path(std::string const& name,
                 std::string const& budget,
                 std::string const& keys = {},
                 std::string const& channel_keys = {}) {
    return "[path." + name + "]\nbudget = " + budget + "\n" + keys
           + "run_months = 3\nprecision = \"bf16\"\npue = 1.2\nelectricity_price = "
             "0.06\nlife = 5\n[path."
           + name
           + ".channel.buy]\nkind = \"purchase\"\naccelerator = \"h100_sxm\"\nsupply = "
             "1000\n"
           + channel_keys;
}

Scenario three_paths(std::string const& more,
                     std::string const& lead,
                     std::string const& own,
                     std::string const& other) {
    return estimator::read_scenario_text(
        head + more + lead + own + other, "restrict.toml", profiles());
}

/// Steps that a path of the scenario takes, by name.
int steps_of(Scenario const& scenario, Plan const& plan, std::string const& name) {
    for (std::size_t p = 0; p < plan.paths.size(); ++p) {
        if (scenario.paths[p].name == name) {
            return plan.paths[p].end_step;
        }
    }
    throw std::out_of_range("no path " + name);
}

}  // namespace

TEST_CASE("restrict: every output keeps its bits", "[estimator][restrict]") {
    auto const source = [](std::string const& file) {
        return tests::source_path("scenarios/" + file);
    };
    check_each_metric("baseline");
    check_each_metric(source("minimal.toml"));
    check_each_metric(source("reproduce/catchup30.toml"));
    for (auto const* const name : {"escalation", "diffusion_caps", "federated"}) {
        check_each_metric(source(std::string("library/") + name + ".toml"), 5);
    }
}

TEST_CASE("restrict: outputs of random scenarios keep their bits, held and drawn anew",
          "[estimator][restrict]") {
    std::mt19937 random(2);
    std::uint64_t seed = 0;
    for (std::uint64_t scenario_seed = 1; scenario_seed <= 40; ++scenario_seed) {
        Scenario const scenario = estimator::read_scenario_text(
            tests::random_scenario_toml(scenario_seed), "random.toml", profiles());
        estimator::Model const model(scenario);
        Plan const& plan = model.plan();
        auto const factors = estimator::factors_of(model);
        auto const candidates = one_of_each_metric(plan, random);
        for (int trial = 0; trial < 8; ++trial) {
            std::vector<int> outputs;
            for (int i = 0; i < 1 + trial % 3; ++i) {
                outputs.push_back(candidates[random() % candidates.size()]);
            }
            CAPTURE(scenario_seed, trial, outputs);
            auto const& one_lane = estimator::single_lane_kernels();
            CHECK(has_same_bits(plan, outputs, ++seed));
            CHECK(has_same_bits(plan, outputs, ++seed, one_lane));
            if (factors.empty()) {
                continue;
            }
            auto const& factor = factors[random() % factors.size()];
            CHECK(has_same_bits(
                estimator::hold_quantity(plan, factors, factor.quantity, 1.5),
                outputs,
                ++seed));
            int const score = factor.terms.front().score;
            CHECK(has_same_bits(
                estimator::redraw(plan, std::vector<int>{score}), outputs, ++seed));
        }
    }
}

TEST_CASE("restrict: no path, month, formula or draw without need",
          "[estimator][restrict]") {
    Scenario const scenario = estimator::read_scenario("baseline", profiles());
    Plan const all = estimator::compile(scenario);
    auto const steps = [&](Plan const& plan, std::string const& name) {
        return steps_of(scenario, plan, name);
    };
    Plan const run = restricted_to(scenario, "cn_restricted.run_flop@2026-12");
    CHECK(run.end_step == 36);
    CHECK(steps(run, "cn_restricted") == 36);
    CHECK(steps(run, "us_frontier") == 0);
    CHECK(steps(run, "cn_unrestricted") == 0);
    CHECK(run.value_draws.size() < all.value_draws.size());
    CHECK(run.step.size() < all.step.size());

    // A lag may look ahead in the reference, to its end.
    Plan const lag = restricted_to(scenario, "cn_restricted.lag@2026-12");
    CHECK(steps(lag, "cn_restricted") == 36);
    CHECK(steps(lag, "us_frontier") == scenario.steps);
    CHECK(steps(lag, "cn_unrestricted") == 0);
    CHECK(lag.settled_step == 36);
    // Runs of one month do not build on those before.
    auto const runs = [&](std::string const& name) {
        auto const path =
            std::find_if(scenario.paths.begin(),
                         scenario.paths.end(),
                         [&](auto const& candidate) { return candidate.name == name; });
        auto const first =
            lag.run_steps.begin() + (path - scenario.paths.begin()) * scenario.steps;
        return std::count(first, first + scenario.steps, 1);
    };
    CHECK(runs("cn_restricted") == 1);
    CHECK(runs("us_frontier") == scenario.steps);
    CHECK(runs("cn_unrestricted") == 0);

    Plan const date = restricted_to(scenario, "cn_restricted.parity_month");
    CHECK(steps(date, "cn_restricted") == scenario.steps);
    CHECK(steps(date, "us_frontier") == scenario.steps);
}

TEST_CASE("restrict: a formula needs the runs of the months that it reads",
          "[estimator][restrict]") {
    auto const formula = [](std::string const& name, std::string const& text) {
        return "[quantity." + name + "]\nunit = \"FLOP\"\nformula = \"" + text + "\"\n";
    };
    Scenario const scenario = estimator::with_outputs(
        three_paths(formula("twice", "2 * flop")
                        + formula("change", "flop - previous(flop)")
                        + formula("total", "cumsum(flop)")
                        + formula("march", "at(flop + path.own.run_flop, '2026-03')"),
                    path("lead", "\"10M to 30M\""),
                    path("own", "\"1M to 3M\""),
                    path("other", "\"1M to 3M\"")),
        std::vector<std::string>{"flop", "twice", "change", "total", "march"});
    using Months = std::vector<int>;
    auto const months = [&](std::string const& output) {
        Plan const plan = restricted_to(scenario, output);
        Months found;
        for (std::size_t p = 0; p < scenario.paths.size(); ++p) {
            for (int step = 0; step < scenario.steps; ++step) {
                auto const place = p * static_cast<std::size_t>(scenario.steps)
                                   + static_cast<std::size_t>(step);
                if (scenario.paths[p].name == "other" && plan.run_steps[place] != 0) {
                    found.push_back(step + 1);
                }
            }
        }
        return found;
    };
    CHECK(months("own.run_flop@2026-06").empty());
    CHECK(months("flop@2026-06") == Months{6});
    CHECK(months("twice@2026-06") == Months{6});
    CHECK(months("change@2026-06") == Months{5, 6});
    CHECK(months("change@2026-01") == Months{1});
    CHECK(months("total@2026-04") == Months{1, 2, 3, 4});
    CHECK(months("march") == Months{3});
    for (std::uint64_t seed = 1; auto const* output : {"flop@2026-06",
                                                       "twice@2026-06",
                                                       "change@2026-06",
                                                       "total@2026-04",
                                                       "march"}) {
        CAPTURE(output);
        Plan const plan = estimator::compile(scenario);
        auto const rows =
            estimator::rows_of(estimator::select_outputs(scenario, plan, output));
        CHECK(has_same_bits(plan, rows, seed++));
    }
}

TEST_CASE("restrict: what couples paths keeps them", "[estimator][restrict]") {
    auto const steps = [](Scenario const& scenario, std::string const& output) {
        Plan const plan = restricted_to(scenario, output);
        return std::vector<int>{steps_of(scenario, plan, "lead"),
                                steps_of(scenario, plan, "own"),
                                steps_of(scenario, plan, "other")};
    };
    using Steps = std::vector<int>;
    std::string const lead = path("lead", "\"10M to 30M\"");
    std::string const own = path("own", "\"1M to 3M\"");
    std::string const other = path("other", "\"1M to 3M\"");
    std::string const june = "own.run_flop@2026-06";

    Scenario const apart = three_paths("", lead, own, other);
    CHECK(steps(apart, june) == Steps{0, 6, 0});
    CHECK(steps(apart, "own.ratio@2026-06") == Steps{6, 6, 0});
    CHECK(steps(apart, "own.lag@2026-06") == Steps{12, 6, 0});
    Scenario const formulas =
        estimator::with_outputs(apart, std::vector<std::string>{"flop", "first"});
    CHECK(steps(formulas, "flop@2026-06") == Steps{0, 0, 6});
    CHECK(steps(formulas, "first") == Steps{0, 0, 12});

    std::string const cap = "[cap.shared]\nbasis = \"chips\"\ntotal = 900\n";
    std::string const capped = "cap = \"shared\"\n";
    Scenario const shared = three_paths(cap,
                                        lead,
                                        path("own", "\"1M to 3M\"", "", capped),
                                        path("other", "\"1M to 3M\"", "", capped));
    CHECK(steps(shared, june) == Steps{0, 6, 6});

    Scenario const reacting = three_paths("", lead, path("own", "\"reacts\""), other);
    CHECK(steps(reacting, june) == Steps{0, 6, 5});  // to the month before

    std::string const compared = "compare_to = [\"other\"]\n";
    Scenario const comparing =
        three_paths("", lead, path("own", "\"1M to 3M\"", compared), other);
    CHECK(steps(comparing, june) == Steps{0, 6, 0});
    CHECK(steps(comparing, "own.ratio.other@2026-06") == Steps{0, 6, 6});
    CHECK(steps(comparing, "own.lag_months.other@2026-06") == Steps{0, 6, 12});
    CHECK(steps(comparing, "own.parity_cost_usd.other") == Steps{0, 12, 12});

    std::string const learning =
        "progress = { doubling_time = 9, leader = \"other\", spillover = 0.5 }\n";
    Scenario const following = three_paths(
        "",
        path("lead", "\"10M to 30M\"", "progress = { doubling_time = 9 }\n"),
        path("own", "\"1M to 3M\"", learning),
        path("other", "\"1M to 3M\"", "progress = { doubling_time = 9 }\n"));
    CHECK(steps(following, june) == Steps{0, 6, 0});
    CHECK(steps(following, "own.effective_flop@2026-06") == Steps{0, 6, 6});
    CHECK(steps(following, "own.effective_lag_months@2026-06") == Steps{12, 6, 6});
}
