// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/legality_command.hpp"

#include "text/config_error.hpp"

#include "tests/text/error_text.hpp"

#include <catch2/catch_test_macros.hpp>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

using namespace leadtime;

namespace {

std::string answer(estimator::LegalityOptions const& options) {
    std::ostringstream out;
    int const status = estimator::run_legality(options, out);
    CHECK(status == 0);
    return out.str();
}

}  // namespace

TEST_CASE("legality: a rule says of each chip what catches it",
          "[estimator][cli][rule]") {
    auto const text = answer({"bis_2023", {}, false, {}});
    CHECK(text.starts_with("BIS 2023: tier 1 and tier 2 (bis_2023)\n"
                           "from 2023-11-17 until 2026-01-15\n"));
    CHECK(text.find("tier 1, 3A090.a TPP 15,832 >= 4,800\n") != std::string::npos);
    auto const all = answer({});
    CHECK(all.find("bis_2025_diffusion: BIS 2025: AI diffusion; from 2025-05-15, "
                   "rescinded 2025-05-13: never in force\n")
          != std::string::npos);
    CHECK(all.find("case by case, 25 %") != std::string::npos);
    auto const memory = answer({"bis_2024_hbm", {}, false, {}});
    CHECK(memory.find("named in the rule") != std::string::npos);
}

TEST_CASE("legality: on a date only what holds then", "[estimator][cli][rule]") {
    auto const text = answer({{}, "2025-05-01", false, {}});
    CHECK(text.find("bis_2025_h20") != std::string::npos);
    CHECK(text.find("bis_2022") == std::string::npos);
    CHECK(answer({{}, "2020-01", false, {}}) == "No rule holds on 2020-01.\n");
    CHECK(answer({"bis_2026", "2025-12-31", false, {}})
          == "BIS 2026: case by case (bis_2026)\nfrom 2026-01-15\n"
             "It does not hold on 2025-12-31: every accelerator is free of it.\n");
}

TEST_CASE("legality: JSON holds verdicts, reasons and limits",
          "[estimator][cli][rule]") {
    auto const json =
        nlohmann::json::parse(answer({"bis_2026", "2026-06-01", true, {}}));
    auto const& rule = json["rules"][0];
    CHECK(rule["in_force"] == true);
    CHECK(rule["limits"]["us_volume_share"]["value"] == 0.5);
    bool found = false;
    for (auto const& chip : rule["chips"]) {
        if (chip["id"] == "h200_sxm") {
            found = true;
            CHECK(chip["verdict"] == "case_by_case");
            CHECK(chip["legal"] == true);
            CHECK(chip["charge_fraction"] == 0.25);
        }
        if (chip["id"] == "br106") {
            CHECK(chip["verdict"].is_null());
        }
    }
    CHECK(found);
}

TEST_CASE("legality: a year names its rule where it has one",
          "[estimator][cli][rule]") {
    CHECK(answer({"2023", {}, false, {}}) == answer({"bis_2023", {}, false, {}}));
    CHECK(tests::error_text([] {
              answer({"2025", {}, false, {}});
          })
          == "error: 2025 has 2 rules; say bis_2025_h20 or bis_2025_diffusion");
    CHECK(tests::error_text([] {
              answer({"2021", {}, false, {}});
          }).starts_with("error: unknown rule \"2021\" (the rules are bis_2022"));
}

TEST_CASE("legality: an unknown rule and a date that is none are refused",
          "[estimator][cli][rule]") {
    CHECK(tests::error_text([] {
              answer({"bis_2032", {}, false, {}});
          })
          == "error: unknown rule \"bis_2032\" (the rules are bis_2022, bis_2023, "
             "bis_2024_hbm, bis_2025_h20, bis_2025_diffusion, bis_2026; a file ends in "
             ".toml); did you mean \"bis_2022\"?");
    CHECK(tests::error_text([] {
              answer({{}, "2025-13", false, {}});
          })
          == "error: --date \"2025-13\" is not a date; write 2026-03 or 2026-03-15");
}
