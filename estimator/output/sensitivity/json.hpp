// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace leadtime::estimator {

/// Reads the sensitivities that a report may show (docs/outputs.md, "Sensitivities")
/// and gives them back as checked JSON, with what the page does not know left out.
/// Throws: std::runtime_error, a sentence that names the file and the place.
std::string read_sensitivity(std::string const& path);

/// The same from text; `file` names it in messages.
std::string check_sensitivity(std::string const& text, std::string const& file);

}  // namespace leadtime::estimator
