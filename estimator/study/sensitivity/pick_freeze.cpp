// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/sensitivity/pick_freeze.hpp"

#include "estimator/engine/errors.hpp"
#include "estimator/engine/kept_samples.hpp"
#include "estimator/study/sensitivity/conditioned_plan.hpp"
#include "text/suggestion.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>
#include <string_view>

namespace leadtime::estimator {
namespace {

using ByBlock = std::array<double, sample_blocks>;

/// Whether a name fits a pattern in which * stands for any characters.
bool matches(std::string_view name, std::string_view pattern) {
    if (pattern.empty()) {
        return name.empty();
    }
    if (pattern.front() == '*') {
        return matches(name, pattern.substr(1))
               || (!name.empty() && matches(name.substr(1), pattern));
    }
    return !name.empty() && name.front() == pattern.front()
           && matches(name.substr(1), pattern.substr(1));
}

std::set<int> scores_of(std::span<Factor const> factors, QuantityIndex quantity) {
    std::set<int> scores;
    for (Factor const& factor : factors) {
        if (factor.quantity == quantity) {
            for (auto const& term : factor.terms) {
                scores.insert(term.score);
            }
        }
    }
    return scores;
}

FactorGroup make_group(Scenario const& scenario,
                       std::span<Factor const> factors,
                       std::string name,
                       std::set<QuantityIndex> const& quantities) {
    FactorGroup group{std::move(name), {}, {}};
    std::set<int> scores;
    for (QuantityIndex const quantity : quantities) {
        group.members.push_back(scenario.quantities[quantity].name);
        scores.merge(scores_of(factors, quantity));
    }
    group.scores.assign(scores.begin(), scores.end());
    return group;
}

/// Sums of one block of samples; values are less the mean of all.
struct BlockSums {
    double squares = 0.0;  ///< of A and of B
    double sum = 0.0;      ///< of A and B
    double first = 0.0;    ///< y_B (y_AB - y_A)
    double total = 0.0;    ///< (y_A - y_AB)^2
    double count = 0.0;
    double variance() const {
        double const mean = sum / (2.0 * count);
        return squares / (2.0 * count) - mean * mean;
    }
};

PickFreezeIndices
indices(std::span<float const> a, std::span<float const> b, std::span<float const> ab) {
    double mean = 0.0;
    for (std::size_t s = 0; s < a.size(); ++s) {
        mean += static_cast<double>(a[s]) + b[s];
    }
    mean /= 2.0 * static_cast<double>(a.size());
    std::array<BlockSums, sample_blocks> blocks{};
    for (std::size_t s = 0; s < a.size(); ++s) {
        BlockSums& block = blocks[s % sample_blocks];
        double const y_a = a[s] - mean;
        double const y_b = b[s] - mean;
        double const y_ab = ab[s] - mean;
        block.squares += y_a * y_a + y_b * y_b;
        block.sum += y_a + y_b;
        block.first += y_b * (y_ab - y_a);
        block.total += (y_a - y_ab) * (y_a - y_ab);
        block.count += 1.0;
    }
    BlockSums all;
    ByBlock first{};
    ByBlock total{};
    for (std::size_t i = 0; i < sample_blocks; ++i) {
        BlockSums const& block = blocks[i];
        double const scale = 1.0 / (block.count * block.variance());
        first[i] = block.first * scale;
        total[i] = 0.5 * block.total * scale;
        all.squares += block.squares;
        all.sum += block.sum;
        all.first += block.first;
        all.total += block.total;
        all.count += block.count;
    }
    if (!(all.variance() > 0.0)) {
        return {};
    }
    double const scale = 1.0 / (all.count * all.variance());
    return {{all.first * scale, estimate_of_blocks(first).standard_error},
            {0.5 * all.total * scale, estimate_of_blocks(total).standard_error}};
}

}  // namespace

std::vector<FactorGroup> independent_groups(Scenario const& scenario,
                                            std::span<Factor const> factors) {
    std::vector<FactorGroup> groups;
    std::set<QuantityIndex> done;
    for (Factor const& factor : factors) {
        if (done.contains(factor.quantity)) {
            continue;
        }
        // All that can be reached through shared scores.
        std::set<QuantityIndex> members{factor.quantity};
        for (bool grew = true; grew;) {
            grew = false;
            for (Factor const& other : factors) {
                if (members.contains(other.quantity)) {
                    for (auto const& name : other.correlated_with) {
                        grew = members.insert(*scenario.find_quantity(name)).second
                               || grew;
                    }
                }
            }
        }
        std::string name;
        for (QuantityIndex const member : members) {
            name += (name.empty() ? "" : " + ") + scenario.quantities[member].name;
        }
        done.insert(members.begin(), members.end());
        groups.push_back(make_group(scenario, factors, std::move(name), members));
    }
    return groups;
}

FactorGroup read_group(Scenario const& scenario,
                       std::span<Factor const> factors,
                       std::string const& text) {
    auto const equals = text.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == text.size()) {
        throw RunError(fmt::format("--group \"{}\" is not NAME=QUANTITY,QUANTITY... "
                                   "(with * for any characters)",
                                   text));
    }
    std::map<std::string, QuantityIndex> drawn;
    std::vector<std::string> names;
    for (Factor const& factor : factors) {
        auto const& name = scenario.quantities[factor.quantity].name;
        if (drawn.try_emplace(name, factor.quantity).second) {
            names.push_back(name);
        }
    }
    std::string const group_name = text.substr(0, equals);
    std::set<QuantityIndex> members;
    for (std::size_t begin = equals + 1; begin <= text.size();) {
        std::size_t const end = std::min(text.find(',', begin), text.size());
        std::string const pattern = text.substr(begin, end - begin);
        begin = end + 1;
        std::size_t const before = members.size();
        bool found = false;
        for (auto const& [name, quantity] : drawn) {
            if (matches(name, pattern)) {
                members.insert(quantity);
                found = true;
            }
        }
        static_cast<void>(before);
        if (!found) {
            auto const suggestion = text::did_you_mean(pattern, names);
            throw RunError(fmt::format("group \"{}\": no quantity that is drawn fits "
                                       "\"{}\"{}",
                                       group_name,
                                       pattern,
                                       suggestion.empty() ? "" : "; " + suggestion));
        }
    }
    for (Factor const& factor : factors) {
        for (auto const& other : factor.correlated_with) {
            if (members.contains(factor.quantity)
                && !members.contains(*scenario.find_quantity(other))) {
                throw RunError(fmt::format(
                    "group \"{}\" has \"{}\" without \"{}\", which it is correlated "
                    "with: "
                    "their shares cannot be told apart; add it to the group",
                    group_name,
                    scenario.quantities[factor.quantity].name,
                    other));
            }
        }
    }
    return make_group(scenario, factors, group_name, members);
}

FactorGroup all_others(Scenario const& scenario,
                       std::span<Factor const> factors,
                       std::span<FactorGroup const> groups) {
    std::set<int> taken;
    for (FactorGroup const& group : groups) {
        taken.insert(group.scores.begin(), group.scores.end());
    }
    std::set<QuantityIndex> rest;
    for (Factor const& factor : factors) {
        if (!taken.contains(factor.terms.front().score)) {
            rest.insert(factor.quantity);
        }
    }
    return make_group(scenario, factors, "all others", rest);
}

std::vector<std::vector<PickFreezeIndices>>
pick_freeze(Executor const& executor,
            Model const& model,
            std::span<SelectedOutput const> outputs,
            std::span<FactorGroup const> groups,
            std::uint64_t samples,
            std::uint64_t seed,
            Control const& control) {
    std::vector<int> every_score;
    for (std::size_t i = 0; i < model.plan().score_draws.size(); ++i) {
        every_score.push_back(static_cast<int>(i));
    }
    std::uint64_t const runs = groups.size() + 2;
    std::uint64_t done = 0;
    auto const rows = rows_of(outputs);
    auto const run_next = [&](Model const& variant) {
        auto values = keep_samples(
            executor, variant, seed, samples, rows, control.part(done, samples * runs));
        done += samples;
        return values;
    };
    auto const redrawn = [&](std::vector<int> const& scores) {
        return model.with_plan(redraw(model.plan(), scores));
    };
    Scenario const& scenario = model.scenario();
    auto a = run_next(model);
    auto b = run_next(redrawn(every_score));
    std::vector<CensoredValues> ends;
    auto const of = [&](std::vector<float>& values, std::size_t output) {
        return std::span<float>(values).subspan(output * samples, samples);
    };
    for (std::size_t o = 0; o < outputs.size(); ++o) {
        CensoredValues const in_a = stand_ins(scenario, outputs[o], of(a, o));
        CensoredValues const in_b = stand_ins(scenario, outputs[o], of(b, o));
        ends.push_back(
            {std::min(in_a.below, in_b.below), std::max(in_a.above, in_b.above)});
        replace_censored(ends[o], of(a, o));
        replace_censored(ends[o], of(b, o));
    }
    std::vector<std::vector<PickFreezeIndices>> result(outputs.size());
    for (FactorGroup const& group : groups) {
        auto ab = run_next(redrawn(group.scores));
        for (std::size_t o = 0; o < outputs.size(); ++o) {
            replace_censored(ends[o], of(ab, o));
            result[o].push_back(indices(of(a, o), of(b, o), of(ab, o)));
        }
    }
    return result;
}

}  // namespace leadtime::estimator
