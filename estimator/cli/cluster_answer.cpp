// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_answer.hpp"

#include "estimator/cluster/training_cost.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace leadtime::estimator {
namespace {

constexpr double seconds_per_day = 86400;

using Getter = double (*)(ClusterFigures const&);

struct MetricKind {
    char const* key;
    Getter get;
};

constexpr MetricKind kinds[] = {
    {"mfu_fraction", [](ClusterFigures const& f) { return f.mfu; }},
    {"model_flop_per_s_per_accelerator",
     [](ClusterFigures const& f) { return f.model_flop_per_s; }},
    {"tokens_per_s", [](ClusterFigures const& f) { return f.tokens_per_s; }},
    {"step_s", [](ClusterFigures const& f) { return f.step_s; }},
    {"goodput_fraction", [](ClusterFigures const& f) { return f.goodput; }},
    {"duration_days",
     [](ClusterFigures const& f) { return f.duration_s / seconds_per_day; }},
    {"flop", [](ClusterFigures const& f) { return f.flop; }},
    {"mem_used_bytes", [](ClusterFigures const& f) { return f.mem_used_bytes; }},
};

ClusterCosts costs_of(ClusterMachine const& machine, double chips, double duration_s) {
    ClusterCosts costs;
    auto const chip_hours = chips * duration_s / 3600;
    if (machine.price_usd) {
        costs.upfront = chips * *machine.price_usd;
        if (machine.system_w) {
            TrainingCostInputs inputs;
            inputs.chip_hours = chip_hours;
            inputs.value_usd = *machine.price_usd;
            inputs.server_w = *machine.system_w;
            costs.amortised = training_cost(inputs).total_usd();
        }
    }
    if (machine.rental_usd_per_h) {
        costs.rental = chip_hours * *machine.rental_usd_per_h;
    }
    return costs;
}

std::vector<std::pair<std::string, double>> shares_of(ClusterFigures const& figures) {
    std::vector<std::pair<std::string, double>> shares{
        {"compute", figures.compute_s},
        {"tensor_communication", figures.tensor_s},
        {"expert_communication", figures.expert_s},
        {"latency", figures.latency_s},
        {"pipeline", figures.pipeline_s},
        {"data_communication", figures.data_s},
        {"optimizer", figures.optimizer_s},
        {"stragglers_and_system", figures.slowdown_s},
        {"site_exchange", figures.site_exchange_s},
    };
    double total = 0;
    for (auto const& share : shares) {
        total += share.second;
    }
    // of the time that passes: what failures take comes on top of the step
    auto const alive = figures.goodput;
    for (auto& share : shares) {
        share.second *= alive / total;
    }
    shares.emplace_back("failures", 1 - alive);
    std::stable_sort(shares.begin(), shares.end(), [](auto const& a, auto const& b) {
        return a.second > b.second;
    });
    std::erase_if(shares, [](auto const& share) { return share.second <= 0; });
    return shares;
}

void add_flags(ClusterAnswer& answer, ClusterQuestion const& asked) {
    auto const& point = answer.point;
    auto const memory =
        asked.question.machine.spreads[ClusterQuantity::mem_bytes].median;
    if (point.mem_used_bytes > memory) {
        answer.flags.push_back(
            fmt::format("does not fit: needs {:.0f} GB of {:.0f} GB an accelerator",
                        point.mem_used_bytes / 1e9,
                        memory / 1e9));
    } else if (!point.is_feasible) {
        answer.flags.emplace_back("no network beyond the scale-up domain");
    }
    if (point.chips_used < answer.chips && asked.question.split) {
        answer.flags.push_back(
            fmt::format("the layout leaves {:.0f} of the accelerators over: they idle",
                        answer.chips - point.chips_used));
    } else if (point.chips_used < answer.chips * 0.999) {
        answer.flags.push_back(fmt::format(
            "more would slow the job: only {:.0f} of the accelerators are used",
            point.chips_used));
    }
    if (point.active_fraction < 0.999) {
        answer.flags.push_back(
            fmt::format("less than one sequence for each replica: {:.0f} % of the "
                        "accelerators idle",
                        100 * (1 - point.active_fraction)));
    }
    if (answer.chips > 16384) {
        answer.flags.emplace_back(
            "beyond 16,384 accelerators nothing is published to check the model with");
    }
}

}  // namespace

ClusterAnswer answer_cluster(ClusterQuestion const& asked, double chips) {
    auto question = asked.question;
    question.chips = chips;
    ClusterAnswer answer;
    answer.chips = chips;
    answer.point = evaluate_cluster(question);
    answer.flags = asked.flags;
    std::vector<ClusterFigures> drawn;
    if (asked.samples > 0) {
        drawn = sample_cluster(question, asked.samples, asked.seed);
        auto const fits = std::count_if(
            drawn.begin(), drawn.end(), [](auto const& f) { return f.is_feasible; });
        answer.feasible_fraction =
            static_cast<double>(fits) / static_cast<double>(drawn.size());
    }
    for (auto const& kind : kinds) {
        ClusterMetric metric{kind.key, kind.get(answer.point), {}};
        if (!drawn.empty()) {
            std::vector<double> values;
            values.reserve(drawn.size());
            for (auto const& figures : drawn) {
                values.push_back(kind.get(figures));
            }
            metric.range = range_of(std::move(values));
        }
        answer.metrics.push_back(std::move(metric));
    }
    answer.costs = costs_of(question.machine, chips, answer.point.duration_s);
    answer.shares = shares_of(answer.point);
    add_flags(answer, asked);
    return answer;
}

}  // namespace leadtime::estimator
