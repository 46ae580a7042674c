// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_path.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

/// Pools that do a run together: docs/model.md 3.
namespace leadtime::tests {

using estimator::AcceleratorInput;
using estimator::AcceleratorUse;
using estimator::JoinInput;

namespace {

/// The useful part of the work of n accelerators, n U(n) largest at n0.
double kept(reference::FailureLoss const& loss, double n) {
    return std::exp(-loss.p * n) / (1.0 + loss.q * n);
}

/// The work of `real` accelerators that are worth `equal`, if as many run as do most.
double work(reference::FailureLoss const& loss, double equal, double real) {
    double const p = loss.p;
    double const q = loss.q;
    double const most = 2.0 / std::max(p + std::sqrt(p * p + 4.0 * p * q), 1e-30);
    double const running = std::min(real, most);
    return equal / real * running * kept(loss, running);
}

}  // namespace

/// p and q of eq 31a; none where goodput is given.
reference::FailureLoss ReferencePathStepper::losses(ReferencePool const& pool) {
    AcceleratorUse const& use = path_.accelerators[pool.accelerator];
    return use.cluster && !use.has(AcceleratorInput::goodput)
               ? reference::failure_loss(machine(use).failures)
               : reference::FailureLoss{};
}

/// The slope of ln U(n) at the carrier's own number, times that number.
double ReferencePathStepper::least_worth(ReferencePool const& carrier) {
    auto const loss = losses(carrier);
    double const n = carrier.chips;
    return std::min(1.0, n * (loss.p + loss.q / (1.0 + loss.q * n)));
}

/// How many of the carrier's accelerators one of the pool is worth; 0: it stays out.
double ReferencePathStepper::worth_in_run(ReferencePool const& pool,
                                          ReferencePool const& carrier) {
    AcceleratorUse const& one = path_.accelerators[pool.accelerator];
    AcceleratorUse const& other = path_.accelerators[carrier.accelerator];
    auto const& join = *path_.join;
    double worth =
        (pool.peak * pool.planned_mfu) / (carrier.peak * carrier.planned_mfu);
    if (pool.accelerator != carrier.accelerator) {
        if (!one.generation || !other.generation) {
            return 0.0;
        }
        switch (std::abs(*one.generation - *other.generation)) {
        case 0:
            break;
        case 1:
            worth *= fraction(join[JoinInput::one_generation_apart]);
            break;
        case 2:
            worth *= fraction(join[JoinInput::two_generations_apart]);
            break;
        default:
            return 0.0;
        }
    }
    if (one.ecosystem != other.ecosystem) {
        worth *= fraction(join[JoinInput::mixed]);
    }
    if (pool.place != carrier.place) {
        worth *= fraction(join[JoinInput::link]);
    }
    return worth >= least_worth(carrier) ? worth : 0.0;
}

namespace {

/// Memory of one accelerator of a pool, bytes; nothing where it is not known.
std::optional<double> memory_of(std::optional<ReferenceMachine> const& machine) {
    return machine ? std::optional(machine->symbols.at("Mem")) : std::nullopt;
}

}  // namespace

void ReferencePathStepper::offer_alone(ReferencePool& pool) {
    AcceleratorUse const& use = path_.accelerators[pool.accelerator];
    auto const memory =
        memory_of(use.cluster ? std::optional(machine(use)) : std::nullopt);
    pool.offer = {pool.chips, pool.chips, pool.chips * memory.value_or(0.0)};
}

/// What a run would have that `pools[number]` carries.
void ReferencePathStepper::offer_joined(std::vector<ReferencePool>& pools,
                                        std::size_t number) {
    ReferencePool& carrier = pools[number];
    auto const& join = *path_.join;
    auto const memory_in = [&](ReferencePool const& pool) {
        AcceleratorUse const& use = path_.accelerators[pool.accelerator];
        return memory_of(use.cluster ? std::optional(machine(use)) : std::nullopt);
    };
    double const own_memory = memory_in(carrier).value_or(0.0);
    double equal = carrier.chips;
    ReferenceOffer all = carrier.offer;
    std::vector<ReferencePart> others;
    for (std::size_t p = 0; p < pools.size(); ++p) {
        double const worth = p == number ? 0.0 : worth_in_run(pools[p], carrier);
        if (worth > 0.0) {
            others.push_back({p, pools[p].chips, worth});
            equal += worth * pools[p].chips;
            all.real_chips += pools[p].chips;
            all.mem_bytes +=
                pools[p].chips * memory_in(pools[p]).value_or(worth * own_memory);
        }
    }
    bool const is_modelled =
        !path_.accelerators[carrier.accelerator].has(AcceleratorInput::mfu);
    for (ReferencePart const& other : others) {
        if (is_modelled && carrier.chips < 0.5 * other.worth * other.chips) {
            carrier.offer = {};  // too small a part to carry
            return;
        }
    }
    double const together = fraction(join[JoinInput::efficiency]) * equal;
    auto const loss = losses(carrier);
    if (carrier.chips > 0.0 && together > carrier.chips
        && work(loss, together, all.real_chips)
               > work(loss, carrier.chips, carrier.chips)) {
        carrier.offer = {together, all.real_chips, all.mem_bytes};
        carrier.parts.insert(carrier.parts.end(), others.begin(), others.end());
    }
    // more than a campus holds: as many as it holds, or all at a loss
    double const h100e = path_.accelerators[carrier.accelerator].h100e_8bit;
    double const site = at_least(0.0, join[JoinInput::site_limit]) / h100e;
    double const offered = carrier.offer.chips;
    double const across = offered * fraction(join[JoinInput::site_efficiency]);
    if (offered > site) {
        if (across > site) {
            carrier.offer.chips = across;
        } else {
            carrier.offer.chips = site;
            carrier.offer.real_chips *= site / offered;
            carrier.offer.mem_bytes *= site / offered;
            for (ReferencePart& part : carrier.parts) {
                part.chips *= site / offered;
            }
        }
    }
}

/// carried_by.*: the parts of a run's planned rate, by accelerator and by channel.
void ReferencePathStepper::append_carriers(std::vector<ReferencePool> const& pools,
                                           ReferenceRun const& run,
                                           ReferenceMetrics& metrics) {
    std::vector<double> by_accelerator(path_.accelerators.size(), 0.0);
    std::vector<double> by_channel(path_.channels.size(), 0.0);
    double all = 0.0;
    for (ReferencePart const& part : run.parts) {
        all += part.chips * part.worth;
    }
    for (ReferencePart const& part : run.parts) {
        ReferencePool const& pool = pools[part.pool];
        double const share = part.chips * part.worth / all;
        by_accelerator[pool.accelerator] += share;
        double in_channels = 0.0;
        for (double const chips : pool.channel_chips) {
            in_channels += chips;
        }
        for (std::size_t i = 0; i < pool.channels.size(); ++i) {
            double const of_pool =
                in_channels > 0.0 ? pool.channel_chips[i] / in_channels : 0.0;
            by_channel[pool.channels[i]] += share * of_pool;
        }
    }
    for (std::size_t a = 0; a < by_accelerator.size(); ++a) {
        metrics.by_step["carried_by." + path_.accelerators[a].profile].push_back(
            by_accelerator[a]);
    }
    for (std::size_t c = 0; c < by_channel.size(); ++c) {
        metrics.by_step["carried_by.channel." + path_.channels[c].name].push_back(
            by_channel[c]);
    }
}

}  // namespace leadtime::tests
