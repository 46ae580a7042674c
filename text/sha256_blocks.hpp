// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace leadtime::text::detail {

using Sha256State = std::array<std::uint32_t, 8>;

inline constexpr std::size_t sha256_block_bytes = 64;

/// Adds whole blocks of 64 bytes to a state of SHA-256 (FIPS 180-4, 6.2.2).
void add_sha256_blocks(Sha256State& state, char const* bytes, std::size_t blocks);

/// The same in plain arithmetic, and by the processor's own instructions, some ten times
/// as fast where it has them.
void add_sha256_blocks_plainly(Sha256State& state,
                               char const* bytes,
                               std::size_t blocks);
void add_sha256_blocks_by_instructions(Sha256State& state,
                                       char const* bytes,
                                       std::size_t blocks);
bool has_sha256_instructions();

}  // namespace leadtime::text::detail
