// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/until.hpp"

#include "estimator/quantities/number.hpp"
#include "estimator/study/result_rows.hpp"
#include "text/number_format.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace leadtime::estimator {
namespace {

constexpr std::uint64_t first_samples = 4096;

std::string level_name(int level) {
    return level < 0
               ? "mean"
               : fmt::format("p{:g}",
                             100.0 * quantile_levels[static_cast<std::size_t>(level)]);
}

double value_of(Row const& row, int level) {
    return level < 0 ? row.mean : row.quantiles[static_cast<std::size_t>(level)];
}

double error_of(Row const& row, int level) {
    return level < 0 ? mean_error(row)
                     : quantile_error(row, static_cast<std::size_t>(level));
}

/// One output of a goal, found in each result anew.
struct Watched {
    PrecisionGoal const* goal;
    SelectedOutput output;

    Row const& row(Result const& result) const {
        return *result.find(output.info.path, output.info.metric, output.info.step);
    }
    /// Whether the error of a mean that is watched is none.
    bool is_unreliable(Row const& own) const {
        return goal->level < 0 && mean_verdict(own.tail_index) != MeanVerdict::sound;
    }
    bool is_reached(Result const& result) const {
        Row const& own = row(result);
        if (is_unreliable(own)) {
            return false;
        }
        double const error = error_of(own, goal->level);
        double const size =
            goal->is_relative ? std::abs(value_of(own, goal->level)) : 1.0;
        return std::isfinite(error) && std::isfinite(size)
               && error <= goal->tolerance * size;
    }
    std::string describe(Result const& result, std::string const& looked) const {
        Row const& own = row(result);
        double const value = value_of(own, goal->level);
        double const error = error_of(own, goal->level);
        std::string const relative =
            goal->is_relative
                ? fmt::format(" ({:.2g} %)", 100.0 * std::abs(error / value))
                : "";
        return fmt::format(
            "{} {} is {} with standard error {}{}, asked for {}: {} after {} samples; "
            "looked at after {}{}",
            output.name,
            level_name(goal->level),
            plain_text(value),
            plain_text(error),
            relative,
            goal->text.substr(goal->text.rfind(':') + 1),
            is_reached(result) ? "reached" : "not reached",
            grouped_text(result.samples),
            looked,
            is_unreliable(own) ? "; the standard error of this mean is not reliable"
                               : "");
    }
};

}  // namespace

PrecisionGoal read_goal(std::string const& text) {
    auto const refuse = [&](std::string const& why) -> RunError {
        return RunError(
            fmt::format("--until \"{}\": {} (write OUTPUT:STATISTIC:PRECISION, "
                        "such as lag@2030-12:p50:0.5%)",
                        text,
                        why));
    };
    auto const second = text.rfind(':');
    auto const first = second == std::string::npos || second == 0
                           ? second
                           : text.rfind(':', second - 1);
    if (first == std::string::npos || first == 0 || second == first) {
        throw refuse("three parts are needed");
    }
    PrecisionGoal goal;
    goal.text = text;
    goal.output = text.substr(0, first);
    std::string const statistic = text.substr(first + 1, second - first - 1);
    goal.level = -2;
    if (statistic == "mean") {
        goal.level = -1;
    }
    for (std::size_t i = 0; i < quantile_levels.size(); ++i) {
        if (statistic == level_name(static_cast<int>(i))
            || statistic == fmt::format("p{:02.0f}", 100.0 * quantile_levels[i])) {
            goal.level = static_cast<int>(i);
        }
    }
    if (goal.level == -2) {
        throw refuse(
            fmt::format("\"{}\" is no statistic that is reported (mean, p1, p5, "
                        "p25, p50, p75, p95, p99)",
                        statistic));
    }
    std::string const precision = text.substr(second + 1);
    goal.is_relative = precision.ends_with('%');
    auto const value = parse_value_text(precision, false, 0);
    auto const* const values = std::get_if<ValueText>(&value);
    if (values == nullptr || values->values.size() != 1 || !(values->values[0] > 0.0)) {
        throw refuse(fmt::format("\"{}\" is not a precision above 0", precision));
    }
    goal.tolerance = values->values.front();
    return goal;
}

UntilResult estimate_until(Model const& given,
                           Executor const& executor,
                           RunOptions const& options,
                           std::vector<PrecisionGoal> const& goals) {
    std::vector<std::string> names;
    for (PrecisionGoal const& goal : goals) {
        names.push_back(goal.output);
    }
    Model const model = given.with_outputs(names);
    std::vector<Watched> watched;
    for (PrecisionGoal const& goal : goals) {
        for (auto const& output : model.find({&goal.output, 1})) {
            watched.push_back({&goal, output});
        }
    }
    UntilResult until;
    std::string looked;
    RunOptions now = options;
    now.aims = names;
    for (now.samples = std::min(first_samples, options.samples);;) {
        until.result = estimate(model, executor, now);
        until.is_reached =
            std::all_of(watched.begin(), watched.end(), [&](auto const& w) {
                return w.is_reached(until.result);
            });
        looked += (looked.empty() ? "" : ", ") + grouped_text(until.result.samples);
        if (until.is_reached || now.samples > options.samples / 2) {
            break;
        }
        now.samples *= 2;
    }
    for (Watched const& one : watched) {
        until.explanation.push_back(one.describe(until.result, looked));
    }
    auto& notes = until.result.notes;
    notes.insert(notes.end(), until.explanation.begin(), until.explanation.end());
    return until;
}

}  // namespace leadtime::estimator
