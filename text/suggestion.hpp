// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace leadtime::text {

/// The candidate nearest to a mistyped word, or nothing when none is near.
///
/// Distance: restricted Damerau-Levenshtein, ignoring ASCII case; at most a third of
/// the word's length (never less than 1). Ties go to the earlier candidate.
std::optional<std::string> closest(std::string_view word,
                                   std::span<std::string const> candidates);

/// `did you mean "x"?` for the nearest candidate, or an empty string.
std::string did_you_mean(std::string_view word,
                         std::span<std::string const> candidates);

/// A message with that question behind it, after a semicolon, where there is one.
std::string with_hint(std::string const& message,
                      std::string_view word,
                      std::span<std::string const> candidates);

}  // namespace leadtime::text
