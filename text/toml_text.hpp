// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/toml_document.hpp"
#include "text/toml_scan.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadtime::text::detail {

/// Lines of a text without their ends; a carriage return before a line feed is dropped.
std::vector<std::string> split_lines(std::string_view text);

/// Code points of a UTF-8 text (bytes that continue one are not counted).
inline int count_code_points(std::string_view text) {
    int count = 0;
    for (char const c : text) {
        count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }
    return count;
}

/// A syntax error as an issue of the document.
ConfigIssue syntax_issue(Document const& document, toml::parse_error const& error);
ConfigIssue syntax_issue(Document const& document, ScanError const& error);

}  // namespace leadtime::text::detail
