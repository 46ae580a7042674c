// SPDX-License-Identifier: Apache-2.0
#include "text/suggestion.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>

namespace leadtime::text {
namespace {

constexpr std::size_t longest_word = 80;         // longer words are not typing mistakes
constexpr std::size_t most_candidates = 20'000;  // looked at; the rest is not

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Precondition: neither is longer than `longest_word`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    using Row = std::array<std::size_t, longest_word + 1>;
    Row before_last{}, last{}, row{};
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        char const here = lower(a[i - 1]);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            char const there = lower(b[j - 1]);
            row[j] = std::min(
                {last[j] + 1, row[j - 1] + 1, last[j - 1] + (here == there ? 0 : 1)});
            if (i > 1 && j > 1 && here == lower(b[j - 2]) && lower(a[i - 2]) == there) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        before_last = last;
        last = row;
    }
    return last[b.size()];
}

}  // namespace

std::optional<std::string> closest(std::string_view word,
                                   std::span<std::string const> candidates) {
    if (word.empty() || word.size() > longest_word) {
        return std::nullopt;
    }
    std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
    std::optional<std::string> result;
    for (auto const& candidate :
         candidates.first(std::min(candidates.size(), most_candidates))) {
        auto const difference = candidate.size() > word.size()
                                    ? candidate.size() - word.size()
                                    : word.size() - candidate.size();
        if (candidate.size() > longest_word || difference >= best) {
            continue;  // the distance is no smaller than the difference
        }
        std::size_t const distance = edit_distance(word, candidate);
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

std::string with_hint(std::string const& message,
                      std::string_view word,
                      std::span<std::string const> candidates) {
    auto const hint = did_you_mean(word, candidates);
    return hint.empty() ? message : message + "; " + hint;
}

}  // namespace leadtime::text
