// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/profile_library.hpp"

#include "tests/support/source_tree.hpp"
#include "tests/text/error_text.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <unistd.h>

using namespace leadtime::hwprofiles;
using leadtime::tests::error_text;
namespace fs = std::filesystem;

namespace {

struct ScratchFolder {
    fs::path path = fs::temp_directory_path()
                    / ("leadtime_profile_library_" + std::to_string(::getpid()));
    ScratchFolder() { fs::create_directories(path); }
    ~ScratchFolder() { fs::remove_all(path); }
    ScratchFolder(ScratchFolder const&) = delete;
    ScratchFolder& operator=(ScratchFolder const&) = delete;

    std::string write(std::string const& name, std::string const& text) const {
        std::ofstream(path / name) << text;
        return (path / name).string();
    }
};

/// To the two decimals of a published table.
std::optional<double> rounded(std::optional<double> value) {
    return value ? std::optional(std::round(*value * 100) / 100) : std::nullopt;
}

}  // namespace

TEST_CASE("profile_library: all built-in profiles load", "[hwprofiles][profile]") {
    auto const library = ProfileLibrary::load();
    CHECK(library.profiles().size() == leadtime::tests::profile_count());
    for (auto const& profile : library.profiles()) {
        CAPTURE(profile.id);
        CHECK(library.lookup(profile.id) == &profile);
        CHECK(library.lookup(profile.name) == &profile);
        CHECK_FALSE(profile.release.empty());
        CHECK_FALSE(profile.export_status_china.empty());
        for (auto const& [key, fact] : all_facts(profile)) {
            CAPTURE(key);
            if (*fact) {
                CHECK_FALSE((*fact)->source.empty());
            }
        }
    }
}

TEST_CASE("profile_library: names and aliases are unique", "[hwprofiles][profile]") {
    auto const library = ProfileLibrary::load();
    std::set<std::string> seen;
    for (auto const& profile : library.profiles()) {
        CAPTURE(profile.id);
        CHECK(seen.insert(profile.id).second);
        for (auto const& alias : profile.aliases) {
            CAPTURE(alias);
            CHECK(seen.insert(alias).second);
            CHECK(library.lookup(alias) == &profile);
        }
    }
}

TEST_CASE("profile_library: H100e agrees with the published table",
          "[hwprofiles][profile]") {
    auto const library = ProfileLibrary::load();
    struct Expected {
        char const* id;
        std::optional<double> bf16, eight_bit;
    };
    auto const none = std::nullopt;
    for (auto const& [id, bf16, eight_bit] : {Expected{"v100", 0.13, none},
                                              {"a100", 0.32, 0.32},
                                              {"a800", 0.32, 0.32},
                                              {"h100_sxm", 1.00, 1.00},
                                              {"h800", 1.00, 1.00},
                                              {"h20", 0.15, 0.15},
                                              {"b100", 1.77, 1.77},
                                              {"b200", 2.28, 2.27},
                                              {"gb200_nvl72", 2.53, 2.53},
                                              {"gb300_nvl72", 2.53, 2.53},
                                              {"b30a", 1.26, 1.26},
                                              {"vr200_nvl72", 4.04, 8.84},
                                              {"rubin_ultra", none, 17.53},
                                              {"ascend_910b1", 0.40, 0.40},
                                              {"ascend_910b2", 0.38, 0.38},
                                              {"ascend_910b3", 0.32, 0.32},
                                              {"ascend_910b4", 0.28, 0.28},
                                              {"ascend_910c", 0.76, 0.76},
                                              {"ascend_950dt_roadmap", none, 0.51},
                                              {"ascend_950dt", 0.49, 0.46},
                                              {"ascend_960", none, 1.01},
                                              {"mlu690", 0.71, none},
                                              {"mtt_s5000", none, 0.51},
                                              {"mi300x", 1.32, 1.32},
                                              {"mi355x", 2.53, 2.53},
                                              {"mi455x", 5.06, 5.05},
                                              {"tpu_v5e", 0.20, 0.20},
                                              {"tpu_v5p", 0.46, 0.46},
                                              {"tpu_v6e", 0.93, 0.93},
                                              {"tpu_v7", 2.33, 2.33},
                                              {"trainium2", 0.67, 0.66},
                                              {"trainium3", 0.68, 1.27}}) {
        CAPTURE(id);
        auto const& profile = library.find(id);
        CHECK(rounded(profile.h100e_bf16()) == bf16);
        CHECK(rounded(profile.h100e_8bit()) == eight_bit);
    }
    CHECK(rounded(library.find("gb300").h100e_tpp()) == 3.79);
}

TEST_CASE("profile_library: TPP agrees with the published export-rule table",
          "[hwprofiles][profile]") {
    auto const library = ProfileLibrary::load();
    CHECK(library.find("a100").tpp() == 4992);
    CHECK(library.find("h100").tpp() == 15832);
    CHECK(library.find("h20").tpp() == 2368);
    CHECK(library.find("b100").tpp() == 28000);
    CHECK(library.find("b200").tpp() == 36000);
    CHECK(library.find("vr200").tpp() == 140000);
}

TEST_CASE("profile_library: what is unknown stays unknown", "[hwprofiles][profile]") {
    auto const library = ProfileLibrary::load();
    auto const& mlu590 = library.find("MLU590");
    for (Precision const precision : all_precisions) {
        CHECK(mlu590.peak_flop_per_s(precision) == std::nullopt);
    }
    CHECK(mlu590.best_precision_for(Precision::bf16) == std::nullopt);
    CHECK_FALSE(mlu590.mem_bytes.has_value());
    CHECK_FALSE(library.find("ascend_910c").tdp_w.has_value());
    CHECK_FALSE(library.find("ascend_950dt_roadmap").peak(Precision::bf16).has_value());
    CHECK_FALSE(library.find("rubin_ultra").mem_bandwidth_bytes_per_s.has_value());
    CHECK_FALSE(library.find("tpu_v5p").system_w_or_fallback().has_value());
}

TEST_CASE("profile_library: FP16-only peaks say so", "[hwprofiles][profile]") {
    auto const library = ProfileLibrary::load();
    for (auto const* id :
         {"v100", "ascend_910", "ascend_910b1", "ascend_910b4", "mlu690"}) {
        CAPTURE(id);
        CHECK(library.find(id).peak(Precision::bf16)->note.find("FP16")
              != std::string::npos);
    }
}

TEST_CASE("profile_library: names match loosely, unknown ones get a suggestion",
          "[hwprofiles][profile]") {
    auto const library = ProfileLibrary::load();
    CHECK(library.find("H100-SXM").id == "h100_sxm");
    CHECK(library.find("h100").id == "h100_sxm");
    CHECK(library.find("Ascend 950DT (roadmap spec)").id == "ascend_950dt_roadmap");
    CHECK(library.lookup("nothing") == nullptr);
    CHECK(error_text([&] { library.find("asend_910c"); })
          == "error: unknown accelerator \"asend_910c\" (\"leadtime profiles\" lists "
             "them); "
             "did you mean \"ascend_910c\"?");
    CHECK(
        error_text([&] { library.find("my chip"); })
        == "error: unknown accelerator \"my chip\" (\"leadtime profiles\" lists them)");
    CHECK(ProfileLibrary().suggestion_for("h100").empty());
}

TEST_CASE("profile_library: a folder adds and overrides", "[hwprofiles][profile]") {
    ScratchFolder const folder;
    folder.write("H20.toml",
                 "vendor = \"Me\"\nname = \"my H20\"\nrelease = \"2026\"\n");
    folder.write(
        "mine.toml",
        "vendor = \"Me\"\nname = \"Mine\"\nrelease = \"2026\"\naliases = [\"own\"]\n");
    folder.write("notes.txt", "not a profile");
    auto const library = ProfileLibrary::load(folder.path.string());
    CHECK(library.profiles().size() == leadtime::tests::profile_count() + 1);
    CHECK(library.find("h20").vendor == "Me");
    CHECK(library.find("own").id == "mine");
}

TEST_CASE("profile_library: errors of a folder come all at once",
          "[hwprofiles][profile]") {
    ScratchFolder const folder;
    auto const load = [&] {
        return error_text([&] { ProfileLibrary::load(folder.path.string()); });
    };
    std::string const name = folder.path.string();
    CHECK(load() == name + ": error: no *.toml file in this folder of profiles");
    auto const a = folder.write("a.toml", "vendor = \n");
    auto const b = folder.write("b.toml", "");
    auto const c = folder.write("c.toml", "vendor = \"V\"\nname = \"N\"\n");
    CHECK(
        load()
        == a
               + ":1:10: error: expected value, saw '\\n' (while parsing key-value "
                 "pair)\n"
                 " 1 | vendor = \n"
                 "   |          ^\n"
               + b + ": error: the file is empty\n" + c
               + ": error: missing key \"release\" (required at the top of the file)");
    CHECK(error_text([&] { ProfileLibrary::load(a); })
          == a
                 + ": error: this is not a folder; --profiles takes a folder of *.toml "
                   "files");
    CHECK(error_text([&] { ProfileLibrary::load(name + "/none"); })
          == name + "/none: error: folder of profiles not found");
}
