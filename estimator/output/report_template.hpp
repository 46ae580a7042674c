// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace leadtime::estimator {

/// The page that web/ builds, with `@LEADTIME_DATA@` where the data goes; empty in a
/// program that was built without Node.js (cmake/report_template.cmake).
std::string_view report_template();

}  // namespace leadtime::estimator
