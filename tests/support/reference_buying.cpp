// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_path.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

/// The carrier rule: docs/model.md 2b, by sorting.
namespace leadtime::tests {

using estimator::AcceleratorInput;
using estimator::AcceleratorUse;
using estimator::Channel;
using estimator::ChannelInput;
using estimator::ChannelKind;
using estimator::JoinInput;
using estimator::PathInput;

namespace {

using Group = std::vector<ReferenceBid>;

/// Hands out `money` in descending order of `key`, equal ones as they stand.
template <class Key, class Want>
void hand_out(double money,
              std::vector<ReferenceBid*> offers,
              Key const& key,
              Want const& want,
              std::map<std::size_t, double>& given) {
    std::stable_sort(
        offers.begin(), offers.end(), [&](ReferenceBid* a, ReferenceBid* b) {
            return key(*a) > key(*b);
        });
    for (ReferenceBid* const offer : offers) {
        double const got = std::clamp(want(*offer), 0.0, std::max(money, 0.0));
        given[offer->channel] += got;
        money -= got;
    }
}

std::vector<ReferenceBid*> bought(Group& group) {
    std::vector<ReferenceBid*> all;
    for (ReferenceBid& offer : group) {
        if (offer.is_bought) {
            all.push_back(&offer);
        }
    }
    return all;
}

}  // namespace

/// Channels in the order in which they buy: those that the policy puts last at the end.
std::vector<std::size_t> ReferencePathStepper::turns() const {
    std::vector<std::size_t> order;
    for (std::size_t c = 0; c < path_.channels.size(); ++c) {
        order.push_back(c);
    }
    if (path_.policy) {
        for (std::string const& name : path_.policy->last) {
            auto const found = std::ranges::find(path_.channels, name, &Channel::name);
            auto const c = static_cast<std::size_t>(found - path_.channels.begin());
            std::erase(order, c);
            order.push_back(c);
        }
    }
    return order;
}

/// Whether money can go to a channel.
bool ReferencePathStepper::is_bought(Channel const& channel) const {
    return channel.kind != ChannelKind::stock
           && (!path_.policy
               || std::ranges::find(path_.policy->without, channel.name)
                      == path_.policy->without.end());
}

/// What the caps of a channel leave.
double ReferencePathStepper::left_of_caps(Channel const& channel,
                                          ReferenceChannel const& state) {
    double left = 1e30;
    double const month = step_;
    if (channel.cap_from <= month && month <= channel.cap_to) {
        left = std::max(0.0,
                        at_least(0.0, channel.inputs[ChannelInput::cap_total])
                            - state.bought_in_window);
    }
    if (channel.cap) {
        estimator::CapPool const& cap = scenario_.caps[*channel.cap];
        if (cap.from <= month && month <= cap.to) {
            ReferenceCap const& used = caps_[*channel.cap];
            double const rented = used.step == step_ ? used.rented : 0.0;
            left =
                std::min(left,
                         std::max(0.0, at_least(0.0, cap.total) - used.bought - rented)
                             / channel.cap_pool_weight);
        }
    }
    return left;
}

/// Pools that a buyer thinks of as one: of one ecosystem in one place; each alone where
/// nothing joins them.
std::string ReferencePathStepper::name_of_group(std::size_t accelerator,
                                                bool is_rented,
                                                std::string const& place) const {
    return path_.join
               ? path_.accelerators[accelerator].ecosystem + " in " + place
               : std::to_string(accelerator) + (is_rented ? " rented" : " owned");
}

std::vector<std::string> ReferencePathStepper::order_of_groups() const {
    std::vector<std::string> names;
    for (std::size_t a = 0; a < path_.accelerators.size(); ++a) {
        for (auto const& [is_rented, place] : kinds_of_pools(a)) {
            auto const name = name_of_group(a, is_rented, place);
            if (std::ranges::find(names, name) == names.end()) {
                names.push_back(name);
            }
        }
    }
    return names;
}

/// Shares the means among a group's channels; FLOP/s of the run that it would then do.
double ReferencePathStepper::planned_by_group(std::vector<ReferenceBid>& group,
                                              double means,
                                              double of_run) {
    // the carrier: the pool that could do most alone
    double most = -1.0;
    ReferenceBid const* carrier = nullptr;
    for (ReferenceBid const& first : group) {
        double chips = 0.0;
        for (ReferenceBid const& bid : group) {
            if (bid.accelerator == first.accelerator
                && bid.is_rented == first.is_rented) {
                chips += bid.have + std::min(bid.need, means) / bid.price;
            }
        }
        if (chips * first.rate > most * 1.00001) {
            most = chips * first.rate;
            carrier = &first;
        }
    }
    auto const& lead = path_.accelerators[carrier->accelerator];
    for (ReferenceBid& bid : group) {
        bid.worth = bid.rate;
        if (path_.join && bid.accelerator != carrier->accelerator) {
            auto const& own = path_.accelerators[bid.accelerator];
            bool const is_known = own.generation && lead.generation;
            int const apart =
                is_known ? std::abs(*own.generation - *lead.generation) : 3;
            bid.worth *=
                apart == 0   ? 1.0
                : apart == 1 ? fraction((*path_.join)[JoinInput::one_generation_apart])
                : apart == 2 ? fraction((*path_.join)[JoinInput::two_generations_apart])
                             : 0.0;
        }
    }
    std::vector<ReferenceBid*> order = bought(group);
    std::stable_sort(order.begin(), order.end(), [](ReferenceBid* a, ReferenceBid* b) {
        return a->worth / a->price > b->worth / b->price;
    });
    double left = means;
    for (ReferenceBid* const bid : order) {
        double const money = std::clamp(left, 0.0, bid->need);
        left -= bid->need;  // its money stays reserved where it does nothing
        bid->money = bid->worth > 0.0 ? money : 0.0;
    }
    double all = 0.0;
    for (ReferenceBid const& bid : group) {
        all += bid.worth * (bid.have + bid.money / bid.price);
    }
    if (!path_.join) {
        return all;
    }
    double const together = std::max(
        std::min(most, all), fraction((*path_.join)[JoinInput::efficiency]) * all);
    double const site = at_least(0.0, (*path_.join)[JoinInput::site_limit])
                        / std::max(lead.h100e_8bit, 1e-9) * carrier->rate / of_run;
    return std::max(std::min(together, site),
                    fraction((*path_.join)[JoinInput::site_efficiency]) * together);
}

/// USD that the carrier rule lets each channel have this month.
std::map<std::size_t, double> ReferencePathStepper::allowances(double cash) {
    double const horizon = at_least(1.0, path_.inputs[PathInput::planning_horizon]);
    double const means =
        cash + horizon * at_least(0.0, path_.inputs[PathInput::budget]);
    double const kept =
        std::exp(-horizon * at_least(0.0, path_.inputs[PathInput::attrition]));
    double const of_run =
        std::max(1e-9,
                 fraction(path_.inputs[PathInput::training_share])
                     * fraction(path_.inputs[PathInput::largest_run_share]));

    // 1. what each channel has and could bring
    std::vector<std::pair<std::string, Group>> groups;
    for (std::size_t c = 0; c < path_.channels.size(); ++c) {
        Channel const& channel = path_.channels[c];
        AcceleratorUse const& use = path_.accelerators[channel.accelerator];
        ReferenceBid one;
        one.channel = c;
        one.accelerator = channel.accelerator;
        one.is_rented = channel.kind == ChannelKind::rental;
        one.is_bought = is_bought(channel);
        ReferencePool pool;
        plan_pool(use, pool);
        double ready = 1.0;
        if (use.has(AcceleratorInput::software_ready)) {
            ready = std::clamp(
                step_ + 1.0 + horizon - at(use.inputs[AcceleratorInput::software_ready])
                    - at_least(0.0, use.inputs[AcceleratorInput::port_delay]),
                0.0,
                1.0);
        }
        one.rate = use.peak_flop_per_s * pool.mfu * pool.goodput * ready;
        if (!one.is_rented) {
            one.have = (state_.channels[c].chips + state_.channels[c].ordered) * kept
                       * fraction(channel.inputs[ChannelInput::stock_open]);
        }
        if (one.is_bought) {
            double const cost = std::max(base_price(channel) * markup(channel), 1e-6);
            one.lead =
                one.is_rented ? 0.0 : at_least(0.0, channel.inputs[ChannelInput::lead]);
            double const left = left_of_caps(channel, state_.channels[c]);
            double const now =
                std::min(at_least(0.0, channel.inputs[ChannelInput::supply])
                             * fraction(channel.inputs[ChannelInput::buyer_share])
                             * fraction(channel.inputs[ChannelInput::open]),
                         left);
            double const months =
                one.is_rented ? 1.0 : std::max(0.0, horizon - one.lead);
            double const largest =
                std::min(at_least(0.0, channel.inputs[ChannelInput::max_cluster]),
                         at_least(0.0, use.inputs[AcceleratorInput::max_cluster]));
            double const most = std::min(
                {now * months, left, std::max(0.0, largest / of_run - one.have)});
            one.price = one.is_rented ? cost * horizon : cost;
            one.need = most * one.price;
            one.offer = now * cost;
        }
        std::string const name =
            name_of_group(channel.accelerator, one.is_rented, channel.place);
        auto found =
            std::ranges::find(groups, name, &std::pair<std::string, Group>::first);
        if (found == groups.end()) {
            groups.emplace_back(name, Group{});
            found = groups.end() - 1;
        }
        found->second.push_back(one);
    }

    // 2. the run that each group would do
    std::string leading;
    double best = -1.0;
    for (std::string const& name : order_of_groups()) {
        auto const found =
            std::ranges::find(groups, name, &std::pair<std::string, Group>::first);
        Group& group = found->second;
        double const run = planned_by_group(group, means, of_run);
        double const valued = name == state_.leading ? run * 1.25 : run;
        if (valued > best * 1.00001) {
            best = valued;
            leading = name;
        }
    }
    state_.leading = leading;

    // 3. the money of this month
    std::map<std::size_t, double> given;
    auto const key = [](ReferenceBid const& offer) {
        return offer.worth / offer.price;
    };
    double planned = 0.0;
    double spent = 0.0;
    std::vector<ReferenceBid*> others;
    for (auto& [name, group] : groups) {
        if (name != leading) {
            for (ReferenceBid* const offer : bought(group)) {
                if (!offer->is_rented) {
                    others.push_back(offer);
                }
            }
            continue;
        }
        for (bool const rented : {true, false}) {
            std::vector<ReferenceBid*> own;
            for (ReferenceBid* const offer : bought(group)) {
                if (offer->is_rented == rented) {
                    own.push_back(offer);
                    planned += offer->money;
                }
            }
            auto const want = [&](ReferenceBid const& offer) {
                auto const& exponent = path_.channels[offer.channel]
                                           .inputs[ChannelInput::scarcity_exponent];
                bool const is_scarce =
                    exponent.quantity.has_value() || exponent.fallback != 0.0;
                return rented      ? offer.money / horizon
                       : is_scarce ? offer.money
                                   : std::min(offer.offer, offer.money);
            };
            hand_out(cash - spent, own, key, want, given);
            spent = 0.0;
            for (auto const& [channel, money] : given) {
                spent += money;
            }
        }
    }
    double const left =
        std::min(std::max(0.0, means - planned) / horizon, std::max(0.0, cash - spent));
    double const life = at_least(1.0, path_.inputs[PathInput::life]);
    std::sort(others.begin(), others.end(), [](ReferenceBid* a, ReferenceBid* b) {
        return a->channel < b->channel;
    });
    auto const lasting = [&](ReferenceBid const& offer) {
        return offer.rate * std::min(std::max(0.0, 36.0 - offer.lead), life)
               / offer.price;
    };
    hand_out(
        left,
        others,
        lasting,
        [&](ReferenceBid const& offer) {
            return lasting(offer) > 0.0 ? offer.offer : 0.0;
        },
        given);
    return given;
}

}  // namespace leadtime::tests
