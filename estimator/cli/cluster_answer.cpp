// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_answer.hpp"

#include "text/number_format.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace leadtime::estimator {
namespace {

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

/// What is asked for and cannot be had, and what does.
void add_limits(ClusterAnswer& answer) {
    auto const& task = answer.task;
    auto const& figures = answer.point.figures;
    auto const loss = answer.largest_loss();
    if (!answer.point.is_met && task.sought == ClusterSought::count) {
        answer.flags.push_back(
            figures.is_feasible ? fmt::format(
                "no number of accelerators does it in {:.4g} days: the {} "
                "that are of use take {:.4g} days, {}",
                task.days,
                text::plain_text(figures.chips_used),
                figures.days(),
                loss.empty() ? "arithmetic all of the time" : loss + " of the time")
                                : "it fits on no number of accelerators");
    } else if (!answer.point.is_met) {
        answer.flags.push_back(
            fmt::format("no job of {} FLOP or more is done in {:.4g} days",
                        text::power_text(least_job_flop),
                        task.days));
    } else if (answer.met_fraction < 0.9995 && !answer.drawn.empty()) {
        answer.flags.push_back(
            fmt::format("it is done in {:.1f} % of the samples: the others have none",
                        100 * answer.met_fraction));
    }
    if (task.is_bounded) {
        return;
    }
    auto const exceeds = [&](std::string const& key,
                             std::optional<double> const& bound,
                             double unit,
                             std::string_view option,
                             std::string_view words) {
        auto const* metric = answer.find(key);
        if (bound && metric != nullptr && std::isfinite(metric->centre())
            && metric->centre() * unit > *bound) {  // what never ends says so elsewhere
            answer.flags.push_back(
                fmt::format("{} {}, beyond {} {}",
                            words,
                            text::scaled_text(metric->centre() * unit),
                            option,
                            text::scaled_text(*bound)));
        }
    };
    exceeds(fmt::format("{}_usd", to_string(task.usd_method)),
            task.usd,
            1,
            "--usd",
            fmt::format("the {} cost is", to_string(task.usd_method)));
    exceeds("facility_mw", task.facility_w, 1e6, "--power", "the power in W is");
}

void add_flags(ClusterAnswer& answer) {
    auto const& point = answer.point.figures;
    auto const& question = answer.task.question;
    auto const memory = question.machine.spreads[ClusterQuantity::mem_bytes].median;
    if (point.mem_used_bytes > memory) {
        answer.flags.push_back(
            fmt::format("does not fit: needs {:.0f} GB of {:.0f} GB an accelerator",
                        point.mem_used_bytes / 1e9,
                        memory / 1e9));
    } else if (!point.is_feasible) {
        answer.flags.emplace_back("no network beyond the scale-up domain");
    }
    if (point.chips_used < point.chips && question.split) {
        answer.flags.push_back(
            fmt::format("the layout leaves {:.0f} of the accelerators over: they idle",
                        point.chips - point.chips_used));
    } else if (point.chips_used < point.chips * 0.999) {
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
    if (point.chips > 16384) {
        answer.flags.emplace_back(
            "beyond 16,384 accelerators nothing is published to check the model with");
    }
}

/// Either pool may carry, or train alone: what does most at median inputs.
std::pair<ClusterTask, std::string> best_of_pools(ClusterTask const& task) {
    auto other = task;
    auto& question = other.question;
    std::swap(question.machine, other.joined->machine);
    std::swap(question.chips, other.joined->chips);
    std::swap(other.prices, other.joined->prices);
    std::vector<std::pair<ClusterTask, std::string>> ways;
    for (ClusterTask const* way : std::array<ClusterTask const*, 2>{&task, &other}) {
        auto const& first = way->question.machine.id;
        auto const& second = way->joined->machine.id;
        ways.emplace_back(*way,
                          fmt::format("{} carries the run, {} joins", first, second));
        auto alone = *way;
        alone.joined.reset();
        ways.emplace_back(
            alone,
            fmt::format("{} trains alone: with {} it would do less", first, second));
    }
    auto const does_more = [](ClusterOutcome const& a, ClusterOutcome const& b) {
        return a.figures.flop * b.figures.duration_s
               > b.figures.flop * a.figures.duration_s;
    };
    auto best = ways.begin();
    auto outcome = evaluate_task(best->first);
    for (auto way = ways.begin() + 1; way != ways.end(); ++way) {
        auto const found = evaluate_task(way->first);
        if (does_more(found, outcome)) {
            best = way;
            outcome = found;
        }
    }
    return *best;
}

double share_of(std::vector<ClusterOutcome> const& outcomes,
                bool (*is_so)(ClusterOutcome const&)) {
    return outcomes.empty() ? 0
                            : static_cast<double>(std::count_if(
                                  outcomes.begin(), outcomes.end(), is_so))
                                  / static_cast<double>(outcomes.size());
}

}  // namespace

ClusterMetric const* ClusterAnswer::find(std::string_view key) const {
    auto const found =
        std::find_if(metrics.begin(), metrics.end(), [&](auto const& metric) {
            return metric.key == key;
        });
    return found == metrics.end() ? nullptr : &*found;
}

std::string ClusterAnswer::largest_loss() const {
    for (auto const& [name, share] : shares) {
        if (name != "compute") {
            return fmt::format("{} {:.0f} %", name, 100 * share);
        }
    }
    return "";
}

ClusterAnswer answer_cluster(ClusterQuestion const& asked, double chips) {
    auto task = asked.task;
    task.question.chips = chips;
    if (!task.joined) {
        return answer_task(asked, std::move(task), {}, asked.flags);
    }
    auto const [best, words] = best_of_pools(task);
    auto flags = asked.flags;
    flags.push_back(words);
    return answer_task(asked, best, {}, flags);
}

ClusterAnswer answer_task(ClusterQuestion const& asked,
                          ClusterTask task,
                          SampleTargets const& targets,
                          std::vector<std::string> flags) {
    ClusterAnswer answer;
    answer.task = std::move(task);
    answer.flags = std::move(flags);
    answer.point = evaluate_task(answer.task);
    if (asked.samples > 0) {
        answer.drawn = sample_task(answer.task, asked.samples, asked.seed, targets);
    }
    answer.feasible_fraction =
        share_of(answer.drawn, [](auto const& o) { return o.figures.is_feasible; });
    answer.met_fraction =
        share_of(answer.drawn, [](auto const& o) { return o.is_met; });
    for (auto const& kind : cluster_metric_kinds(answer.task, asked.grid_kg_per_kwh)) {
        if (auto const at_point = kind.get(answer.point)) {
            std::vector<double> values;
            values.reserve(answer.drawn.size());
            for (auto const& outcome : answer.drawn) {
                values.push_back(*kind.get(outcome));
            }
            answer.metrics.push_back(
                cluster_metric(kind.key, *at_point, std::move(values)));
        }
    }
    answer.shares = shares_of(answer.point.figures);
    add_limits(answer);
    add_flags(answer);
    return answer;
}

}  // namespace leadtime::estimator
