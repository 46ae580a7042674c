// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/show_command.hpp"
#include "estimator/study/estimate.hpp"

#include <cmath>
#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace leadtime::estimator {
namespace {

constexpr std::uint64_t samples = 20'000;

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
    RunOptions options;
    options.samples = samples;
    options.seed = seed;
    auto const result =
        std::make_shared<Result const>(estimate(whole.only(shown), executor, options));
    std::vector<std::string> names;
    for (auto const& quantity : scenario.quantities) {
        names.push_back(quantity.name);
    }
    return [result, names, steps](QuantityIndex index) {
        std::vector<SampledRow> rows;
        if (auto const* scalar = result->find("", names[index], -1)) {
            rows.push_back({-1, pick_quantiles(*scalar)});
        }
        for (int const step : steps) {
            if (auto const* row = result->find("", names[index], step)) {
                rows.push_back({step, pick_quantiles(*row)});
            }
        }
        return rows;
    };
}

}  // namespace leadtime::estimator
