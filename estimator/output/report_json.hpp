// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"

#include <string>

namespace leadtime::estimator {

/// The result as the page of web/ reads it (docs/outputs.md, "report.html").
///
/// Safe inside a <script> element: `<`, `>`, `&` and the line separators U+2028 and
/// U+2029 are escaped, and bytes that are not UTF-8 are replaced. Numbers have seven
/// significant digits, as many as a sample has; 1e999 stands for infinity and null for
/// "not known". `sensitivity` is JSON text, or empty.
std::string report_json(Result const& result, std::string const& sensitivity = {});

}  // namespace leadtime::estimator
