// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hwprofiles/profile_library.hpp"
#include "text/toml_reader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::hwprofiles {

/// What a rule measures of a chip.
enum class Measure {
    tpp,                       ///< total processing performance, Profile::tpp()
    performance_density,       ///< TPP / mm2 of die
    interconnect_gb_per_s,     ///< both directions together
    memory_bandwidth_gb_per_s  ///< of the DRAM
};

/// A chip as a rule sees it. What is not known is absent.
struct ChipMeasures {
    std::string id;
    std::optional<double> tpp;
    std::optional<double> performance_density;
    std::optional<double> interconnect_gb_per_s;
    std::optional<double> memory_bandwidth_gb_per_s;

    std::optional<double> of(Measure measure) const;
};

ChipMeasures measures_of(Profile const& profile);

enum class Comparison { at_least, above, at_most, below };

/// One number of a rule: `tpp_at_least = 4800`.
struct Threshold {
    Measure measure = Measure::tpp;
    Comparison comparison = Comparison::at_least;
    double value = 0.0;
};

/// Thresholds that must all be met. `chips` names chips instead (or besides).
struct Clause {
    std::vector<Threshold> thresholds;
    std::vector<std::string> chips;
};

/// What a rule says of a sale to the restricted country.
enum class Verdict {
    free,          ///< not controlled
    notice,        ///< may be sold after a notice (licence exception NAC/ACA)
    case_by_case,  ///< licences are decided one by one
    denial         ///< presumption of denial
};

std::string_view to_string(Verdict verdict);

/// Chips that meet any of the clauses, and what happens to them.
struct Control {
    std::string name;
    Verdict verdict = Verdict::denial;
    std::vector<Clause> any;
};

/// A charge on the price of chips that meet any of the clauses.
struct Charge {
    std::string name;
    double fraction = 0.0;
    std::vector<Clause> any;
};

/// A number of a rule that belongs to no chip, such as a country's cap.
struct Limit {
    std::string name;
    std::string unit;
    Fact fact;
};

/// An export rule: the first control that catches a chip decides.
struct Rule {
    std::string id;  ///< file stem or key
    std::string name;
    std::optional<double> from;   ///< months since the year 0; absent: always
    std::optional<double> until;  ///< first day it no longer holds; absent: for ever
    std::string from_text;        ///< as written
    std::string until_text;
    std::string source;
    std::string note;
    std::vector<Control> controls;
    std::vector<Charge> charges;
    std::vector<Limit> limits;

    /// Whether it holds on a date, months since the year 0. A rule whose end is not
    /// after its beginning never does.
    bool holds_at(double month) const;
};

/// What a rule names that no profile describes, such as "hbm3".
std::vector<std::string> other_names(Rule const& rule, ProfileLibrary const& library);

/// What a rule says of one chip, and why.
struct Finding {
    bool known = true;  ///< else what decides is not known of the chip
    Verdict verdict = Verdict::free;
    std::string control;  ///< name of the control that catches it, else empty
    std::string reason;   ///< "TPP 15,832 >= 4,800", or what is not known
    double charge_fraction = 0.0;
    bool charge_known = true;
    std::string charge_reason;

    /// 1 unless sales are denied: what remains may be sold, after a notice or with a
    /// licence.
    bool is_legal() const { return verdict != Verdict::denial; }
};

Finding apply(Rule const& rule, ChipMeasures const& chip);

/// Reads a rule from a table (docs/scenario-reference.md, [rule.NAME]); what the table
/// does not say is taken from `base`. Problems go to the table's issues.
Rule read_rule(text::TableReader& table, Rule base);

/// A rule from a file.
/// Throws: ConfigError with every problem of the file.
Rule load_rule(std::string const& path);

/// The rules compiled into the program, by their dates.
/// Throws: ConfigError (a broken build).
std::vector<Rule> embedded_rules();

/// The rule of that id, or null.
Rule const* find_rule(std::vector<Rule> const& rules, std::string_view id);

}  // namespace leadtime::hwprofiles
