// SPDX-License-Identifier: Apache-2.0
#include "text/sha256_blocks.hpp"

#include <bit>

#if defined(__x86_64__)
#    include <cpuid.h>
#    include <immintrin.h>
#endif

namespace leadtime::text::detail {
namespace {

// FIPS 180-4, 4.2.2: fractions of the cube roots of the first 64 primes
alignas(16) constexpr std::array<std::uint32_t, 64> round_constants{
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

void add_block(Sha256State& state, char const* bytes) {
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
    Sha256State const added{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < state.size(); ++i) {
        state[i] += added[i];
    }
}

}  // namespace

void add_sha256_blocks_plainly(Sha256State& state,
                               char const* bytes,
                               std::size_t blocks) {
    for (; blocks > 0; --blocks, bytes += sha256_block_bytes) {
        add_block(state, bytes);
    }
}

#if defined(__x86_64__)

bool has_sha256_instructions() {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b >> 29 & 1) != 0;
}

// State words as the instructions want them: a b e f and c d g h, the first in the
// highest place; four rounds take four words, and the words to come follow from the last
// sixteen (Intel 64 Software Developer's Manual, SHA256RNDS2, SHA256MSG1, SHA256MSG2).
[[gnu::target("sha,sse4.1,ssse3")]] void add_sha256_blocks_by_instructions(
    Sha256State& state, char const* bytes, std::size_t blocks) {
    auto const load = [](void const* from) {
        return _mm_loadu_si128(static_cast<__m128i const*>(from));
    };
    auto const store = [](void* to, __m128i value) {
        _mm_storeu_si128(static_cast<__m128i*>(to), value);
    };
    __m128i const swapped =
        _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);  // bytes of words
    __m128i const ba_dc = _mm_shuffle_epi32(load(state.data()), 0xb1);
    __m128i const ef_gh = _mm_shuffle_epi32(load(state.data() + 4), 0x1b);
    __m128i abef = _mm_alignr_epi8(ba_dc, ef_gh, 8);
    __m128i cdgh = _mm_blend_epi16(ef_gh, ba_dc, 0xf0);
    for (; blocks > 0; --blocks, bytes += sha256_block_bytes) {
        __m128i const abef_before = abef;
        __m128i const cdgh_before = cdgh;
        __m128i w[4];
        for (int i = 0; i < 4; ++i) {
            w[i] = _mm_shuffle_epi8(load(bytes + 16 * i), swapped);
        }
        for (std::size_t four = 0; four < 16; ++four) {
            __m128i const sum =
                _mm_add_epi32(w[0], load(round_constants.data() + 4 * four));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
            __m128i const next =
                _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w[0], w[1]),
                                                   _mm_alignr_epi8(w[3], w[2], 4)),
                                     w[3]);
            w[0] = w[1];
            w[1] = w[2];
            w[2] = w[3];
            w[3] = next;
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    __m128i const fe_ba = _mm_shuffle_epi32(abef, 0x1b);
    __m128i const dc_hg = _mm_shuffle_epi32(cdgh, 0xb1);
    store(state.data(), _mm_blend_epi16(fe_ba, dc_hg, 0xf0));
    store(state.data() + 4, _mm_alignr_epi8(dc_hg, fe_ba, 8));
}

#else

bool has_sha256_instructions() {
    return false;
}

void add_sha256_blocks_by_instructions(Sha256State& state,
                                       char const* bytes,
                                       std::size_t blocks) {
    add_sha256_blocks_plainly(state, bytes, blocks);
}

#endif

void add_sha256_blocks(Sha256State& state, char const* bytes, std::size_t blocks) {
    static bool const has_instructions = has_sha256_instructions();
    (has_instructions ? add_sha256_blocks_by_instructions
                      : add_sha256_blocks_plainly)(state, bytes, blocks);
}

}  // namespace leadtime::text::detail
