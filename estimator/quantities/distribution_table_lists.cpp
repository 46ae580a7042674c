// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_table.hpp"
#include "text/csv_fields.hpp"

#include <cmath>
#include <filesystem>
#include <fmt/format.h>

namespace leadtime::estimator::detail {

std::optional<std::vector<double>> DistributionTable::list(std::string const& key,
                                                           bool positions) {
    auto const* array = table_.optional_array(key);
    if (array == nullptr) {
        return std::nullopt;
    }
    std::vector<double> result;
    for (auto const& element : *array) {
        auto const value = read_scalar(table_,
                                       element,
                                       fmt::format("{}[{}]", key, result.size()),
                                       unit_.is_date && positions,
                                       start_month_,
                                       positions ? suffixes_in(unit_) : Suffixes{});
        if (!value) {
            return std::nullopt;
        }
        result.push_back(*value);
    }
    return result;
}

std::optional<Distribution> DistributionTable::read_values(bool weighted) {
    auto values = list("values", true);
    if (!weighted) {
        return values ? std::optional(make_empirical(std::move(*values)))
                      : std::nullopt;
    }
    auto weights = list("weights", false);
    if (!values || !weights) {
        return std::nullopt;
    }
    return make_discrete(*values, *weights);
}

std::optional<Distribution> DistributionTable::read_mixture() {
    auto weights = list("weights", false);
    auto const* array = table_.optional_array("components");
    if (array == nullptr) {
        return std::nullopt;
    }
    std::vector<Distribution> components;
    for (std::size_t i = 0; i < array->size(); ++i) {
        auto const component = read_distribution(table_,
                                                 *array->get(i),
                                                 fmt::format("components[{}]", i),
                                                 unit_,
                                                 start_month_);
        if (component) {
            components.push_back(*component);
        }
    }
    if (!weights || components.size() != array->size()) {
        return std::nullopt;
    }
    return make_mixture(std::move(components), std::move(*weights));
}

std::optional<Distribution> DistributionTable::read_file() {
    auto const file = table_.required_string("file");
    auto const column = table_.required_string("column");
    if (file.empty() || column.empty()) {
        return std::nullopt;
    }
    if (unit_.is_date) {
        table_.fail_key(
            "file", "dates cannot be read from a file", {}, "list them as \"values\"");
        return std::nullopt;
    }
    auto const folder = std::filesystem::path(table_.document().name).parent_path();
    try {
        return make_empirical(text::read_csv_column((folder / file).string(), column));
    } catch (text::CsvError const& error) {
        table_.fail_key("file", error.problem, error.reason, error.suggestion);
        return std::nullopt;
    }
}

std::optional<std::pair<double, double>> DistributionTable::read_truncation() {
    auto const* array = table_.optional_array("truncate");
    if (array == nullptr) {
        return std::nullopt;
    }
    if (array->size() != 2) {
        table_.fail(*array,
                    "\"truncate\" must be [lower, upper]",
                    fmt::format("found {} elements", array->size()),
                    "inf and -inf leave a side open");
        return std::nullopt;
    }
    std::vector<double> ends;
    for (std::size_t i = 0; i < 2; ++i) {
        auto const& node = *array->get(i);
        auto const* number = node.as_floating_point();
        if (number != nullptr && std::isinf(number->get())) {
            ends.push_back(number->get());
            continue;
        }
        auto const end = read_scalar(table_,
                                     node,
                                     fmt::format("truncate[{}]", i),
                                     unit_.is_date,
                                     start_month_,
                                     suffixes_in(unit_));
        if (!end) {
            return std::nullopt;
        }
        ends.push_back(*end);
    }
    return std::pair(ends[0], ends[1]);
}

}  // namespace leadtime::estimator::detail
