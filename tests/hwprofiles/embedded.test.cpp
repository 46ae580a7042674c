// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/embedded.hpp"

#include "tests/support/source_tree.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

using leadtime::hwprofiles::embedded_files;

TEST_CASE("embedded: files are those of the source tree, byte for byte",
          "[hwprofiles][embedded]") {
    for (auto const& file : embedded_files()) {
        CAPTURE(file.path);
        std::ifstream stream(leadtime::tests::source_path(std::string(file.path)),
                             std::ios::binary);
        REQUIRE(stream);
        std::string const on_disk{std::istreambuf_iterator<char>(stream), {}};
        CHECK((file.contents == on_disk));
    }
}

TEST_CASE("embedded: files are sorted by path, each once", "[hwprofiles][embedded]") {
    auto const files = embedded_files();
    auto const out_of_order = std::ranges::adjacent_find(
        files, [](auto const& a, auto const& b) { return a.path >= b.path; });
    CHECK(out_of_order == files.end());
}
