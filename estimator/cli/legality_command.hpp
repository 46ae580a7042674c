// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <ostream>
#include <string>

namespace leadtime::estimator {

/// What `leadtime legality` was asked.
struct LegalityOptions {
    std::optional<std::string> rule;  ///< id, or a file *.toml; else every rule
    std::optional<std::string> date;  ///< only what holds on this day
    bool json = false;
    std::optional<std::string> profiles_dir;
};

/// Writes what export rules say of every accelerator: with --rule why, else a column
/// for each rule.
///
/// JSON (keys are stable; what is not known is null): `{"date": D, "rules": [{id, name,
/// from, until, source, note, in_force, limits: {NAME: {value, unit, source,
/// confidence, note}}, chips: [{id, tpp, performance_density, interconnect_gb_per_s,
/// memory_bandwidth_gb_per_s, verdict, legal, control, reason, charge_fraction,
/// charge_reason}]}]}`. `in_force` is null without --date; `verdict` is free, notice,
/// case_by_case, denial, or null where a number that decides is not known.
///
/// Returns: the exit status, 0. Throws: text::ConfigError for an unknown rule, a date
/// that
///          is none, and anything wrong in a file.
int run_legality(LegalityOptions const& options, std::ostream& out);

}  // namespace leadtime::estimator
