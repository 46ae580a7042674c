// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/profiles_command.hpp"

#include "hwprofiles/profile_library.hpp"
#include "text/display_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace leadtime::estimator {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;

int width_of(std::string_view text) {
    int width = 0;
    for (auto const& character : text::display_cells(text)) {
        width += character.width;
    }
    return width;
}

std::string cell(std::optional<double> value, double unit, int decimals) {
    if (!value) {
        return "-";
    }
    return fmt::format("{:.{}f}", *value / unit, decimals);
}

/// A fact in a unit, with as many digits as it was stated with.
std::string cell(std::optional<hwprofiles::Fact> const& fact, double unit) {
    return fact ? fmt::format("{:.6g}", fact->value / unit) : "-";
}

std::string power_cell(hwprofiles::Profile const& profile) {
    auto const power = profile.system_w_or_fallback();
    if (!power) {
        return "-";
    }
    return fmt::format("{}{:.0f}", power->derived ? "~" : "", power->value_w);
}

Row row_of(hwprofiles::Profile const& profile) {
    Row row{profile.vendor, profile.id};
    for (hwprofiles::Precision const precision : hwprofiles::all_precisions) {
        row.push_back(cell(profile.peak(precision), 1e12));
    }
    row.push_back(cell(profile.mem_bytes, 1e9));
    row.push_back(cell(profile.mem_bandwidth_bytes_per_s, 1e9));
    row.push_back(cell(profile.scale_up_bandwidth_bytes_per_s, 1e9));
    row.push_back(cell(profile.scale_up_domain_chips, 1));
    row.push_back(power_cell(profile));
    row.push_back(cell(profile.h100e_bf16(), 1, 2));
    row.push_back(cell(profile.h100e_8bit(), 1, 2));
    row.push_back(cell(profile.h100e_tpp(), 1, 2));
    return row;
}

void write_table(std::span<hwprofiles::Profile const> profiles, std::ostream& out) {
    std::vector<Row> rows{{"",
                           "",
                           "dense",
                           "TFLOP/s",
                           "",
                           "",
                           "",
                           "",
                           "mem",
                           "mem",
                           "link",
                           "link",
                           "system",
                           "H100e",
                           "H100e",
                           "H100e"},
                          {"vendor",
                           "id",
                           "fp32",
                           "tf32",
                           "bf16",
                           "fp8",
                           "int8",
                           "fp4",
                           "GB",
                           "GB/s",
                           "GB/s",
                           "chips",
                           "W",
                           "bf16",
                           "8bit",
                           "tpp"}};
    for (auto const& profile : profiles) {
        rows.push_back(row_of(profile));
    }
    constexpr std::size_t text_columns = 2;
    std::vector<int> widths(rows.front().size(), 0);
    for (auto const& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    }
    for (auto const& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            auto const room = static_cast<std::size_t>(widths[i] - width_of(row[i]));
            auto const text = text::escape_controls(row[i]);
            line += i > 0 ? "  " : "";
            line += i < text_columns ? text + std::string(room, ' ')
                                     : std::string(room, ' ') + text;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << '\n';
    }
    out << "\nDense peaks, never sparse. link: scale-up, a chip, one direction; chips: "
           "its "
           "domain.\nsystem W: IT power a chip without PUE, ~ from TDP. H100e: by BF16 "
           "rate, "
           "by the faster of FP8 and INT8, by TPP.\n- is not known. leadtime profiles "
           "NAME "
           "shows sources and notes.\n";
}

/// The unit a key ends with and how people say it.
struct DisplayUnit {
    double scale;
    std::string_view name;
};

DisplayUnit display_unit(std::string_view key) {
    if (key == "peak_flop_per_s.int8") {
        return {1e12, "TOP/s"};
    }
    if (key.starts_with("peak_flop_per_s")) {
        return {1e12, "TFLOP/s"};
    }
    if (key.ends_with("_bytes_per_s")) {
        return {1e9, "GB/s"};
    }
    if (key.ends_with("_bytes")) {
        return {1e9, "GB"};
    }
    if (key == "price_usd") {
        return {1, "USD"};
    }
    if (key == "rental_usd_per_h") {
        return {1, "USD/h"};
    }
    if (key.ends_with("_mm2")) {
        return {1, "mm2"};
    }
    if (key.ends_with("_w")) {
        return {1, "W"};
    }
    return {1, ""};
}

constexpr int text_width = 100;  // terminal columns of running text

/// Running text after a label, broken at blanks and indented under its first line.
void write_text(std::string_view label,
                int indent,
                std::string const& text,
                std::ostream& out) {
    if (text.empty()) {
        return;
    }
    std::string line = fmt::format("{:<{}}", label, indent);
    bool starts_line = true;
    for (std::size_t begin = 0; begin <= text.size();) {
        auto const end = std::min(text.find(' ', begin), text.size());
        auto const word = text::escape_controls(text.substr(begin, end - begin));
        if (!starts_line && width_of(line) + 1 + width_of(word) > text_width) {
            out << line << '\n';
            line.assign(static_cast<std::size_t>(indent), ' ');
            starts_line = true;
        }
        line += (starts_line ? "" : " ") + word;
        starts_line = false;
        begin = end + 1;
    }
    out << line << '\n';
}

/// Its interval in a unit of `scale`, when it was known, and its note.
std::string remarks_on(hwprofiles::Fact const& fact, double scale) {
    std::vector<std::string> remarks;
    if (fact.low) {
        remarks.push_back(
            fmt::format("{} to {}", *fact.low / scale, *fact.high / scale));
    }
    if (!fact.known.empty()) {
        remarks.push_back("known " + fact.known);
    }
    if (!fact.note.empty()) {
        remarks.push_back(fact.note);
    }
    return fmt::format("{}", fmt::join(remarks, "; "));
}

/// Writes every number and gives each source a number on the way.
std::vector<std::string> write_facts(hwprofiles::Profile const& profile,
                                     std::ostream& out) {
    std::vector<std::string> sources;
    for (auto const& [key, fact] : hwprofiles::all_facts(profile)) {
        auto const unit = display_unit(key);
        if (!*fact) {
            out << fmt::format("{:<31}{:>10}\n", key, "-");
            continue;
        }
        auto found = std::find(sources.begin(), sources.end(), (*fact)->source);
        if (found == sources.end()) {
            found = sources.insert(found, (*fact)->source);
        }
        auto const start = fmt::format("{:<31}{:>10} {:<7}  {:<6} [{}] ",
                                       key,
                                       cell(*fact, unit.scale),
                                       unit.name,
                                       (*fact)->confidence,
                                       found - sources.begin() + 1);
        auto const note = remarks_on(**fact, unit.scale);
        if (note.empty()) {
            out << start.substr(0, start.size() - 1) << '\n';
        } else {
            write_text(start, width_of(start), note, out);
        }
    }
    return sources;
}

void write_derived(hwprofiles::Profile const& profile, std::ostream& out) {
    auto const write = [&](std::string_view key, std::string const& value) {
        out << fmt::format("{:<31}{:>10}\n", key, value);
    };
    write("h100e_bf16", cell(profile.h100e_bf16(), 1, 3));
    write("h100e_8bit", cell(profile.h100e_8bit(), 1, 3));
    write("h100e_tpp", cell(profile.h100e_tpp(), 1, 3));
    write("tpp", cell(profile.tpp(), 1, 0));
    if (auto const power = profile.system_w_or_fallback(); power && power->derived) {
        auto const start =
            fmt::format("{:<31}{:>10.0f} {:<7}  ", "system_w", power->value_w, "W");
        write_text(start, width_of(start), power->source, out);
    }
}

void write_profile(hwprofiles::Profile const& profile, std::ostream& out) {
    constexpr int indent = 14;
    write_text("id", indent, profile.id, out);
    write_text("name", indent, profile.vendor + " " + profile.name, out);
    write_text(
        "aliases", indent, fmt::format("{}", fmt::join(profile.aliases, ", ")), out);
    write_text("release", indent, profile.release, out);
    if (profile.generation) {
        write_text("generation", indent, fmt::format("{}", *profile.generation), out);
    }
    write_text("process node", indent, profile.process_node, out);
    write_text("availability", indent, profile.availability, out);
    write_text("China", indent, profile.export_status_china, out);
    write_text("notes", indent, profile.notes, out);
    out << '\n';
    auto const sources = write_facts(profile, out);
    out << '\n';
    write_derived(profile, out);
    if (!sources.empty()) {
        out << "\nsources\n";
    }
    for (std::size_t i = 0; i < sources.size(); ++i) {
        write_text(fmt::format("[{}]", i + 1), 5, sources[i], out);
    }
}

Json json_number(std::optional<double> value) {
    return value ? Json(*value) : Json(nullptr);
}

Json json_of(hwprofiles::Profile const& profile) {
    Json facts = Json::object();
    for (auto const& [key, fact] : hwprofiles::all_facts(profile)) {
        facts[key] = nullptr;
        if (*fact) {
            facts[key] = {{"value", (*fact)->value},
                          {"low", json_number((*fact)->low)},
                          {"high", json_number((*fact)->high)},
                          {"source", (*fact)->source},
                          {"confidence", (*fact)->confidence},
                          {"known", (*fact)->known},
                          {"note", (*fact)->note}};
        }
    }
    Json power = nullptr;
    if (auto const watts = profile.system_w_or_fallback()) {
        power = {{"value", watts->value_w},
                 {"derived", watts->derived},
                 {"source", watts->source}};
    }
    bool const in_rack = profile.system_class == hwprofiles::SystemClass::rack;
    return {
        {"id", profile.id},
        {"vendor", profile.vendor},
        {"name", profile.name},
        {"aliases", profile.aliases},
        {"release", profile.release},
        {"generation", profile.generation ? Json(*profile.generation) : Json(nullptr)},
        {"process_node", profile.process_node},
        {"availability", profile.availability},
        {"export_status_china", profile.export_status_china},
        {"notes", profile.notes},
        {"system_class", in_rack ? "rack" : "server"},
        {"facts", facts},
        {"derived",
         {{"h100e_bf16", json_number(profile.h100e_bf16())},
          {"h100e_8bit", json_number(profile.h100e_8bit())},
          {"h100e_tpp", json_number(profile.h100e_tpp())},
          {"tpp", json_number(profile.tpp())},
          {"system_w", power}}}};
}

}  // namespace

int run_profiles(ProfilesOptions const& options, std::ostream& out) {
    auto const library = hwprofiles::ProfileLibrary::load(options.profiles_dir);
    auto profiles = library.profiles();
    if (options.name) {
        profiles = {&library.find(*options.name), 1};
    }
    if (options.json) {
        Json list = Json::array();
        for (auto const& profile : profiles) {
            list.push_back(json_of(profile));
        }
        out << Json{{"profiles", std::move(list)}}.dump(2) << '\n';
    } else if (options.name) {
        write_profile(profiles.front(), out);
    } else {
        write_table(profiles, out);
    }
    return 0;
}

}  // namespace leadtime::estimator
