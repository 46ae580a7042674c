// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/machine.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>

namespace leadtime::estimator {
namespace {

/// Best matrix multiplication over peak at 16, 8 and 4 bit. p50 only where measured.
struct GemmFractions {
    std::string_view id;
    Spread at16;
    Spread at8;
    Spread at4;
};

constexpr Spread blackwell4{0.50, 0.60, 0.68};  // docs/cluster.md: a guess
constexpr GemmFractions unknown_gemm{
    "", {0.50, 0.72, 0.82}, {0.45, 0.66, 0.76}, {0.35, 0.52, 0.65}};  // judgement

// MAMF measurements of stas00/ml-engineering, commit 744d01e, unless said otherwise.
constexpr std::array gemm_fractions{
    GemmFractions{"a100", certain(0.87), certain(0.87), certain(0.87)},
    GemmFractions{"a800", certain(0.87), certain(0.87), certain(0.87)},  // as A100
    GemmFractions{"h100", certain(0.80), certain(0.71), certain(0.71)},
    GemmFractions{"h800", certain(0.80), certain(0.71), certain(0.71)},  // as H100
    GemmFractions{"h200", certain(0.80), certain(0.71), certain(0.71)},  // as H100
    GemmFractions{"h20", {0.85, 0.90, 0.95}, {0.85, 0.90, 0.95}, {0.85, 0.90, 0.95}},
    GemmFractions{"b200", certain(0.78), certain(0.76), blackwell4},
    GemmFractions{"b300", certain(0.79), certain(0.73), {0.40, 0.50, 0.60}},
    GemmFractions{"gb200", certain(0.73), certain(0.72), blackwell4},
    GemmFractions{"gb300", certain(0.75), certain(0.73), {0.40, 0.50, 0.60}},
    GemmFractions{"mi300x", certain(0.51), unknown_gemm.at8, unknown_gemm.at4},
    GemmFractions{"mi355x", certain(0.68), unknown_gemm.at8, unknown_gemm.at4},
    // peak times fraction is what the rows of the 910B identify: 353 TFLOP/s times 0.80
    GemmFractions{"ascend_910b1", {0.62, 0.706, 0.78}, certain(0.7), certain(0.7)},
    GemmFractions{"ascend_910b2", {0.66, 0.751, 0.83}, certain(0.7), certain(0.7)},
    GemmFractions{"ascend_910b3", {0.70, 0.80, 0.88}, certain(0.7), certain(0.7)},
    GemmFractions{"ascend_910c", {0.70, 0.80, 0.87}, certain(0.7), certain(0.7)},
    GemmFractions{
        "ascend_950", {0.65, 0.78, 0.86}, {0.60, 0.72, 0.80}, {0.40, 0.55, 0.65}},
};

GemmFractions const& gemm_of(std::string_view id) {
    auto const found = std::find_if(
        gemm_fractions.begin(), gemm_fractions.end(), [&](GemmFractions const& entry) {
            return id == entry.id
                   || (id.starts_with(entry.id)
                       && (entry.id == "ascend_950" || id[entry.id.size()] == '_'));
        });
    return found == gemm_fractions.end() ? unknown_gemm : *found;
}

struct Price {
    std::string_view id;
    double usd;
    double rental_usd_per_h;  ///< 0: not known
    std::string_view source;
};

constexpr std::array prices{
    Price{"v100_sxm2_32gb", 10'700, 0.97, "Epoch AI Hardware prices 2026-04"},
    Price{"a100_sxm_40gb",
          17'900,
          1.3,
          "Epoch AI Hardware prices 2026-04; rent mercatus-ai 2026-05"},
    Price{"a100_sxm_80gb",
          17'900,
          1.3,
          "Epoch AI Hardware prices 2026-04; rent mercatus-ai 2026-05"},
    Price{"a800_sxm_80gb",
          17'500,
          0,
          "Epoch AI Hardware prices 2026-04 (A800 PCIe in China)"},
    Price{"h100_sxm",
          31'900,
          2.35,
          "Epoch AI: HGX H100 2025-01; rent SemiAnalysis 2026-04, 1-year contract"},
    Price{"h800_sxm_80gb",
          39'000,
          3.42,
          "Epoch AI Hardware prices 2026-04 (listings in China)"},
    Price{"h200_sxm",
          39'100,
          3.41,
          "Epoch AI: HGX H200 2025-01; rent GPU Markets 2026-04"},
    Price{"h20", 10'500, 0, "Epoch AI, NVIDIA annual prices 2026-04 (2025, chip only)"},
    Price{"b200", 47'400, 5.3, "Epoch AI: DGX B200 2024-12; rent Silicon Data 2026"},
    Price{"b300",
          68'750,
          6.0,
          "US list 2026-06 (Reuters via stockwirex); rent: analyst 2026"},
    Price{"gb200_nvl72",
          44'000,
          5.3,
          "rack price over 72, press 2024-2025; rent as B200"},
    Price{"gb300_nvl72", 55'600, 6.0, "rack price over 72, press 2026; rent as B300"},
    Price{"ascend_910b1",
          16'854,
          0.7,
          "Epoch AI Hardware prices 2026-04; rent: analyst 2026"},
    Price{"ascend_910b2",
          16'854,
          0.7,
          "Epoch AI Hardware prices 2026-04; rent: analyst 2026"},
    Price{"ascend_910b3",
          16'854,
          0.7,
          "Epoch AI Hardware prices 2026-04; rent: analyst 2026"},
    Price{"ascend_910c",
          20'800,
          1.3,
          "CloudMatrix 384 per NPU (winbuzzer 2025-04); rent: analyst 2026"},
    Price{"ascend_950dt", 20'000, 0, "assumption from the 910C; no price read"},
    Price{"tpu_v4", 0, 2.03, "Epoch AI Hardware prices 2026-04, one-year rent"},
    Price{"tpu_v5e", 1'781, 0.84, "Epoch AI Hardware prices 2026-04"},
    Price{"tpu_v5p", 3'694, 0, "Epoch AI Hardware prices 2026-04"},
    Price{"tpu_v6e", 6'518, 1.89, "Epoch AI Hardware prices 2026-04"},
};

void set_price(ClusterMachine& machine) {
    for (auto const& price : prices) {
        if (price.id == machine.id) {
            machine.price_source = price.source;
            if (price.usd > 0) {
                machine.price_usd = price.usd;
            }
            if (price.rental_usd_per_h > 0) {
                machine.rental_usd_per_h = price.rental_usd_per_h;
            }
        }
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
            machine.spreads[quantity] = certain(fact->value);
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
        machine.spreads[quantity] = fact ? certain(fact->value) : fallback;
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

Spread const& fraction_of(GemmFractions const& gemm, int bits) {
    return bits == 4 ? gemm.at4 : bits == 8 ? gemm.at8 : gemm.at16;
}

}  // namespace

Spread gemm_fraction(std::string_view profile_id, int bits) {
    return fraction_of(gemm_of(profile_id), bits);
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
    auto const& gemm = gemm_of(profile.id);
    if (gemm.id.empty()) {
        machine.assumptions.push_back(
            "best matrix multiplication over peak not measured: a wide guess");
    }
    auto& spreads = machine.spreads;
    spreads[peak_flop_per_s] = certain(choice->flop_per_s);
    spreads[gemm_fraction] = fraction_of(gemm, bits);
    spreads[peak16_flop_per_s] = spreads[peak_flop_per_s];
    spreads[gemm16_fraction] = gemm.at16;
    if (bits < 16) {
        auto const peak16 = profile.peak_flop_per_s(hwprofiles::Precision::bf16);
        spreads[peak16_flop_per_s] = certain(peak16.value_or(choice->flop_per_s / 2));
        if (!peak16) {
            machine.assumptions.push_back("16-bit peak not known: half the rate used");
        }
    }
    set_links(machine, profile);
    set_price(machine);
    if (auto const power = profile.system_w_or_fallback()) {
        machine.system_w = power->value_w;
    }
    return machine;
}

}  // namespace leadtime::estimator
