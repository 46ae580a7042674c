// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/figures.hpp"

#include "estimator/output/result_directory.hpp"
#include "estimator/study/result_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace leadtime::estimator {
namespace {

constexpr std::size_t most_paths = 8;
constexpr std::size_t most_parts = 8;

// of Row::quantiles: 5, 25, 50, 75, 95 %
constexpr std::array<std::size_t, 5> levels{1, 2, 3, 4, 5};

enum class Scale { linear, log };

struct Fan {
    char const* name;
    char const* metric;
    char const* label;
    Scale scale;
};

constexpr Fan fans[] = {
    {"largest_run", "run_flop", "largest run, FLOP", Scale::log},
    {"lag", "lag_months", "months behind the reference", Scale::linear},
    {"fleet", "h100e_bf16", "fleet, H100e by BF16 rate", Scale::log},
    {"cost", "run_cost_amortised_usd", "amortised cost of the run, USD", Scale::log},
    {"spend", "cumulative_spend_usd", "spent since the start, USD", Scale::log}};

class Script {
  public:
    explicit Script(Result const& result)
        : result_(result)
        , paths_(ordered_paths(result)) {
        paths_.resize(std::min(paths_.size(), most_paths));
    }

    FigureScript finish() {
        for (auto const& fan : fans) {
            add_fan(fan);
        }
        add_parity();
        add_channels();
        return {std::move(text_), std::move(files_)};
    }

  private:
    double year(int step) const {
        return (result_.start_month + result_.last_month(step)) / 12.0;
    }
    static char const* colour(std::size_t path) {
        return figure_colours[path % figure_colours.size()];
    }

    void draw(std::string const& name, std::string const& body, int width = 720) {
        text_ += drawn_twice(name, body, width);
        files_.push_back(name + ".svg");
        files_.push_back(name + ".png");
    }

    std::string frame() const {
        return fmt::format(
            "reset\nset border 3 lc rgb '#5b6675'\nset tics nomirror out\n"
            "set grid ytics lc rgb '#e4e8ee' lt 1\nset key top left "
            "Left reverse samplen 2\nset xrange [{:.4f}:{:.4f}]\n"
            "set xtics 1 format '%.0f'\n",
            year(0),
            std::max(year(result_.steps - 1), year(0) + 1.0 / 12));
    }

    /// Steps of a metric: month and the five quantiles, drawn within [low, high].
    void add_fan(Fan const& fan) {
        auto const is_log = fan.scale == Scale::log;
        double low = 0;
        double high = 0;
        auto any = false;
        for (auto const* row : rows(fan.metric)) {
            for (auto const i : levels) {
                auto const value = row->quantiles[i];
                if (std::isfinite(value) && (!is_log || value > 0)) {
                    low = any ? std::min(low, value) : value;
                    high = any ? std::max(high, value) : value;
                    any = true;
                }
            }
        }
        if (!any) {
            return;
        }
        if (is_log) {
            low = std::max(low, high * 1e-9) / 1.15;
            high *= 1.15;
        } else {
            auto const pad = std::max((high - low) * 0.05, 0.5);
            low = low >= 0 && low < high / 2 ? 0 : low - pad;
            high += pad;
        }
        std::string plots;
        std::string data;
        std::map<std::pair<std::string, int>, Row const*> found;
        for (auto const* row : rows(fan.metric)) {
            found.try_emplace({row->path, row->step}, row);
        }
        for (std::size_t path = 0; path < paths_.size(); ++path) {
            std::string block;
            for (int step = 0; step < result_.steps; ++step) {
                auto const entry = found.find({paths_[path], step});
                auto const* row = entry == found.end() ? nullptr : entry->second;
                if (row == nullptr || std::isnan(row->quantiles[levels[2]])) {
                    continue;
                }
                block += fmt::format("{:.4f}", year(step));
                for (auto const i : levels) {
                    block += fmt::format(" {:.7g}",
                                         std::clamp(row->quantiles[i], low, high));
                }
                block += '\n';
            }
            if (block.empty()) {
                continue;
            }
            auto const name = fmt::format("${}{}", fan.name, path);
            data += fmt::format("{} << EOD\n{}EOD\n", name, block);
            auto const* paint = colour(path);
            plots += fmt::format("{0}{1} using 1:2:6 with filledcurves fs transparent "
                                 "solid 0.14 noborder "
                                 "fc rgb '{2}' notitle, {1} using 1:3:5 with "
                                 "filledcurves fs transparent "
                                 "solid 0.28 noborder fc rgb '{2}' notitle, {1} using "
                                 "1:4 with lines lw 2 "
                                 "dt {3} lc rgb '{2}' title {4}",
                                 plots.empty() ? "plot " : ", ",
                                 name,
                                 paint,
                                 path % 5 + 1,
                                 gnuplot_text(paths_[path]));
        }
        text_ += data;
        draw(fan.name,
             frame()
                 + fmt::format("{}set yrange [{:.7g}:{:.7g}]\nset ylabel '{}'\n{}\n",
                               is_log ? "set logscale y\nset format y '1e%L'\n" : "",
                               low,
                               high,
                               fan.label,
                               plots));
    }

    void add_parity() {
        std::string data;
        std::string plots;
        for (std::size_t path = 0; path < paths_.size(); ++path) {
            auto const* row = result_.find(paths_[path], "parity_month", -1);
            if (row == nullptr || row->shares_by_step.empty()) {
                continue;
            }
            data += fmt::format("$parity{} << EOD\n", path);
            for (std::size_t step = 0; step < row->shares_by_step.size(); ++step) {
                data += fmt::format("{:.4f} {:.7g}\n",
                                    year(static_cast<int>(step)),
                                    100 * row->shares_by_step[step]);
            }
            data += "EOD\n";
            plots +=
                fmt::format("{}$parity{} using 1:2 with lines lw 2 dt {} lc rgb '{}' "
                            "title {}",
                            plots.empty() ? "plot " : ", ",
                            path,
                            path % 5 + 1,
                            colour(path),
                            gnuplot_text(paths_[path]));
        }
        if (plots.empty()) {
            return;
        }
        text_ += data;
        draw("parity",
             frame() + "set yrange [0:100]\nset ylabel 'samples at parity so far, %'\n"
                 + plots + "\n");
    }

    /// Stacked means; the smallest channels of a path become one.
    void add_channels() {
        std::string body;
        std::string data;
        std::size_t drawn = 0;
        auto const groups = metric_groups(result_);
        for (std::size_t path = 0; path < paths_.size() && drawn < 4; ++path) {
            struct Part {
                std::string name;
                std::vector<double> means;
                double area = 0;
            };
            std::vector<Part> parts;
            for (auto const& group : groups) {
                if (group.path != paths_[path]
                    || !group.metric.starts_with("channel.")) {
                    continue;
                }
                Part part{group.metric.substr(8), {}, 0};
                for (auto const* row : group.rows) {
                    auto const mean = row == nullptr ? 0.0 : std::max(row->mean, 0.0);
                    part.means.push_back(mean);
                    part.area += mean;
                }
                if (part.area > 0) {
                    parts.push_back(std::move(part));
                }
            }
            std::stable_sort(
                parts.begin(), parts.end(), [](auto const& a, auto const& b) {
                    return a.area > b.area;
                });
            if (parts.size() > most_parts) {
                auto& rest = parts[most_parts - 1];
                rest.name = fmt::format("{} others", parts.size() - most_parts + 1);
                for (std::size_t i = most_parts; i < parts.size(); ++i) {
                    for (std::size_t step = 0; step < rest.means.size(); ++step) {
                        rest.means[step] += parts[i].means[step];
                    }
                }
                parts.resize(most_parts);
            }
            if (parts.empty()) {
                continue;
            }
            data += fmt::format("$channels{} << EOD\n", path);
            for (std::size_t step = 0; step < parts.front().means.size(); ++step) {
                double sum = 0;
                data += fmt::format("{:.4f} 0", year(static_cast<int>(step)));
                for (auto const& part : parts) {
                    data += fmt::format(" {:.7g}", (sum += part.means[step]) * 1e-3);
                }
                data += '\n';
            }
            data += "EOD\n";
            body += fmt::format("set title {} textcolor rgb '{}'\n",
                                gnuplot_text(paths_[path], 24),
                                colour(path));
            for (std::size_t i = 0; i < parts.size(); ++i) {
                body += fmt::format("{}$channels{} using 1:{}:{} with filledcurves fs "
                                    "solid {:.2f} border "
                                    "lc rgb 'white' fc rgb '{}' title {}",
                                    i == 0 ? "plot " : ", ",
                                    path,
                                    i + 2,
                                    i + 3,
                                    1.0 - 0.8 * static_cast<double>(i) / most_parts,
                                    colour(path),
                                    gnuplot_text(parts[i].name, 24));
            }
            body += '\n';
            ++drawn;
        }
        if (drawn == 0) {
            return;
        }
        text_ += data;
        draw("channels",
             frame()
                 + fmt::format("set xtics 2\nset yrange [0:*]\nset key font ',9'\n"
                               "set ylabel 'usable chips, thousand (means)'\n"
                               "set multiplot layout 1,{}\n{}unset multiplot\n",
                               drawn,
                               body),
             static_cast<int>(std::max<std::size_t>(2, drawn)) * 360);
    }

    std::vector<Row const*> rows(std::string const& metric) const {
        std::vector<Row const*> found;
        for (auto const& row : result_.rows) {
            if (row.metric == metric && row.step >= 0
                && std::find(paths_.begin(), paths_.end(), row.path) != paths_.end()) {
                found.push_back(&row);
            }
        }
        return found;
    }

    Result const& result_;
    std::vector<std::string> paths_;
    std::string text_ = "set encoding utf8\n";
    std::vector<std::string> files_;
};

}  // namespace

FigureScript figure_script(Result const& result) {
    return Script(result).finish();
}

std::vector<std::string> write_figures(Result const& result,
                                       std::string const& folder) {
    ResultDirectory const directory(folder);
    auto const script = figure_script(result);
    if (script.files.empty()) {
        throw FigureError("the result has no path and no metric that a figure shows");
    }
    std::vector<OutputFile> files;
    for (auto& file : run_gnuplot(script.text, script.files)) {
        files.push_back({std::move(file.name), std::move(file.contents)});
    }
    directory.write(files);
    return script.files;
}

}  // namespace leadtime::estimator
