// SPDX-License-Identifier: Apache-2.0
#include "text/hash.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace leadtime::text;

namespace {

std::uint64_t hash_64(std::string_view bytes) {
    Fnv1a hash;
    hash.add(bytes);
    return hash.value();
}

}  // namespace

// RFC 9923, appendix C: test vectors.
TEST_CASE("hash: FNV-1a matches the published vectors", "[text][hash]") {
    CHECK(fnv1a_32("") == 0x811c9dc5u);
    CHECK(fnv1a_32("a") == 0xe40c292cu);
    CHECK(fnv1a_32("foobar") == 0xbf9cf968u);
    CHECK(hash_64("") == 0xcbf29ce484222325u);
    CHECK(hash_64("a") == 0xaf63dc4c8601ec8cu);
    CHECK(hash_64("foobar") == 0x85944171f73967e8u);
    Fnv1a pieces;
    pieces.add("foo");
    pieces.add("bar");
    CHECK(pieces.value() == hash_64("foobar"));
}
