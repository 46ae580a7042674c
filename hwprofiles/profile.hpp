// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hwprofiles/precision.hpp"
#include "text/toml_reader.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::hwprofiles {

/// One number of a profile with where it is from. The unit is in the name that holds
/// it.
struct Fact {
    double value = 0;
    std::string source;      ///< full text; several are joined with "; "
    std::string confidence;  ///< high, medium or low
    std::string note;        ///< conflicts and readings; may be empty
    /// When it was public: YYYY, YYYY-MM or YYYY-MM-DD; empty where that is not known.
    std::string known = {};
    /// 5 and 95 % of what it may be, around the value; both or neither.
    std::optional<double> low = {};
    std::optional<double> high = {};
};

/// The precisions whose best matrix multiplication a profile may state: of 16, 8 and 4
/// bit.
inline constexpr std::array gemm_precisions{
    Precision::bf16, Precision::fp8, Precision::fp4};

/// How an accelerator is built in, which decides the fallback for its system power.
enum class SystemClass {
    server,  ///< servers of about 8 accelerators
    rack,    ///< NVL72-class racks
};

/// A peak chosen for a job, see Profile::best_precision_for().
struct PrecisionChoice {
    Precision precision;
    double flop_per_s;  ///< dense
    bool fell_back;     ///< the wanted precision is not stated for this accelerator
    std::string explanation;  ///< empty unless fell_back
};

/// IT power a chip needs with its share of the system.
struct SystemPower {
    double value_w;
    bool derived;  ///< from TDP times a ratio, not stated
    std::string source;
};

/// Vendor facts of one accelerator: one package as sold. An unknown number is absent.
struct Profile {
    std::string id;  ///< file stem, lower case
    std::string vendor;
    std::string name;
    std::vector<std::string> aliases;
    std::string release;  ///< as stated: a date, a quarter, or "not released"
    /// Of architectures, to say how far apart two accelerators are: 0 for the A100 and the
    /// 910B, 1 for Hopper and the 910C, and so on. Nothing where that is not stated.
    std::optional<int> generation;
    std::string process_node;
    std::string availability;
    std::string export_status_china;
    std::string notes;  ///< what concerns no single number
    SystemClass system_class = SystemClass::server;

    /// Dense peaks, FLOP/s (operations per second for int8), never 2:4 sparse.
    std::array<std::optional<Fact>, all_precisions.size()> peaks;
    /// Best matrix multiplication over peak, 0 to 1, by gemm_precisions.
    std::array<std::optional<Fact>, gemm_precisions.size()> gemm_fractions;
    std::optional<Fact> mem_bytes;  ///< decimal bytes: "80 GB" is 80e9
    std::optional<Fact> mem_bandwidth_bytes_per_s;
    std::optional<Fact> scale_up_bandwidth_bytes_per_s;  ///< per chip, one direction
    std::optional<Fact> scale_up_domain_chips;
    std::optional<Fact> scale_out_bandwidth_bytes_per_s;  ///< per chip, one direction
    std::optional<Fact> tdp_w;
    std::optional<Fact>
        system_w;  ///< IT watts with host, switch and storage share; no PUE
    std::optional<Fact> die_count;
    std::optional<Fact> die_area_mm2;  ///< all compute dies of the package
    std::optional<Fact> price_usd;     ///< with its server where so quoted
    std::optional<Fact> rental_usd_per_h;

    std::optional<Fact> const& peak(Precision precision) const {
        return peaks[static_cast<std::size_t>(precision)];
    }
    std::optional<double> peak_flop_per_s(Precision precision) const;

    /// The peak a training job that wants a precision can use. Order of fallback:
    /// fp4, fp8, bf16, tf32, fp32, starting at the wanted one; int8 has no fallback and
    /// is none. Never goes to a narrower format. Nothing when no peak of the order is
    /// known.
    std::optional<PrecisionChoice> best_precision_for(Precision wanted) const;

    /// Total processing performance of the US export rules: dense TFLOP/s (or TOP/s)
    /// times the bits of the format, the largest over precisions. TF32 is left out: its
    /// bit length is read as 19 or 32. Source: 15 CFR 774 Supp. 1, ECCN 3A090 note 2.
    std::optional<double> tpp() const;

    /// H100-equivalents, dimensionless. Always say which basis.
    std::optional<double> h100e_bf16() const;  ///< BF16 / 989e12
    std::optional<double> h100e_8bit() const;  ///< the faster of FP8 and INT8 / 1979e12
    std::optional<double> h100e_tpp() const;   ///< tpp() / 15832

    /// Stated system power, else TDP times 2.0 (server) or 1.65 (rack), marked as
    /// derived.
    std::optional<SystemPower> system_w_or_fallback() const;
};

/// A number of a profile by its key, to go through all of them.
struct NamedFact {
    std::string key;  ///< as in the file: `peak_flop_per_s.bf16`, `mem_bytes`, ...
    std::optional<Fact> const* fact;
};

/// All numbers of a profile, known or not, in a fixed order.
std::vector<NamedFact> all_facts(Profile const& profile);

/// Reads a profile. Problems go to `issues`, and the result is then incomplete.
Profile
read_profile(text::Document const& document, std::string id, text::IssueList& issues);

}  // namespace leadtime::hwprofiles
