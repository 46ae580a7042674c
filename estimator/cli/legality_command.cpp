// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/legality_command.hpp"

#include "estimator/quantities/number.hpp"
#include "hwprofiles/profile_library.hpp"
#include "hwprofiles/rule.hpp"
#include "text/aligned_table.hpp"
#include "text/months.hpp"

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

using Json = nlohmann::ordered_json;
using Align = text::TextTable::Align;

[[noreturn]] void
refuse(std::string problem, std::string reason, std::string suggestion) {
    throw text::ConfigError(text::ConfigIssue{.place = {},
                                              .key = {},
                                              .problem = std::move(problem),
                                              .reason = std::move(reason),
                                              .suggestion = std::move(suggestion),
                                              .source_line = {}});
}

std::vector<hwprofiles::Rule> choose_rules(LegalityOptions const& options) {
    if (options.rule && options.rule->ends_with(".toml")) {
        return {hwprofiles::load_rule(*options.rule)};
    }
    auto rules = hwprofiles::embedded_rules();
    if (!options.rule) {
        return rules;
    }
    std::vector<std::string> ids;
    std::vector<std::string> of_year;
    for (auto const& rule : rules) {
        ids.push_back(rule.id);
        if (rule.from_text.starts_with(*options.rule + '-')) {  // its year
            of_year.push_back(rule.id);
        }
    }
    if (of_year.size() > 1) {
        refuse(fmt::format("{} has {} rules", *options.rule, of_year.size()),
               {},
               fmt::format("say {}", fmt::join(of_year, " or ")));
    }
    auto const* found =
        hwprofiles::find_rule(rules, of_year.empty() ? *options.rule : of_year.front());
    if (found == nullptr) {
        refuse(
            fmt::format("unknown rule \"{}\"", *options.rule),
            fmt::format("the rules are {}; a file ends in .toml", fmt::join(ids, ", ")),
            text::did_you_mean(*options.rule, ids));
    }
    return {*found};
}

std::optional<double> read_date(LegalityOptions const& options) {
    if (!options.date) {
        return std::nullopt;
    }
    auto const date = text::parse_date(*options.date);
    if (!date) {
        refuse(fmt::format("--date \"{}\" is not a date", *options.date),
               {},
               "write 2026-03 or 2026-03-15");
    }
    return date;
}

std::string number_cell(std::optional<double> value) {
    return value ? format_number(std::round(*value * 100.0) / 100.0) : "-";
}

std::string verdict_words(hwprofiles::Finding const& finding) {
    if (!finding.known) {
        return "?";
    }
    switch (finding.verdict) {
    case hwprofiles::Verdict::free:
        return "-";
    case hwprofiles::Verdict::notice:
        return "notice";
    case hwprofiles::Verdict::case_by_case:
        return "case by case";
    case hwprofiles::Verdict::denial:
        return "denial";
    }
    return {};
}

std::string dates_of(hwprofiles::Rule const& rule) {
    if (rule.from && rule.until && *rule.until <= *rule.from) {
        return fmt::format(
            "from {}, rescinded {}: never in force", rule.from_text, rule.until_text);
    }
    std::string const from =
        rule.from ? "from " + rule.from_text : std::string("always");
    return rule.until ? from + " until " + rule.until_text : from;
}

/// Every accelerator, and what else the rule names.
std::vector<hwprofiles::ChipMeasures>
chips_of(hwprofiles::ProfileLibrary const& library, hwprofiles::Rule const& rule) {
    std::vector<hwprofiles::ChipMeasures> chips;
    for (auto const& profile : library.profiles()) {
        chips.push_back(hwprofiles::measures_of(profile));
    }
    for (auto const& name : hwprofiles::other_names(rule, library)) {
        chips.emplace_back().id = name;
    }
    return chips;
}

void add_measures(text::TextTable& table) {
    table.add_column("", "accelerator", Align::left);
    table.add_column("", "TPP");
    table.add_column("", "TPP/mm2");
    table.add_column("GB/s", "link");
    table.add_column("GB/s", "memory");
}

std::vector<std::string> measure_cells(hwprofiles::ChipMeasures const& chip) {
    return {chip.id,
            number_cell(chip.tpp),
            number_cell(chip.performance_density),
            number_cell(chip.interconnect_gb_per_s),
            number_cell(chip.memory_bandwidth_gb_per_s)};
}

void write_rule(hwprofiles::Rule const& rule,
                hwprofiles::ProfileLibrary const& library,
                std::optional<double> date,
                std::string const& date_text,
                std::ostream& out) {
    out << fmt::format("{} ({})\n{}\n", rule.name, rule.id, dates_of(rule));
    if (date && !rule.holds_at(*date)) {
        out << fmt::format("It does not hold on {}: every accelerator is free of it.\n",
                           date_text);
        return;
    }
    out << "Link: both directions together. case by case: a licence may be had.\n\n";
    text::TextTable table;
    add_measures(table);
    for (auto const* heading : {"verdict", "charge", "by", "because"}) {
        table.add_column("", heading, Align::left);
    }
    for (auto const& chip : chips_of(library, rule)) {
        auto const finding = hwprofiles::apply(rule, chip);
        auto cells = measure_cells(chip);
        cells.push_back(verdict_words(finding));
        cells.push_back(finding.charge_fraction > 0.0
                            ? fmt::format("{:.0f} %", 100.0 * finding.charge_fraction)
                            : "");
        cells.push_back(finding.control);
        cells.push_back(finding.reason);
        table.add_row(std::move(cells));
    }
    out << table.render(false);
    for (auto const& limit : rule.limits) {
        out << fmt::format("\nlimit {} = {}{}{}",
                           limit.name,
                           format_number(limit.fact.value),
                           limit.unit == "1" ? "" : " " + limit.unit,
                           limit.fact.source.empty() ? ""
                                                     : " (" + limit.fact.source + ")");
    }
    out << fmt::format(
        "{}\nsource: {}\n", rule.limits.empty() ? "" : "\n", rule.source);
    if (!rule.note.empty()) {
        out << fmt::format("note: {}\n", rule.note);
    }
}

void write_all(std::vector<hwprofiles::Rule> const& rules,
               hwprofiles::ProfileLibrary const& library,
               std::ostream& out) {
    for (auto const& rule : rules) {
        out << fmt::format("{}: {}; {}\n", rule.id, rule.name, dates_of(rule));
    }
    out << "Link: both directions together. -: free, ?: a number that decides is not "
           "known.\n\n";
    text::TextTable table;
    add_measures(table);
    for (auto const& rule : rules) {
        table.add_column("", rule.id, Align::left);
    }
    for (auto const& profile : library.profiles()) {
        auto const chip = hwprofiles::measures_of(profile);
        auto cells = measure_cells(chip);
        for (auto const& rule : rules) {
            auto const finding = hwprofiles::apply(rule, chip);
            cells.push_back(verdict_words(finding)
                            + (finding.charge_fraction > 0.0 ? fmt::format(
                                   ", {:.0f} %", 100.0 * finding.charge_fraction)
                                                             : ""));
        }
        table.add_row(std::move(cells));
    }
    out << table.render(false);
}

Json json_of(std::optional<double> value) {
    return value ? Json(*value) : Json(nullptr);
}

Json text_or_null(std::string const& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json json_of(hwprofiles::Rule const& rule,
             hwprofiles::ProfileLibrary const& library,
             std::optional<double> date) {
    auto limits = Json::object();
    for (auto const& limit : rule.limits) {
        limits[limit.name] = {{"value", limit.fact.value},
                              {"unit", limit.unit},
                              {"source", text_or_null(limit.fact.source)},
                              {"confidence", text_or_null(limit.fact.confidence)},
                              {"note", text_or_null(limit.fact.note)}};
    }
    auto chips = Json::array();
    for (auto const& chip : chips_of(library, rule)) {
        auto const finding = hwprofiles::apply(rule, chip);
        chips.push_back(
            {{"id", chip.id},
             {"tpp", json_of(chip.tpp)},
             {"performance_density", json_of(chip.performance_density)},
             {"interconnect_gb_per_s", json_of(chip.interconnect_gb_per_s)},
             {"memory_bandwidth_gb_per_s", json_of(chip.memory_bandwidth_gb_per_s)},
             {"verdict",
              finding.known ? Json(hwprofiles::to_string(finding.verdict))
                            : Json(nullptr)},
             {"legal", finding.known ? Json(finding.is_legal()) : Json(nullptr)},
             {"control", text_or_null(finding.control)},
             {"reason", text_or_null(finding.reason)},
             {"charge_fraction",
              finding.charge_known ? Json(finding.charge_fraction) : Json(nullptr)},
             {"charge_reason", text_or_null(finding.charge_reason)}});
    }
    return {{"id", rule.id},
            {"name", rule.name},
            {"from", text_or_null(rule.from_text)},
            {"until", text_or_null(rule.until_text)},
            {"source", text_or_null(rule.source)},
            {"note", text_or_null(rule.note)},
            {"in_force", date ? Json(rule.holds_at(*date)) : Json(nullptr)},
            {"limits", std::move(limits)},
            {"chips", std::move(chips)}};
}

}  // namespace

int run_legality(LegalityOptions const& options, std::ostream& out) {
    auto const date = read_date(options);
    auto rules = choose_rules(options);
    auto const library = hwprofiles::ProfileLibrary::load(options.profiles_dir);
    if (date && !options.rule) {
        std::erase_if(
            rules, [&](hwprofiles::Rule const& rule) { return !rule.holds_at(*date); });
    }
    if (options.json) {
        auto list = Json::array();
        for (auto const& rule : rules) {
            list.push_back(json_of(rule, library, date));
        }
        Json const document{{"date", text_or_null(options.date.value_or(""))},
                            {"rules", std::move(list)}};
        out << document.dump(2) << '\n';
    } else if (options.rule) {
        write_rule(rules.front(), library, date, options.date.value_or(""), out);
    } else if (rules.empty()) {
        out << fmt::format("No rule holds on {}.\n", *options.date);
    } else {
        write_all(rules, library, out);
    }
    return 0;
}

}  // namespace leadtime::estimator
