// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/show_command.hpp"
#include "estimator/engine/exact_row.hpp"
#include "estimator/engine/kept_samples.hpp"
#include "estimator/study/buying_policy.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

constexpr std::uint64_t samples = 4096;

std::array<double, 3> pick_quantiles(Row const& row) {
    std::array<double, 3> result{};
    for (std::size_t i = 0; i < quantile_levels.size(); ++i) {
        if (quantile_levels[i] == 0.05) {
            result[0] = row.quantiles[i];
        }
        if (quantile_levels[i] == 0.50) {
            result[1] = row.quantiles[i];
        }
        if (quantile_levels[i] == 0.95) {
            result[2] = row.quantiles[i];
        }
    }
    return result;
}

}  // namespace

SampledQuantiles sample_formulas(Scenario const& scenario,
                                 Executor const& executor,
                                 std::uint64_t seed) {
    Scenario all = scenario;
    all.outputs.clear();
    for (QuantityIndex i = 0; i < all.quantities.size(); ++i) {
        if (all.quantities[i].kind == QuantityKind::formula) {
            all.outputs.push_back(i);
        }
    }
    if (all.outputs.empty()) {
        return [](QuantityIndex) { return std::vector<SampledRow>{}; };
    }
    std::set<int> const steps{0, scenario.steps / 2, scenario.steps - 1};
    Model const whole(std::move(all));
    std::vector<int> shown;
    for (std::size_t row = 0; row < whole.outputs().size(); ++row) {
        auto const& output = whole.outputs()[row];
        if (output.path.empty() && (output.step < 0 || steps.contains(output.step))) {
            shown.push_back(static_cast<int>(row));
        }
    }
    auto const decided = with_found_policies(whole.only(shown), executor);
    auto const values = keep_samples(executor, decided, seed, samples, shown);
    std::map<std::pair<std::string, int>, SampledRow> known;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        auto const& output = whole.outputs()[static_cast<std::size_t>(shown[i])];
        auto const row =
            exact_row(output, std::span(values).subspan(i * samples, samples));
        known[{output.metric, output.step}] = {output.step, pick_quantiles(row)};
    }
    std::vector<std::string> names;
    for (auto const& quantity : scenario.quantities) {
        names.push_back(quantity.name);
    }
    std::set<int> places = steps;
    places.insert(-1);
    return [known, names, places](QuantityIndex index) {
        std::vector<SampledRow> rows;
        for (int const step : places) {
            if (auto const found = known.find({names[index], step});
                found != known.end()) {
                rows.push_back(found->second);
            }
        }
        return rows;
    };
}

}  // namespace leadtime::estimator
