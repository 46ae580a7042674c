// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/profile.hpp"

#include "tests/text/error_text.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>

using namespace leadtime;
using namespace leadtime::hwprofiles;
using leadtime::tests::error_text;

namespace {

constexpr std::string_view head = "vendor = \"V\"\nname = \"N\"\nrelease = \"2026\"\n";
constexpr std::string_view tail =
    "[sources]\ns = \"somewhere\"\nother = \"elsewhere\"\n";

Profile read(std::string const& text) {
    text::Document const document = text::parse_document(text, "x.toml");
    text::IssueList issues;
    Profile profile = read_profile(document, "x", issues);
    issues.throw_if_any();
    return profile;
}

/// The error of a whole profile with one more line, which is line 4.
std::string line_error(std::string_view line) {
    return error_text([&] {
        read(std::string(head) + std::string(line) + "\n" + std::string(tail));
    });
}

}  // namespace

TEST_CASE("profile_reader: a number keeps source, confidence and note",
          "[hwprofiles][profile]") {
    auto const profile =
        read(std::string(head)
             + "aliases = [\"n1\"]\nsystem_class = \"rack\"\n"
               "mem_bytes = { value = 80e9, source = [\"s\", \"other\"], confidence = "
               "\"low\", "
               "note = \"why\" }\n[peak_flop_per_s]\n"
               "fp8 = { value = 1e15, source = \"s\", confidence = \"high\" }\n"
             + std::string(tail));
    CHECK(profile.mem_bytes->value == 80e9);
    CHECK(profile.mem_bytes->source == "somewhere; elsewhere");
    CHECK(profile.mem_bytes->confidence == "low");
    CHECK(profile.mem_bytes->note == "why");
    CHECK(profile.peak_flop_per_s(Precision::fp8) == 1e15);
    CHECK(profile.peak_flop_per_s(Precision::bf16) == std::nullopt);
    CHECK_FALSE(profile.tdp_w.has_value());
    CHECK(profile.system_class == SystemClass::rack);
    CHECK(profile.aliases == std::vector<std::string>{"n1"});
}

TEST_CASE(
    "profile_reader: an uncertain number has its interval and the day it was known",
    "[hwprofiles][profile]") {
    auto const profile = read(
        std::string(head)
        + "price_usd = { value = 100, source = \"s\", confidence = \"low\", known = "
          "\"2026-04\" }\n[gemm_fraction]\n"
          "bf16 = { value = 0.8, low = 0.7, high = 0.9, source = \"s\", confidence = "
          "\"high\" }\n"
        + std::string(tail));
    CHECK(profile.price_usd->value == 100);
    CHECK(profile.price_usd->known == "2026-04");
    CHECK_FALSE(profile.price_usd->low.has_value());
    CHECK_FALSE(profile.rental_usd_per_h.has_value());
    REQUIRE(profile.gemm_fractions[0].has_value());
    CHECK(profile.gemm_fractions[0]->low == 0.7);
    CHECK(profile.gemm_fractions[0]->high == 0.9);
    CHECK_FALSE(profile.gemm_fractions[1].has_value());
    CHECK(
        line_error(
            "tdp_w = { value = 7, low = 5, source = \"s\", confidence = \"high\" }")
        == "x.toml:4:28: error: \"low\" and \"high\" come together (they are 5 and 95 % of "
           "what the value may be)\n"
           " 4 | tdp_w = { value = 7, low = 5, source = \"s\", confidence = \"high\" }\n"
           "   |                            ^");
    CHECK(line_error(
              "tdp_w = { value = 7, low = 8, high = 9, source = \"s\", confidence = "
              "\"high\" }")
              .starts_with("x.toml:4:28: error: \"value\" must lie from \"low\" to "
                           "\"high\""));
    CHECK(line_error(
              "tdp_w = { value = 7, known = \"2026-13\", source = \"s\", confidence "
              "= \"high\" }")
              .find("\"2026-13\" is not a date (write YYYY, YYYY-MM or YYYY-MM-DD)")
          != std::string::npos);
    CHECK(line_error(
              "gemm_fraction = { bf16 = { value = 1.2, source = \"s\", confidence = "
              "\"high\" } }")
              .find("a part of the peak is at most 1")
          != std::string::npos);
}

TEST_CASE("profile_reader: refuses bad numbers with their place",
          "[hwprofiles][profile]") {
    CHECK(
        line_error("tdp_w = 700")
        == "x.toml:4:9: error: \"tdp_w\" must be a table { value = ..., source = ..., "
           "confidence = ... } (found 700)\n"
           " 4 | tdp_w = 700\n"
           "   |         ^~~");
    CHECK(line_error("tdp_w = { value = nan, source = \"s\", confidence = \"high\" }")
          == "x.toml:4:19: error: \"value\" must be a finite number (found nan)\n"
             " 4 | tdp_w = { value = nan, source = \"s\", confidence = \"high\" }\n"
             "   |                   ^~~");
    CHECK(line_error("tdp_w = { value = -700, source = \"s\", confidence = \"high\" }")
          == "x.toml:4:19: error: \"value\" must be greater than 0 (found -700)\n"
             " 4 | tdp_w = { value = -700, source = \"s\", confidence = \"high\" }\n"
             "   |                   ^~~~");
    CHECK(
        line_error("die_count = { value = 1.5, source = \"s\", confidence = \"high\" }")
        == "x.toml:4:23: error: \"die_count\" must be a whole number (found 1.5)\n"
           " 4 | die_count = { value = 1.5, source = \"s\", confidence = \"high\" }\n"
           "   |                       ^~~");
    CHECK(line_error("tdp_w = { value = 700, confidence = \"high\" }")
          == "x.toml:4:9: error: missing key \"source\" (required in \"tdp_w\")\n"
             " 4 | tdp_w = { value = 700, confidence = \"high\" }\n"
             "   |         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~");
}

TEST_CASE("profile_reader: sources and confidences must be known",
          "[hwprofiles][profile]") {
    CHECK(
        line_error("tdp_w = { value = 700, source = \"othr\", confidence = \"high\" }")
        == "x.toml:4:33: error: unknown source \"othr\" (listed in [sources]: other, "
           "s)\n"
           " 4 | tdp_w = { value = 700, source = \"othr\", confidence = \"high\" }\n"
           "   |                                 ^~~~~~ did you mean \"other\"?");
    CHECK(
        line_error("tdp_w = { value = 700, source = \"s\", confidence = \"hihg\" }")
        == "x.toml:4:51: error: unknown confidence \"hihg\" (allowed here: high, "
           "medium, "
           "low)\n"
           " 4 | tdp_w = { value = 700, source = \"s\", confidence = \"hihg\" }\n"
           "   |                                                   ^~~~~~ did you mean "
           "\"high\"?");
    CHECK(error_text([] {
              read(
                  std::string(head)
                  + "tdp_w = { value = 700, source = \"s\", confidence = \"high\" }\n");
          })
          == "x.toml:4:33: error: unknown source \"s\" (there is no [sources] table)\n"
             " 4 | tdp_w = { value = 700, source = \"s\", confidence = \"high\" }\n"
             "   |                                 ^~~");
    CHECK(line_error("system_class = \"rak\"")
          == "x.toml:4:16: error: unknown system class \"rak\" (allowed here: server, "
             "rack)\n"
             " 4 | system_class = \"rak\"\n"
             "   |                ^~~~~");
}

TEST_CASE("profile_reader: all errors of a file come at once",
          "[hwprofiles][profile]") {
    CHECK(
        error_text([] { read("vendr = \"V\"\nname = 3\n"); })
        == "x.toml: error: missing key \"vendor\" (required at the top of the file)\n"
           "x.toml: error: missing key \"release\" (required at the top of the file)\n"
           "x.toml:1:1: error: unknown key \"vendr\" (allowed here: aliases, "
           "availability, "
           "die_area_mm2, die_count, export_status_china, gemm_fraction, generation, "
           "mem_bandwidth_bytes_per_s, "
           "mem_bytes, name, notes, peak_flop_per_s, price_usd, process_node, release, "
           "rental_usd_per_h, "
           "scale_out_bandwidth_bytes_per_s, scale_up_bandwidth_bytes_per_s, "
           "scale_up_domain_chips, sources, system_class, system_w, tdp_w, vendor)\n"
           " 1 | vendr = \"V\"\n"
           "   | ^~~~~ did you mean \"vendor\"?\n"
           "x.toml:2:8: error: \"name\" must be a string (found 3)\n"
           " 2 | name = 3\n"
           "   |        ^");
    CHECK(line_error("[peak_flop_per_s]\nbf61 = 3")
          == "x.toml:5:1: error: unknown key \"bf61\" (allowed here: bf16, fp32, fp4, "
             "fp8, "
             "int8, tf32)\n"
             " 5 | bf61 = 3\n"
             "   | ^~~~ did you mean \"bf16\"?");
}
