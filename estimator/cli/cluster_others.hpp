// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/cluster_question.hpp"
#include "hwprofiles/profile_library.hpp"

namespace leadtime::estimator {

/// The accelerators beside the first: `--with` trains with them, `--vs` stands beside
/// them. Needs the task, prices and bounds included. Throws: UsageError,
/// text::ConfigError.
void read_other_accelerators(ClusterOptions const& options,
                             hwprofiles::ProfileLibrary const& library,
                             hwprofiles::Precision precision,
                             ClusterQuestion& result);

}  // namespace leadtime::estimator
