// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/sweep.hpp"

#include "estimator/engine/errors.hpp"
#include "estimator/engine/exact_row.hpp"
#include "estimator/engine/kept_samples.hpp"

#include <algorithm>
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

std::vector<std::string> default_outputs(Scenario const& scenario) {
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

/// The first cell, and for each key the first one that has its lowest value and the
/// first that has its highest; at most 32.
std::vector<std::size_t> extreme_cells(SweepDesign const& design) {
    constexpr std::size_t most = 32;
    std::vector<std::size_t> cells{0};
    for (std::size_t key = 0; key < design.keys().size(); ++key) {
        for (std::size_t const index :
             {std::size_t{0}, design.keys()[key].values.size() - 1}) {
            std::size_t cell = 0;
            while (cell < design.cells() && design.index(cell, key) != index) {
                ++cell;
            }
            if (cell < design.cells() && cells.size() < most
                && std::ranges::find(cells, cell) == cells.end()) {
                cells.push_back(cell);
            }
        }
    }
    return cells;
}

}  // namespace

Sweep::Sweep(ScenarioReader read, SweepOptions const& options, RunOptions run)
    : read_(std::move(read))
    , run_(std::move(run))
    , design_(design_of(options, run_.seed))
    , wanted_(options.outputs)
    , model_(model_of(0)) {
    // Both ends, so that a key that cannot be set is found before anything is run.
    read_(overrides_of(design_, design_.cells() - 1));
    if (wanted_.empty()) {
        wanted_ = default_outputs(model_.scenario());
    }
    outputs_ = model_.find(wanted_);
}

void Sweep::run(Executor const& executor,
                std::size_t first,
                std::function<void(SweptCell const&)> const& take) const {
    auto const offered = offers(executor);
    for (std::size_t cell = first; cell < design_.cells(); ++cell) {
        take(run_cell(executor, cell, offered));
        run_.control.report(cell + 1 - first, design_.cells() - first);
    }
}

Scenario Sweep::scenario_of(std::size_t cell) const {
    return with_outputs(read_(overrides_of(design_, cell)), wanted_);
}

Model Sweep::model_of(std::size_t cell) const {
    return Model(scenario_of(cell));
}

std::vector<PolicyOffer> Sweep::offers(Executor const& executor) const {
    std::vector<PolicyOffer> all;
    for (std::size_t const cell : extreme_cells(design_)) {
        auto scenario = scenario_of(cell);
        if (std::ranges::none_of(scenario.paths, &Path::seeks_policy)) {
            continue;  // it need not be compiled
        }
        auto const found = find_policies(Model(std::move(scenario)), executor);
        all.insert(all.end(), found.begin(), found.end());
    }
    return all;
}

SweptCell Sweep::run_cell(Executor const& executor,
                          std::size_t cell,
                          std::vector<PolicyOffer> const& offers) const {
    Model const model = with_offered_policies(model_of(cell), executor, offers);
    SweptCell swept{cell, model.find(wanted_), {}};
    auto const values = keep_samples(executor,
                                     model,
                                     run_.seed,
                                     run_.samples,
                                     rows_of(swept.outputs),
                                     run_.control.quiet(),
                                     fmt::format("cell {}: ", cell));
    for (std::size_t i = 0; i < swept.outputs.size(); ++i) {
        auto const own =
            std::span<float const>(values).subspan(i * run_.samples, run_.samples);
        swept.rows.push_back(
            exact_row(swept.outputs[i].info, own, model.plan().levels));
    }
    return swept;
}

}  // namespace leadtime::estimator
