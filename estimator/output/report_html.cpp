// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/report_html.hpp"

#include "estimator/output/report_json.hpp"
#include "estimator/output/report_template.hpp"

#include <string_view>

namespace leadtime::estimator {

std::optional<std::string> filled_report(std::string const& json) {
    constexpr std::string_view mark = "@LEADTIME_DATA@";
    auto const page = report_template();
    auto const place = page.find(mark);
    if (place == std::string_view::npos) {
        return std::nullopt;
    }
    std::string html(page.substr(0, place));
    html += json;
    html += page.substr(place + mark.size());
    return html;
}

std::string page_line(std::filesystem::path const& folder, std::string const& problem) {
    return problem.empty() ? "report: " + (folder / "report.html").string() + '\n'
                           : "no report.html: " + problem + '\n';
}

std::optional<std::string> report_html(Result const& result,
                                       std::string const& sensitivity) {
    return report_template().empty() ? std::nullopt
                                     : filled_report(report_json(result, sensitivity));
}

}  // namespace leadtime::estimator
