// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/profiles_command.hpp"

#include "tests/support/source_tree.hpp"
#include "tests/text/error_text.hpp"

#include <catch2/catch_test_macros.hpp>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

using namespace leadtime::estimator;

namespace {

std::string output(ProfilesOptions const& options) {
    std::ostringstream out;
    CHECK(run_profiles(options, out) == 0);
    return out.str();
}

bool contains(std::string const& text, std::string const& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("profiles: the table has aligned columns and no line over 140",
          "[estimator][cli]") {
    std::istringstream table(output({}));
    std::string first, second, line;
    std::getline(table, first);
    std::getline(table, second);
    std::size_t rows = 0;
    while (std::getline(table, line) && !line.empty()) {
        CHECK(line.size() == second.size());
        CHECK(line.size() <= 140);
        ++rows;
    }
    CHECK(rows == leadtime::tests::profile_count());
    CHECK(contains(output({}), "gb300_nvl72"));
    CHECK(contains(output({}), "~800"));
}

TEST_CASE("profiles: one profile shows every number with its source",
          "[estimator][cli]") {
    auto const text = output({.name = "H20", .json = false, .profiles_dir = {}});
    CHECK(text.starts_with("id            h20\nname          NVIDIA H20\n"));
    CHECK(contains(text,
                   "peak_flop_per_s.bf16                  148 TFLOP/s  high   [1]\n"));
    CHECK(contains(text, "peak_flop_per_s.fp4                     -\n"));
    CHECK(contains(
        text, "system_w                              800 W        derived: TDP x 2"));
    CHECK(contains(text, "\nsources\n[1]  Epoch AI chip dataset"));
}

TEST_CASE("profiles: JSON keys are stable and unknown numbers null",
          "[estimator][cli]") {
    auto const all =
        nlohmann::json::parse(output({.name = {}, .json = true, .profiles_dir = {}}));
    CHECK(all.at("profiles").size() == leadtime::tests::profile_count());
    auto const one = nlohmann::json::parse(
        output({.name = "mlu590", .json = true, .profiles_dir = {}}));
    auto const& profile = one.at("profiles").at(0);
    for (auto const* key : {"id",
                            "vendor",
                            "name",
                            "aliases",
                            "release",
                            "generation",
                            "process_node",
                            "availability",
                            "export_status_china",
                            "notes",
                            "system_class",
                            "facts",
                            "derived"}) {
        CHECK(profile.contains(key));
    }
    CHECK(profile.at("facts").at("peak_flop_per_s.bf16").is_null());
    CHECK(profile.at("facts").at("scale_up_domain_chips").at("value") == 8);
    CHECK(profile.at("derived").at("h100e_8bit").is_null());
    CHECK(profile.at("derived").at("system_w").is_null());
    for (auto const& each : all.at("profiles")) {
        CHECK(each.at("facts").size() == 20);
        CHECK(each.at("derived").size() == 5);
    }
}

TEST_CASE("profiles: an unknown name is refused with a suggestion",
          "[estimator][cli]") {
    std::ostringstream out;
    CHECK(leadtime::tests::error_text([&] {
              run_profiles({.name = "h1000", .json = false, .profiles_dir = {}}, out);
          })
          == "error: unknown accelerator \"h1000\" (\"leadtime profiles\" lists them); "
             "did "
             "you mean \"h100\"?");
    CHECK(out.str().empty());
}
