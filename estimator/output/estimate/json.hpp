// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"

#include <string>

namespace leadtime::estimator {

/// The result as one JSON document, as `leadtime run --json` prints it
/// (docs/outputs.md).
///
/// Keys are stable; numbers read back exactly. JSON knows neither infinity nor nan:
/// both are null, and `share_below` and `share_above` tell what a null quantile is.
/// Ends with a line feed.
std::string run_json(Result const& result);

}  // namespace leadtime::estimator
