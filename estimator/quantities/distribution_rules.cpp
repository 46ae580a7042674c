// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_rules.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>

namespace leadtime::estimator {

std::string list_ways(Family const& family) {
    std::vector<std::string> ways;
    for (auto const& way : family.ways) {
        ways.push_back(quote(way.keys));
    }
    if (family.fit) {
        ways.emplace_back(family.fit->least > 2
                              ? "quantiles such as \"p5\", \"p50\" and \"p95\""
                              : "quantiles such as \"p5\" and \"p95\"");
    }
    return fmt::format("{}", fmt::join(ways, ", or "));
}

std::string quote(Keys const& keys) {
    std::string text;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (i > 0) {
            text += i + 1 == keys.size() ? " and " : ", ";
        }
        text += fmt::format("\"{}\"", keys[i]);
    }
    return text;
}

bool is_position(std::string_view key) {
    static constexpr std::string_view positions[] = {
        "value", "min", "max", "mean", "median", "mode", "location", "low", "high"};
    return std::find(std::begin(positions), std::end(positions), key)
           != std::end(positions);
}

bool is_width(std::string_view key) {
    return key == "sd" || key == "sd_below" || key == "sd_above" || key == "scale";
}

bool is_number(std::string_view key) {
    static constexpr std::string_view numbers[] = {"mu",
                                                   "sigma",
                                                   "sigma_below",
                                                   "sigma_above",
                                                   "alpha",
                                                   "beta",
                                                   "lambda",
                                                   "shape",
                                                   "df",
                                                   "p"};
    return std::ranges::find(numbers, key) != std::end(numbers);
}

std::optional<double> quantile_percent(std::string key) {
    if (key.size() < 2 || key[0] != 'p' || key[1] < '0' || key[1] > '9') {
        return std::nullopt;
    }
    std::replace(key.begin(), key.end(), '_', '.');
    double percent = 0;
    auto const [end, error] =
        std::from_chars(key.data() + 1, key.data() + key.size(), percent);
    if (error != std::errc{} || end != key.data() + key.size()) {
        return std::nullopt;
    }
    return percent;
}

}  // namespace leadtime::estimator
