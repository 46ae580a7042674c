// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/macros.hpp"

#include <cstdint>

namespace leadtime::kernels {

/// A block of four 32-bit words: counter in, random words out.
struct PhiloxBlock {
    std::uint32_t word[4];
};

/// Philox4x32-10: a counter-based generator, a pure function of (counter, key).
///
/// Source:  J. Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC11;
/// checked
///          against Random123's known answers in tests/kernels/lanes/philox.test.cpp.
LEADTIME_FUNCTION PhiloxBlock philox4x32(PhiloxBlock counter,
                                         std::uint32_t key_low,
                                         std::uint32_t key_high) {
    constexpr std::uint32_t multiplier_0 = 0xD2511F53u;  // Random123, philox.h
    constexpr std::uint32_t multiplier_1 = 0xCD9E8D57u;  // Random123, philox.h
    constexpr std::uint32_t weyl_0 = 0x9E3779B9u;        // golden ratio; Random123
    constexpr std::uint32_t weyl_1 = 0xBB67AE85u;        // sqrt(3) - 1; Random123
    for (int round = 0; round < 10; ++round) {
        std::uint64_t const product_0 =
            static_cast<std::uint64_t>(multiplier_0) * counter.word[0];
        std::uint64_t const product_1 =
            static_cast<std::uint64_t>(multiplier_1) * counter.word[2];
        PhiloxBlock next;
        next.word[0] =
            static_cast<std::uint32_t>(product_1 >> 32) ^ counter.word[1] ^ key_low;
        next.word[1] = static_cast<std::uint32_t>(product_1);
        next.word[2] =
            static_cast<std::uint32_t>(product_0 >> 32) ^ counter.word[3] ^ key_high;
        next.word[3] = static_cast<std::uint32_t>(product_0);
        counter = next;
        key_low += weyl_0;
        key_high += weyl_1;
    }
    return counter;
}

/// Samples come in groups of 64 that share sixteen Philox blocks (docs/model.md 1).
inline constexpr int samples_per_group = 64;
inline constexpr int blocks_per_group = 16;

/// The random word of one sample, draw id and knot: the definition, one sample at a
/// time.
LEADTIME_FUNCTION std::uint32_t random_word(std::uint64_t seed,
                                            std::uint64_t sample,
                                            std::uint32_t id,
                                            std::uint32_t knot) {
    std::uint32_t const low = static_cast<std::uint32_t>(sample);
    PhiloxBlock const counter{{(low >> 6) * 16u + (low & 15u),
                               static_cast<std::uint32_t>(sample >> 32),
                               id,
                               knot}};
    PhiloxBlock const block = philox4x32(counter,
                                         static_cast<std::uint32_t>(seed),
                                         static_cast<std::uint32_t>(seed >> 32));
    return block.word[(low >> 4) & 3u];
}

/// The random words of a whole group of 64 samples (`group` = sample / 64), written in
/// sample order: the same words as `random_word`, a quarter of the work, and a loop
/// that compilers vectorise.
LEADTIME_FUNCTION void random_words(std::uint64_t seed,
                                    std::uint64_t group,
                                    std::uint32_t id,
                                    std::uint32_t knot,
                                    std::uint32_t* words) {
    std::uint32_t const low = static_cast<std::uint32_t>(group << 6);
    std::uint32_t const high = static_cast<std::uint32_t>(group >> 26);
    for (std::uint32_t i = 0; i < blocks_per_group; ++i) {
        PhiloxBlock const block =
            philox4x32(PhiloxBlock{{(low >> 6) * 16u + i, high, id, knot}},
                       static_cast<std::uint32_t>(seed),
                       static_cast<std::uint32_t>(seed >> 32));
        for (int w = 0; w < 4; ++w) {
            words[w * blocks_per_group + i] = block.word[w];
        }
    }
}

}  // namespace leadtime::kernels
