// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/machine.hpp"

#include <array>
#include <stdexcept>
#include <string_view>

namespace leadtime::estimator {
namespace {

/// Row of the hardware table of docs/cluster.md. Peaks and fractions at 16 and 8 bit.
struct Calibrated {
    std::string_view name;
    Spread peak16;
    double peak8;
    Spread gemm16;
    double gemm8;
    double mem_bytes;
    Spread mem_bytes_per_s;
    double domain;
    Spread up_bytes_per_s;
    double out_bytes_per_s;
    double team_quality;
    ClusterEcosystem ecosystem;
};

constexpr auto nvidia = ClusterEcosystem::nvidia;

// docs/cluster.md, "Hardware the constants were fitted with"
constexpr std::array calibrated{
    Calibrated{"A100",
               certain(312e12),
               0,
               certain(.87),
               0,
               80e9,
               certain(2.0e12),
               8,
               certain(300e9),
               25e9,
               0.951,
               nvidia},
    Calibrated{"H100",
               certain(989e12),
               1979e12,
               certain(.80),
               .71,
               80e9,
               certain(3.35e12),
               8,
               certain(450e9),
               50e9,
               0.922,
               nvidia},
    Calibrated{"H800",
               certain(989e12),
               1979e12,
               certain(.80),
               .71,
               80e9,
               certain(3.35e12),
               8,
               certain(200e9),
               50e9,
               0.922,
               nvidia},
    // 500 of 700 W: clock as the cube root, 0.894 of 0.80; 96 GB HBM2e, 2.4 TB/s
    Calibrated{"H100t",
               certain(989e12),
               1979e12,
               certain(.7152),
               .6347,
               96e9,
               certain(2.4e12),
               8,
               certain(450e9),
               50e9,
               0.922,
               nvidia},
    Calibrated{"B200",
               certain(2250e12),
               4500e12,
               certain(.78),
               .76,
               180e9,
               certain(8e12),
               8,
               certain(900e9),
               50e9,
               0.929,
               nvidia},
    Calibrated{"GB200",
               certain(2500e12),
               5000e12,
               certain(.73),
               .72,
               186e9,
               certain(8e12),
               72,
               certain(900e9),
               50e9,
               0.929,
               nvidia},
    Calibrated{"A910B",
               {313e12, 353e12, 400e12},
               0,
               {.70, .80, .88},
               0,
               64e9,
               {1.2e12, 1.6e12, 1.8e12},
               8,
               {100e9, 196e9, 200e9},
               25e9,
               0.994,
               ClusterEcosystem::ascend},
};

Calibrated const& calibration_of(std::string const& name) {
    for (auto const& entry : calibrated) {
        if (entry.name == name) {
            return entry;
        }
    }
    throw std::invalid_argument("no calibrated machine \"" + name + "\"");
}

}  // namespace

ClusterMachine calibrated_machine(std::string const& name, int bits) {
    using enum ClusterQuantity;
    auto const& entry = calibration_of(name);
    ClusterMachine machine;
    machine.id = machine.name = name;
    machine.ecosystem = entry.ecosystem;
    bool const is_low = bits < 16 && entry.peak8 > 0;
    machine.is_low_precision = is_low;
    machine.fell_back = bits < 16 && !is_low;
    machine.precision = is_low ? "fp8" : "bf16";
    auto& spreads = machine.spreads;
    spreads[peak_flop_per_s] = is_low ? certain(entry.peak8) : entry.peak16;
    spreads[peak16_flop_per_s] = entry.peak16;
    spreads[gemm_fraction] = is_low ? certain(entry.gemm8) : entry.gemm16;
    spreads[gemm16_fraction] = entry.gemm16;
    spreads[mem_bytes] = certain(entry.mem_bytes);
    spreads[mem_bytes_per_s] = entry.mem_bytes_per_s;
    spreads[domain_chips] = certain(entry.domain);
    spreads[scale_up_bytes_per_s] = entry.up_bytes_per_s;
    spreads[scale_out_bytes_per_s] = certain(entry.out_bytes_per_s);
    return machine;
}

double calibrated_team_quality(std::string const& name) {
    return calibration_of(name).team_quality;
}

}  // namespace leadtime::estimator
