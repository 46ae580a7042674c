// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/cluster_question.hpp"

namespace leadtime::estimator {

/// Whether --model or --job gives a shape.
bool has_shape(ClusterOptions const& options);

/// The job of `leadtime cluster`: a model's shape, or one planned from FLOP or
/// parameters; its sites. Needs what is sought. Throws: UsageError, text::ConfigError.
void read_cluster_job(ClusterOptions const& options, ClusterQuestion& result);

}  // namespace leadtime::estimator
