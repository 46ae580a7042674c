// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/sensitivity/tornado.hpp"

#include "estimator/engine/kept_samples.hpp"
#include "estimator/study/sensitivity/conditioned_plan.hpp"
#include "kernels/statistics/ordering.hpp"

#include <algorithm>
#include <cmath>

namespace leadtime::estimator {
namespace {

constexpr double score_of_p95 = 1.6448536269514722;  // Phi^-1(0.95)

}  // namespace

Estimate median_of_sorted(std::span<float const> sorted) {
    double const n = static_cast<double>(sorted.size());
    auto const at = [&](double rank) -> double {
        return sorted[static_cast<std::size_t>(std::clamp(rank, 0.0, n - 1.0))];
    };
    double const middle = 0.5 * (n - 1.0);
    double const low = at(std::floor(middle));
    double const high = at(std::ceil(middle));
    double const reach = 0.5 * std::sqrt(n);
    double const spread =
        at(std::ceil(middle + reach)) - at(std::floor(middle - reach));
    return {low == high ? low : 0.5 * (low + high),
            std::isnan(spread) ? 0.0 : 0.5 * spread};
}

std::vector<std::vector<TornadoBar>> tornado(Executor const& executor,
                                             Model const& model,
                                             std::span<Factor const> factors,
                                             std::span<SelectedOutput const> outputs,
                                             std::span<QuantityIndex const> quantities,
                                             std::uint64_t samples,
                                             std::uint64_t seed,
                                             Control const& control) {
    std::vector<std::vector<TornadoBar>> bars(
        outputs.size(), std::vector<TornadoBar>(quantities.size()));
    std::uint64_t done = 0;
    std::uint64_t const total = 2 * samples * quantities.size();
    auto const rows = rows_of(outputs);
    for (std::size_t q = 0; q < quantities.size(); ++q) {
        for (bool const high : {false, true}) {
            double const z = high ? score_of_p95 : -score_of_p95;
            Model const held =
                model.with_plan(hold_quantity(model.plan(), factors, quantities[q], z));
            auto values = keep_samples(
                executor, held, seed, samples, rows, control.part(done, total));
            done += samples;
            for (std::size_t o = 0; o < outputs.size(); ++o) {
                auto const sorted =
                    std::span<float>(values).subspan(o * samples, samples);
                kernels::sort_values(sorted);
                Estimate median = median_of_sorted(sorted);
                median.value /= outputs[o].info.scale;
                median.standard_error /= outputs[o].info.scale;
                (high ? bars[o][q].at_p95 : bars[o][q].at_p5) = median;
            }
        }
    }
    return bars;
}

}  // namespace leadtime::estimator
