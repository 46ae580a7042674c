// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/cells.hpp"

#include "estimator/scenario/scenario.hpp"
#include "text/number_format.hpp"

#include <cmath>
#include <cstddef>

namespace leadtime::estimator {
namespace {

constexpr std::size_t p5_index = 1;
constexpr std::size_t p50_index = 3;
constexpr std::size_t p95_index = 5;
static_assert(quantile_levels[p5_index] == 0.05 && quantile_levels[p50_index] == 0.50
              && quantile_levels[p95_index] == 0.95);

QuantileCells cells(Row const& row, NumberText const& text, std::string error) {
    auto const is_known = row.samples > 1 && std::isfinite(row.quantiles[p50_index]);
    return {text(row.quantiles[p5_index]),
            text(row.quantiles[p50_index]),
            is_known ? std::move(error) : "",
            text(row.quantiles[p95_index])};
}

}  // namespace

void QuantileCells::append_to(std::vector<std::string>& row) const {
    row.insert(row.end(), {p5, p50, error, p95});
}

QuantileCells relative_cells(Row const* row, NumberText const& text) {
    if (row == nullptr) {
        return {};
    }
    return cells(*row,
                 text,
                 text::relative_error_text(row->quantiles[p50_index],
                                           row->quantile_standard_errors[p50_index]));
}

QuantileCells absolute_cells(Row const* row, NumberText const& text) {
    if (row == nullptr) {
        return {};
    }
    return cells(*row,
                 text,
                 text::absolute_error_text(row->quantile_standard_errors[p50_index]));
}

std::vector<int> year_end_steps(Result const& result) {
    return year_end_steps(result.start_month, result.steps, result.months_per_step);
}

}  // namespace leadtime::estimator
