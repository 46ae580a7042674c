// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/contracts.hpp"
#include "kernels/lanes/philox.hpp"
#include "kernels/plan/plan.hpp"

#include <cstddef>
#include <cstdint>

/// Scrambled Sobol points as pure functions of the sample's number: no state, so that
/// any sample can be drawn anywhere. docs/model.md 1 has the definition.
namespace leadtime::kernels {

inline constexpr int sobol_bits = 32;

LEADTIME_FUNCTION std::uint32_t reversed_bits(std::uint32_t x) {
    x = (x >> 16) | (x << 16);
    x = ((x & 0xff00ff00u) >> 8) | ((x & 0x00ff00ffu) << 8);
    x = ((x & 0xf0f0f0f0u) >> 4) | ((x & 0x0f0f0f0fu) << 4);
    x = ((x & 0xccccccccu) >> 2) | ((x & 0x33333333u) << 2);
    return ((x & 0xaaaaaaaau) >> 1) | ((x & 0x55555555u) << 1);
}

/// A nested uniform (Owen) scrambling: whether a bit is flipped depends on the seed and
/// on the bits above it, so that every dyadic interval is mapped onto one.
///
/// Source: S. Laine and T. Karras, Computer Graphics Forum 30 (2011) 1265, for hashing
/// reversed bits; B. Burley, J. Computer Graphics Techniques 9 (2020) no. 4, for the
/// constants.
LEADTIME_FUNCTION std::uint32_t owen_scrambled(std::uint32_t x, std::uint32_t seed) {
    x = reversed_bits(x);
    x += seed;
    x ^= x * 0x6c50b47cu;  // Burley 2020, listing 1
    x ^= x * 0xb82f1e52u;
    x ^= x * 0xc7afe638u;
    x ^= x * 0x8d22f6e6u;
    return reversed_bits(x);
}

/// The scrambling of one score in one replicate: a random word of the score's own.
LEADTIME_FUNCTION std::uint32_t scramble_seed(Plan const& plan,
                                              ScoreDraw const& draw,
                                              std::uint64_t seed,
                                              std::uint64_t sample) {
    auto const replicate =
        static_cast<std::uint32_t>(sample >> plan.sobol_replicate_shift);
    // No sample has these counters: the second word of theirs is below 2^31.
    PhiloxBlock const counter{{replicate, 0xffffffffu, draw.id, draw.knot}};
    return philox4x32(counter,
                      static_cast<std::uint32_t>(seed),
                      static_cast<std::uint32_t>(seed >> 32))
        .word[0];
}

/// The random word (as normal_score takes it: sign in bit 0, distance from the nearer
/// end above it) of a fraction x / 2^32.
LEADTIME_FUNCTION std::uint32_t word_of_fraction(std::uint32_t x) {
    std::uint32_t const upper = x >> 31;
    return ((upper != 0 ? ~x : x) << 1) | upper;
}

/// The word of one sample: the definition, one sample at a time.
LEADTIME_FUNCTION std::uint32_t sobol_word(Plan const& plan,
                                           ScoreDraw const& draw,
                                           std::uint64_t seed,
                                           std::uint64_t sample) {
    std::uint32_t const* const directions =
        plan.sobol_directions + std::ptrdiff_t{draw.sobol_dimension} * sobol_bits;
    auto index = static_cast<std::uint32_t>(
        sample & ((std::uint64_t{1} << plan.sobol_replicate_shift) - 1));
    std::uint32_t x = 0;
    for (int bit = 0; bit < sobol_bits; ++bit) {
        x ^= directions[bit] & (0u - ((index >> bit) & 1u));
    }
    return word_of_fraction(owen_scrambled(x, scramble_seed(plan, draw, seed, sample)));
}

/// The words of a group of 64 samples from `first_sample`, a multiple of 64: the same,
/// a loop that compilers vectorise. A replicate has at least 64 samples.
LEADTIME_FUNCTION void sobol_words(Plan const& plan,
                                   ScoreDraw const& draw,
                                   std::uint64_t seed,
                                   std::uint64_t first_sample,
                                   std::uint32_t* words) {
    LEADTIME_EXPECT(first_sample % samples_per_group == 0);
    LEADTIME_EXPECT(plan.sobol_replicate_shift >= 6);
    std::uint32_t const* const directions =
        plan.sobol_directions + std::ptrdiff_t{draw.sobol_dimension} * sobol_bits;
    auto const index = static_cast<std::uint32_t>(
        first_sample & ((std::uint64_t{1} << plan.sobol_replicate_shift) - 1));
    std::uint32_t x = 0;
    for (int bit = 6; bit < sobol_bits; ++bit) {
        x ^= directions[bit] & (0u - ((index >> bit) & 1u));
    }
    words[0] = x;
    for (int bit = 0; bit < 6; ++bit) {
        int const half = 1 << bit;
        for (int i = 0; i < half; ++i) {
            words[half + i] = words[i] ^ directions[bit];
        }
    }
    std::uint32_t const scramble = scramble_seed(plan, draw, seed, first_sample);
    for (int i = 0; i < samples_per_group; ++i) {
        words[i] = word_of_fraction(owen_scrambled(words[i], scramble));
    }
}

}  // namespace leadtime::kernels
