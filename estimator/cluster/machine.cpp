// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/machine.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>

namespace leadtime::estimator {
namespace {

/// Best matrix multiplication over peak where a profile states none: a judgement, at 16,
/// 8 and 4 bit.
constexpr std::array<Spread, hwprofiles::gemm_precisions.size()> unknown_gemm{
    {{0.50, 0.72, 0.82}, {0.45, 0.66, 0.76}, {0.35, 0.52, 0.65}}};

Spread spread_of(hwprofiles::Fact const& fact) {
    return {fact.low.value_or(fact.value), fact.value, fact.high.value_or(fact.value)};
}

/// A price with its range; where none is stated that of its confidence, an assumption
/// (docs/cluster.md 2.10): buyers of one quarter pay so differently.
Spread price_of(hwprofiles::Fact const& fact) {
    auto const factor = fact.confidence == "high"     ? 1.1
                        : fact.confidence == "medium" ? 1.3
                                                      : 1.6;
    return {fact.low.value_or(fact.value / factor),
            fact.value,
            fact.high.value_or(fact.value * factor)};
}

void set_price(ClusterMachine& machine, hwprofiles::Profile const& profile) {
    auto const with_note = [](hwprofiles::Fact const& fact) {
        return fact.source + (fact.note.empty() ? "" : " (" + fact.note + ")");
    };
    if (auto const& price = profile.price_usd) {
        machine.price_usd = price_of(*price);
        machine.price_source = with_note(*price);
    }
    if (auto const& rent = profile.rental_usd_per_h) {
        machine.rental_usd_per_h = price_of(*rent);
        machine.price_source +=
            (machine.price_source.empty() ? "rent " : "; rent ") + with_note(*rent);
    }
}

[[noreturn]] void refuse(std::string problem, std::string reason) {
    text::ConfigIssue issue;
    issue.problem = std::move(problem);
    issue.reason = std::move(reason);
    throw text::ConfigError(std::move(issue));
}

void set_links(ClusterMachine& machine, hwprofiles::Profile const& profile) {
    using enum ClusterQuantity;
    std::vector<std::string> missing;
    auto const need = [&](ClusterQuantity quantity,
                          std::optional<hwprofiles::Fact> const& fact,
                          std::string_view key) {
        if (fact) {
            machine.spreads[quantity] = spread_of(*fact);
        } else {
            missing.emplace_back(key);
        }
    };
    need(mem_bytes, profile.mem_bytes, "mem_bytes");
    need(mem_bytes_per_s,
         profile.mem_bandwidth_bytes_per_s,
         "mem_bandwidth_bytes_per_s");
    need(scale_up_bytes_per_s,
         profile.scale_up_bandwidth_bytes_per_s,
         "scale_up_bandwidth_bytes_per_s");
    if (!missing.empty()) {
        refuse(fmt::format("the cluster model needs more about \"{}\"", profile.id),
               fmt::format("not known: {}; give a profile with --profiles",
                           fmt::join(missing, ", ")));
    }
    auto const assume = [&](ClusterQuantity quantity,
                            std::optional<hwprofiles::Fact> const& fact,
                            Spread const& fallback,
                            std::string text) {
        machine.spreads[quantity] = fact ? spread_of(*fact) : fallback;
        if (!fact) {
            machine.assumptions.push_back(std::move(text));
        }
    };
    assume(domain_chips,
           profile.scale_up_domain_chips,
           certain(8),
           "scale-up domain not known: 8 accelerators, as in a server");
    assume(
        scale_out_bytes_per_s,
        profile.scale_out_bandwidth_bytes_per_s,
        {25e9, 50e9, 100e9},
        "scale-out link not known: 50 GB/s (25 to 100), as in servers of 2022 to 2026");
}

}  // namespace

Spread gemm_fraction(hwprofiles::Profile const& profile, int bits) {
    std::size_t const place = bits == 4 ? 2 : bits == 8 ? 1 : 0;
    auto const& fact = profile.gemm_fractions[place];
    return fact ? spread_of(*fact) : unknown_gemm[place];
}

int cluster_bits(hwprofiles::Precision precision) {
    switch (precision) {
    case hwprofiles::Precision::fp4:
        return 4;
    case hwprofiles::Precision::fp8:
        return 8;
    default:
        return 16;
    }
}

ClusterMachine cluster_machine(hwprofiles::Profile const& profile,
                               hwprofiles::Precision wanted) {
    using enum ClusterQuantity;
    if (wanted == hwprofiles::Precision::int8) {
        refuse("int8 is not a precision to train in", "use bf16, fp8 or fp4");
    }
    auto const choice = profile.best_precision_for(wanted);
    if (!choice) {
        refuse(fmt::format("\"{}\" has no peak for {}", profile.id, to_string(wanted)),
               "nor for any wider format");
    }
    ClusterMachine machine;
    machine.id = profile.id;
    machine.name = profile.vendor + " " + profile.name;
    machine.vendor = profile.vendor;
    machine.generation = profile.generation;
    machine.precision = std::string(to_string(choice->precision));
    machine.fell_back = choice->fell_back;
    machine.fallback_reason = choice->explanation;
    if (profile.vendor == "Huawei") {
        machine.ecosystem = ClusterEcosystem::ascend;
    } else if (profile.vendor != "NVIDIA") {
        machine.assumptions.push_back("team, failures and restart as for NVIDIA");
    }
    int const bits = cluster_bits(choice->precision);
    machine.is_low_precision = bits < 16;
    if (!profile.gemm_fractions[0]) {
        machine.assumptions.push_back(
            "best matrix multiplication over peak not measured: a wide guess");
    }
    auto& spreads = machine.spreads;
    spreads[peak_flop_per_s] = spread_of(*profile.peak(choice->precision));
    spreads[gemm_fraction] = estimator::gemm_fraction(profile, bits);
    spreads[peak16_flop_per_s] = spreads[peak_flop_per_s];
    spreads[gemm16_fraction] = estimator::gemm_fraction(profile, 16);
    if (bits < 16) {
        auto const& peak16 = profile.peak(hwprofiles::Precision::bf16);
        spreads[peak16_flop_per_s] =
            peak16 ? spread_of(*peak16) : certain(choice->flop_per_s / 2);
        if (!peak16) {
            machine.assumptions.push_back("16-bit peak not known: half the rate used");
        }
    }
    set_links(machine, profile);
    set_price(machine, profile);
    if (auto const power = profile.system_w_or_fallback()) {
        machine.system_w = power->value_w;
    }
    return machine;
}

}  // namespace leadtime::estimator
