// SPDX-License-Identifier: Apache-2.0
#include "kernels/lanes/philox.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstdint>

using namespace leadtime::kernels;

namespace {

struct KnownAnswer {
    std::array<std::uint32_t, 4> counter;
    std::array<std::uint32_t, 2> key;
    std::array<std::uint32_t, 4> words;
};

// Random123, tests/kat_vectors, philox4x32 10 rounds: zeros, ones, digits of pi.
constexpr KnownAnswer known_answers[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};

}  // namespace

TEST_CASE("philox: matches Random123's known answers", "[kernels][philox]") {
    for (KnownAnswer const& known : known_answers) {
        PhiloxBlock const counter{
            {known.counter[0], known.counter[1], known.counter[2], known.counter[3]}};
        PhiloxBlock const block = philox4x32(counter, known.key[0], known.key[1]);
        for (std::size_t i = 0; i < 4; ++i) {
            CHECK(block.word[i] == known.words[i]);
        }
    }
}

TEST_CASE("philox: a group of 64 has the words of its samples", "[kernels][philox]") {
    constexpr std::uint64_t seed = 0x1234567890abcdefu;
    // The last group below 2^32 and one above it exercise both halves of the counter.
    for (std::uint64_t const group : {0ull, 1ull, 0x3ffffffull, 0x4000001ull}) {
        std::uint32_t words[samples_per_group];
        random_words(seed, group, 77u, 3u, words);
        for (std::uint64_t i = 0; i < samples_per_group; ++i) {
            REQUIRE(words[i] == random_word(seed, group * 64 + i, 77u, 3u));
        }
    }
}

TEST_CASE("philox: samples of a group share no word", "[kernels][philox]") {
    // 64 samples of a group use the 4 words of 16 blocks: all words of the blocks,
    // once.
    std::uint32_t words[samples_per_group];
    random_words(5, 9, 1u, 0u, words);
    for (std::uint32_t i = 0; i < blocks_per_group; ++i) {
        PhiloxBlock const block = philox4x32(PhiloxBlock{{9 * 16 + i, 0, 1, 0}}, 5, 0);
        for (int w = 0; w < 4; ++w) {
            CHECK(words[w * blocks_per_group + static_cast<int>(i)] == block.word[w]);
        }
    }
}
