// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/until.hpp"

#include "estimator/quantities/number.hpp"
#include "estimator/study/buying_policy.hpp"
#include "estimator/study/result_rows.hpp"
#include "text/number_format.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace leadtime::estimator {
namespace {

constexpr std::uint64_t first_samples = 4096;

/// Of a result's rows, where a goal is about a quantile.
std::size_t place_of(Result const& result, PrecisionGoal const& goal) {
    auto const& all = result.levels.all();
    return static_cast<std::size_t>(std::find(all.begin(), all.end(), goal.level)
                                    - all.begin());
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
        return goal->is_mean() && mean_verdict(own.tail_index) != MeanVerdict::sound;
    }
    double value(Result const& result) const {
        Row const& own = row(result);
        return goal->is_mean() ? own.mean : own.quantiles.at(place_of(result, *goal));
    }
    double error(Result const& result) const {
        Row const& own = row(result);
        return goal->is_mean() ? mean_error(own)
                               : quantile_error(own, place_of(result, *goal));
    }
    bool is_reached(Result const& result) const {
        Row const& own = row(result);
        if (is_unreliable(own)) {
            return false;
        }
        double const off = error(result);
        double const size = goal->is_relative ? std::abs(value(result)) : 1.0;
        return std::isfinite(off) && std::isfinite(size)
               && off <= goal->tolerance * size;
    }
    std::string describe(Result const& result, std::string const& looked) const {
        Row const& own = row(result);
        double const found = value(result);
        double const off = error(result);
        std::string const relative =
            goal->is_relative
                ? fmt::format(" ({:.2g} %)", 100.0 * std::abs(off / found))
                : "";
        return fmt::format(
            "{} {} is {} with standard error {}{}, asked for {}: {} after {} samples; "
            "looked at after {}{}",
            output.name,
            goal->is_mean() ? "mean" : quantile_name(goal->level),
            text::plain_text(found),
            text::plain_text(off),
            relative,
            goal->text.substr(goal->text.rfind(':') + 1),
            is_reached(result) ? "reached" : "not reached",
            text::grouped_text(result.samples),
            looked,
            is_unreliable(own) ? "; the standard error of this mean is not reliable"
                               : "");
    }
};

}  // namespace

PrecisionGoal read_goal(std::string const& text, QuantileLevels const& levels) {
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
    std::string names = "mean";
    bool is_known = statistic == names;
    for (std::size_t const place : levels.reported()) {
        std::string const name = quantile_name(levels[place]);
        names += ", " + name;
        bool const has_zero = name.size() == 2 && statistic == "p0" + name.substr(1);
        if (statistic == name || has_zero) {
            goal.level = levels[place];
            is_known = true;
        }
    }
    if (!is_known) {
        throw refuse(fmt::format(
            "\"{}\" is no statistic that is reported ({})", statistic, names));
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
    Model const model = with_found_policies(given.with_outputs(names), executor);
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
        looked +=
            (looked.empty() ? "" : ", ") + text::grouped_text(until.result.samples);
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
