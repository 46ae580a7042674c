// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cluster/evaluation.hpp"

#include <string>

namespace leadtime::estimator {

/// Reads `tp=8,pp=16,vp=4,ep=1,cp=1,mbs=1,fsdp,recompute,zb=0.5,knode=3.2` into a
/// question of `count` accelerators: what `--layout` and the backtest's rows say.
/// Throws: std::invalid_argument for unknown keys, factors that do not go together, and
/// a replica of more than `count`.
void read_cluster_layout(std::string const& layout,
                         double count,
                         ClusterCase& question);

}  // namespace leadtime::estimator
