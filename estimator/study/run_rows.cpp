// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/run_rows.hpp"

#include <algorithm>
#include <utility>

namespace leadtime::estimator {

std::vector<std::size_t> places_in_result(Plan const& plan, std::span<int const> rows) {
    int const columns = static_cast<int>(plan.column_rows.size());
    int const steps = plan.reported_steps();
    std::vector<std::pair<int, std::size_t>> order;  // the place of a row, and the row
    for (std::size_t i = 0; i < rows.size(); ++i) {
        int const row = rows[i];
        order.emplace_back(
            row < columns * steps ? row % columns * steps + row / columns : row, i);
    }
    std::ranges::sort(order);
    std::vector<std::size_t> places;
    for (auto const& [place, i] : order) {
        places.push_back(i);
    }
    return places;
}

KeptSamples kept_samples(SelectedOutput const& output, std::span<float const> values) {
    auto const scale = static_cast<float>(output.info.scale);
    KeptSamples kept{output.name, output.info.unit, {values.begin(), values.end()}};
    for (float& x : kept.values) {
        x /= scale;
    }
    return kept;
}

}  // namespace leadtime::estimator
