// SPDX-License-Identifier: Apache-2.0
#include "estimator/backtest/backtest.hpp"
#include "hwprofiles/embedded.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <stdexcept>

namespace leadtime::estimator {

std::string_view cluster_data(std::string_view name) {
    auto const path = fmt::format("estimator/backtest/data/{}", name);
    for (auto const& file : hwprofiles::embedded_files()) {
        if (file.path == path) {
            return file.contents;
        }
    }
    throw std::runtime_error("this program was built without " + path);
}

PredictedRange range_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    auto const at = [&](double share) {
        auto const place = share * static_cast<double>(values.size() - 1);
        return values[static_cast<std::size_t>(std::lround(place))];
    };
    return {at(0.05), at(0.5), at(0.95)};
}

double pit_of(std::span<double const> predicted, double observed) {
    auto const below = std::ranges::count_if(
        predicted, [&](double value) { return value < observed; });
    return static_cast<double>(below) / static_cast<double>(predicted.size());
}

}  // namespace leadtime::estimator
