// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/state.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace leadtime::estimator::detail {

/// What one `[accelerator.ID]` or `[path.NAME.accelerator.ID]` says, by key.
struct AcceleratorTable {
    std::map<std::string, Input, std::less<>> inputs;
    std::set<std::string, std::less<>> modelled;  ///< left to the cluster model
    std::optional<double> peak_flop_per_s;
    std::string ecosystem;    ///< empty: by vendor
    text::ConfigIssue place;  ///< an issue at the table's name, without a problem
    bool used = false;
};

/// By profile id.
using AcceleratorTables = std::map<std::string, AcceleratorTable>;

/// Reads the tables below `accelerator` of the scenario or of a path.
AcceleratorTables read_accelerator_tables(ReaderState& state,
                                          text::TableReader& parent);

/// What a path uses: a profile, the inputs given for it (the path's own first), peaks
/// and H100-equivalents. `user` is the value of a channel that names it, for messages.
AcceleratorUse use_accelerator(ReaderState& state,
                               hwprofiles::Profile const& profile,
                               std::optional<hwprofiles::Precision> precision,
                               std::string const& path_name,
                               AcceleratorTables& shared,
                               AcceleratorTables& own,
                               toml::node const& user);

/// Warns of tables that nobody used.
void warn_of_unused(ReaderState& state,
                    AcceleratorTables const& tables,
                    char const* nobody);

}  // namespace leadtime::estimator::detail
