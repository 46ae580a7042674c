// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>

/// The cluster model once more, slowly, in double precision, written from
/// docs/cluster.md and sharing nothing with the kernels: inputs are looked up by their
/// symbol.
namespace leadtime::reference {

/// Inputs by symbol: "C", "C16", "e", "e16", "Mem", "Wh", "S", "Wu", "Wo"; "g", "q",
/// "x0", "n0", "g_moe", "imb", "c_v", "c_m", "l_p", "o_tp", "o_ep", "o_dp", "eta_u",
/// "eta_o", "alpha_u", "alpha_o", "sigma", "kappa", "eps_sys"; "P_mm", "P_tot",
/// "P_exp", "L", "L_m", "d", "d_a", "f", "f_e", "E", "k", "k_sh", "V", "a", "c", "s",
/// "B", "z", "k_n", "rec", "low" (1 below 16 bit).
using Symbols = std::map<std::string, double>;

struct Layout {
    double t = 1;
    double p = 1;
    double v = 1;
    double e = 1;
    double cp = 1;
    double b = 1;
    bool fsdp = false;
};

struct Step {
    double seconds = 0;  ///< of which the next six are part, slowed down or not
    double compute = 0;
    double tensor = 0;
    double expert = 0;
    double latency = 0;
    double pipeline = 0;
    double data = 0;
    double memory = 0;
    double phi = 0;
    double chips = 0;
    bool feasible = false;
};

/// Eq 1-23 with a given layout.
Step cluster_step(Symbols const& x, Layout const& layout, double chips);

/// Section 2.6, with fewer accelerators where more would slow the job. `lost_time`
/// multiplies the time of a step where numbers of accelerators are compared.
Step cluster_automatic(
    Symbols const& x,
    double chips,
    std::function<double(double)> const& lost_time = [](double) { return 1.0; });

/// Eq 28-30. `tau` is set to the checkpoint interval.
double goodput(double chips,
               double mtbf_h,
               double job_failures_per_h,
               double checkpoint_s,
               double save_s,
               double restart_s,
               double& tau);

}  // namespace leadtime::reference
