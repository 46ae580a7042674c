// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/suggestion.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <vector>

namespace leadtime::hw {
namespace {

constexpr std::size_t longest_word = 80;  // longer words are not typing mistakes

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return result;
}

std::size_t edit_distance(std::string const& a, std::string const& b) {
    std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1),
        row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t const replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

std::optional<std::string> closest(std::string_view word,
                                   std::span<std::string const> candidates) {
    if (word.empty() || word.size() > longest_word) {
        return std::nullopt;
    }
    std::string const wanted = lower(word);
    std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
    std::optional<std::string> result;
    for (auto const& candidate : candidates) {
        if (candidate.size() > longest_word) {
            continue;
        }
        std::size_t const distance = edit_distance(wanted, lower(candidate));
        if (distance < best && distance < candidate.size()) {
            best = distance;
            result = candidate;
        }
    }
    return result;
}

std::string did_you_mean(std::string_view word,
                         std::span<std::string const> candidates) {
    auto const near = closest(word, candidates);
    return near ? fmt::format("did you mean \"{}\"?", *near) : std::string();
}

}  // namespace leadtime::hw
