// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/output_pairs.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>
#include <tuple>

namespace leadtime::estimator {
namespace {

using OutputKey = std::tuple<std::string, std::string, int>;  ///< path, metric, month

/// Outputs by path, metric and the month in which their step ends (-1: no month).
std::map<OutputKey, int> index_outputs(Model const& model) {
    std::map<OutputKey, int> index;
    for (std::size_t i = 0; i < model.outputs().size(); ++i) {
        OutputInfo const& output = model.outputs()[i];
        int const month =
            output.step < 0 ? -1 : end_month(model.scenario(), output.step);
        index[{output.path, output.metric, month}] = static_cast<int>(i);
    }
    return index;
}

/// Whether an output is a mean over its step, so that it differs by the step's length.
bool is_mean(Plan const& plan, std::size_t output) {
    return plan.outputs[output].step >= 0
           && plan.column_means[output % plan.column_means.size()] != 0;
}

}  // namespace

int end_month(Scenario const& scenario, int step) {
    return scenario.start_month + (step + 1) * scenario.months_per_step;
}

std::vector<OutputPair> pair_outputs(Model const& base_model,
                                     Model const& other_model,
                                     OutputFilter const& wanted,
                                     std::vector<std::string>& left_out) {
    Scenario const& base = base_model.scenario();
    Scenario const& other = other_model.scenario();
    auto const theirs = index_outputs(other_model);
    std::vector<OutputPair> pairs;
    std::set<std::string> lacking;
    std::set<std::string> means;
    std::set<int> months_lacking;
    std::set<int> other_months;
    for (auto const& [key, output] : theirs) {
        other_months.insert(std::get<2>(key));
    }
    for (std::size_t i = 0; i < base_model.outputs().size(); ++i) {
        OutputInfo const& output = base_model.outputs()[i];
        if (!wanted(output.path, output.metric, output.step)) {
            continue;
        }
        if (base.months_per_step != other.months_per_step
            && is_mean(base_model.plan(), i)) {
            means.insert(output.metric);
            continue;
        }
        int const month = output.step < 0 ? -1 : end_month(base, output.step);
        auto const found = theirs.find({output.path, output.metric, month});
        bool const same_unit =
            found != theirs.end()
            && other_model.outputs()[static_cast<std::size_t>(found->second)].unit
                   == output.unit;
        if (same_unit) {
            pairs.push_back({static_cast<int>(i), found->second});
        } else if (month >= 0 && !other_months.contains(month)) {
            months_lacking.insert(month - 1);
        } else {
            lacking.insert(output.path.empty() ? output.metric
                                               : output.path + " " + output.metric);
        }
    }
    auto const say = [&](std::string const& who, auto const& what) {
        if (!what.empty()) {
            left_out.push_back(fmt::format("{}: {}", who, fmt::join(what, ", ")));
        }
    };
    std::vector<std::string> months;
    for (int const month : months_lacking) {
        months.push_back(fmt::format("{:04}-{:02}", month / 12, month % 12 + 1));
    }
    say("months without a step that ends there in " + other.file, months);
    say("not in " + other.file, lacking);
    say("means over steps of another length than in " + other.file, means);
    std::vector<std::string> more;
    for (Path const& path : other.paths) {
        bool const known =
            std::any_of(base.paths.begin(), base.paths.end(), [&](Path const& own) {
                return own.name == path.name;
            });
        if (!known) {
            more.push_back("path " + path.name);
        }
    }
    say("only in " + other.file, more);
    return pairs;
}

}  // namespace leadtime::estimator
