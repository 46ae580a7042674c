// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/exact_pairs.hpp"

#include "estimator/engine/exact_row.hpp"
#include "estimator/engine/value_sorter.hpp"

#include <cmath>

namespace leadtime::estimator {

std::vector<float> ExactPairs::values(std::size_t pair, Side side) const {
    float const* const a = base_.of(pairs_[pair].base);
    float const* const b = other_.of(pairs_[pair].other);
    std::vector<float> values;
    values.reserve(base_.count());
    for (std::size_t i = 0; i < base_.count(); ++i) {
        float const value = derived(side, a[i], b[i]);
        if (!std::isnan(value)) {
            values.push_back(value);
        }
    }
    return values;
}

Products ExactPairs::products(std::size_t pair) const {
    float const* const a = base_.of(pairs_[pair].base);
    float const* const b = other_.of(pairs_[pair].other);
    Products products;
    for (std::size_t i = 0; i < base_.count(); ++i) {
        products.add(static_cast<double>(a[i]), static_cast<double>(b[i]));
    }
    return products;
}

Row ExactPairs::row(std::size_t pair,
                    Side side,
                    Plan const& /*plan*/,
                    OutputInfo const& info) const {
    auto const defined = values(pair, side);
    ValueSorter sorter;
    Row row = row_of_sorted(info, sorter.sort(defined), levels_);
    row.samples = base_.count();
    // Shares are of all samples, quantiles of those that are defined.
    for (double* const share : {&row.share_below, &row.share_above}) {
        *share = std::round(*share * static_cast<double>(defined.size()))
                 / static_cast<double>(row.samples);
    }
    return row;
}

double ExactPairs::share_undefined(std::size_t pair, Side side) const {
    float const* const a = base_.of(pairs_[pair].base);
    float const* const b = other_.of(pairs_[pair].other);
    std::size_t undefined = 0;
    for (std::size_t i = 0; i < base_.count(); ++i) {
        undefined += std::isnan(derived(side, a[i], b[i])) ? 1 : 0;
    }
    return static_cast<double>(undefined) / static_cast<double>(base_.count());
}

}  // namespace leadtime::estimator
