// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/policy_search.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace leadtime::estimator::detail {
namespace {

/// What a change must add to J (0.1 %).
constexpr double least_gain = 1e-3;
/// Samples that candidates are ranked by; the best is then tried on all.
constexpr std::size_t ranking_samples = 128;

/// The policy with one more channel last.
BuyingPolicy with_last(BuyingPolicy policy, std::string const& channel) {
    std::erase(policy.last, channel);
    policy.last.push_back(channel);
    return policy;
}

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

    std::vector<FoundPolicy> result() {
        while (!std::ranges::all_of(is_done_, [](bool done) { return done; })) {
            improve_once();
        }
        std::vector<FoundPolicy> found;
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

    /// None once it is done.
    Candidates candidates_of(std::size_t i) const {
        Candidates all;
        if (is_done_[i]) {
            return all;
        }
        Path const& path = trials_.scenario().paths[trials_.paths()[i]];
        BuyingPolicy const& now = current_[i];
        for (std::string const& name : bought_channels(path)) {
            if (contains(now.without, name)) {
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

}  // namespace

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

std::vector<FoundPolicy> search_policies(PolicyTrials const& trials) {
    auto listed = Improving(trials, BuyingRule::list).result();
    auto carried = Improving(trials, BuyingRule::carrier).result();
    for (std::size_t i = 0; i < listed.size(); ++i) {
        if (carried[i].log_run > listed[i].log_run + least_gain) {
            listed[i] = std::move(carried[i]);
        }
    }
    return listed;
}

}  // namespace leadtime::estimator::detail
