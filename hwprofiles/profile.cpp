// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/profile.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace leadtime::hwprofiles {
namespace {

// H100 SXM, dense: NVIDIA H100 datasheet, as hwprofiles/data/h100_sxm.toml.
constexpr double h100_bf16_flop_per_s = 989e12;
constexpr double h100_8bit_flop_per_s = 1979e12;
constexpr double h100_tpp = 1979.0 * 8.0;  // its FP8 rate times 8 bits

// System over chip power, derived from Epoch AI "IT power by chip": A100 2.3,
// H100 2.08.
constexpr double server_power_ratio = 2.0;
// The same: GB200 1.74, GB300 1.58.
constexpr double rack_power_ratio = 1.65;

/// Training formats from narrow to wide.
constexpr std::array<Precision, 5> fallback_order{
    Precision::fp4, Precision::fp8, Precision::bf16, Precision::tf32, Precision::fp32};

double bits_of(Precision precision) {
    switch (precision) {
    case Precision::fp32:
        return 32;
    case Precision::tf32:
        return 19;
    case Precision::bf16:
        return 16;
    case Precision::fp8:
    case Precision::int8:
        return 8;
    case Precision::fp4:
        return 4;
    }
    return 0;
}

std::optional<double> larger(std::optional<double> a, std::optional<double> b) {
    return a && b ? std::max(*a, *b) : a ? a : b;
}

std::optional<double> divided(std::optional<double> value, double by) {
    return value ? std::optional(*value / by) : std::nullopt;
}

}  // namespace

std::optional<double> Profile::peak_flop_per_s(Precision precision) const {
    auto const& fact = peak(precision);
    return fact ? std::optional(fact->value) : std::nullopt;
}

std::optional<PrecisionChoice> Profile::best_precision_for(Precision wanted) const {
    if (auto const exact = peak_flop_per_s(wanted)) {
        return PrecisionChoice{wanted, *exact, false, {}};
    }
    auto const start = std::find(fallback_order.begin(), fallback_order.end(), wanted);
    for (auto it = start; it != fallback_order.end(); ++it) {
        if (auto const rate = peak_flop_per_s(*it)) {
            return PrecisionChoice{
                *it,
                *rate,
                true,
                fmt::format("{} states no {} rate; its {} rate is used",
                            id,
                            to_string(wanted),
                            to_string(*it))};
        }
    }
    return std::nullopt;
}

std::optional<double> Profile::tpp() const {
    std::optional<double> best;
    for (Precision const precision : all_precisions) {
        auto const rate = peak_flop_per_s(precision);
        if (rate && precision != Precision::tf32) {
            best = larger(best, *rate / 1e12 * bits_of(precision));
        }
    }
    return best;
}

std::optional<double> Profile::h100e_bf16() const {
    return divided(peak_flop_per_s(Precision::bf16), h100_bf16_flop_per_s);
}

std::optional<double> Profile::h100e_8bit() const {
    return divided(
        larger(peak_flop_per_s(Precision::fp8), peak_flop_per_s(Precision::int8)),
        h100_8bit_flop_per_s);
}

std::optional<double> Profile::h100e_tpp() const {
    return divided(tpp(), h100_tpp);
}

std::optional<SystemPower> Profile::system_w_or_fallback() const {
    if (system_w) {
        return SystemPower{system_w->value, false, system_w->source};
    }
    if (!tdp_w) {
        return std::nullopt;
    }
    bool const in_rack = system_class == SystemClass::rack;
    double const ratio = in_rack ? rack_power_ratio : server_power_ratio;
    return SystemPower{
        tdp_w->value * ratio,
        true,
        fmt::format("derived: TDP x {} ({}; ratio from Epoch AI IT power by "
                    "chip)",
                    ratio,
                    in_rack ? "NVL72-class rack" : "8-GPU server")};
}

std::vector<NamedFact> all_facts(Profile const& profile) {
    std::vector<NamedFact> facts;
    for (Precision const precision : all_precisions) {
        facts.push_back({fmt::format("peak_flop_per_s.{}", to_string(precision)),
                         &profile.peak(precision)});
    }
    facts.insert(
        facts.end(),
        {{"mem_bytes", &profile.mem_bytes},
         {"mem_bandwidth_bytes_per_s", &profile.mem_bandwidth_bytes_per_s},
         {"scale_up_bandwidth_bytes_per_s", &profile.scale_up_bandwidth_bytes_per_s},
         {"scale_up_domain_chips", &profile.scale_up_domain_chips},
         {"scale_out_bandwidth_bytes_per_s", &profile.scale_out_bandwidth_bytes_per_s},
         {"tdp_w", &profile.tdp_w},
         {"system_w", &profile.system_w},
         {"die_count", &profile.die_count},
         {"die_area_mm2", &profile.die_area_mm2},
         {"price_usd", &profile.price_usd},
         {"rental_usd_per_h", &profile.rental_usd_per_h}});
    for (std::size_t i = 0; i < gemm_precisions.size(); ++i) {
        facts.push_back({fmt::format("gemm_fraction.{}", to_string(gemm_precisions[i])),
                         &profile.gemm_fractions[i]});
    }
    return facts;
}

}  // namespace leadtime::hwprofiles
