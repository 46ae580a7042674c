// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/sweep.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/compile/restrict.hpp"
#include "estimator/engine/bad_number.hpp"
#include "estimator/engine/errors.hpp"
#include "estimator/engine/exact_row.hpp"
#include "estimator/engine/launch.hpp"

#include <fmt/format.h>
#include <span>
#include <utility>

namespace leadtime::estimator {
namespace {

std::vector<std::string> overrides_of(SweepDesign const& design, std::size_t cell) {
    std::vector<std::string> overrides;
    for (std::size_t key = 0; key < design.keys().size(); ++key) {
        overrides.push_back(design.keys()[key].key + '=' + design.value(cell, key));
    }
    return overrides;
}

std::vector<std::string> wanted_outputs(Scenario const& scenario,
                                        SweepOptions const& options) {
    if (!options.outputs.empty()) {
        return options.outputs;
    }
    if (scenario.paths.size() < 2) {
        throw RunError("the scenario has no lag: name an --output");
    }
    return {"lag@" + month_name(scenario, scenario.steps - 1)};
}

SweepDesign design_of(SweepOptions const& options, std::uint64_t seed) {
    return options.latin_hypercube > 0 ? SweepDesign::latin_hypercube(
               options.vary, options.latin_hypercube, seed)
                                       : SweepDesign::grid(options.vary);
}

}  // namespace

Sweep::Sweep(ScenarioReader read, SweepOptions const& options, RunOptions run)
    : read_(std::move(read))
    , run_(std::move(run))
    , design_(design_of(options, run_.seed)) {
    // Both ends, so that a key that cannot be set is found before anything is run.
    Scenario const first = read_(overrides_of(design_, 0));
    read_(overrides_of(design_, design_.cells() - 1));
    wanted_ = wanted_outputs(first, options);
    scenario_ = with_outputs(first, wanted_);
    outputs_ = select_outputs(scenario_, compile(scenario_), wanted_);
}

void Sweep::run(std::size_t first,
                std::function<void(SweptCell const&)> const& take) const {
    for (std::size_t cell = first; cell < design_.cells(); ++cell) {
        take(run_cell(cell));
        if (run_.progress) {
            run_.progress(cell + 1 - first, design_.cells() - first);
        }
    }
}

SweptCell Sweep::run_cell(std::size_t cell) const {
    Scenario const scenario = with_outputs(read_(overrides_of(design_, cell)), wanted_);
    Plan const all = compile(scenario);
    SweptCell swept{cell, select_outputs(scenario, all, wanted_), {}};
    auto const rows = rows_of(swept.outputs);
    Plan const plan = restrict_plan(all, rows);
    std::vector<float> values(run_.samples * rows.size());
    HostRunner runner(plan, run_.seed);
    RunOptions quiet;
    quiet.stop = run_.stop;
    runner.gather({0, run_.samples}, rows, values, quiet);
    check_values(
        scenario, plan, run_.seed, rows, values, fmt::format("cell {}: ", cell));
    for (std::size_t i = 0; i < swept.outputs.size(); ++i) {
        auto const own =
            std::span<float const>(values).subspan(i * run_.samples, run_.samples);
        swept.rows.push_back(exact_row(swept.outputs[i].info, own, scenario_.levels));
    }
    return swept;
}

}  // namespace leadtime::estimator
