// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cluster/priors.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// A number of an option in `from` to `to`. Throws: UsageError that names the option.
double read_option(std::string_view option,
                   std::string const& text,
                   double from,
                   double to,
                   bool is_whole = false);

/// The same of one that may be absent.
std::optional<double> read_option(std::string_view option,
                                  std::optional<std::string> const& text,
                                  double from,
                                  double to,
                                  bool is_whole = false);

/// `25k` or `20k to 30k`, 5 and 95 % of a lognormal. Throws: UsageError.
Spread read_price(std::string_view option, std::string const& text);

/// `100MW`, `0.1 GW` or `1e8` in W. Throws: UsageError.
double read_power(std::string_view option, std::string const& text);

/// The place of a word among those known. Throws: UsageError with a suggestion.
std::size_t read_choice(std::string_view option,
                        std::string const& word,
                        std::span<std::string_view const> known);

/// The one of `all` whose to_string() a word is. Throws likewise.
template <class Choice, std::size_t count>
Choice read_choice(std::string_view option,
                   std::string const& word,
                   std::array<Choice, count> const& all) {
    std::array<std::string_view, count> words;
    std::transform(all.begin(), all.end(), words.begin(), [](Choice choice) {
        return to_string(choice);
    });
    return all[read_choice(option, word, std::span<std::string_view const>(words))];
}

/// The words between commas, at least one.
std::vector<std::string> parts_of(std::string const& text);

}  // namespace leadtime::estimator
