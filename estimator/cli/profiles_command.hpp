// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <ostream>
#include <string>

namespace leadtime::estimator {

/// What `leadtime profiles [NAME]` was asked.
struct ProfilesOptions {
    std::optional<std::string> name;  ///< one accelerator instead of the table
    bool json = false;
    std::optional<std::string>
        profiles_dir;  ///< adds to or overrides the built-in ones
};

/// Writes the accelerator table, or one profile with the source of every number.
///
/// JSON (keys are stable; a number that is not known is null):
/// `{"profiles": [{id, vendor, name, aliases, release, generation, process_node, availability,
/// export_status_china, notes, system_class, facts, derived}]}`, one element when a
/// name was given. `facts` holds one key for each number as in the profile files, flat
/// ("peak_flop_per_s.bf16", "mem_bytes", ...), each null or
/// `{value, source, confidence, note}`. `derived` holds h100e_bf16, h100e_8bit,
/// h100e_tpp, tpp (numbers or null) and system_w: null or `{value, derived, source}`.
///
/// Returns: the exit status, 0. Throws: text::ConfigError for an unknown name (with a
///          suggestion) and for anything wrong in profiles_dir.
int run_profiles(ProfilesOptions const& options, std::ostream& out);

}  // namespace leadtime::estimator
