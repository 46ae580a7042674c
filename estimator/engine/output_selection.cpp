// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/output_selection.hpp"

#include "estimator/engine/errors.hpp"
#include "text/suggestion.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace leadtime::estimator {
namespace {

/// `YYYY-MM` as year * 12 + month - 1.
std::optional<int> read_month(std::string_view text) {
    int year = 0;
    int month = 0;
    auto const digits = [](std::string_view part, int& value) {
        auto const [end, error] =
            std::from_chars(part.data(), part.data() + part.size(), value);
        return error == std::errc() && end == part.data() + part.size();
    };
    if (text.size() != 7 || text[4] != '-' || !digits(text.substr(0, 4), year)
        || !digits(text.substr(5), month) || month < 1 || month > 12) {
        return std::nullopt;
    }
    return year * 12 + month - 1;
}

/// What a text asks for, before it is looked up.
struct Wish {
    std::string path;  ///< empty: any
    std::string metric;
    std::optional<int> month;  ///< year * 12 + month - 1
};

Wish read_wish(Scenario const& scenario, std::string const& text) {
    Wish wish;
    std::string rest = text;
    auto const at = rest.rfind('@');
    if (at != std::string::npos) {
        wish.month = read_month(std::string_view(rest).substr(at + 1));
        if (wish.month) {
            rest.resize(at);
        }
    }
    if (rest.starts_with("path.")) {
        rest.erase(0, 5);
    }
    for (Path const& path : scenario.paths) {
        if (rest.starts_with(path.name + ".")) {
            wish.path = path.name;
            rest.erase(0, path.name.size() + 1);
            break;
        }
    }
    wish.metric = written_metric(rest);
    return wish;
}

std::string full_name(OutputInfo const& info, std::string const& month) {
    return fmt::format("{}{}{}{}{}",
                       info.path,
                       info.path.empty() ? "" : ".",
                       info.metric,
                       month.empty() ? "" : "@",
                       month);
}

/// What a wish may mean, of the steps that `has_step` takes.
template <class HasStep>
std::vector<SelectedOutput> find(Scenario const& scenario,
                                 Plan const& plan,
                                 Wish const& wish,
                                 HasStep const& has_step) {
    std::vector<SelectedOutput> found;
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
        OutputInfo const& info = plan.outputs[i];
        if (info.metric == wish.metric && has_step(info)
            && (wish.path.empty() || info.path == wish.path)) {
            auto const month = info.step < 0 ? "" : month_name(scenario, info.step);
            found.push_back({static_cast<int>(i), full_name(info, month), month, info});
        }
    }
    return found;
}

/// Adds those that are not there yet.
void add_new(std::vector<SelectedOutput>& all, std::vector<SelectedOutput> found) {
    for (auto& output : found) {
        bool const is_new = std::ranges::none_of(
            all, [&](auto const& known) { return known.row == output.row; });
        if (is_new) {
            all.push_back(std::move(output));
        }
    }
}

[[noreturn]] void
refuse(Scenario const& scenario, Plan const& plan, Wish const& wish, std::string text) {
    bool known = false;
    bool monthly = false;
    std::vector<std::string> names;
    for (OutputInfo const& info : plan.outputs) {
        bool const same =
            info.metric == wish.metric && (wish.path.empty() || info.path == wish.path);
        known = known || same;
        monthly = monthly || (same && info.step >= 0);
        if (info.step <= 0
            && std::find(names.begin(), names.end(), info.metric) == names.end()) {
            names.push_back(info.metric);
        }
    }
    auto const last = month_name(scenario, std::max(scenario.steps - 1, 0));
    auto const first = calendar_name(scenario, 0);
    std::string reason;
    if (known && monthly && !wish.month) {
        reason = fmt::format("it has a value in each month; write {}@{}", text, last);
    } else if (known && monthly) {
        reason = fmt::format("its months are {} to {}", first, last);
    } else if (known) {
        reason = "it has no months; leave out what follows the @";
    } else {
        for (Quantity const& quantity : scenario.quantities) {
            names.push_back(quantity.name);
        }
        auto const suggestion = text::did_you_mean(wish.metric, names);
        reason = wish.path.empty()
                     ? "no path and no quantity of that name has it"
                     : fmt::format("path {} has no such metric", wish.path);
        reason += suggestion.empty() ? "" : "; " + suggestion;
    }
    throw RunError(fmt::format("there is no output \"{}\": {}", text, reason));
}

}  // namespace

std::string written_metric(std::string const& metric) {
    auto const at = metric.find('@');
    if (at == std::string::npos) {
        return metric == "lag" ? "lag_months" : metric;
    }
    double value = 0.0;
    char const* const begin = metric.data() + at + 1;
    char const* const end = metric.data() + metric.size();
    auto const [stop, error] = std::from_chars(begin, end, value);
    return error == std::errc() && stop == end
               ? fmt::format("{}@{:g}", metric.substr(0, at), value)
               : metric;
}

std::vector<SelectedOutput>
select_outputs(Scenario const& scenario, Plan const& plan, std::string const& text) {
    Wish const wish = read_wish(scenario, text);
    int step = -1;
    if (wish.month) {
        int const months = *wish.month - scenario.start_month;
        step = months < 0 ? std::numeric_limits<int>::max()
                          : months / scenario.months_per_step;
    }
    auto found = find(scenario, plan, wish, [&](OutputInfo const& info) {
        return info.step == step;
    });
    if (found.empty()) {
        refuse(scenario, plan, wish, text);
    }
    return found;
}

std::vector<SelectedOutput> select_outputs(Scenario const& scenario,
                                           Plan const& plan,
                                           std::span<std::string const> texts) {
    std::vector<SelectedOutput> all;
    for (std::string const& text : texts) {
        add_new(all, select_outputs(scenario, plan, text));
    }
    return all;
}

std::vector<SelectedOutput> select_series(Scenario const& scenario,
                                          Plan const& plan,
                                          std::span<std::string const> texts) {
    std::vector<SelectedOutput> all;
    for (std::string const& text : texts) {
        Wish const wish = read_wish(scenario, text);
        auto found =
            wish.month
                ? std::vector<SelectedOutput>()
                : find(scenario, plan, wish, [](OutputInfo const&) { return true; });
        if (found.empty()) {
            found = select_outputs(scenario, plan, text);
        }
        // one series after the other, where the plan has one month after the other
        auto const columns = static_cast<int>(plan.column_rows.size());
        std::ranges::stable_sort(found, {}, [&](SelectedOutput const& output) {
            return output.info.step < 0 ? output.row : output.row % columns;
        });
        add_new(all, std::move(found));
    }
    return all;
}

std::vector<int> rows_of(std::span<SelectedOutput const> outputs) {
    std::vector<int> rows;
    for (auto const& output : outputs) {
        rows.push_back(output.row);
    }
    return rows;
}

Scenario with_outputs(Scenario scenario, std::span<std::string const> texts) {
    for (std::string const& text : texts) {
        auto const index = scenario.find_quantity(read_wish(scenario, text).metric);
        auto& outputs = scenario.outputs;
        if (index
            && std::find(outputs.begin(), outputs.end(), *index) == outputs.end()) {
            outputs.push_back(*index);
        }
    }
    return scenario;
}

CensoredValues censored_values(Scenario const& scenario, OutputInfo const& output) {
    double const end = scenario.months() - 1;
    auto const record_start = [&](std::string const& name) {
        for (Path const& path : scenario.paths) {
            if (path.name == name && !path.history.empty()) {
                return path.history.front().first;
            }
        }
        return 0.0;
    };
    std::string const reference =
        scenario.paths.empty() ? "" : scenario.paths[scenario.reference].name;
    double const now = scenario.last_month(output.step);
    if (!output.path.empty() && output.metric == "lag_months") {
        return {now - end, now - record_start(reference)};
    }
    if (output.metric.starts_with("milestone_month@")) {
        return {record_start(output.path), end};
    }
    if (output.metric.starts_with("milestone_lag_months@")) {
        return {record_start(output.path) - end, end - record_start(reference)};
    }
    if (output.unit == "month" || output.unit == "date") {  // parity_month, crossing()
        return {0.0, end};
    }
    double const none = std::numeric_limits<double>::quiet_NaN();
    return {none, none};
}

}  // namespace leadtime::estimator
