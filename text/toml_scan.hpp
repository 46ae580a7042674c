// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/toml.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace leadtime::text::detail {

/// A text that toml++ must not be given, with the place of what is wrong.
struct ScanError {
    toml::source_region region;
    std::string problem;
    std::string reason;
    std::string suggestion;
};

/// Tables and arrays inside each other, parts of dotted keys included.
inline constexpr int most_levels = 256;
/// Headers and dotted keys of one text: toml++ seeks each among all of them.
inline constexpr std::size_t most_dotted_keys = 100'000;

/// toml::parse() of what it parses in bounded depth and time, and without undefined
/// behaviour: toml++ 3.3 recurses once for each part of a key, and computes with
/// letters outside ASCII as if they were within. One pass over the text, without
/// recursion, comes before it. Throws: toml::parse_error, ScanError.
toml::table parse_toml(std::string_view text, std::string const& name);

}  // namespace leadtime::text::detail
