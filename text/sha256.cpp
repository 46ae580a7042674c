// SPDX-License-Identifier: Apache-2.0
#include "text/sha256.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace leadtime::text {

// FIPS 180-4, 5.3.3: fractions of the square roots of the first 8 primes
Sha256::Sha256()
    : state_{0x6a09e667,
             0xbb67ae85,
             0x3c6ef372,
             0xa54ff53a,
             0x510e527f,
             0x9b05688c,
             0x1f83d9ab,
             0x5be0cd19} {}

void Sha256::add(std::string_view bytes) {
    size_bytes_ += bytes.size();
    if (!rest_.empty()) {
        auto const n = std::min(block_bytes - rest_.size(), bytes.size());
        rest_ += bytes.substr(0, n);
        bytes.remove_prefix(n);
        if (rest_.size() < block_bytes) {
            return;
        }
        detail::add_sha256_blocks(state_, rest_.data(), 1);
        rest_.clear();
    }
    auto const blocks = bytes.size() / block_bytes;
    detail::add_sha256_blocks(state_, bytes.data(), blocks);
    rest_ = bytes.substr(blocks * block_bytes);
}

std::string Sha256::finish() {
    // the rest, a one, zeros, and the length in bits
    auto const n_bits = size_bytes_ * 8;
    std::string end = rest_ + '\x80';
    end.resize(end.size() + 8 <= block_bytes ? block_bytes : 2 * block_bytes, '\0');
    for (std::size_t i = 0; i < 8; ++i) {
        end[end.size() - 1 - i] = static_cast<char>((n_bits >> (8 * i)) & 0xff);
    }
    detail::add_sha256_blocks(state_, end.data(), end.size() / block_bytes);
    std::string text;
    for (auto const word : state_) {
        text += fmt::format("{:08x}", word);
    }
    return text;
}

std::string sha256(std::string_view bytes) {
    Sha256 hash;
    hash.add(bytes);
    return hash.finish();
}

}  // namespace leadtime::text
