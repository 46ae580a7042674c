// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/buying_policy.hpp"

#include "estimator/study/policy_search.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>
#include <span>
#include <utility>

namespace leadtime::estimator {
namespace {

using detail::bought_channels;
using detail::contains;
using detail::policy_samples;
using detail::PolicyTrials;
using detail::search_policies;
using detail::without;

/// What is worth a remark: 1 % of J, and more than rounding.
constexpr double told_gain = 1e-2;
constexpr double rounding = 1e-9;

/// The model with these policies, by place in `paths`.
Model decided(Model const& model,
              std::vector<std::size_t> const& paths,
              std::vector<BuyingPolicy> const& policies) {
    Scenario scenario = model.scenario();
    for (std::size_t i = 0; i < paths.size(); ++i) {
        scenario.paths[paths[i]].policy = policies[i];
    }
    Model whole(std::move(scenario));
    return model.rows().size() == whole.rows().size() ? whole
                                                      : whole.only(model.rows());
}

std::vector<BuyingPolicy> policies_of(std::vector<FoundPolicy> const& found) {
    std::vector<BuyingPolicy> policies;
    for (FoundPolicy const& one : found) {
        policies.push_back(one.policy);
    }
    return policies;
}

/// What was found for a model, with its paths' names and channels.
std::vector<PolicyOffer> offers_of(PolicyTrials const& trials,
                                   std::vector<FoundPolicy> const& found) {
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
std::vector<FoundPolicy> best_of(PolicyTrials const& trials,
                                 std::vector<FoundPolicy> found,
                                 std::span<PolicyOffer const> offers) {
    std::vector<std::vector<BuyingPolicy>> offered(found.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        Path const& path = trials.scenario().paths[trials.paths()[i]];
        for (PolicyOffer const& offer : offers) {
            if (offer.path != path.name) {
                continue;
            }
            auto policy = translated(path, offer);
            if (policy != found[i].policy
                && std::ranges::find(offered[i], policy) == offered[i].end()) {
                offered[i].push_back(std::move(policy));
            }
        }
    }
    auto const scores = trials.score_all(policies_of(found), offered);
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
                      FoundPolicy const& alone,
                      FoundPolicy const& best) {
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
    std::vector<FoundPolicy> found;
};

Searched search_in(Model const& model, Executor const& executor) {
    Searched searched;
    auto paths = model.undecided_paths();
    if (!paths.empty()) {
        searched.trials = std::make_unique<PolicyTrials>(
            model.scenario(), std::move(paths), executor);
        searched.found = search_policies(*searched.trials);
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
    auto const paths = model.undecided_paths();
    if (paths.empty()) {
        return model;
    }
    PolicyMemo& memo = model.policy_memo();
    std::lock_guard const lock(memo.mutex);
    auto const is_known = [&](std::size_t p) { return memo.found.contains(p); };
    if (!std::ranges::all_of(paths, is_known)) {
        auto const found =
            search_policies(PolicyTrials(model.scenario(), paths, executor));
        for (std::size_t i = 0; i < paths.size(); ++i) {
            memo.found[paths[i]] = found[i].policy;
        }
    }
    std::vector<BuyingPolicy> known;
    for (std::size_t const p : paths) {
        known.push_back(memo.found.at(p));
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
    auto const paths = model.undecided_paths();
    if (paths.empty()) {
        return model;
    }
    PolicyTrials const trials(model.scenario(), paths, executor);
    std::vector<BuyingPolicy> const listed(paths.size());
    std::vector<FoundPolicy> found;
    for (auto const& score : trials.score(listed)) {
        found.push_back({{}, score.log_run, {}});
    }
    auto const best = best_of(trials, std::move(found), offers);
    return decided(model, paths, policies_of(best));
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
        made.push_back(decided(models[m], trials.paths(), policies_of(best)));
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
