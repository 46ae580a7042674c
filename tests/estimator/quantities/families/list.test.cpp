// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/families/list.hpp"

#include "estimator/quantities/distribution_rules.hpp"
#include "estimator/quantities/quantile_fit.hpp"

#include "tests/support/source_tree.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

using namespace leadtime;
using namespace leadtime::estimator;

namespace {

std::string text_of(std::filesystem::path const& file) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("families: each file that makes one is in the list, by its name",
          "[estimator][families]") {
    std::set<std::string> made;
    std::regex const maker("Family detail::(\\w+)_family\\(\\)");
    auto const folder = tests::source_path("estimator/quantities/families");
    for (auto const& file : std::filesystem::directory_iterator(folder)) {
        auto const text = text_of(file.path());
        std::smatch found;
        if (std::regex_search(text, found, maker)) {
            CHECK(file.path().stem() == found[1].str());
            made.insert(found[1]);
        }
    }
    std::set<std::string> listed;
    for (auto const& family : families()) {
        CHECK(listed.insert(family.name).second);
        CHECK(find_family(family.name) == &family);
    }
    CHECK(listed == made);
    CHECK(find_family("cauchy") == nullptr);
}

TEST_CASE("families: each can be given, and its keys have one meaning",
          "[estimator][families]") {
    auto const check = [](std::string const& key) {
        CAPTURE(key);
        CHECK(is_position(key) + is_width(key) + is_number(key) == 1);
    };
    for (auto const& family : families()) {
        CAPTURE(family.name);
        CHECK_FALSE(family.ways.empty());
        for (auto const& way : family.ways) {
            CHECK_FALSE(way.keys.empty());
            CHECK((way.build != nullptr) == (way.reads == Way::Reads::numbers));
            if (way.build != nullptr) {
                std::ranges::for_each(way.keys, check);
            }
        }
        for (auto const& option : family.options) {
            check(option.key);
        }
        CHECK((!family.fit || (family.fit->least >= 2 && family.fit->fit != nullptr)));
    }
}

TEST_CASE("families: a fit meets the quantiles of a member", "[estimator][families]") {
    for (auto const& family : families()) {
        if (!family.fit) {
            continue;
        }
        CAPTURE(family.name);
        FitOptions options;
        for (auto const& option : family.options) {
            if (!option.fallback) {
                options.parameters[option.key] = 4;
            }
        }
        Wanted wanted{{0.05, 0.95, 0.3}, {0.95, 0.05, 0.7}};
        if (family.fit->least == 3) {
            wanted.insert(wanted.begin() + 1, {0.5, 0.5, 0.48});
        }
        auto const fitted = fit_quantiles(family, wanted, options);
        for (auto const& w : wanted) {
            CHECK(std::abs(fitted.quantile(w.p) - w.value) <= 0.01 * w.value);
        }
    }
}

TEST_CASE("families: docs/scenario-reference.md tells of each, with its keys",
          "[estimator][families]") {
    auto const page = text_of(tests::source_path("docs/scenario-reference.md"));
    for (auto const& family : families()) {
        CAPTURE(family.name);
        auto const row = page.find("\n| `" + family.name + "` |");
        REQUIRE(row != std::string::npos);
        auto const line = page.substr(row + 1, page.find('\n', row + 1) - row - 1);
        for (auto const& way : family.ways) {
            for (auto const& key : way.keys) {
                CAPTURE(line, key);
                CHECK(line.find("`" + key + "`") != std::string::npos);
            }
        }
    }
}
