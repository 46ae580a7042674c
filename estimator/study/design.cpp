// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/design.hpp"

#include "estimator/engine/errors.hpp"
#include "estimator/quantities/number.hpp"
#include "estimator/quantities/portable_math.hpp"
#include "kernels/lanes/philox.hpp"
#include "kernels/statistics/ordering.hpp"
#include "text/hash.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>
#include <string_view>

namespace leadtime::estimator {
namespace {

constexpr std::size_t most_cells = 10'000'000;

std::vector<std::string> split(std::string const& text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        std::size_t const end = std::min(text.find(separator, begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

[[noreturn]] void refuse(std::string const& text, std::string const& why) {
    throw RunError(fmt::format("--vary \"{}\": {} (write KEY=A:B:N, KEY=A:B:N:log or "
                               "KEY=V,V,...)",
                               text,
                               why));
}

double place(VariedKey const& key, double fraction) {
    return key.is_log ? key.low * portable::pow(key.high / key.low, fraction)
                      : key.low + (key.high - key.low) * fraction;
}

/// Takes KEY=... apart; `steps` are what follows A:B, without `log`.
VariedKey read_key(std::string const& text, std::vector<std::string>& steps) {
    auto const equals = text.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == text.size()) {
        refuse(text, "it is not KEY=VALUES");
    }
    if (text.find_first_of("\r\n") != std::string::npos) {
        refuse(text, "it has a line break");  // sweep.csv has a line for each number
    }
    VariedKey key;
    key.key = text.substr(0, equals);
    std::string const values = text.substr(equals + 1);
    auto parts = split(values, ':');
    auto const low = key_number(parts[0]);
    auto const high = parts.size() > 1 ? key_number(parts[1]) : std::nullopt;
    if (parts.size() < 2 || !low || !high) {  // names, dates, or numbers in a list
        key.values = split(values, ',');
        return key;
    }
    key.is_range = true;
    key.low = *low;
    key.high = *high;
    if (parts.back() == "log") {
        key.is_log = true;
        parts.pop_back();
        if (!(key.low > 0.0 && key.high > 0.0)) {
            refuse(text, "both ends of a log range are above 0");
        }
    }
    if (!(key.low < key.high)) {
        refuse(text, "the first end of a range is below the second");
    }
    steps.assign(parts.begin() + 2, parts.end());
    return key;
}

void check_names(std::vector<VariedKey> const& keys) {
    if (keys.empty()) {
        throw RunError("a sweep varies something: give --vary KEY=A:B:N");
    }
    std::set<std::string_view> names;
    for (auto const& key : keys) {
        if (!names.insert(key.key).second) {
            throw RunError(fmt::format("--vary {} is given twice", key.key));
        }
    }
}

}  // namespace

std::optional<double> key_number(std::string const& text) {
    auto const value = parse_value_text(text, false, 0);
    auto const* const values = std::get_if<ValueText>(&value);
    return values != nullptr && values->values.size() == 1
                   && std::isfinite(values->values.front())
               ? std::optional(values->values.front())
               : std::nullopt;
}

SweepDesign SweepDesign::grid(std::vector<std::string> const& vary) {
    SweepDesign design;
    for (std::string const& text : vary) {
        std::vector<std::string> steps;
        VariedKey key = read_key(text, steps);
        if (key.is_range) {
            auto const count = steps.size() == 1 ? key_number(steps[0]) : std::nullopt;
            if (!count || *count < 2 || *count > 1e6 || std::floor(*count) != *count) {
                refuse(text, "N, the number of values, is a whole number from 2");
            }
            auto const n = static_cast<std::size_t>(*count);
            for (std::size_t i = 0; i < n; ++i) {
                double const fraction =
                    static_cast<double>(i) / static_cast<double>(n - 1);
                key.values.push_back(fmt::format(
                    "{:.12g}", i + 1 == n ? key.high : place(key, fraction)));
            }
        }
        if (design.cells_ > most_cells / key.values.size()) {
            throw RunError(
                fmt::format("a sweep of more than {} cells cannot be run", most_cells));
        }
        design.cells_ *= key.values.size();
        design.keys_.push_back(std::move(key));
    }
    check_names(design.keys_);
    return design;
}

SweepDesign SweepDesign::latin_hypercube(std::vector<std::string> const& vary,
                                         std::size_t cells,
                                         std::uint64_t seed) {
    SweepDesign design;
    design.is_grid_ = false;
    design.cells_ = cells;
    if (cells > most_cells / std::max<std::size_t>(vary.size(), 1)) {
        throw RunError(
            fmt::format("--lhs {}: a sweep of more than {} cells, or values of "
                        "keys in them, cannot be run",
                        cells,
                        most_cells));
    }
    for (std::string const& text : vary) {
        std::vector<std::string> steps;
        VariedKey key = read_key(text, steps);
        if (!key.is_range || !steps.empty()) {
            refuse(text, "with --lhs a key has a range KEY=A:B or KEY=A:B:log");
        }
        // Strata in the order of random numbers, and a place in each.
        std::uint32_t const id = text::fnv1a_32(key.key);
        constexpr std::uint32_t order_draw = 0xfffffffeu;  // no quantity has such knots
        constexpr std::uint32_t place_draw = 0xffffffffu;
        std::vector<float> keys(cells);
        std::vector<std::uint32_t> order(cells);
        for (std::size_t i = 0; i < cells; ++i) {
            keys[i] = static_cast<float>(kernels::random_word(seed, i, id, order_draw));
        }
        kernels::sort_order(keys, order);
        for (std::size_t i = 0; i < cells; ++i) {
            double const u =
                (kernels::random_word(seed, i, id, place_draw) + 0.5) / 4294967296.0;
            key.values.push_back(fmt::format(
                "{:.9g}", place(key, (order[i] + u) / static_cast<double>(cells))));
        }
        design.keys_.push_back(std::move(key));
    }
    check_names(design.keys_);
    return design;
}

std::size_t SweepDesign::index(std::size_t cell, std::size_t key) const {
    if (!is_grid_) {
        return cell;
    }
    for (std::size_t k = keys_.size(); k-- > key + 1;) {
        cell /= keys_[k].values.size();
    }
    return cell % keys_[key].values.size();
}

}  // namespace leadtime::estimator
