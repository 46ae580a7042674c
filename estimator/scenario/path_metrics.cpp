// SPDX-License-Identifier: Apache-2.0
#include "estimator/scenario/dependencies.hpp"
#include "kernels/plan/metrics.hpp"

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

Dimension dimension_of(std::string_view unit) {
    std::string problem;
    std::string suggestion;
    auto const parsed = parse_unit(unit, {}, problem, suggestion);
    if (!parsed) {
        throw std::logic_error("of a metric: " + problem);
    }
    return parsed->dimension;
}

}  // namespace

std::vector<std::string> carrier_metrics(Path const& path) {
    std::vector<std::string> names;
    for (auto const& accelerator : path.accelerators) {
        names.push_back(std::string(carried_by) + accelerator.profile);
    }
    for (auto const& channel : path.channels) {
        names.push_back(std::string(carried_by) + "channel." + channel.name);
    }
    names.emplace_back(pools_in_run);
    return names;
}

std::optional<NamedMetric> find_path_metric(Scenario const& scenario,
                                            std::string_view name) {
    if (!name.starts_with("path.")) {
        return std::nullopt;
    }
    name.remove_prefix(5);
    auto const dot = name.find('.');
    if (dot == std::string_view::npos) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < scenario.paths.size(); ++i) {
        if (scenario.paths[i].name == name.substr(0, dot)) {
            return NamedMetric{i, std::string(name.substr(dot + 1))};
        }
    }
    return std::nullopt;
}

std::vector<std::string> readable_metrics(Scenario const& scenario, std::size_t path) {
    std::vector<std::string> names;
    for (auto const& metric : kernels::path_metrics) {
        if (metric.stage < kernels::MetricStage::compared
            || path != scenario.reference) {
            names.emplace_back(metric.name);
        }
    }
    if (path != scenario.reference) {
        names.emplace_back("lag");
    }
    auto const add = [&](auto const& table) {
        for (auto const& metric : table) {
            names.emplace_back(metric.name);
        }
    };
    if (scenario.paths[path].progress) {
        add(kernels::progress_metrics);
    }
    if (scenario.paths[path].job) {
        add(kernels::cluster_metrics);
    }
    for (auto const& accelerator : scenario.paths[path].accelerators) {
        names.push_back("chips." + accelerator.profile);
    }
    for (auto const& channel : scenario.paths[path].channels) {
        names.push_back("channel." + channel.name);
    }
    for (auto const& name : carrier_metrics(scenario.paths[path])) {
        names.push_back(name);
    }
    return names;
}

std::optional<Dimension> metric_dimension(std::string_view metric) {
    if (metric.starts_with(carried_by) || metric == pools_in_run) {
        return dimension_of("1");
    }
    if (metric.starts_with("chips.") || metric.starts_with("channel.")) {
        return dimension_of("chips");
    }
    std::string_view const wanted = metric == "lag" ? lag_metric : metric;
    std::optional<Dimension> found;
    auto const look = [&](auto const& table) {
        for (auto const& known : table) {
            if (known.name == wanted) {
                found = dimension_of(known.unit);
            }
        }
    };
    look(kernels::path_metrics);
    look(kernels::progress_metrics);
    look(kernels::cluster_metrics);
    return found;
}

std::vector<Input> inputs_of(Path const& path) {
    std::vector<Input> inputs(path.inputs.begin(), path.inputs.end());
    if (path.progress) {
        inputs.insert(
            inputs.end(), path.progress->inputs.begin(), path.progress->inputs.end());
    }
    for (auto const& use : path.accelerators) {
        inputs.insert(inputs.end(), use.inputs.begin(), use.inputs.end());
        if (use.cluster) {
            auto const& cluster = use.cluster->inputs;
            inputs.insert(inputs.end(), cluster.begin(), cluster.end());
        }
    }
    if (path.join) {
        inputs.insert(inputs.end(), path.join->begin(), path.join->end());
    }
    if (path.job) {
        inputs.insert(inputs.end(), path.job->begin(), path.job->end());
    }
    for (auto const& channel : path.channels) {
        inputs.insert(inputs.end(), channel.inputs.begin(), channel.inputs.end());
    }
    return inputs;
}

}  // namespace leadtime::estimator
