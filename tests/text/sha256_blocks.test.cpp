// SPDX-License-Identifier: Apache-2.0
#include "text/sha256_blocks.hpp"

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <string>

using namespace leadtime::text::detail;

TEST_CASE("sha-256: the processor's instructions do what plain arithmetic does",
          "[text][hash]") {
    if (!has_sha256_instructions()) {
        SKIP("this processor has no instructions for SHA-256");
    }
    std::mt19937 random(1);
    for (std::size_t blocks : {0, 1, 2, 3, 64}) {
        std::string bytes(blocks * sha256_block_bytes + 1, '\0');
        for (char& byte : bytes) {
            byte = static_cast<char>(random());
        }
        Sha256State plain;
        for (std::uint32_t& word : plain) {
            word = static_cast<std::uint32_t>(random());
        }
        Sha256State fast = plain;
        add_sha256_blocks_plainly(plain, bytes.data() + 1, blocks);
        add_sha256_blocks_by_instructions(fast, bytes.data() + 1, blocks);
        CHECK(fast == plain);
    }
}
