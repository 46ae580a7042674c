// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_json.hpp"

#include <cmath>
#include <fmt/format.h>

namespace leadtime::estimator {
namespace {

using Json = nlohmann::ordered_json;

Json json_number(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json json_of_split(ClusterSplit const& split) {
    return {{"tensor", split.tensor},
            {"pipeline", split.pipeline},
            {"virtual_stages", split.virtual_stages},
            {"expert", split.expert},
            {"context", split.context},
            {"micro_batch", split.micro_batch},
            {"fully_sharded", split.is_sharded}};
}

Json json_of(std::vector<ClusterMetric> const& metrics, bool at_point) {
    Json values = Json::object();
    for (auto const& metric : metrics) {
        if (at_point) {
            values[metric.key] = json_number(metric.point);
        } else if (metric.range) {
            values[metric.key] = {json_number(metric.range->low),
                                  json_number(metric.range->median),
                                  json_number(metric.range->high)};
        }
    }
    return values;
}

char const* word_of(ClusterSought sought) {
    return sought == ClusterSought::days    ? "days"
           : sought == ClusterSought::count ? "accelerators"
                                            : "job";
}

Json json_of(ClusterAnswer const& answer) {
    auto const& figures = answer.point.figures;
    auto point = json_of(answer.metrics, true);
    point["active_fraction"] = figures.active_fraction;
    point["recomputed_fraction"] = figures.recomputed_fraction;
    point["checkpoint_interval_s"] = figures.checkpoint_interval_s;
    point["tokens_needed"] = figures.tokens_needed;
    point["largest_flop_per_s"] = figures.largest_flop_per_s;
    Json shares = Json::object();
    for (auto const& [name, share] : answer.shares) {
        shares[name] = share;
    }
    Json costs = Json::object();
    for (auto const method : cost_methods) {
        auto const* cost = answer.find(fmt::format("{}_usd", to_string(method)));
        costs[std::string(to_string(method))] =
            cost == nullptr ? Json(nullptr) : json_number(cost->centre());
    }
    auto const& joined = answer.task.joined;
    return {{"sought", word_of(answer.task.sought)},
            {"carrier", answer.task.question.machine.id},
            {"joined",
             joined
                 ? Json{{"accelerator", joined->machine.id}, {"chips", joined->chips}}
                 : Json(nullptr)},
            {"chips", figures.chips},
            {"feasible", figures.is_feasible},
            {"met_fraction", answer.met_fraction},
            {"flags", answer.flags},
            {"point", point},
            {"quantiles", json_of(answer.metrics, false)},
            {"feasible_fraction", answer.feasible_fraction},
            {"step_shares", shares},
            {"layout", json_of_split(figures.split)},
            {"cost_usd", costs}};
}

Json json_of(ClusterMachine const& machine) {
    return {{"accelerator", machine.id},
            {"precision", machine.precision},
            {"fell_back", machine.fell_back},
            {"reference_peak_flop_per_s",
             machine.spreads[ClusterQuantity::peak_flop_per_s].median},
            {"price_source", machine.price_source},
            {"assumptions", machine.assumptions}};
}

Json json_head(ClusterQuestion const& asked) {
    auto const& question = asked.task.question;
    auto document = json_of(question.machine);
    document["model"] = question.planned ? Json("planned") : Json(question.model.id);
    document["attention_counted"] = question.attention_count;
    document["samples"] = asked.samples;
    document["seed"] = asked.seed;
    return document;
}

Json json_of(ClusterRival const& rival) {
    auto document = json_of(rival.answer.task.question.machine);
    document.update(json_of(rival.answer));
    document["per_base"] = {{"point", json_of(rival.per_base, true)},
                            {"quantiles", json_of(rival.per_base, false)}};
    return document;
}

}  // namespace

Json json_document(ClusterQuestion const& asked,
                   std::vector<ClusterAnswer> const& answers,
                   std::vector<ClusterRival> const& rivals) {
    auto document = json_head(asked);
    if (asked.is_sweep) {
        document["sweep"] = Json::array();
        for (auto const& answer : answers) {
            document["sweep"].push_back(json_of(answer));
        }
    } else {
        document.update(json_of(answers.front()));
    }
    if (!rivals.empty()) {
        document["equal"] = std::string(to_string(asked.equal));
        document["side_by_side"] = Json::array();
        for (auto const& rival : rivals) {
            document["side_by_side"].push_back(json_of(rival));
        }
    }
    return document;
}

Json json_document(ClusterQuestion const& asked,
                   std::vector<FrontierPoint> const& points) {
    auto document = json_head(asked);
    document["equal"] = std::string(to_string(asked.equal));
    auto& lines = document["frontier"] = Json::array();
    for (auto const& point : points) {
        if (lines.empty() || lines.back()["days"] != point.days) {
            lines.push_back({{"days", point.days}, {"accelerators", Json::array()}});
        }
        Json flop{{"point", json_number(point.flop.point)}};
        if (auto const& range = point.flop.range) {
            flop["quantiles"] = {range->low, range->median, range->high};
        }
        lines.back()["accelerators"].push_back(
            {{"accelerator", point.machine->id}, {"flop", flop}});
    }
    return document;
}

}  // namespace leadtime::estimator
