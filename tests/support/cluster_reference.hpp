// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
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

/// p and q of eq 31a.
struct FailureLoss {
    double p = 0;
    double q = 0;
};

/// Section 2.6, with fewer accelerators where more would slow the job. `lost_time`
/// multiplies the time of a step where numbers of accelerators are compared: all those
/// of the section, or, given `near`, the few that paths try.
Step cluster_automatic(Symbols const& x,
                       double chips,
                       std::function<double(double)> const& lost_time,
                       std::optional<FailureLoss> const& near = {});

/// Section 2.8.
struct Failures {
    double mtbf_h = 0;
    double job_failures_per_h = 0;
    double checkpoint_s = 0;
    double save_s = 0;
    double restart_s = 0;
    double masked = 0;
    double stall_s = 0;
    double learners = 1;
    double replica_loss = 0;
    double hot_spares = 0;
    double learner_efficiency = 1;
};

/// Eq 28-30a on working accelerators. `tau` is set to the checkpoint interval.
double goodput(Failures const& failures, double chips, double& tau);

FailureLoss failure_loss(Failures const& failures);

/// n* of eq 31a, at most `most`.
double useful_chips(Failures const& failures, double most);

/// The number up to `most` with the largest n G(n), by search.
double most_useful_chips(Failures const& failures, double most);

}  // namespace leadtime::reference
