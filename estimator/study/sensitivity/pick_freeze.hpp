// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/control.hpp"
#include "estimator/engine/executor.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/study/sensitivity/factors.hpp"
#include "estimator/study/sensitivity/output_table.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator {

/// Quantities whose share in an output is taken together.
struct FactorGroup {
    std::string name;
    std::vector<std::string> members;  ///< quantities
    std::vector<int> scores;           ///< independent scores
};

/// The finest groups that are independent of each other: a quantity alone, or with all
/// those that it is correlated with (named `a + b`). In the order of the factors.
std::vector<FactorGroup> independent_groups(Scenario const& scenario,
                                            std::span<Factor const> factors);

/// A group as the user names it: `NAME=PATTERN,PATTERN...`, where * stands for any
/// characters of a quantity's name. Throws: RunError where a pattern matches nothing
/// that is drawn, or a member is correlated with a quantity outside.
FactorGroup read_group(Scenario const& scenario,
                       std::span<Factor const> factors,
                       std::string const& text);

/// The scores that no group has, as one group `all others`; no scores: nothing left.
FactorGroup all_others(Scenario const& scenario,
                       std::span<Factor const> factors,
                       std::span<FactorGroup const> groups);

/// First-order and total index of a group for one output: Saltelli et al., Computer
/// Physics Communications 181 (2010) 259, table 2, (b) and (f) (Jansen).
struct PickFreezeIndices {
    Estimate first_order;
    Estimate total;
};

/// [output][group]. Runs the model samples * (groups + 2) times; `samples` is a
/// multiple of 16. Throws: RunError, Interrupted.
std::vector<std::vector<PickFreezeIndices>>
pick_freeze(Executor const& executor,
            Model const& model,
            std::span<SelectedOutput const> outputs,
            std::span<FactorGroup const> groups,
            std::uint64_t samples,
            std::uint64_t seed,
            Control const& control = {});

}  // namespace leadtime::estimator
