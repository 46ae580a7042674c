// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/replicates.hpp"

#include "estimator/engine/all_threads.hpp"

#include <cmath>
#include <limits>

namespace leadtime::estimator {

QmcDesign qmc_design(std::uint64_t samples) {
    QmcDesign design;
    while (design.samples() < samples && design.samples_log2 < 27) {
        ++design.samples_log2;
    }
    return design;
}

void ReplicateErrors::add(Statistics const& replicate) {
    auto& own = replicates_.emplace_back(replicate.axes.size());
    on_all_threads("leadtime::replicate_quantiles", own.size(), [&](std::size_t i) {
        auto const output = static_cast<int>(i);
        OutputDistribution const distribution = replicate.distribution(output);
        for (double const p : levels_.all()) {
            own[i].push_back(distribution.quantile(p));
        }
        own[i].push_back(replicate.mean(output));
    });
}

void ReplicateErrors::refine(std::size_t replicate,
                             Statistics const& refined,
                             std::span<QuantileOf const> quantiles) {
    for (std::size_t i = 0; i < quantiles.size(); ++i) {
        auto const [output, level] = quantiles[i];
        if (refined_.emplace(replicate, output, level).second) {
            replicates_[replicate][static_cast<std::size_t>(output)][level] =
                refined.distribution(static_cast<int>(i)).quantile(levels_[level]);
        }
    }
}

double ReplicateErrors::error(std::size_t output, std::size_t number) const {
    double const count = static_cast<double>(replicates_.size());
    double const first = replicates_.front()[output][number];
    double sum = 0.0;
    bool is_same = true;
    for (auto const& replicate : replicates_) {
        sum += replicate[output][number];
        is_same = is_same && replicate[output][number] == first;
    }
    if (is_same) {
        return 0.0;
    }
    double const mean = sum / count;
    if (!std::isfinite(mean)) {
        return std::numeric_limits<double>::infinity();
    }
    double squares = 0.0;
    for (auto const& replicate : replicates_) {
        double const deviation = replicate[output][number] - mean;
        squares += deviation * deviation;
    }
    return std::sqrt(squares / (count - 1.0) / count);
}

double ReplicateErrors::of_quantile(std::size_t output, std::size_t level) const {
    return error(output, level);
}

double ReplicateErrors::of_mean(std::size_t output) const {
    return error(output, levels_.size());
}

}  // namespace leadtime::estimator
