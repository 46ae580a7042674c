// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/state.hpp"

#include <string>
#include <vector>

namespace leadtime::estimator::detail {

/// Names of other paths in a path's table, to be found when all paths are known.
struct PathMention {
    std::size_t path = 0;
    std::string name;
    toml::node const* node = nullptr;  ///< null: the default leader
    bool is_leader = false;            ///< else an entry of compare_to
    std::string needed_by;  ///< of a leader: the first key that is no use without one
    text::ConfigIssue needed_at;
};

/// Reads `compare_to` and `[path.NAME.progress]` of one path.
void read_progress(ReaderState& state,
                   text::TableReader& path_table,
                   std::size_t index,
                   Path& path,
                   std::vector<PathMention>& mentions);

/// Resolves the mentions, when the paths and the reference are known.
void resolve_mentions(ReaderState& state, std::vector<PathMention> const& mentions);

/// Reads `effective_flop` and `parity` of `[milestones]`.
void read_effective_milestones(ReaderState& state, text::TableReader& table);

}  // namespace leadtime::estimator::detail
