// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace leadtime::text {

/// FNV-1a, 64 bits (RFC 9923), of bytes that come piece by piece.
class Fnv1a {
  public:
    constexpr void add(std::string_view bytes) {
        for (char const c : bytes) {
            value_ = (value_ ^ static_cast<unsigned char>(c)) * prime;
        }
    }
    constexpr std::uint64_t value() const { return value_; }

  private:
    static constexpr std::uint64_t prime = 1099511628211U;
    std::uint64_t value_ = 14695981039346656037U;  // the offset basis
};

/// FNV-1a, 32 bits (RFC 9923): of a quantity's name the id of its draws (model.md 1).
constexpr std::uint32_t fnv1a_32(std::string_view bytes) {
    std::uint32_t hash = 2166136261U;  // the offset basis
    for (char const c : bytes) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;  // the prime
    }
    return hash;
}

}  // namespace leadtime::text
