// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_rivals.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <string_view>

namespace leadtime::estimator {
namespace {

/// What they have in common is an amount of money or of power.
bool counts_amount(ClusterEqual equal) {
    return equal == ClusterEqual::usd || equal == ClusterEqual::power;
}

/// As many accelerators of `prices` as cost, or draw, what the other outcome does; 0
/// where it is not enough for one. All of it is known.
double equal_chips(ClusterEqual equal,
                   CostMethod method,
                   DrawnPrices const& prices,
                   ClusterOutcome const& other) {
    bool const is_power = equal == ClusterEqual::power;
    auto const have = is_power ? other.bill.facility_w : other.bill.usd_by(method);
    auto const each = is_power
                          ? prices.facility_w()
                          : prices.usd_each(method, other.figures.duration_s / 3600);
    auto const chips = std::floor(have.value_or(0) / each.value_or(1));
    return std::isfinite(chips) ? std::min(chips, max_cluster_chips) : 1;
}

/// What one outcome of the first asks of a rival.
struct Target {
    double days;
    double chips;
};

Target target_of(ClusterTask const& task,
                 ClusterEqual equal,
                 ClusterSought sought_of_base,
                 ClusterOutcome const& base,
                 DrawnPrices const& prices) {
    Target target{task.days, base.figures.chips};
    if (sought_of_base == ClusterSought::days) {  // else those of the task stand
        auto const days = base.figures.days();
        target.days = std::isfinite(days) ? days : 1e-9;  // is matched by nothing
    }
    if (counts_amount(equal)) {
        target.chips = std::max(1.0, equal_chips(equal, task.usd_method, prices, base));
    }
    return target;
}

/// What of the answer is told as a multiple of the other one's.
constexpr std::string_view compared[] = {"accelerators",
                                         "duration_days",
                                         "flop",
                                         "amortised_usd",
                                         "rental_usd",
                                         "upfront_usd",
                                         "facility_mw"};

std::vector<ClusterMetric> ratios_of(ClusterAnswer const& answer,
                                     ClusterAnswer const& base,
                                     std::optional<double> own_grid) {
    auto const own_kinds = cluster_metric_kinds(answer.task, own_grid);
    auto const base_kinds = cluster_metric_kinds(base.task, own_grid);
    std::vector<ClusterMetric> ratios;
    for (std::size_t k = 0; k < own_kinds.size(); ++k) {
        auto const& key = own_kinds[k].key;
        if (std::ranges::find(compared, key) == std::end(compared)) {
            continue;
        }
        auto const ratio = [&](ClusterOutcome const& own, ClusterOutcome const& other) {
            auto const a = own_kinds[k].get(own);
            auto const b = base_kinds[k].get(other);
            if (!a || !b) {
                return std::optional<double>();
            }
            auto const of_base = *a / *b;  // not a number where neither ever ends
            return std::optional(std::isnan(of_base)
                                     ? std::numeric_limits<double>::infinity()
                                     : of_base);
        };
        if (auto const at_point = ratio(answer.point, base.point)) {
            std::vector<double> values;
            for (std::size_t i = 0; i < answer.drawn.size(); ++i) {
                values.push_back(*ratio(answer.drawn[i], base.drawn[i]));
            }
            ratios.push_back(cluster_metric(key, *at_point, std::move(values)));
        }
    }
    return ratios;
}

FrontierPoint
point_of(ClusterMachine const& machine, double days, ClusterAnswer const& answer) {
    FrontierPoint point{&machine, days, *answer.find("flop"), {}};
    for (auto const& outcome : answer.drawn) {
        point.samples.push_back(
            static_cast<float>(flop_found(outcome, answer.task.sought)));
    }
    if (point.samples.empty()) {
        point.samples.push_back(static_cast<float>(point.flop.point));
    }
    std::sort(point.samples.begin(), point.samples.end());
    return point;
}

}  // namespace

ClusterRival answer_rival(ClusterQuestion const& asked,
                          ClusterAnswer const& base,
                          ClusterMachine const& machine) {
    auto task = asked.task;
    task.question.machine = machine;
    task.prices = prices_of(machine, task.prices);
    std::vector<std::string> flags;
    if (machine.fell_back) {
        flags.push_back(machine.fallback_reason);
    }
    bool const shares_bound =
        task.is_bounded
        && ((asked.equal == ClusterEqual::usd && task.usd && !task.facility_w)
            || (asked.equal == ClusterEqual::power && task.facility_w && !task.usd));
    SampleTargets targets;
    if (!shares_bound) {
        task.is_bounded = false;
        if (asked.equal == ClusterEqual::time) {
            task.sought = ClusterSought::count;
        } else if (task.sought == ClusterSought::count) {
            task.sought = ClusterSought::days;
        }
        auto const prices = medians_of(task.prices);
        if (counts_amount(asked.equal)
            && equal_chips(asked.equal, task.usd_method, prices, base.point) < 1) {
            flags.emplace_back("not enough for one: one is taken all the same");
        }
        auto const target = [&](ClusterOutcome const& outcome,
                                DrawnPrices const& drawn) {
            return target_of(task, asked.equal, base.task.sought, outcome, drawn);
        };
        for (std::size_t i = 0; i < base.drawn.size(); ++i) {
            auto const& outcome = base.drawn[i];
            auto const own = target(outcome, draw(task.prices, asked.seed, i));
            targets.days.push_back(own.days);
            targets.chips.push_back(own.chips);
            targets.flop.push_back(outcome.figures.flop);
        }
        auto const at_point = target(base.point, prices);
        task.days = at_point.days;
        task.question.chips = at_point.chips;
        if (task.question.planned) {
            task.question.planned->flop = base.point.figures.flop;
        }
    }
    ClusterRival rival{answer_task(asked, std::move(task), targets, std::move(flags)),
                       {}};
    rival.per_base = ratios_of(rival.answer, base, asked.grid_kg_per_kwh);
    return rival;
}

std::vector<FrontierPoint> cluster_frontier(ClusterQuestion const& asked) {
    std::vector<FrontierPoint> points;
    for (auto const days : asked.frontier_days) {
        auto of_days = asked;
        of_days.task.days = days;
        auto const base = answer_cluster(of_days, asked.task.question.chips);
        points.push_back(point_of(asked.task.question.machine, days, base));
        for (auto const& machine : asked.others) {
            auto const rival = answer_rival(of_days, base, machine);
            points.push_back(point_of(machine, days, rival.answer));
        }
    }
    return points;
}

}  // namespace leadtime::estimator
