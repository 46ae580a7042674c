// SPDX-License-Identifier: Apache-2.0
#include "text/sha256.hpp"

#include <algorithm>
#include <bit>
#include <fmt/format.h>

namespace leadtime::text {
namespace {

// FIPS 180-4, 4.2.2: fractions of the cube roots of the first 64 primes
constexpr std::array<std::uint32_t, 64> round_constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2};

using State = std::array<std::uint32_t, 8>;

void add_block(State& state, char const* bytes) {
    auto const* const block = reinterpret_cast<unsigned char const*>(bytes);
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) {
        auto const* const b = block + 4 * i;
        w[i] = std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16
               | std::uint32_t{b[2]} << 8 | std::uint32_t{b[3]};
    }
    for (std::size_t i = 16; i < 64; ++i) {
        auto const s0 =
            std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
        auto const s1 =
            std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t i = 0; i < 64; ++i) {
        auto const s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        auto const t1 = h + s1 + ((e & f) ^ (~e & g)) + round_constants[i] + w[i];
        auto const s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        auto const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    State const added{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < state.size(); ++i) {
        state[i] += added[i];
    }
}

}  // namespace

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
        add_block(state_, rest_.data());
        rest_.clear();
    }
    for (; bytes.size() >= block_bytes; bytes.remove_prefix(block_bytes)) {
        add_block(state_, bytes.data());
    }
    rest_ = bytes;
}

std::string Sha256::finish() {
    // the rest, a one, zeros, and the length in bits
    auto const n_bits = size_bytes_ * 8;
    std::string end = rest_ + '\x80';
    end.resize(end.size() + 8 <= block_bytes ? block_bytes : 2 * block_bytes, '\0');
    for (std::size_t i = 0; i < 8; ++i) {
        end[end.size() - 1 - i] = static_cast<char>((n_bits >> (8 * i)) & 0xff);
    }
    for (std::size_t i = 0; i < end.size(); i += block_bytes) {
        add_block(state_, end.data() + i);
    }
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
