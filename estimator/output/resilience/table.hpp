// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/output/resilience/event_report.hpp"

#include <string>

namespace leadtime::estimator {

/// For a person: for each event what is left, at the lowest and at the year ends.
std::string resilience_table(ResilienceReport const& report, bool colour);

}  // namespace leadtime::estimator
