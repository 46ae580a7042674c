// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/policy_trials.hpp"

#include "estimator/compile/channel_turns.hpp"
#include "estimator/compile/planned_runs.hpp"
#include "estimator/quantities/portable_math.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace leadtime::estimator::detail {
namespace {

constexpr std::uint64_t policy_seed = 1;
constexpr double least_run_flop = 1e20;

Model planning_model(Scenario scenario, std::span<std::size_t const> paths) {
    for (Path& path : scenario.paths) {
        path.policy = path.policy.value_or(BuyingPolicy{});  // of those not asked about
    }
    for (std::size_t const p : paths) {
        scenario.paths[p].policy = BuyingPolicy{.rule = BuyingRule::carrier};
    }
    Model const whole(std::move(scenario));
    return whole.with_plan(planned_runs(whole.plan(), paths));
}

/// Sets how a path of a plan buys, whose rows are there for both rules.
void set_rule(Plan& plan,
              std::size_t number,
              Path const& path,
              BuyingPolicy const& policy) {
    kernels::PathPlan& out = plan.paths[number];
    auto const own =
        std::span(plan.channels)
            .subspan(static_cast<std::size_t>(out.first_channel), path.channels.size());
    set_policy(path, policy, own);
    out.by_carrier = policy.rule == BuyingRule::carrier;
    if (!out.by_carrier) {
        for (auto& channel : own) {
            channel.buying = {};
        }
    }
}

}  // namespace

double PolicyScore::of_first(std::size_t samples) const {
    auto const end = log_runs.begin() + static_cast<std::ptrdiff_t>(samples);
    return std::accumulate(log_runs.begin(), end, 0.0) / static_cast<double>(samples);
}

PolicyTrials::PolicyTrials(Scenario scenario,
                           std::vector<std::size_t> paths,
                           Executor const& executor)
    : paths_(std::move(paths))
    , executor_(executor)
    , model_(planning_model(std::move(scenario), paths_)) {}

std::vector<PolicyScore> PolicyTrials::score(std::span<BuyingPolicy const> policies,
                                             std::size_t samples) const {
    Plan plan = model_.plan();
    for (std::size_t i = 0; i < paths_.size(); ++i) {
        set_rule(plan, paths_[i], scenario().paths[paths_[i]], policies[i]);
    }
    int const months = plan.steps;
    Model const model = model_.with_plan(std::move(plan));
    std::vector<int> outputs(static_cast<std::size_t>(months) * paths_.size());
    std::iota(outputs.begin(), outputs.end(), 0);
    std::vector<float> values(outputs.size() * samples);
    executor_.pilot_runner(model, policy_seed)->gather({0, samples}, outputs, values);
    std::vector<PolicyScore> scores(paths_.size());
    for (auto& score : scores) {
        score.log_runs.assign(samples, 0.0);
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        auto& score = scores[i % paths_.size()];
        for (std::size_t s = 0; s < samples; ++s) {
            double const flop = values[i * samples + s];
            score.log_runs[s] +=
                portable::log(flop > least_run_flop ? flop : least_run_flop);
        }
    }
    for (auto& score : scores) {
        for (double& log_run : score.log_runs) {
            log_run /= months;
        }
        score.log_run = score.of_first(samples);
    }
    return scores;
}

std::vector<std::vector<PolicyScore>>
PolicyTrials::score_all(std::span<BuyingPolicy const> current,
                        std::vector<std::vector<BuyingPolicy>> const& candidates,
                        std::size_t samples) const {
    std::vector<std::vector<PolicyScore>> scores(paths_.size());
    std::vector<BuyingPolicy> trial(current.begin(), current.end());
    bool const is_shared = !scenario().caps.empty();
    if (is_shared) {  // what one path buys, another does not get
        for (std::size_t i = 0; i < paths_.size(); ++i) {
            for (auto const& candidate : candidates[i]) {
                trial[i] = candidate;
                scores[i].push_back(std::move(score(trial, samples)[i]));
            }
            trial[i] = current[i];
        }
        return scores;
    }
    std::size_t rounds = 0;
    for (auto const& own : candidates) {
        rounds = std::max(rounds, own.size());
    }
    for (std::size_t round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < paths_.size(); ++i) {
            trial[i] = round < candidates[i].size() ? candidates[i][round] : current[i];
        }
        auto all = score(trial, samples);
        for (std::size_t i = 0; i < paths_.size(); ++i) {
            if (round < candidates[i].size()) {
                scores[i].push_back(std::move(all[i]));
            }
        }
    }
    return scores;
}

}  // namespace leadtime::estimator::detail
