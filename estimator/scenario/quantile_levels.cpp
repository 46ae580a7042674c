// SPDX-License-Identifier: Apache-2.0
#include "estimator/scenario/quantile_levels.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace leadtime::estimator {
namespace {

std::vector<std::size_t> by_level(std::vector<double> const& levels) {
    std::vector<std::size_t> places(levels.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
        return levels[a] < levels[b];
    });
    return places;
}

}  // namespace

std::string quantile_name(double level) {
    return fmt::format("p{:.10g}", 100.0 * level);
}

QuantileLevels::QuantileLevels()
    : QuantileLevels({quantile_levels.begin(), quantile_levels.end()}) {}

QuantileLevels::QuantileLevels(std::vector<double> const& asked)
    : all_(quantile_levels.begin(), quantile_levels.end()) {
    std::vector<double> sorted = asked;
    std::sort(sorted.begin(), sorted.end());
    for (double const level : sorted) {
        auto const found = std::find(all_.begin(), all_.end(), level);
        reported_.push_back(static_cast<std::size_t>(found - all_.begin()));
        if (found == all_.end()) {
            all_.push_back(level);
        }
    }
    ascending_ = by_level(all_);
}

std::vector<double> QuantileLevels::reported_levels() const {
    std::vector<double> levels;
    for (std::size_t const i : reported_) {
        levels.push_back(all_[i]);
    }
    return levels;
}

bool QuantileLevels::is_reported(std::size_t i) const {
    return std::find(reported_.begin(), reported_.end(), i) != reported_.end();
}

bool QuantileLevels::are_standard() const {
    return all_.size() == quantile_levels.size()
           && reported_.size() == quantile_levels.size();
}

std::optional<LevelProblem> problem_with_levels(std::vector<double> const& levels) {
    if (levels.empty()) {
        return LevelProblem{{}, "there are no quantile levels", "leave the list out"};
    }
    if (levels.size() > most_quantile_levels) {
        return LevelProblem{{},
                            fmt::format("there are {} quantile levels", levels.size()),
                            fmt::format("at most {}", most_quantile_levels)};
    }
    for (std::size_t i = 0; i < levels.size(); ++i) {
        double const level = levels[i];
        if (!(level >= least_quantile_level && level <= 1.0 - least_quantile_level)) {
            return LevelProblem{i,
                                fmt::format("{:.12g} is no quantile level", level),
                                "a level lies between 0 and 1, 1e-9 away from both"};
        }
        for (std::size_t before = 0; before < i; ++before) {
            if (quantile_name(levels[before]) == quantile_name(level)) {
                return LevelProblem{
                    i,
                    fmt::format("the quantile level {:.12g} is there twice", level),
                    {}};
            }
        }
    }
    return std::nullopt;
}

}  // namespace leadtime::estimator
