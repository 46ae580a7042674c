// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/profile.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <regex>
#include <utility>

namespace leadtime::hwprofiles {
namespace {

using Sources = std::map<std::string, std::string>;

std::vector<std::string> ids_of(Sources const& sources) {
    std::vector<std::string> ids;
    for (auto const& [id, text] : sources) {
        ids.push_back(id);
    }
    return ids;
}

Sources read_sources(text::TableReader& root) {
    Sources sources;
    auto reader = root.child("sources");
    if (!reader) {
        return sources;
    }
    for (auto const& entry : reader->entries()) {
        sources[entry.key] = reader->required_string(entry.key);
    }
    return sources;
}

/// Full text of the source ids of a number; every id must be listed in [sources].
std::string resolve(text::TableReader& fact, Sources const& sources) {
    auto const* node = fact.required("source");
    auto const ids = fact.optional_strings("source");
    if (node == nullptr || !ids) {
        return {};
    }
    if (ids->empty()) {
        fact.fail(*node, "\"source\" must name a source");
    }
    std::string text;
    for (std::size_t i = 0; i < ids->size(); ++i) {
        std::string const& id = (*ids)[i];
        auto const found = sources.find(id);
        if (found == sources.end()) {
            auto const known = ids_of(sources);
            auto const* element = node->is_array() ? node->as_array()->get(i) : node;
            fact.fail(*element,
                      fmt::format("unknown source \"{}\"", id),
                      known.empty() ? std::string("there is no [sources] table")
                                    : fmt::format("listed in [sources]: {}",
                                                  fmt::join(known, ", ")),
                      text::did_you_mean(id, known));
            continue;
        }
        text += (text.empty() ? "" : "; ") + found->second;
    }
    return text;
}

std::string read_confidence(text::TableReader& fact) {
    std::string confidence = fact.required_string("confidence");
    std::vector<std::string> const allowed{"high", "medium", "low"};
    bool const known =
        std::find(allowed.begin(), allowed.end(), confidence) != allowed.end();
    if (!known && !confidence.empty()) {
        fact.fail(*fact.raw("confidence"),
                  fmt::format("unknown confidence \"{}\"", confidence),
                  "allowed here: high, medium, low",
                  text::did_you_mean(confidence, allowed));
    }
    return confidence;
}

/// `low` and `high`, which enclose the value.
void read_interval(text::TableReader& reader, Fact& fact) {
    fact.low = reader.optional_number("low", text::positive_number);
    fact.high = reader.optional_number("high", text::positive_number);
    if (fact.low.has_value() != fact.high.has_value()) {
        reader.fail(*reader.raw(fact.low ? "low" : "high"),
                    "\"low\" and \"high\" come together",
                    "they are 5 and 95 % of what the value may be");
    } else if (fact.low && !(*fact.low <= fact.value && fact.value <= *fact.high)) {
        reader.fail(*reader.raw("low"), "\"value\" must lie from \"low\" to \"high\"");
    }
}

/// `known`: a year, a month or a day.
std::string read_known(text::TableReader& reader) {
    auto known = reader.optional_string("known").value_or("");
    static std::regex const date(
        "[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?");
    if (!known.empty() && !std::regex_match(known, date)) {
        reader.fail(*reader.raw("known"),
                    fmt::format("\"{}\" is not a date", known),
                    "write YYYY, YYYY-MM or YYYY-MM-DD");
    }
    return known;
}

std::optional<Fact>
read_fact(text::TableReader& parent, std::string_view key, Sources const& sources) {
    auto const* node = parent.raw(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    if (!node->is_table()) {
        parent.fail_type(
            *node, key, "a table { value = ..., source = ..., confidence = ... }");
        return std::nullopt;
    }
    auto reader = *parent.child(key);
    Fact fact;
    fact.value = reader.required_number("value", text::positive_number);
    read_interval(reader, fact);
    fact.source = resolve(reader, sources);
    fact.confidence = read_confidence(reader);
    fact.known = read_known(reader);
    fact.note = reader.optional_string("note").value_or("");
    reader.finish();
    return fact;
}

std::optional<Fact>
read_count(text::TableReader& parent, std::string_view key, Sources const& sources) {
    auto fact = read_fact(parent, key, sources);
    if (fact && std::isfinite(fact->value) && fact->value != std::floor(fact->value)) {
        auto const& value = *parent.table().get(key)->as_table()->get("value");
        parent.fail_type(value, key, "a whole number");
    }
    return fact;
}

std::optional<Fact>
read_share(text::TableReader& parent, std::string_view key, Sources const& sources) {
    auto fact = read_fact(parent, key, sources);
    if (fact && std::max(fact->value, fact->high.value_or(0)) > 1) {
        parent.fail(*parent.table().get(key), "a part of the peak is at most 1");
    }
    return fact;
}

SystemClass read_system_class(text::TableReader& root) {
    auto const text = root.optional_string("system_class");
    if (!text || *text == "server") {
        return SystemClass::server;
    }
    if (*text != "rack") {
        root.fail(*root.raw("system_class"),
                  fmt::format("unknown system class \"{}\"", *text),
                  "allowed here: server, rack");
    }
    return SystemClass::rack;
}

std::optional<int> read_generation(text::TableReader& root) {
    auto const number = root.optional_integer("generation", -100, 100);
    return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

}  // namespace

Profile
read_profile(text::Document const& document, std::string id, text::IssueList& issues) {
    text::TableReader root(document, document.root, "", issues);
    Sources const sources = read_sources(root);
    Profile profile;
    profile.id = std::move(id);
    profile.vendor = root.required_string("vendor");
    profile.name = root.required_string("name");
    profile.aliases =
        root.optional_strings("aliases").value_or(std::vector<std::string>{});
    profile.release = root.required_string("release");
    profile.generation = read_generation(root);
    profile.process_node = root.optional_string("process_node").value_or("");
    profile.availability = root.optional_string("availability").value_or("");
    profile.export_status_china =
        root.optional_string("export_status_china").value_or("");
    profile.notes = root.optional_string("notes").value_or("");
    profile.system_class = read_system_class(root);

    if (auto peaks = root.child("peak_flop_per_s")) {
        for (Precision const precision : all_precisions) {
            profile.peaks[static_cast<std::size_t>(precision)] =
                read_fact(*peaks, to_string(precision), sources);
        }
        peaks->finish();
    }
    if (auto fractions = root.child("gemm_fraction")) {
        for (std::size_t i = 0; i < gemm_precisions.size(); ++i) {
            profile.gemm_fractions[i] =
                read_share(*fractions, to_string(gemm_precisions[i]), sources);
        }
        fractions->finish();
    }
    auto const fact = [&](std::string_view key) {
        return read_fact(root, key, sources);
    };
    profile.mem_bytes = fact("mem_bytes");
    profile.mem_bandwidth_bytes_per_s = fact("mem_bandwidth_bytes_per_s");
    profile.scale_up_bandwidth_bytes_per_s = fact("scale_up_bandwidth_bytes_per_s");
    profile.scale_up_domain_chips = read_count(root, "scale_up_domain_chips", sources);
    profile.scale_out_bandwidth_bytes_per_s = fact("scale_out_bandwidth_bytes_per_s");
    profile.tdp_w = fact("tdp_w");
    profile.system_w = fact("system_w");
    profile.die_count = read_count(root, "die_count", sources);
    profile.die_area_mm2 = fact("die_area_mm2");
    profile.price_usd = fact("price_usd");
    profile.rental_usd_per_h = fact("rental_usd_per_h");
    root.finish();
    return profile;
}

}  // namespace leadtime::hwprofiles
