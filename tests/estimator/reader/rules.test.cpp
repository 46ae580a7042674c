// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/read_scenario.hpp"

#include "tests/estimator/reader/scenario_texts.hpp"
#include "tests/support/sampled.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <string>

// legal() and charge() in formulas, and rules of a scenario.

namespace {

using namespace leadtime;
using namespace leadtime::estimator;
using Catch::Approx;

/// A scenario from 2023-01 to 2026-12 that reports q.
std::string reporting(std::string const& formula, std::string const& more = "") {
    return "[scenario]\nstart = \"2023-01\"\nend = \"2026-12\"\n[output]\nquantities = "
           "[\"q\"]\n[quantity.q]\nformula = \""
           + formula + "\"\n" + more;
}

double in_step(std::string const& text, int step) {
    return tests::Sampled(text, 8).mean("q", step);
}

TEST_CASE("rules: legal() is 0 while a rule that catches the chip holds",
          "[estimator][scenario][rule]") {
    auto const h800 = reporting("legal(h800_sxm, bis_2023)");
    CHECK(in_step(h800, 9) == 1.0);                               // 2023-10
    CHECK(in_step(h800, 10) == Approx(16.0 / 30).epsilon(1e-5));  // 17 November
    CHECK(in_step(h800, 11) == 0.0);
    CHECK(in_step(h800, 36) == Approx(17.0 / 31).epsilon(1e-5));  // until 15 January
    CHECK(in_step(h800, 37) == 1.0);
    CHECK(in_step(reporting("legal(h800_sxm, bis_2022) + 0 * year"), 5) == 1.0);
    CHECK(in_step(reporting("legal(h100_sxm, bis_2022) + 0 * year"), 5) == 0.0);
    // An alias works; case by case counts as legal, denial does not.
    CHECK(in_step(reporting("legal(h100, bis_2026) + 0 * year"), 47) == 1.0);
    CHECK(in_step(reporting("legal(b300, bis_2026) + 0 * year"), 47) == 0.0);
    CHECK(in_step(reporting("legal(hbm3, bis_2024_hbm) + 0 * year"), 47) == 0.0);
    CHECK(in_step(reporting("legal(b200, bis_2025_diffusion) + 0 * year"), 30) == 1.0);
}

TEST_CASE("rules: charge() is the charge of the chip's band while the rule holds",
          "[estimator][scenario][rule]") {
    auto const h200 = reporting("charge(h200_sxm, bis_2026)");
    CHECK(in_step(h200, 35) == 0.0);
    CHECK(in_step(h200, 36) == Approx(0.25 * 17 / 31).epsilon(1e-5));
    CHECK(in_step(h200, 47) == 0.25);
    CHECK(in_step(reporting("charge(h100_sxm, bis_2026) + 0 * year"), 47) == 0.0);
}

TEST_CASE("rules: a scenario adds rules and moves the dates of others",
          "[estimator][scenario][rule]") {
    std::string const own = R"toml([rule.strict]
from = "2025-01"
source = "assumption"
[[rule.strict.control]]
name = "all that is fast"
any = [{ tpp_at_least = 1000 }]
)toml";
    CHECK(in_step(reporting("legal(h20, strict)", own), 23) == 1.0);
    CHECK(in_step(reporting("legal(h20, strict)", own), 24) == 0.0);
    std::string const revived = "[rule.bis_2025_diffusion]\nuntil = \"2026-06\"\n";
    CHECK(in_step(reporting("legal(b200, bis_2025_diffusion)", revived), 29) == 0.0);
    CHECK(in_step(reporting("legal(b200, bis_2025_diffusion)", revived), 41) == 1.0);
    std::string const copy =
        "[rule.later]\nbased_on = \"bis_2022\"\nfrom = \"2024-01\"\nuntil = \"\"\n";
    CHECK(in_step(reporting("legal(a100_sxm_80gb, later)", copy), 11) == 1.0);
    CHECK(in_step(reporting("legal(a100_sxm_80gb, later)", copy), 47) == 0.0);
    ScenarioOptions options;
    options.overrides = {{"rule.bis_2023.until", "2025-01"}};
    auto const profiles = hwprofiles::ProfileLibrary::load();
    CHECK(tests::Sampled(
              read_scenario_text(
                  reporting("legal(h800_sxm, bis_2023)"), "x.toml", profiles, options),
              8)
              .mean("q", 24)
          == 1.0);
}

TEST_CASE("rules: formulas read a rule's limits in their units",
          "[estimator][scenario][rule]") {
    CHECK(in_step(reporting("rule.bis_2025_diffusion.data_centre_share + 0 * year"), 3)
          == Approx(0.07).epsilon(1e-6));
    tests::Sampled const cap(
        "[scenario]\nstart = \"2023-01\"\nend = \"2023-12\"\n[output]\nquantities = "
        "[\"q\"]\n[quantity.q]\nunit = \"H100e\"\nformula = "
        "\"rule.bis_2025_diffusion.country_cap\"\n",
        8);
    CHECK(cap.mean("q", -1) == 49901.0);
    // A limit given another value keeps its unit.
    tests::Sampled const less(
        "[scenario]\nstart = \"2023-01\"\nend = \"2023-12\"\n[output]\nquantities = "
        "[\"q\"]\n[quantity.q]\nunit = \"H100e\"\nformula = "
        "\"rule.bis_2025_diffusion.country_cap\"\n"
        "[rule.bis_2025_diffusion.limit]\ncountry_cap = { value = 5000 }\n",
        8);
    CHECK(less.mean("q", -1) == 5000.0);
}

TEST_CASE("rules: legal, charge and since still name quantities",
          "[estimator][scenario][rule]") {
    CHECK(in_step(reporting("legal * legal(h20, bis_2023) + 0 * year",
                            "[quantity.legal]\nvalue = 3\n"),
                  12)
          == 3.0);
}

TEST_CASE("bad input: legal() and rules", "[estimator][scenario][bad_input][rule]") {
    auto const formula = [](std::string const& text, std::string const& more = "") {
        return errors_of(reporting(text, more));
    };
    CHECK(formula("legal(h1000, bis_2023)")
          == "x.toml:7:18: error: unknown accelerator \"h1000\"\n"
             " 7 | formula = \"legal(h1000, bis_2023)\"\n"
             "   |                  ^~~~~ did you mean \"h100\"?");
    CHECK(formula("legal(h100, bis_2032)")
          == "x.toml:7:24: error: unknown rule \"bis_2032\"\n"
             " 7 | formula = \"legal(h100, bis_2032)\"\n"
             "   |                        ^~~~~~~~ did you mean \"bis_2022\"?");
    CHECK(formula("legal(h100)")
          == "x.toml:7:12: error: legal takes 2 arguments, not 1\n"
             " 7 | formula = \"legal(h100)\"\n"
             "   |            ^~~~~ write legal(h20, bis_2023)");
    CHECK(formula("legal(1, bis_2023)")
          == "x.toml:7:18: error: legal needs the name of an accelerator\n"
             " 7 | formula = \"legal(1, bis_2023)\"\n"
             "   |                  ^ write legal(h20, bis_2023)");
    CHECK(formula("legal(h100, 2023)")
          == "x.toml:7:24: error: legal needs the name of a rule\n"
             " 7 | formula = \"legal(h100, 2023)\"\n"
             "   |                        ^~~~ write legal(h20, bis_2023)");
    CHECK(formula("legal(mystery, bis_2023)")
          == "x.toml:7:12: error: rule \"bis_2023\" cannot tell about \"mystery\" (TPP "
             "is not known)\n"
             " 7 | formula = \"legal(mystery, bis_2023)\"\n"
             "   |            ^~~~~~~~~~~~~~~~~~~~~~~~ add the number to its profile "
             "(--profiles), or name the chip in a rule");
    CHECK(formula("rule.bis_2026.cap")
          == "x.toml:7:12: error: rule \"bis_2026\" has no limit \"cap\" (its limits "
             "are us_volume_share, client_cap_proposed)\n"
             " 7 | formula = \"rule.bis_2026.cap\"\n"
             "   |            ^~~~~~~~~~~~~~~~~");
    CHECK(
        formula("rule.bis_2023.cap")
        == "x.toml:7:12: error: rule \"bis_2023\" has no limit \"cap\" (it has none)\n"
           " 7 | formula = \"rule.bis_2023.cap\"\n"
           "   |            ^~~~~~~~~~~~~~~~~");
    CHECK(formula("rule.bis.cap")
          == "x.toml:7:12: error: unknown rule \"bis\"\n"
             " 7 | formula = \"rule.bis.cap\"\n"
             "   |            ^~~~~~~~~~~~");
    CHECK(formula("legal(h100, r)", "[rule.r]\nfrom = \"2025-01\"\n")
          == "x.toml:8:1: error: rule \"r\" says nothing\n"
             " 8 | [rule.r]\n"
             "   | ^~~~~~~~ add [[rule.r.control]] any = [{ tpp_at_least = 4800 }], or "
             "based_on");
    CHECK(formula("legal(h100, r)", "[rule.r]\nbased_on = \"bis_2033\"\n")
          == "x.toml:9:12: error: unknown rule \"bis_2033\"\n"
             " 9 | based_on = \"bis_2033\"\n"
             "   |            ^~~~~~~~~~ did you mean \"bis_2023\"?");
    CHECK(formula("legal(h100, r)", "[rule.r]\nbased_on = \"bis_2023\"\nform = \"\"\n")
          == "x.toml:10:1: error: unknown key \"form\" (allowed here: based_on, "
             "charge, control, file, from, limit, name, note, source, until)\n"
             " 10 | form = \"\"\n"
             "    | ^~~~ did you mean \"from\"?");
}

}  // namespace
