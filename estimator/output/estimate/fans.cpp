// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/fans.hpp"

#include "estimator/study/result_rows.hpp"
#include "text/aligned_table.hpp"
#include "text/display_text.hpp"
#include "text/number_format.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace leadtime::estimator {
namespace {

constexpr std::size_t spark_width = 24;
constexpr std::size_t fan_width = 30;
constexpr std::size_t name_width = 16;
constexpr std::size_t most_paths = 12;

// of Row::quantiles: 5, 25, 50, 75, 95 %
constexpr std::array<std::size_t, 5> levels{1, 2, 3, 4, 5};
constexpr std::size_t median = 3;

// as in the report: blue, vermilion, green, purple, amber, of the 256-colour palette
constexpr std::array<int, 5> colours{32, 166, 36, 169, 178};

std::string coloured(std::string const& text, std::size_t path, bool colour) {
    return colour ? fmt::format(
               "\033[38;5;{}m{}\033[0m", colours[path % colours.size()], text)
                  : text;
}

/// `text` filled up, or cut, to a width in characters.
std::string fitted(std::string const& text, std::size_t width) {
    auto const n = text::display_width(text);
    if (n <= width) {
        return text + std::string(width - n, ' ');
    }
    std::string cut;
    std::size_t shown = 0;
    for (auto const& cell : text::display_cells(text)) {
        auto const wide = static_cast<std::size_t>(cell.width);
        if (shown + wide >= width) {
            break;
        }
        shown += wide;
        cut += cell.text;
    }
    return cut + "…" + std::string(width - shown - 1, ' ');
}

struct Range {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    void add(double value) {
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    bool is_empty() const { return !(low <= high); }
};

/// What a line of the block is made from.
struct PathFan {
    std::string name;
    std::vector<double> log_run;   ///< log10 of the median by step
    std::vector<double> log_last;  ///< of the five levels in the last step
    std::vector<double> lag;
};

std::vector<PathFan> path_fans(Result const& result) {
    std::vector<PathFan> fans;
    auto const paths = ordered_paths(result);
    for (auto const& group : metric_groups(result)) {
        auto const is_run = group.metric == "run_flop" && group.is_series;
        auto const is_lag = group.metric == "lag_months" && group.is_series;
        if (group.path.empty() || (!is_run && !is_lag)) {
            continue;
        }
        if (fans.empty() || fans.back().name != group.path) {
            fans.push_back({group.path, {}, {}, {}});
        }
        auto& fan = fans.back();
        for (auto const* row : group.rows) {
            auto const value = row == nullptr ? std::nan("") : row->quantiles[median];
            (is_run ? fan.log_run : fan.lag)
                .push_back(is_run ? std::log10(value) : value);
        }
        if (is_run && group.rows.back() != nullptr) {
            for (auto const i : levels) {
                fan.log_last.push_back(std::log10(group.rows.back()->quantiles[i]));
            }
        }
    }
    return fans;
}

}  // namespace

std::string sparkline(std::vector<double> const& values,
                      double low,
                      double high,
                      std::size_t width) {
    static constexpr std::array<char const*, 8> bars{
        "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    std::string text;
    width = std::min(width, values.size());
    for (std::size_t i = 0; i < width; ++i) {
        auto const begin = i * values.size() / width;
        auto const end = std::max(begin + 1, (i + 1) * values.size() / width);
        double sum = 0;
        std::size_t n = 0;
        for (auto j = begin; j < end; ++j) {
            if (std::isfinite(values[j])) {
                sum += values[j];
                ++n;
            }
        }
        if (n == 0) {
            text += ' ';
            continue;
        }
        auto const place =
            high > low ? (sum / static_cast<double>(n) - low) / (high - low) : 0.5;
        auto const step = std::clamp(std::floor(place * bars.size()), 0.0, 7.0);
        text += bars[static_cast<std::size_t>(step)];
    }
    return text;
}

std::string fan_line(std::vector<double> const& positions, std::size_t width) {
    std::array<std::size_t, 5> cells{};
    for (std::size_t i = 0; i < cells.size(); ++i) {
        auto const place = std::isnan(positions[i]) ? 0.0 : positions[i];
        cells[i] = static_cast<std::size_t>(
            std::lround(std::clamp(place, 0.0, 1.0) * static_cast<double>(width - 1)));
    }
    std::string text;
    for (std::size_t i = 0; i < width; ++i) {
        text += i == cells[2]                    ? "●"
                : i < cells[0] || i > cells[4]   ? " "
                : i >= cells[1] && i <= cells[3] ? "━"
                : i == cells[0]                  ? "╶"
                : i == cells[4]                  ? "╴"
                                                 : "─";
    }
    return text;
}

std::string terminal_fans(Result const& result, bool colour) {
    auto const fans = path_fans(result);
    Range run;
    Range last;
    Range lag;
    for (auto const& fan : fans) {
        for (auto const value : fan.log_run) {
            run.add(value);
        }
        for (auto const value : fan.log_last) {
            last.add(value);
        }
        for (auto const value : fan.lag) {
            lag.add(value);
        }
    }
    if (run.is_empty() || last.is_empty() || result.steps < 2) {
        return "";
    }
    auto const end = step_month(result, result.steps - 1);
    auto const axis = fmt::format("{} to {} in {}",
                                  text::power_text(std::pow(10, last.low)),
                                  text::power_text(std::pow(10, last.high)),
                                  end);
    auto heading =
        fitted("", name_width + 2) + fitted("largest run, median", spark_width) + "  "
        + fitted(axis, fan_width) + "  " + (lag.is_empty() ? "" : "lag, median");
    heading.erase(heading.find_last_not_of(' ') + 1);
    auto text = text::bold(heading, colour) + '\n';
    for (std::size_t path = 0; path < std::min(fans.size(), most_paths); ++path) {
        auto const& fan = fans[path];
        std::vector<double> positions;
        for (auto const value : fan.log_last) {
            positions.push_back(last.high > last.low
                                    ? (value - last.low) / (last.high - last.low)
                                    : 0.5);
        }
        auto line =
            fitted(text::escape_controls(fan.name), name_width) + "  "
            + fitted(sparkline(fan.log_run, run.low, run.high, spark_width),
                     spark_width)
            + "  "
            + fitted(positions.empty() ? "" : fan_line(positions, fan_width), fan_width)
            + "  "
            + (lag.is_empty()
                   ? ""
                   : sparkline(fan.lag, std::min(lag.low, 0.0), lag.high, spark_width));
        line.erase(line.find_last_not_of(' ') + 1);
        text += coloured(line, path, colour) + '\n';
    }
    return text + "●: median, thick: 25 to 75 %, thin: 5 to 95 %; run on a log axis.\n";
}

}  // namespace leadtime::estimator
