// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/buying_policy.hpp"

#include "estimator/engine/policy_trials.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <memory>
#include <span>
#include <utility>

namespace leadtime::estimator {
namespace {

using detail::policy_samples;
using detail::PolicyScore;
using detail::PolicyTrials;

/// What a change must add to J (0.1 %), and what is worth a remark (1 %).
constexpr double least_gain = 1e-3;
constexpr double told_gain = 1e-2;
/// Samples that candidates are ranked by; the best is then tried on all.
constexpr std::size_t ranking_samples = 128;
constexpr double rounding = 1e-9;

std::vector<std::string> bought_channels(Path const& path) {
    std::vector<std::string> names;
    for (Channel const& channel : path.channels) {
        if (kernels::conduct_of(channel.kind).gets_chips) {
            names.push_back(channel.name);
        }
    }
    return names;
}

bool contains(std::vector<std::string> const& names, std::string const& name) {
    return std::ranges::find(names, name) != names.end();
}

/// The policy without one more channel, names in the path's order.
BuyingPolicy
without(Path const& path, BuyingPolicy const& policy, std::string const& channel) {
    BuyingPolicy less{.rule = policy.rule};
    for (std::string const& name : bought_channels(path)) {
        if (name == channel || contains(policy.without, name)) {
            less.without.push_back(name);
        }
    }
    std::ranges::copy_if(policy.last,
                         std::back_inserter(less.last),
                         [&](std::string const& name) { return name != channel; });
    return less;
}

/// The policy with one more channel last.
BuyingPolicy with_last(BuyingPolicy policy, std::string const& channel) {
    std::erase(policy.last, channel);
    policy.last.push_back(channel);
    return policy;
}

using Found = FoundPolicy;

/// Drops channels, or puts them last, one by one, for all paths of the trials side by
/// side.
class Improving {
  public:
    Improving(PolicyTrials const& trials, BuyingRule rule)
        : trials_(trials)
        , current_(trials.paths().size(), BuyingPolicy{.rule = rule})
        , scores_(trials.score(current_))
        , idle_(current_.size())
        , is_done_(current_.size(), false) {}

    std::vector<Found> result() {
        while (!std::ranges::all_of(is_done_, [](bool done) { return done; })) {
            improve_once();
        }
        std::vector<Found> found;
        for (std::size_t i = 0; i < current_.size(); ++i) {
            found.push_back({current_[i], scores_[i].log_run, idle_[i]});
        }
        return found;
    }

  private:
    struct Candidates {
        std::vector<BuyingPolicy> policies;
        std::vector<std::string> dropped;  ///< by each; empty: it only comes last
    };

    Candidates candidates_of(std::size_t i) const {
        Path const& path = trials_.scenario().paths[trials_.paths()[i]];
        BuyingPolicy const& now = current_[i];
        Candidates all;
        for (std::string const& name : bought_channels(path)) {
            if (is_done_[i] || contains(now.without, name)) {
                continue;
            }
            all.policies.push_back(without(path, now, name));
            all.dropped.push_back(name);
            if (now.rule == BuyingRule::list && !contains(now.last, name)) {
                all.policies.push_back(with_last(now, name));
                all.dropped.emplace_back();
            }
        }
        return all;
    }

    void improve_once() {
        std::vector<Candidates> all;
        std::vector<std::vector<BuyingPolicy>> policies;
        for (std::size_t i = 0; i < current_.size(); ++i) {
            all.push_back(candidates_of(i));
            policies.push_back(all.back().policies);
        }
        auto const ranked = trials_.score_all(current_, policies, ranking_samples);
        auto best = current_;
        for (std::size_t i = 0; i < current_.size(); ++i) {
            auto const top =
                std::ranges::max_element(ranked[i], {}, &PolicyScore::log_run);
            if (top != ranked[i].end()
                && top->log_run > scores_[i].of_first(ranking_samples)) {
                best[i] =
                    policies[i][static_cast<std::size_t>(top - ranked[i].begin())];
            }
        }
        for (std::size_t i = 0; i < current_.size(); ++i) {
            if (is_done_[i]) {
                continue;
            }
            auto trial = current_;  // what one path buys may be missing elsewhere
            trial[i] = best[i];
            auto const tried = best[i] == current_[i] ? scores_ : trials_.score(trial);
            is_done_[i] = !(tried[i].log_run > scores_[i].log_run + least_gain);
            if (!is_done_[i]) {
                current_ = trial;
                scores_ = tried;
                continue;
            }
            for (std::size_t c = 0; c < ranked[i].size(); ++c) {
                if (!all[i].dropped[c].empty()
                    && ranked[i][c].log_run == scores_[i].of_first(ranking_samples)) {
                    idle_[i].push_back(all[i].dropped[c]);
                }
            }
        }
    }

    PolicyTrials const& trials_;
    std::vector<BuyingPolicy> current_;
    std::vector<PolicyScore> scores_;
    std::vector<std::vector<std::string>> idle_;
    std::vector<bool> is_done_;
};

/// The better rule of each path; the list where they are equal.
std::vector<Found> search(PolicyTrials const& trials) {
    auto listed = Improving(trials, BuyingRule::list).result();
    auto carried = Improving(trials, BuyingRule::carrier).result();
    for (std::size_t i = 0; i < listed.size(); ++i) {
        if (carried[i].log_run > listed[i].log_run + least_gain) {
            listed[i] = std::move(carried[i]);
        }
    }
    return listed;
}

/// Those that the model computes.
std::vector<std::size_t> paths_without_policy(Model const& model) {
    Scenario const& scenario = model.scenario();
    std::vector<std::size_t> paths;
    for (std::size_t p = 0; p < scenario.paths.size(); ++p) {
        if (!scenario.paths[p].policy && model.plan().paths[p].end_step > 0) {
            paths.push_back(p);
        }
    }
    return paths;
}

/// The model with these policies, by place in `paths`.
Model decided(Model const& model,
              std::vector<std::size_t> const& paths,
              std::vector<Found> const& found) {
    Scenario scenario = model.scenario();
    for (std::size_t i = 0; i < paths.size(); ++i) {
        scenario.paths[paths[i]].policy = found[i].policy;
    }
    Model whole(std::move(scenario));
    return model.rows().size() == whole.rows().size() ? whole
                                                      : whole.only(model.rows());
}

/// What was found for a model, with its paths' names and channels.
std::vector<PolicyOffer> offers_of(PolicyTrials const& trials,
                                   std::vector<Found> const& found) {
    std::vector<PolicyOffer> offers;
    for (std::size_t i = 0; i < found.size(); ++i) {
        Path const& path = trials.scenario().paths[trials.paths()[i]];
        offers.push_back({path.name, bought_channels(path), found[i]});
    }
    return offers;
}

/// A policy found elsewhere for a path: what is not known there, or not used, stays
/// unused.
BuyingPolicy translated(Path const& path, PolicyOffer const& offer) {
    BuyingPolicy policy{.rule = offer.found.policy.rule};
    auto const own = bought_channels(path);
    for (std::string const& name : own) {
        if (!contains(offer.known, name) || contains(offer.found.policy.without, name)
            || contains(offer.found.idle, name)) {
            policy.without.push_back(name);
        }
    }
    for (std::string const& name : offer.found.policy.last) {
        if (contains(own, name) && !contains(policy.without, name)) {
            policy.last.push_back(name);
        }
    }
    return policy;
}

/// The best of what each path has and what it is offered.
std::vector<Found> best_of(PolicyTrials const& trials,
                           std::vector<Found> found,
                           std::span<PolicyOffer const> offers) {
    std::vector<BuyingPolicy> current;
    std::vector<std::vector<BuyingPolicy>> offered(found.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        current.push_back(found[i].policy);
        Path const& path = trials.scenario().paths[trials.paths()[i]];
        for (PolicyOffer const& offer : offers) {
            auto policy =
                offer.path == path.name ? translated(path, offer) : found[i].policy;
            if (policy != found[i].policy
                && std::ranges::find(offered[i], policy) == offered[i].end()) {
                offered[i].push_back(std::move(policy));
            }
        }
    }
    auto const scores = trials.score_all(current, offered);
    for (std::size_t i = 0; i < found.size(); ++i) {
        for (std::size_t k = 0; k < scores[i].size(); ++k) {
            if (scores[i][k].log_run > found[i].log_run + rounding) {
                found[i] = {offered[i][k], scores[i][k].log_run, {}};
            }
        }
    }
    return found;
}

std::string remark_on(Scenario const& scenario,
                      Path const& path,
                      Found const& alone,
                      Found const& best) {
    return fmt::format("{}: {} buys {} as in another scenario; alone {}, for planned "
                       "runs smaller by {:.2g} %",
                       scenario.file,
                       path.name,
                       text_of(best.policy),
                       text_of(alone.policy),
                       100.0 * (1.0 - std::exp(alone.log_run - best.log_run)));
}

struct Searched {
    std::unique_ptr<PolicyTrials> trials;  ///< none: nothing was looked for
    std::vector<Found> found;
};

Searched search_in(Model const& model, Executor const& executor) {
    Searched searched;
    auto paths = paths_without_policy(model);
    if (!paths.empty()) {
        searched.trials = std::make_unique<PolicyTrials>(
            model.scenario(), std::move(paths), executor);
        searched.found = search(*searched.trials);
    }
    return searched;
}

}  // namespace

std::string text_of(BuyingPolicy const& policy) {
    std::string text =
        policy.rule == BuyingRule::list ? "by its list" : "by the carrier rule";
    if (!policy.without.empty()) {
        text += fmt::format(", without {}", fmt::join(policy.without, ", "));
    }
    if (!policy.last.empty()) {
        text += fmt::format(", with {} last", fmt::join(policy.last, ", "));
    }
    return text;
}

Model with_found_policies(Model const& model, Executor const& executor) {
    auto const paths = paths_without_policy(model);
    if (paths.empty()) {
        return model;
    }
    PolicyMemo& memo = model.policy_memo();
    std::lock_guard const lock(memo.mutex);
    auto const is_known = [&](std::size_t p) { return memo.found.contains(p); };
    if (!std::ranges::all_of(paths, is_known)) {
        auto const found = search(PolicyTrials(model.scenario(), paths, executor));
        for (std::size_t i = 0; i < paths.size(); ++i) {
            memo.found[paths[i]] = found[i].policy;
        }
    }
    std::vector<Found> known;
    for (std::size_t const p : paths) {
        known.push_back({memo.found.at(p), 0.0, {}});
    }
    return decided(model, paths, known);
}

std::vector<PolicyOffer> find_policies(Model const& model, Executor const& executor) {
    auto const searched = search_in(model, executor);
    return searched.trials ? offers_of(*searched.trials, searched.found)
                           : std::vector<PolicyOffer>{};
}

Model with_offered_policies(Model const& model,
                            Executor const& executor,
                            std::span<PolicyOffer const> offers) {
    auto const paths = paths_without_policy(model);
    if (paths.empty()) {
        return model;
    }
    PolicyTrials const trials(model.scenario(), paths, executor);
    std::vector<BuyingPolicy> const listed(paths.size());
    std::vector<Found> found;
    for (auto const& score : trials.score(listed)) {
        found.push_back({{}, score.log_run, {}});
    }
    return decided(model, paths, best_of(trials, std::move(found), offers));
}

std::vector<Model>
with_shared_policies(std::vector<Model> const& models,
                     Executor const& executor,
                     std::vector<std::vector<std::string>>& remarks) {
    std::vector<Searched> all;
    std::vector<PolicyOffer> offers;
    for (Model const& model : models) {
        auto const& searched = all.emplace_back(search_in(model, executor));
        if (searched.trials) {
            auto const own = offers_of(*searched.trials, searched.found);
            offers.insert(offers.end(), own.begin(), own.end());
        }
    }
    std::vector<Model> made;
    remarks.assign(models.size(), {});
    for (std::size_t m = 0; m < models.size(); ++m) {
        if (!all[m].trials) {
            made.push_back(models[m]);
            continue;
        }
        PolicyTrials const& trials = *all[m].trials;
        auto const best = best_of(trials, all[m].found, offers);
        for (std::size_t i = 0; i < best.size(); ++i) {
            if (best[i].policy != all[m].found[i].policy) {
                Scenario const& scenario = trials.scenario();
                remarks[m].push_back(remark_on(scenario,
                                               scenario.paths[trials.paths()[i]],
                                               all[m].found[i],
                                               best[i]));
            }
        }
        made.push_back(decided(models[m], trials.paths(), best));
    }
    return made;
}

std::vector<std::string> advice_on_lists(Model const& model, Executor const& executor) {
    Scenario const& scenario = model.scenario();
    std::vector<std::size_t> paths;
    std::vector<BuyingPolicy> current;
    std::vector<std::vector<BuyingPolicy>> candidates;
    for (std::size_t p = 0; p < scenario.paths.size(); ++p) {
        Path const& path = scenario.paths[p];
        auto const names = bought_channels(path);
        if (path.seeks_policy || path.policy != BuyingPolicy{} || names.size() < 2) {
            continue;
        }
        paths.push_back(p);
        current.push_back(*path.policy);
        auto& own = candidates.emplace_back();
        for (std::string const& name : names) {
            own.push_back(without(path, *path.policy, name));
        }
    }
    std::vector<std::string> advice;
    if (paths.empty()) {
        return advice;
    }
    PolicyTrials const trials(scenario, paths, executor);
    auto const as_listed = trials.score(current);
    auto const scores = trials.score_all(current, candidates);
    for (std::size_t i = 0; i < paths.size(); ++i) {
        for (std::size_t c = 0; c < candidates[i].size(); ++c) {
            double const gain = scores[i][c].log_run - as_listed[i].log_run;
            if (gain < told_gain) {
                continue;
            }
            std::size_t worse = 0;
            for (std::size_t s = 0; s < policy_samples; ++s) {
                worse += scores[i][c].log_runs[s] > as_listed[i].log_runs[s] ? 1 : 0;
            }
            advice.push_back(fmt::format(
                "opening {} lowers the run of {} in {:.0f} % of samples, by {:.2g} % in "
                "the geometric mean over samples and months; with order = \"best\" the "
                "path could do without it",
                candidates[i][c].without.front(),
                scenario.paths[paths[i]].name,
                100.0 * static_cast<double>(worse)
                    / static_cast<double>(policy_samples),
                100.0 * (1.0 - std::exp(-gain))));
        }
    }
    return advice;
}

}  // namespace leadtime::estimator
