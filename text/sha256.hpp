// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/sha256_blocks.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace leadtime::text {

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece.
class Sha256 {
  public:
    Sha256();
    void add(std::string_view bytes);
    /// The hash in 64 hexadecimal digits, as sha256sum prints it. To be called once.
    std::string finish();

    static constexpr std::size_t block_bytes = detail::sha256_block_bytes;

  private:
    detail::Sha256State state_;
    std::string rest_;  ///< less than a block
    std::uint64_t size_bytes_ = 0;
};

/// The same of bytes that are all there.
std::string sha256(std::string_view bytes);

}  // namespace leadtime::text
