// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/value_sorter.hpp"

#include "kernels/statistics/axis.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace leadtime::estimator {
namespace {

constexpr int digit_bits = 11;
constexpr std::size_t radix = std::size_t{1} << digit_bits;
constexpr std::size_t fewest =
    512;  // below, the digits' tables cost more than they save
constexpr std::uint32_t sign = 0x80000000u;

/// Unsigned, with the order of the values; -0 has the key of 0.
std::uint32_t key_of(float value) {
    return static_cast<std::uint32_t>(
               kernels::ordered_key(kernels::bits_of(value + 0.0f)))
           ^ sign;
}

float value_of(std::uint32_t key) {
    return kernels::real_of_bits(
        kernels::ordered_key(static_cast<std::int32_t>(key ^ sign)));
}

/// Sorts by digits, the lowest first; only those in which keys differ.
void sort_keys(std::vector<std::uint32_t>& keys, std::vector<std::uint32_t>& spare) {
    std::uint32_t least = ~std::uint32_t{0};
    std::uint32_t most = 0;
    for (std::uint32_t const key : keys) {  // as lanes do it, unlike std::minmax
        least = std::min(least, key);
        most = std::max(most, key);
    }
    for (int shift = 0; shift < 32 && (most - least) >> shift != 0;
         shift += digit_bits) {
        auto const digit = [&](std::uint32_t key) {
            return (key - least) >> shift & (radix - 1);
        };
        std::array<std::uint32_t, radix> places{};
        for (std::uint32_t const key : keys) {
            ++places[digit(key)];
        }
        std::uint32_t before = 0;
        for (std::uint32_t& place : places) {
            before += std::exchange(place, before);
        }
        spare.resize(keys.size());
        for (std::uint32_t const key : keys) {
            spare[places[digit(key)]++] = key;
        }
        std::swap(keys, spare);
    }
}

}  // namespace

std::span<float const> ValueSorter::sort(std::span<float const> values) {
    keys_.resize(values.size());
    sorted_.resize(values.size());
    std::ranges::transform(values, keys_.begin(), key_of);
    if (keys_.size() < fewest) {
        std::ranges::sort(keys_);
    } else {
        sort_keys(keys_, spare_);
    }
    std::ranges::transform(keys_, sorted_.begin(), value_of);
    return sorted_;
}

}  // namespace leadtime::estimator
