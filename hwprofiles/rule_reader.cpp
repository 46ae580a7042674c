// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/embedded.hpp"
#include "hwprofiles/rule.hpp"
#include "text/months.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <limits>
#include <utility>

namespace leadtime::hwprofiles {
namespace {

/// The key of a threshold, such as `tpp_at_least`.
std::string key_of(Measure measure, Comparison comparison) {
    static constexpr std::array<std::string_view, 4> measures{
        "tpp",
        "performance_density",
        "interconnect_gb_per_s",
        "memory_bandwidth_gb_per_s"};
    static constexpr std::array<std::string_view, 4> comparisons{
        "at_least", "above", "at_most", "below"};
    return fmt::format("{}_{}",
                       measures[static_cast<std::size_t>(measure)],
                       comparisons[static_cast<std::size_t>(comparison)]);
}

Clause read_clause(text::TableReader& table) {
    Clause clause;
    for (auto const measure : {Measure::tpp,
                               Measure::performance_density,
                               Measure::interconnect_gb_per_s,
                               Measure::memory_bandwidth_gb_per_s}) {
        for (auto const comparison : {Comparison::at_least,
                                      Comparison::above,
                                      Comparison::at_most,
                                      Comparison::below}) {
            auto const key = key_of(measure, comparison);
            if (auto const value = table.optional_number(key, text::positive_number)) {
                clause.thresholds.push_back({measure, comparison, *value});
            }
        }
    }
    if (auto chips = table.optional_strings("chips")) {
        clause.chips = std::move(*chips);
    }
    table.finish();
    if (table.table().empty()) {
        table.fail_table("this clause says nothing",
                         {},
                         "give it thresholds such as tpp_at_least = 4800");
    }
    return clause;
}

std::vector<Clause> read_any(text::TableReader& table) {
    std::vector<Clause> clauses;
    if (table.required("any") != nullptr) {
        for (auto& clause : table.children("any")) {
            clauses.push_back(read_clause(clause));
        }
    }
    return clauses;
}

Verdict read_verdict(text::TableReader& table) {
    static std::array<std::string, 4> const words{
        "free", "notice", "case_by_case", "denial"};
    auto const word = table.optional_string("verdict");
    if (!word) {
        return Verdict::denial;
    }
    auto const found = std::find(words.begin(), words.end(), *word);
    if (found == words.end()) {
        table.fail(*table.raw("verdict"),
                   fmt::format("unknown verdict \"{}\"", *word),
                   "it is free, notice, case_by_case or denial",
                   text::did_you_mean(*word, words));
        return Verdict::denial;
    }
    return static_cast<Verdict>(found - words.begin());
}

/// A date at a key; an empty text takes the key of a base rule away.
void read_date(text::TableReader& table,
               char const* key,
               std::optional<double>& month,
               std::string& text) {
    auto const word = table.optional_string(key);
    if (!word) {
        return;
    }
    if (word->empty()) {
        month.reset();
        text.clear();
        return;
    }
    auto const date = text::parse_date(*word);
    if (!date) {
        table.fail_type(
            *table.raw(key), key, "a date such as \"2026-03\" or \"2026-03-15\"");
        return;
    }
    month = date;
    text = *word;
}

void read_limits(text::TableReader& rule_table, std::vector<Limit>& limits) {
    auto table = rule_table.child("limit");
    if (!table) {
        return;
    }
    for (auto const& entry : table->entries()) {
        auto one = table->child(entry.key);
        if (!one) {
            continue;
        }
        // A limit of the base rule keeps what is not said anew, its unit above all.
        auto const old =
            std::find_if(limits.begin(), limits.end(), [&](Limit const& known) {
                return known.name == entry.key;
            });
        Limit limit = old == limits.end() ? Limit{entry.key, "1", {}} : *old;
        auto const keep = [&](char const* key, std::string& text) {
            text = one->optional_string(key).value_or(text);
        };
        limit.fact.value = one->required_number("value", text::non_negative_number);
        keep("unit", limit.unit);
        keep("source", limit.fact.source);
        keep("confidence", limit.fact.confidence);
        keep("note", limit.fact.note);
        one->finish();
        if (old == limits.end()) {
            limits.push_back(std::move(limit));
        } else {
            *old = std::move(limit);
        }
    }
}

std::string stem_of(std::string_view path) {
    return std::filesystem::path(path).stem().string();
}

Rule read_document(text::Document const& document, std::string id) {
    text::IssueList issues;
    text::TableReader root(document, document.root, "", issues);
    Rule base;
    base.id = std::move(id);
    Rule rule = read_rule(root, std::move(base));
    root.finish();
    issues.throw_if_any();
    return rule;
}

}  // namespace

Rule read_rule(text::TableReader& table, Rule base) {
    Rule rule = std::move(base);
    rule.name = table.optional_string("name").value_or(rule.name);
    rule.source = table.optional_string("source").value_or(rule.source);
    rule.note = table.optional_string("note").value_or(rule.note);
    read_date(table, "from", rule.from, rule.from_text);
    read_date(table, "until", rule.until, rule.until_text);
    if (table.has("control")) {
        rule.controls.clear();
        for (auto& one : table.children("control")) {
            Control control;
            control.name = one.optional_string("name").value_or("");
            control.verdict = read_verdict(one);
            control.any = read_any(one);
            one.finish();
            rule.controls.push_back(std::move(control));
        }
    }
    if (table.has("charge")) {
        rule.charges.clear();
        for (auto& one : table.children("charge")) {
            Charge charge;
            charge.name = one.optional_string("name").value_or("");
            charge.fraction =
                one.required_number("fraction", text::non_negative_number);
            charge.any = read_any(one);
            one.finish();
            rule.charges.push_back(std::move(charge));
        }
    }
    read_limits(table, rule.limits);
    return rule;
}

Rule load_rule(std::string const& path) {
    return read_document(text::load_document(path), stem_of(path));
}

std::vector<Rule> embedded_rules() {
    std::vector<Rule> rules;
    for (EmbeddedFile const& file : embedded_files()) {
        if (file.path.find("hwprofiles/rules/") != std::string_view::npos) {
            rules.push_back(read_document(
                text::parse_document(file.contents, std::string(file.path)),
                stem_of(file.path)));
        }
    }
    static double constexpr always = -std::numeric_limits<double>::infinity();
    std::stable_sort(rules.begin(), rules.end(), [](Rule const& a, Rule const& b) {
        return a.from.value_or(always) < b.from.value_or(always);
    });
    return rules;
}

}  // namespace leadtime::hwprofiles
