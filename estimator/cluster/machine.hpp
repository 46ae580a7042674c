// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cluster/priors.hpp"
#include "hwprofiles/profile.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// An accelerator as the cluster model needs it, with what had to be assumed.
struct ClusterMachine {
    std::string id;
    std::string name;
    std::string vendor;
    std::optional<int> generation;  ///< as the profile has it
    ClusterEcosystem ecosystem = ClusterEcosystem::nvidia;
    ClusterSpreads spreads;  ///< hardware only
    std::string precision;   ///< that of the job: the wanted one, or the fallback
    bool fell_back = false;
    std::string fallback_reason;
    bool is_low_precision = false;
    std::vector<std::string> assumptions;
    /// A chip, with its server where so quoted; with a range by its confidence where the
    /// profile states none.
    std::optional<Spread> price_usd;
    std::optional<Spread> rental_usd_per_h;  ///< likewise
    std::string price_source;
    std::optional<double> system_w;

    /// `h100_sxm, fp8`: with the precision that it computes in.
    std::string short_name() const { return id + ", " + precision; }
};

/// The accelerator at the precision a job wants, or the best it has instead.
/// Throws: text::ConfigError where a number is missing that nothing can stand in for.
ClusterMachine cluster_machine(hwprofiles::Profile const& profile,
                               hwprofiles::Precision wanted);

/// Best matrix multiplication over peak of a profile at 16, 8 or 4 bit; a wide guess
/// where it states none.
Spread gemm_fraction(hwprofiles::Profile const& profile, int bits);

/// The bits that the cluster model knows a precision by: 4, 8 or 16.
int cluster_bits(hwprofiles::Precision precision);

}  // namespace leadtime::estimator
