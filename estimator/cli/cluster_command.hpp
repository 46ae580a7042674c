// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <ostream>
#include <string>

namespace leadtime::estimator {

/// What `leadtime cluster` was asked, as written.
struct ClusterOptions {
    std::string accelerator;
    std::string count;                  ///< 1 to 1e7, such as 16384, 16k or 1e5
    std::string model;                  ///< a built-in model, unless a job is given
    std::optional<std::string> job;     ///< a TOML file
    std::optional<std::string> flop;    ///< of a planned job
    std::optional<std::string> params;  ///< all of them
    std::optional<std::string> active;  ///< those that a token meets; else all
    bool dense = false;                 ///< a planned job is no mixture
    std::optional<std::string> days;
    std::optional<std::string> frontier;     ///< days, with commas between: `30,90,365`
    std::optional<std::string> figures;      ///< a folder, for the frontier's
    std::optional<std::string> usd;          ///< money: bounds the accelerators
    std::string cost = "amortised";          ///< the method that --usd counts by
    std::optional<std::string> power;        ///< `100MW`: bounds them too
    std::optional<std::string> price;        ///< USD an accelerator; `20k to 30k`
    std::optional<std::string> rent;         ///< USD/h, likewise
    std::optional<std::string> power_price;  ///< USD/kWh, likewise
    std::optional<std::string> pue;
    std::optional<std::string> grid;   ///< us, china or kg of CO2 a kWh
    std::optional<std::string> with;   ///< `h200_sxm:4096`, which train with it
    std::optional<std::string> vs;     ///< other accelerators, with commas between
    std::optional<std::string> equal;  ///< what they have in common
    std::optional<std::string> sites;
    std::optional<std::string> site_link;  ///< byte/s
    std::optional<std::string> inner_steps;
    bool point = false;  ///< print the values at median inputs too
    std::string precision = "bf16";
    std::optional<std::string> layout;  ///< `tp=8,pp=16,vp=4`; the model chooses else
    std::string samples = "2000";
    std::string seed = "1";
    std::string team = "frontier";
    std::optional<std::string> batch_tokens;
    std::optional<std::string> training_tokens;
    std::optional<std::string> sequence_tokens;
    std::optional<std::string> date;      ///< `2026-03`: when it trains
    std::optional<std::string> masked;    ///< share of failures, 0 to 1
    std::optional<std::string> learners;  ///< parts that do not wait for each other
    std::optional<std::string> spares;    ///< share of the accelerators, 0 to 0.5
    std::optional<std::string> sweep;     ///< `count=64:262144`
    std::optional<std::string> profiles_dir;
    bool json = false;
};

/// Writes what a cluster does with a training job. Of job, number of accelerators and
/// days two are given, and the third is found: MFU with its reference peak, rates,
/// goodput, days, accelerators, costs by three methods, power, energy and CO2, memory,
/// what limits it, and whether it fits; for a sweep, one line for each number of
/// accelerators; with `vs`, one for each accelerator.
///
/// JSON: `{accelerator, model, precision, fell_back, reference_peak_flop_per_s,
/// attention_counted, samples, seed, price_source, assumptions, sought, carrier, joined,
/// chips, feasible,
/// met_fraction, flags, point, quantiles, feasible_fraction, step_shares, layout,
/// cost_usd}`; for a sweep with `sweep: [{chips, ...}]` from `chips` on; with others
/// beside it `side_by_side: [{accelerator, precision, ..., per_base}]`; for a frontier
/// `frontier: [{days, accelerators: [{accelerator, flop: {point, quantiles}}]}]` and
/// nothing of one answer. `point` is at
/// median inputs, `quantiles` has 5, 50 and 95 % of the samples. What is infinite or not
/// known is null.
///
/// Returns: the exit status, 0. Throws: UsageError for an option that is wrong,
///          text::ConfigError for unknown names and files with errors.
int run_cluster(ClusterOptions const& options, std::ostream& out);

}  // namespace leadtime::estimator
