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
    for (auto const& file : hw::embedded_files()) {
        if (file.path == path) {
            return file.contents;
        }
    }
    throw std::runtime_error("this program was built without " + path);
}

std::vector<std::vector<std::string>> parse_csv(std::string_view text) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row{""};
    bool is_quoted = false;
    auto const finish_row = [&] {
        if (row.size() == 1 && row.front().empty()) {
            return;  // an empty line
        }
        if (!rows.empty() && row.size() != rows.front().size()) {
            throw std::runtime_error(fmt::format("CSV row {} has {} cells, not {}",
                                                 rows.size() + 1,
                                                 row.size(),
                                                 rows.front().size()));
        }
        rows.push_back(row);
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (is_quoted) {
            if (c != '"') {
                row.back() += c;
            } else if (i + 1 < text.size() && text[i + 1] == '"') {
                row.back() += '"';
                ++i;
            } else {
                is_quoted = false;
            }
        } else if (c == '"') {
            is_quoted = true;
        } else if (c == ',') {
            row.emplace_back();
        } else if (c == '\n') {
            finish_row();
            row.assign(1, "");
        } else if (c != '\r') {
            row.back() += c;
        }
    }
    finish_row();
    return rows;
}

PredictedRange range_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    auto const at = [&](double share) {
        auto const place = share * static_cast<double>(values.size() - 1);
        return values[static_cast<std::size_t>(std::lround(place))];
    };
    return {at(0.05), at(0.5), at(0.95)};
}

}  // namespace leadtime::estimator
