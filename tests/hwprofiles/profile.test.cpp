// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/profile.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

using namespace leadtime::hwprofiles;
using Catch::Matchers::WithinRel;

namespace {

Profile with_peaks(std::initializer_list<std::pair<Precision, double>> peaks) {
    Profile profile;
    profile.id = "chip";
    for (auto const& [precision, rate] : peaks) {
        profile.peaks[static_cast<std::size_t>(precision)] =
            Fact{rate, "s", "high", ""};
    }
    return profile;
}

}  // namespace

TEST_CASE("profile: precisions have names both ways", "[hwprofiles][profile]") {
    for (Precision const precision : all_precisions) {
        CHECK(precision_from(to_string(precision)) == precision);
    }
    CHECK(to_string(Precision::bf16) == "bf16");
    CHECK(precision_from("fp16") == std::nullopt);
}

TEST_CASE("profile: a job falls back to wider formats only", "[hwprofiles][profile]") {
    auto const chip =
        with_peaks({{Precision::bf16, 300e12}, {Precision::int8, 600e12}});
    auto const exact = chip.best_precision_for(Precision::bf16);
    CHECK(exact->precision == Precision::bf16);
    CHECK_FALSE(exact->fell_back);
    CHECK(exact->explanation.empty());

    auto const fallback = chip.best_precision_for(Precision::fp4);
    CHECK(fallback->precision == Precision::bf16);
    CHECK(fallback->flop_per_s == 300e12);
    CHECK(fallback->fell_back);
    CHECK(fallback->explanation == "chip states no fp4 rate; its bf16 rate is used");

    auto const old = with_peaks({{Precision::fp32, 10e12}, {Precision::tf32, 50e12}});
    CHECK(old.best_precision_for(Precision::fp8)->precision == Precision::tf32);
    auto const narrow = with_peaks({{Precision::fp4, 1e15}, {Precision::fp8, 1e15}});
    CHECK(narrow.best_precision_for(Precision::bf16) == std::nullopt);
    CHECK(chip.best_precision_for(Precision::int8)->precision == Precision::int8);
    CHECK(old.best_precision_for(Precision::int8) == std::nullopt);
    CHECK(Profile{}.best_precision_for(Precision::fp4) == std::nullopt);
}

TEST_CASE("profile: TPP is the largest of rate times bits, without TF32",
          "[hwprofiles][profile]") {
    CHECK(with_peaks({{Precision::bf16, 989e12}, {Precision::fp8, 1979e12}}).tpp()
          == 15832);
    CHECK(with_peaks({{Precision::tf32, 100e12}, {Precision::bf16, 100e12}}).tpp()
          == 1600);
    CHECK(with_peaks({{Precision::tf32, 100e12}}).tpp() == std::nullopt);
    CHECK(Profile{}.tpp() == std::nullopt);
    CHECK(Profile{}.h100e_tpp() == std::nullopt);
    CHECK(with_peaks({{Precision::fp8, 1979e12}}).h100e_tpp() == 1.0);
}

TEST_CASE("profile: 8-bit H100e takes the faster of FP8 and INT8",
          "[hwprofiles][profile]") {
    CHECK(
        with_peaks({{Precision::fp8, 1979e12}, {Precision::int8, 3958e12}}).h100e_8bit()
        == 2.0);
    CHECK(with_peaks({{Precision::int8, 1979e12}}).h100e_8bit() == 1.0);
    CHECK(with_peaks({{Precision::bf16, 989e12}}).h100e_8bit() == std::nullopt);
    CHECK(with_peaks({{Precision::bf16, 989e12}}).h100e_bf16() == 1.0);
}

TEST_CASE("profile: system power falls back to TDP and says so",
          "[hwprofiles][profile]") {
    Profile chip;
    CHECK_FALSE(chip.system_w_or_fallback().has_value());
    chip.tdp_w = Fact{1000, "s", "high", ""};
    CHECK(chip.system_w_or_fallback()->value_w == 2000);
    CHECK(chip.system_w_or_fallback()->derived);
    CHECK(chip.system_w_or_fallback()->source
          == "derived: TDP x 2 (8-GPU server; ratio from Epoch AI IT power by chip)");
    chip.system_class = SystemClass::rack;
    CHECK_THAT(chip.system_w_or_fallback()->value_w, WithinRel(1650, 1e-15));
    chip.system_w = Fact{1453, "t", "high", ""};
    CHECK(chip.system_w_or_fallback()->value_w == 1453);
    CHECK_FALSE(chip.system_w_or_fallback()->derived);
    CHECK(chip.system_w_or_fallback()->source == "t");
}
