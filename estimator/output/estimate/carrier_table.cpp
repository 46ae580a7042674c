// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/carrier_table.hpp"

#include "estimator/output/estimate/cells.hpp"
#include "estimator/scenario/dependencies.hpp"
#include "estimator/study/result_rows.hpp"
#include "text/aligned_table.hpp"
#include "text/display_text.hpp"
#include "text/number_format.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

constexpr std::string_view of_channel = "channel.";

struct Carrier {
    std::string name;
    double share;
};

/// Of one path: by step, the carriers of a kind.
using Carriers = std::map<int, std::vector<Carrier>>;

struct PathCarriers {
    Carriers accelerators;
    Carriers channels;

    bool has_choice() const {
        return std::ranges::any_of(
            channels, [](auto const& step) { return step.second.size() > 1; });
    }
};

PathCarriers carriers_of(Result const& result, std::string const& path) {
    PathCarriers found;
    for (auto const& group : metric_groups(result)) {
        if (group.path != path || !group.metric.starts_with(carried_by)) {
            continue;
        }
        std::string name = group.metric.substr(carried_by.size());
        bool const is_channel = name.starts_with(of_channel);
        if (is_channel) {
            name.erase(0, of_channel.size());
        }
        for (auto const* row : group.rows) {
            if (row != nullptr) {
                (is_channel ? found.channels : found.accelerators)[row->step].push_back(
                    {name, row->mean});
            }
        }
    }
    return found;
}

/// A name in at most so many columns of the terminal.
std::string cut(std::string const& name, int most) {
    auto const cells = text::display_cells(name);
    std::string all;
    std::string begin;
    int width = 0;
    for (auto const& cell : cells) {
        width += cell.width;
        all += cell.text;
        begin += width < most ? cell.text : "";
    }
    return width <= most ? all : begin + "…";
}

/// The largest two.
std::string largest(std::vector<Carrier> carriers, int most_columns) {
    constexpr std::size_t most = 2;
    constexpr double least = 0.005;
    std::ranges::stable_sort(
        carriers, [](Carrier const& a, Carrier const& b) { return a.share > b.share; });
    std::string text;
    for (std::size_t i = 0; i < std::min(most, carriers.size()); ++i) {
        if (carriers[i].share >= least) {
            text += fmt::format("{}{} {}",
                                text.empty() ? "" : ", ",
                                cut(carriers[i].name, most_columns),
                                text::share_text(carriers[i].share));
        }
    }
    return text;
}

}  // namespace

std::string carrier_table(Result const& result, bool colour) {
    text::TextTable table;
    table.add_column("who carries the run", "month", text::TextTable::Align::left);
    table.add_column("", "accelerators", text::TextTable::Align::left);
    table.add_column("", "channels", text::TextTable::Align::left);
    for (auto const& path : ordered_paths(result)) {
        auto const carriers = carriers_of(result, path);
        if (!carriers.has_choice()) {
            continue;
        }
        table.add_section(text::escape_controls(path));
        for (auto const step : year_end_steps(result)) {
            if (carriers.channels.contains(step)) {
                table.add_row({step_month(result, step),
                               largest(carriers.accelerators.at(step), 14),
                               largest(carriers.channels.at(step), 19)});
            }
        }
    }
    return table.empty() ? "" : table.render(colour);
}

}  // namespace leadtime::estimator
