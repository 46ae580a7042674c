// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace leadtime::estimator {

/// What to do where the program has no page to fill; a sentence.
inline constexpr char const* no_report_template =
    "this leadtime was built without the HTML report: install Node.js 18 or newer with "
    "npm, then build again (\"make run\")";

/// The page with its data, which is JSON that is safe inside a script element. Nothing
/// where the program was built without the page.
std::optional<std::string> filled_report(std::string const& json);

/// The last line of what wrote a folder: where its page is, or why it has none where
/// there is a `problem`.
std::string page_line(std::filesystem::path const& folder, std::string const& problem);

/// report.html of a run: one file that works offline. Nothing where the program was
/// built without the page (see no_report_template). Same result, same bytes.
std::optional<std::string> report_html(Result const& result,
                                       std::string const& sensitivity = {});

}  // namespace leadtime::estimator
