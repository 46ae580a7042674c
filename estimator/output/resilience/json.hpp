// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/output/resilience/event_report.hpp"

#include <string>

namespace leadtime::estimator {

/// One JSON document, `leadtime-resilience`.
std::string resilience_json(ResilienceReport const& report);

}  // namespace leadtime::estimator
