// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/channel_turns.hpp"
#include "estimator/compile/plan_builder.hpp"
#include "estimator/scenario/dependencies.hpp"

#include <compare>
#include <fmt/format.h>
#include <map>
#include <span>
#include <string>
#include <utility>

namespace leadtime::estimator::detail {

using kernels::ChannelPlan;
using kernels::PathPlan;
using kernels::PoolPlan;

namespace {

/// Numbers words by their first appearance.
class Numbering {
  public:
    int operator[](std::string const& word) {
        return numbers_.try_emplace(word, static_cast<int>(numbers_.size()))
            .first->second;
    }
    int size() const { return static_cast<int>(numbers_.size()); }

  private:
    std::map<std::string, int> numbers_;
};

/// What tells pools apart.
struct PoolKind {
    int accelerator;
    bool is_rented;
    int place;
    // NOLINTNEXTLINE(modernize-use-nullptr): the 0 is the comparison's own
    auto operator<=>(PoolKind const&) const = default;
};

/// A generation that is not known is far from any other.
int generation_of(AcceleratorUse const& use, std::size_t number) {
    return use.generation.value_or(1000 * (static_cast<int>(number) + 1));
}

/// Pools in order: by accelerator, owned before rented, places as they come. Where
/// nothing joins pools, places do not matter. Gives the pool of each channel.
std::vector<int> lay_out_pools(Path const& path, Plan& plan, PathPlan& out) {
    Numbering places;
    Numbering ecosystems;
    Numbering groups;
    std::map<PoolKind, std::vector<int>> channels_of;
    for (std::size_t c = 0; c < path.channels.size(); ++c) {
        Channel const& channel = path.channels[c];
        channels_of[{static_cast<int>(channel.accelerator),
                     kernels::conduct_of(channel.kind).is_rented,
                     path.join ? places[channel.place] : 0}]
            .push_back(static_cast<int>(c));
    }
    std::vector<int> pool_of_channel(path.channels.size());
    out.first_pool = static_cast<int>(plan.pools.size());
    for (auto const& [kind, channels] : channels_of) {
        auto const accelerator = static_cast<std::size_t>(kind.accelerator);
        AcceleratorUse const& use = path.accelerators[accelerator];
        PoolPlan pool;
        pool.rented = kind.is_rented;
        pool.accelerator = kind.accelerator;
        pool.ecosystem = ecosystems[use.ecosystem];
        pool.place = kind.place;
        pool.generation = generation_of(use, accelerator);
        pool.group = groups[path.join ? fmt::format("{} {}", pool.ecosystem, pool.place)
                                      : fmt::format("{}", out.pool_count)];
        pool.first_channel_of_pool = static_cast<int>(plan.pool_channels.size());
        pool.channel_count = static_cast<int>(channels.size());
        for (int const channel : channels) {
            plan.pool_channels.push_back(channel);
            pool_of_channel[static_cast<std::size_t>(channel)] = out.pool_count;
        }
        plan.pools.push_back(pool);
        ++out.pool_count;
    }
    out.group_count = groups.size();
    return pool_of_channel;
}

/// chips.PROFILE: the pools of each accelerator.
void lay_out_chip_groups(Path const& path,
                         Plan& plan,
                         PathPlan& out,
                         RowAllocator& rows,
                         MetricRows& metrics) {
    out.first_chip_group = static_cast<int>(plan.chip_groups.size());
    for (int p = 0; p < out.pool_count; ++p) {
        auto const& pool = plan.pools[static_cast<std::size_t>(out.first_pool + p)];
        if (p > 0 && pool.accelerator == (&pool)[-1].accelerator) {
            ++plan.chip_groups.back().pool_count;
            continue;
        }
        plan.chip_groups.push_back({rows.allocate(), p, 1});
        ++out.chip_group_count;
        auto const accelerator = static_cast<std::size_t>(pool.accelerator);
        metrics.rows["path." + path.name + ".chips."
                     + path.accelerators[accelerator].profile] =
            plan.chip_groups.back().row;
    }
}

/// carried_by.*
void allocate_carriers(Path const& path,
                       PathPlan& out,
                       RowAllocator& rows,
                       MetricRows& metrics) {
    auto const names = carrier_metrics(path);
    out.carried = rows.allocate(static_cast<int>(names.size()));
    for (std::size_t i = 0; i < names.size(); ++i) {
        metrics.rows["path." + path.name + "." + names[i]] =
            out.carried + static_cast<int>(i);
    }
}

}  // namespace

void allocate_paths(Scenario const& scenario,
                    Plan& plan,
                    RowAllocator& rows,
                    MetricRows& metrics) {
    for (Path const& path : scenario.paths) {
        PathPlan out;
        PartRows own;
        own.first = plan.workspace_rows;
        out.end_step = plan.steps;
        bool const is_reference = &path == &scenario.paths[scenario.reference];
        out.compare_end = is_reference ? 0 : plan.steps;
        std::string const prefix = "path." + path.name + ".";
        out.metrics = rows.allocate(kernels::path_metric_count);
        metrics.add(prefix, kernels::path_metrics, out.metrics);
        if (path.job) {
            kernels::JobPlan job;
            job.metrics = rows.allocate(kernels::cluster_metric_count);
            metrics.add(prefix, kernels::cluster_metrics, job.metrics);
            out.job = static_cast<int>(plan.jobs.size());
            plan.jobs.push_back(job);
        }
        std::vector<int> const pool_of_channel = lay_out_pools(path, plan, out);
        lay_out_chip_groups(path, plan, out, rows, metrics);
        allocate_carriers(path, out, rows, metrics);

        out.first_channel = static_cast<int>(plan.channels.size());
        out.channel_count = static_cast<int>(path.channels.size());
        for (std::size_t c = 0; c < path.channels.size(); ++c) {
            ChannelPlan channel;
            channel.conduct = kernels::conduct_of(path.channels[c].kind);
            channel.pool = pool_of_channel[c];
            channel.usable = rows.allocate();
            metrics.rows[prefix + "channel." + path.channels[c].name] = channel.usable;
            plan.channels.push_back(channel);
        }
        set_policy(path,
                   path.policy.value_or(BuyingPolicy{}),
                   std::span(plan.channels)
                       .subspan(static_cast<std::size_t>(out.first_channel)));

        out.first_history = static_cast<int>(plan.history_months.size());
        out.history_count = static_cast<int>(path.history.size());
        for (auto const& [month, flop] : path.history) {
            plan.history_months.push_back(static_cast<float>(month));
            plan.history_flop.push_back(static_cast<float>(flop));
        }
        out.search_flop = rows.allocate(out.history_count + plan.steps);
        out.search_best = rows.allocate(out.history_count + plan.steps);
        plan.paths.push_back(out);
        own.end = plan.workspace_rows;
        plan.path_rows.push_back(std::move(own));
        plan.run_steps.resize(plan.paths.size() * static_cast<std::size_t>(plan.steps),
                              1);
    }
}

}  // namespace leadtime::estimator::detail
