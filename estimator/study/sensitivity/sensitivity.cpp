// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/sensitivity/sensitivity.hpp"

#include "estimator/engine/errors.hpp"
#include "estimator/engine/kept_samples.hpp"
#include "estimator/study/buying_policy.hpp"
#include "estimator/study/sensitivity/decision.hpp"
#include "kernels/statistics/ordering.hpp"
#include "text/number_format.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <map>
#include <numeric>

namespace leadtime::estimator {
namespace {

double importance(GivenDataIndices const& indices) {
    double largest = 0.0;
    for (Estimate const& index : {indices.first_order, indices.rank, indices.delta}) {
        if (index.value > 3.0 * index.standard_error) {
            largest = std::max(largest, index.value);
        }
    }
    return largest;
}

/// The lag of every path in the last month; all quantities of [output] without paths.
std::vector<std::string> default_outputs(Model const& model) {
    Scenario const& scenario = model.scenario();
    if (scenario.paths.size() > 1) {
        return {"lag@" + month_name(scenario, scenario.steps - 1)};
    }
    std::vector<std::string> names;
    for (OutputInfo const& info : model.outputs()) {
        if (info.path.empty() && (info.step < 0 || info.step == scenario.steps - 1)) {
            names.push_back(info.step < 0
                                ? info.metric
                                : info.metric + "@" + month_name(scenario, info.step));
        }
    }
    if (names.empty()) {
        throw RunError("the scenario has no lag and no [output]: name an --output");
    }
    return names;
}

std::vector<SelectedOutput> decision_options(Model const& model,
                                             std::vector<std::string> const& texts) {
    std::vector<SelectedOutput> options;
    for (std::string const& text : texts) {
        auto const found = model.find({&text, 1});
        if (found.size() != 1) {
            throw RunError(fmt::format(
                "--decision \"{}\" names {} outputs ({}, {} ...): say which path",
                text,
                found.size(),
                found[0].name,
                found[1].name));
        }
        options.push_back(found.front());
        if (options.back().info.unit != options.front().info.unit) {
            throw RunError(fmt::format(
                "the options of a decision have one unit, but {} is in {} and {} in {}",
                options.front().name,
                options.front().info.unit,
                options.back().name,
                options.back().info.unit));
        }
    }
    return options;
}

/// Quantities by falling importance over all outputs, at most `count`. The noise of
/// hazards, one number a step, is no quantity that could be held.
std::vector<QuantityIndex> top_quantities(Scenario const& scenario,
                                          SensitivityResult const& result,
                                          std::size_t count) {
    std::map<QuantityIndex, double> largest;
    std::vector<QuantityIndex> order;
    for (std::size_t i = 0; i < result.inputs.size(); ++i) {
        if (scenario.quantities[result.inputs[i].quantity].is_noise) {
            continue;
        }
        auto const [entry, is_new] =
            largest.try_emplace(result.inputs[i].quantity, 0.0);
        if (is_new) {
            order.push_back(result.inputs[i].quantity);
        }
        for (auto const& output : result.outputs) {
            entry->second = std::max(entry->second, importance(output.given_data[i]));
        }
        if (result.decision && result.decision->perfect.value > 0.0) {
            Estimate const& value = result.decision->partial[i];
            if (value.value > 3.0 * value.standard_error) {
                entry->second = std::max(entry->second,
                                         value.value / result.decision->perfect.value);
            }
        }
    }
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
        return largest[a] > largest[b];
    });
    order.resize(std::min(order.size(), count));
    return order;
}

/// The groups that hold the top quantities.
std::vector<FactorGroup> top_groups(Scenario const& scenario,
                                    std::vector<Factor> const& factors,
                                    std::vector<QuantityIndex> const& top) {
    std::vector<FactorGroup> groups;
    auto const all = independent_groups(scenario, factors);
    for (QuantityIndex const quantity : top) {
        std::string const& name = scenario.quantities[quantity].name;
        for (FactorGroup const& group : all) {
            bool const has = std::find(group.members.begin(), group.members.end(), name)
                             != group.members.end();
            bool const known = std::any_of(
                groups.begin(), groups.end(), [&](FactorGroup const& other) {
                    return other.name == group.name;
                });
            if (has && !known) {
                groups.push_back(group);
            }
        }
    }
    return groups;
}

std::pair<std::string, std::string> held_values(Quantity const& quantity) {
    if (quantity.kind != QuantityKind::distribution) {
        return {"p5 of each month", "p95 of each month"};
    }
    auto const text = [&](double p) {
        return text::plain_text(quantity.value.quantile(p)) + " " + quantity.unit.text;
    };
    return {text(0.05), text(0.95)};
}

class SensitivityAnalysis {
  public:
    SensitivityAnalysis(Model model,
                        Executor const& executor,
                        SensitivityOptions const& options,
                        RunOptions const& run)
        : model_(std::move(model))
        , scenario_(model_.scenario())
        , executor_(executor)
        , options_(options)
        , run_(run) {}

    SensitivityResult result() {
        auto const begin = std::chrono::steady_clock::now();
        result_.scenario_name = scenario_.name;
        result_.scenario_file = scenario_.file;
        result_.scenario_hash = scenario_.text_hash;
        result_.seed = run_.seed;
        result_.options = options_;
        result_.ordering = kernels::ordering_backend();
        result_.inputs = factors_of(model_);
        if (result_.inputs.empty()) {
            throw RunError("nothing in the scenario is uncertain: no quantity that the "
                           "outputs depend on is drawn");
        }
        auto const texts = options_.outputs.empty() && options_.decision.empty()
                               ? default_outputs(model_)
                               : options_.outputs;
        auto const outputs = model_.find(texts);
        auto const decision = decision_options(model_, options_.decision);
        // Groups first: a misspelt one should not cost a run.
        for (std::string const& text : options_.groups) {
            result_.groups.push_back(read_group(scenario_, result_.inputs, text));
        }
        check_disjoint();
        given_data(decision, outputs);
        auto const top = top_quantities(scenario_, result_, options_.top);
        if (options_.tornado > 0 && !outputs.empty()) {
            add_tornado(outputs, top);
        }
        if (options_.pick_freeze > 0 && !outputs.empty()) {
            add_pick_freeze(outputs, top);
        }
        result_.wall_time_s =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
                .count();
        return std::move(result_);
    }

  private:
    void check_disjoint() const {
        for (std::size_t a = 0; a < result_.groups.size(); ++a) {
            for (std::size_t b = 0; b < a; ++b) {
                for (auto const& name : result_.groups[a].members) {
                    auto const& other = result_.groups[b].members;
                    if (std::find(other.begin(), other.end(), name) != other.end()) {
                        throw RunError(
                            fmt::format("\"{}\" is in group \"{}\" and in group \"{}\"",
                                        name,
                                        result_.groups[b].name,
                                        result_.groups[a].name));
                    }
                }
            }
        }
    }

    OutputTable run_table(std::vector<SelectedOutput> const& outputs) {
        auto const rows = rows_of(outputs);
        Model const needed = model_.only(rows);
        auto const runner = executor_.runner(needed, run_.seed);
        result_.backend = runner->description();
        auto values = keep_samples(
            *runner, needed, run_.seed, options_.samples, rows, run_.control);
        return {scenario_, outputs, values, rank_bins_for(options_.samples)};
    }

    void given_data(std::vector<SelectedOutput> const& decision,
                    std::vector<SelectedOutput> const& outputs) {
        std::vector<SelectedOutput> all = decision;
        all.insert(all.end(), outputs.begin(), outputs.end());
        auto const table = run_table(all);
        result_.model_runs += options_.samples;
        for (std::size_t o = 0; o < outputs.size(); ++o) {
            result_.outputs.push_back(
                {outputs[o], table.summary(decision.size() + o), {}, {}, {}});
        }
        if (!decision.empty()) {
            DecisionValue value;
            value.options = decision;
            for (std::size_t d = 0; d < decision.size(); ++d) {
                value.summaries.push_back(table.summary(d));
            }
            std::size_t const best = best_option(table, decision.size());
            value.best = best < decision.size() ? decision[best].name : "nothing";
            value.perfect = perfect_information_value(table, decision.size());
            result_.decision = std::move(value);
        }
        FactorScores scores(
            model_, run_.seed, options_.samples, executor_.host_kernels());
        for (Factor const& factor : result_.inputs) {
            run_.control.throw_if_stopped();
            auto const slices = slice_by_factor(table, scores.of(factor));
            for (std::size_t o = 0; o < outputs.size(); ++o) {
                result_.outputs[o].given_data.push_back(
                    indices_of(table, slices, decision.size() + o));
            }
            if (result_.decision) {
                result_.decision->partial.push_back(
                    partial_information_value(table, slices, decision.size()));
            }
        }
    }

    void add_tornado(std::vector<SelectedOutput> const& outputs,
                     std::vector<QuantityIndex> const& top) {
        auto const bars = tornado(executor_,
                                  model_,
                                  result_.inputs,
                                  outputs,
                                  top,
                                  options_.tornado,
                                  run_.seed,
                                  run_.control);
        result_.model_runs += 2 * options_.tornado * top.size();
        for (QuantityIndex const quantity : top) {
            result_.bars.push_back(scenario_.quantities[quantity].name);
            result_.bar_values.push_back(held_values(scenario_.quantities[quantity]));
        }
        for (std::size_t o = 0; o < outputs.size(); ++o) {
            result_.outputs[o].tornado = bars[o];
        }
    }

    void add_pick_freeze(std::vector<SelectedOutput> const& outputs,
                         std::vector<QuantityIndex> const& top) {
        if (result_.groups.empty()) {
            result_.groups = top_groups(scenario_, result_.inputs, top);
        }
        auto rest = all_others(scenario_, result_.inputs, result_.groups);
        if (!rest.scores.empty()) {
            result_.groups.push_back(std::move(rest));
        }
        auto const indices = pick_freeze(executor_,
                                         model_,
                                         outputs,
                                         result_.groups,
                                         options_.pick_freeze,
                                         run_.seed,
                                         run_.control);
        result_.model_runs += options_.pick_freeze * (result_.groups.size() + 2);
        for (std::size_t o = 0; o < outputs.size(); ++o) {
            result_.outputs[o].pick_freeze = indices[o];
        }
    }

    Model model_;  ///< all of it: factors are numbered by its draws
    Scenario const& scenario_;
    Executor const& executor_;
    SensitivityOptions const& options_;
    RunOptions const& run_;
    SensitivityResult result_;
};

}  // namespace

SensitivityResult analyse_sensitivity(Model const& model,
                                      Executor const& executor,
                                      SensitivityOptions const& options,
                                      RunOptions const& run) {
    std::vector<std::string> named = options.outputs;
    named.insert(named.end(), options.decision.begin(), options.decision.end());
    auto const decided = with_found_policies(model.with_outputs(named), executor);
    return SensitivityAnalysis(decided, executor, options, run).result();
}

std::vector<std::size_t> ranked_inputs(OutputSensitivity const& output) {
    std::vector<std::size_t> order(output.given_data.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return importance(output.given_data[a]) > importance(output.given_data[b]);
    });
    return order;
}

}  // namespace leadtime::estimator
