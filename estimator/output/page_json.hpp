// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// JSON with what could end a script element or a line of script escaped: `<`, `>`, `&`
/// and the line separators U+2028 and U+2029, which stand only inside strings of JSON.
std::string safe_in_script(std::string_view json);

/// The document for a page, safe inside a script element; bytes that are not UTF-8 are
/// replaced.
std::string page_text(nlohmann::ordered_json const& json);

/// Appends a number with seven significant digits, as many as a sample has; 1e999 for
/// infinity, null for nan.
void append_number(std::string& out, double value);

/// Appends a list; one number where all are the same.
void append_numbers(std::string& out, std::vector<double> const& values);

}  // namespace leadtime::estimator
