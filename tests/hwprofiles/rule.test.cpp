// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/rule.hpp"

#include "hwprofiles/profile_library.hpp"
#include "text/months.hpp"

#include "tests/support/source_tree.hpp"
#include "tests/text/error_text.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

using namespace leadtime;
using hwprofiles::Finding;
using hwprofiles::Rule;
using hwprofiles::Verdict;

namespace {

using Row = std::map<std::string, std::string>;

std::vector<Row> read_csv(std::string const& path) {
    std::ifstream file(path);
    std::vector<Row> rows;
    std::vector<std::string> heads;
    for (std::string line; std::getline(file, line);) {
        std::vector<std::string> cells;
        std::istringstream stream(line);
        for (std::string cell; std::getline(stream, cell, ',');) {
            cells.push_back(cell);
        }
        if (heads.empty()) {
            heads = cells;
            continue;
        }
        Row row;
        for (std::size_t i = 0; i < heads.size() && i < cells.size(); ++i) {
            row[heads[i]] = cells[i];
        }
        rows.push_back(row);
    }
    return rows;
}

std::optional<double> number(std::string const& text) {
    return text.empty() || text == "null" ? std::nullopt
                                          : std::optional(std::stod(text));
}

/// The chip of a row: `900 GB/s (NVLink)`, `4.8 TB/s`.
hwprofiles::ChipMeasures chip_of(Row const& row) {
    hwprofiles::ChipMeasures chip;
    chip.id = row.at("chip");
    chip.tpp = number(row.at("tpp"));
    chip.performance_density = number(row.at("pd"));
    chip.interconnect_gb_per_s = number(row.at("interconnect"));
    chip.memory_bandwidth_gb_per_s = *number(row.at("memory_bandwidth")) * 1000.0;
    return chip;
}

Rule rule_of(std::string const& id) {
    static auto const rules = hwprofiles::embedded_rules();
    auto const* rule = hwprofiles::find_rule(rules, id);
    REQUIRE(rule != nullptr);
    return *rule;
}

std::string yes(bool value) {
    return value ? "yes" : "no";
}

std::string route(Verdict verdict) {
    return verdict == Verdict::case_by_case ? "case-by-case"
           : verdict == Verdict::denial     ? "presumption of denial"
                                            : "n/a";
}

/// What the table prints for a chip, from what its rules compute.
std::string status(Finding const& tier_2023, Finding const& in_2026) {
    if (in_2026.charge_fraction > 0.0) {
        return "25% Tariff";
    }
    if (in_2026.verdict == Verdict::case_by_case) {
        return "Case-by-case eligible (to China and Macau)";
    }
    if (tier_2023.verdict == Verdict::notice) {
        return "NAC/ACA eligible";
    }
    return in_2026.verdict == Verdict::free ? "Exportable" : "Controlled";
}

}  // namespace

TEST_CASE("rules: R0, 25 chips under four rules, as the published table computes",
          "[hwprofiles][rule]") {
    auto const rows =
        read_csv(tests::source_path("tests/data/legality/sku_legality.csv"));
    REQUIRE(rows.size() == 25);
    int same_status = 0;
    for (Row const& row : rows) {
        auto const chip = chip_of(row);
        INFO(chip.id);
        auto const first = hwprofiles::apply(rule_of("bis_2022"), chip);
        auto const second = hwprofiles::apply(rule_of("bis_2023"), chip);
        auto const last = hwprofiles::apply(rule_of("bis_2026"), chip);
        CHECK(first.known);
        CHECK(second.known);
        CHECK(last.known);
        CHECK(yes(first.verdict == Verdict::denial)
              == row.at("controlled_2022_rule_calc"));
        CHECK(yes(second.verdict == Verdict::denial)
              == row.at("controlled_2023_tier1_calc"));
        if (!row.at("nac_aca_2023_tier2_calc").empty()) {
            CHECK(yes(second.verdict == Verdict::notice)
                  == row.at("nac_aca_2023_tier2_calc"));
        }
        CHECK(route(last.verdict) == row.at("route_2026_rule_calc"));
        CHECK(yes(last.charge_fraction == 0.25) == row.at("tariff_25pct_2026_calc"));
        bool const agrees =
            row.at("status_in_source").find(status(second, last)) != std::string::npos;
        same_status += agrees ? 1 : 0;
        CHECK(agrees == (chip.id != "NVIDIA B30A"));
    }
    CHECK(same_status == 24);
}

TEST_CASE("rules: the profiles say the same as the table where both have the chip",
          "[hwprofiles][rule]") {
    auto const library = hwprofiles::ProfileLibrary::load();
    std::map<std::string, std::string> const names{{"NVIDIA H200 SXM", "h200_sxm"},
                                                   {"NVIDIA H20 SXM", "h20"},
                                                   {"NVIDIA H800 SXM", "h800_sxm"},
                                                   {"NVIDIA H100 SXM", "h100_sxm"},
                                                   {"NVIDIA A800 SXM", "a800_sxm_80gb"},
                                                   {"NVIDIA A100 SXM", "a100_sxm_40gb"},
                                                   {"NVIDIA B200", "b200"},
                                                   {"NVIDIA B300", "b300"},
                                                   {"AMD MI355X", "mi355x"},
                                                   {"AMD MI325X", "mi325x"},
                                                   {"AMD MI300X", "mi300x"}};
    int compared = 0;
    for (Row const& row :
         read_csv(tests::source_path("tests/data/legality/sku_legality.csv"))) {
        auto const found = names.find(row.at("chip"));
        if (found == names.end()) {
            continue;
        }
        auto const ours = hwprofiles::measures_of(library.find(found->second));
        auto const theirs = chip_of(row);
        INFO(found->second);
        for (auto const* id : {"bis_2022", "bis_2023", "bis_2026"}) {
            auto const a = hwprofiles::apply(rule_of(id), ours);
            auto const b = hwprofiles::apply(rule_of(id), theirs);
            CHECK(a.verdict == b.verdict);
            CHECK(a.charge_fraction == b.charge_fraction);
        }
        ++compared;
    }
    CHECK(compared == 11);
}

TEST_CASE("rules: thresholds stand where the rule puts them", "[hwprofiles][rule]") {
    hwprofiles::ChipMeasures chip{"x", 4800.0, 1.0, 600.0, 3000.0};
    CHECK(hwprofiles::apply(rule_of("bis_2022"), chip).verdict == Verdict::denial);
    chip.interconnect_gb_per_s = 599.9;
    CHECK(hwprofiles::apply(rule_of("bis_2022"), chip).verdict == Verdict::free);
    CHECK(hwprofiles::apply(rule_of("bis_2023"), chip).verdict == Verdict::denial);
    chip.tpp = 4799.0;
    CHECK(hwprofiles::apply(rule_of("bis_2023"), chip).verdict == Verdict::free);
    chip.performance_density = 1.6;
    CHECK(hwprofiles::apply(rule_of("bis_2023"), chip).verdict == Verdict::notice);
    chip.performance_density = 5.92;
    auto const dense = hwprofiles::apply(rule_of("bis_2023"), chip);
    CHECK(dense.verdict == Verdict::denial);
    CHECK(dense.reason == "TPP 4,799 >= 1,600 and performance density 5.92 >= 5.92");
    CHECK(dense.control == "tier 1, 3A090.a");
    chip.tpp = 1599.0;
    CHECK(hwprofiles::apply(rule_of("bis_2023"), chip).verdict == Verdict::free);
    chip = {"x", 20999.0, 20.0, 900.0, 6499.0};
    CHECK(hwprofiles::apply(rule_of("bis_2026"), chip).verdict
          == Verdict::case_by_case);
    chip.memory_bandwidth_gb_per_s = 6500.0;
    CHECK(hwprofiles::apply(rule_of("bis_2026"), chip).verdict == Verdict::denial);
    chip = {"x", 21000.0, 20.0, 900.0, 6000.0};
    CHECK(hwprofiles::apply(rule_of("bis_2026"), chip).verdict == Verdict::denial);
    CHECK(hwprofiles::apply(rule_of("bis_2026"), chip).charge_fraction == 0.25);
    chip.tpp = 21100.0;
    CHECK(hwprofiles::apply(rule_of("bis_2026"), chip).charge_fraction == 0.0);
    CHECK(hwprofiles::apply(rule_of("bis_2025_h20"), {"h20", {}, {}, {}, {}}).verdict
          == Verdict::denial);
}

TEST_CASE("rules: what is not known of a chip leaves the verdict open",
          "[hwprofiles][rule]") {
    hwprofiles::ChipMeasures chip{"x", 2000.0, {}, 900.0, 3000.0};
    auto const open = hwprofiles::apply(rule_of("bis_2023"), chip);
    CHECK_FALSE(open.known);
    CHECK(open.reason == "performance density is not known");
    chip.tpp = 1000.0;  // then the density cannot matter
    CHECK(hwprofiles::apply(rule_of("bis_2023"), chip).known);
    chip.tpp = 5000.0;
    CHECK(hwprofiles::apply(rule_of("bis_2023"), chip).verdict == Verdict::denial);
}

TEST_CASE("rules: dates bound when a rule holds", "[hwprofiles][rule]") {
    auto const month = [](char const* text) { return *text::parse_date(text); };
    auto const first = rule_of("bis_2022");
    CHECK_FALSE(first.holds_at(month("2022-10-06")));
    CHECK(first.holds_at(month("2022-10-07")));
    CHECK(first.holds_at(month("2023-11-16")));
    CHECK_FALSE(first.holds_at(month("2023-11-17")));
    CHECK(rule_of("bis_2026").holds_at(month("2099-01")));
    // The caps of 2025 were rescinded before they began.
    CHECK_FALSE(rule_of("bis_2025_diffusion").holds_at(month("2025-05-14")));
    CHECK(month("2024-02-29") == Catch::Approx(2024 * 12 + 1 + 28.0 / 29));
    for (auto const* bad :
         {"2024-02-30", "2023-02-29", "2024-13", "2024-1", "", "24-01"}) {
        CHECK_FALSE(text::parse_date(bad).has_value());
    }
}

TEST_CASE("rules: mistakes in a rule's file are named", "[hwprofiles][rule]") {
    auto const errors = [](std::string const& text) {
        return tests::error_text([&] {
            auto const document = text::parse_document(text, "r.toml");
            text::IssueList issues;
            text::TableReader table(document, document.root, "", issues);
            hwprofiles::read_rule(table, {});
            table.finish();
            issues.throw_if_any();
        });
    };
    CHECK(errors("from = \"2025-02-30\"\n")
          == "r.toml:1:8: error: \"from\" must be a date such as \"2026-03\" or "
             "\"2026-03-15\" (found the string \"2025-02-30\")\n"
             " 1 | from = \"2025-02-30\"\n"
             "   |        ^~~~~~~~~~~~");
    CHECK(errors("[[control]]\nverdict = \"banned\"\nany = [{ tpp_at_least = 4800 }]\n")
          == "r.toml:2:11: error: unknown verdict \"banned\" (it is free, notice, "
             "case_by_case or denial)\n"
             " 2 | verdict = \"banned\"\n"
             "   |           ^~~~~~~~");
    CHECK(errors("[[control]]\nany = [{ tpp_over = 4800 }]\n")
          == "r.toml:2:10: error: unknown key \"tpp_over\" (allowed here: chips, "
             "interconnect_gb_per_s_above, interconnect_gb_per_s_at_least, "
             "interconnect_gb_per_s_at_most, interconnect_gb_per_s_below, "
             "memory_bandwidth_gb_per_s_above, memory_bandwidth_gb_per_s_at_least, "
             "memory_bandwidth_gb_per_s_at_most, memory_bandwidth_gb_per_s_below, "
             "performance_density_above, performance_density_at_least, "
             "performance_density_at_most, performance_density_below, tpp_above, "
             "tpp_at_least, tpp_at_most, tpp_below)\n"
             " 2 | any = [{ tpp_over = 4800 }]\n"
             "   |          ^~~~~~~~");
    CHECK(errors("[[control]]\nany = [{}]\n")
          == "r.toml:2:8: error: this clause says nothing\n"
             " 2 | any = [{}]\n"
             "   |        ^~ give it thresholds such as tpp_at_least = 4800");
    CHECK(errors("[[control]]\nname = \"a\"\n")
          == "r.toml:1:1: error: missing key \"any\" (required in \"control[0]\")\n"
             " 1 | [[control]]\n"
             "   | ^~~~~~~~~~~");
    CHECK(errors("[[charge]]\nany = [{ tpp_above = 1 }]\n")
          == "r.toml:1:1: error: missing key \"fraction\" (required in \"charge[0]\")\n"
             " 1 | [[charge]]\n"
             "   | ^~~~~~~~~~");
}
