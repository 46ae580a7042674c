// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_scenario.hpp"

#include "tests/support/random_scenario_writer.hpp"

#include <algorithm>

namespace leadtime::tests {

namespace {

std::vector<std::string> const profiles{
    "h100_sxm", "h20", "ascend_910c", "ascend_910b2", "gb300_nvl72", "a100_sxm_80gb"};

}  // namespace

void ScenarioWriter::sketch() {
    dt_ = choice_.pick(std::vector<int>{1, 1, 1, 3, 3, 12});
    int const steps = dt_ == 1 ? choice_.integer(6, 24) : choice_.integer(3, 9);
    horizon_ = steps * dt_;
    names_.start_month = 2024 * 12 + choice_.integer(0, 11);
    names_.horizon_months = horizon_;
    int const paths = choice_.chance(0.08) ? 0 : choice_.integer(1, 4);
    for (int p = 0; p < paths; ++p) {
        PathSketch path{"path_" + std::string(1, static_cast<char>('a' + p)), {}};
        int const channels = choice_.integer(1, 5);
        std::vector<std::string> const kinds{"purchase", "purchase", "rental", "stock"};
        for (int c = 0; c < channels; ++c) {
            path.channels.push_back({"channel_" + std::to_string(c),
                                     choice_.pick(kinds),
                                     choice_.pick(profiles)});
        }
        paths_.push_back(path);
    }
    for (PathSketch const& path : paths_) {
        std::string const prefix = "path." + path.name + ".";
        std::string const& channel = choice_.pick(path.channels).name;
        std::string const& profile = choice_.pick(path.channels).profile;
        names_.path_metrics.insert(names_.path_metrics.end(),
                                   {prefix + "run_flop / flop_scale",
                                    prefix + "run_mfu",
                                    prefix + "cash_usd / usd_scale",
                                    prefix + "spend_usd / usd_scale",
                                    prefix + "power_w / watt_scale",
                                    prefix + "channel." + channel + " / chip_scale",
                                    prefix + "chips." + profile + " / chip_scale"});
        if (&path != &paths_.front()) {
            names_.path_metrics.push_back(prefix + "lag / one_month / 10");
            names_.path_metrics.push_back(prefix + "ratio");
        }
    }
}

void ScenarioWriter::write_header() {
    text_ << "[scenario]\n";
    line("name", quoted("random " + std::to_string(seed_)));
    line("start", quoted(date_text(names_.start_month)));
    line("end", quoted(date_text(names_.start_month + horizon_ - 1)));
    line("step", quoted(dt_ == 1 ? "month" : dt_ == 3 ? "quarter" : "year"));
    if (!paths_.empty()) {
        line("reference", quoted(paths_.front().name));
    }
}

void ScenarioWriter::write_series(std::string const& name,
                                  std::string const& unit,
                                  double middle,
                                  bool is_fraction) {
    text_ << "\n[quantity." << name << "]\n";
    line("unit", quoted(unit));
    text_ << "at = { ";
    int month = names_.start_month - choice_.integer(0, 5);
    int const knots = choice_.integer(1, 4);
    for (int k = 0; k < knots; ++k) {
        double const level =
            is_fraction ? choice_.uniform(0.2, 0.8) : choice_.around(middle, 1.5);
        text_ << (k > 0 ? ", " : "") << date_text(month) << " = "
              << (is_fraction ? random_fraction(choice_, level)
                              : random_above_zero(choice_, level));
        month += choice_.integer(1, 10);
    }
    text_ << " }\n";
    std::vector<std::string> interpolations{"step", "linear"};
    if (!is_fraction) {
        interpolations.push_back("log");
    }
    line("interpolate", quoted(choice_.pick(interpolations)));
    std::vector<double> const correlations{0.0, 0.5, 0.9, 1.0};
    line("knot_correlation", number_text(choice_.pick(correlations)));
}

void ScenarioWriter::write_quantity(std::string const& name,
                                    std::string const& unit,
                                    double middle,
                                    bool is_fraction) {
    if (choice_.chance(0.4)) {
        write_series(name, unit, middle, is_fraction);
        drawn_.push_back(name);
        return;
    }
    std::string const value = is_fraction ? random_fraction(choice_, middle)
                                          : random_positive(choice_, middle);
    text_ << "\n[quantity." << name << "]\n";
    line("unit", quoted(unit));
    line("value", value);
    if (value.front() == '{' || value.front() == '"') {  // not a plain number
        drawn_.push_back(name);
    }
}

void ScenarioWriter::write_base_quantities() {
    std::vector<std::vector<std::string>> const scales{{"one_month", "month", "1"},
                                                       {"flop_scale", "FLOP", "1e25"},
                                                       {"usd_scale", "USD", "1e9"},
                                                       {"watt_scale", "W", "2e7"},
                                                       {"chip_scale", "chips", "1e4"}};
    for (std::vector<std::string> const& scale : scales) {
        text_ << "\n[quantity." << scale[0] << "]\n";
        line("unit", quoted(scale[1]));
        line("value", scale[2]);
    }
    for (int i = 0; i < 4; ++i) {
        std::string const name = "fraction_" + std::to_string(i);
        write_quantity(name, "1", choice_.uniform(0.2, 0.8), true);
        names_.plain.push_back(name);
    }
    for (int i = 0; i < 2; ++i) {
        std::string const name = "factor_" + std::to_string(i);
        write_quantity(name, "1", choice_.around(1.0, 1.5), false);
        names_.plain.push_back(name);
    }
    names_.without_past = names_.plain;

    auto const base = [&](std::string const& name,
                          std::string const& unit,
                          std::string const& written,
                          double middle) {
        write_quantity(name, written, middle, false);
        base_[unit] = name;
    };
    base("money", "USD/month", "USD/year", 6e9);
    base("flow", "chips/month", "chips/year", 6e4);
    base("fleet", "chips", "chips", 2e4);
    base("chip_price", "USD/chip", "USD/chip", 3e4);
    base("rate", "USD/(chip h)", "USD/(chip h)", 2.5);
    base("wait", "month", "month", 4.0);
    base("watts", "W/chip", "W/chip", 1200.0);
    names_.months.push_back("wait");
}

/// Events and a regime, some of which react to paths and to each other.
void ScenarioWriter::write_events() {
    auto const hazard = [&] {
        std::vector<std::string> const values{
            number_text(choice_.uniform(0.1, 3.0)),
            random_positive(choice_, 0.7),
            quoted("clip(2 * " + choice_.pick(names_.plain) + ", -0.2, 4)"),
            names_.path_metrics.empty()
                ? "0.4"
                : quoted("clip(previous(" + choice_.pick(names_.path_metrics)
                         + "), 0, 5)")};
        return choice_.pick(values);
    };
    std::vector<std::string> made;
    if (choice_.chance(0.6)) {
        text_ << "\n[event.dated]\n";
        line("date",
             quoted(date(-3, horizon_) + " to " + date(horizon_ + 1, horizon_ + 9)));
        maybe(0.5, "probability", fraction_input(choice_.uniform(0.2, 0.8)));
        maybe(0.5, "duration_months", input("month", choice_.around(3.0, 3.0)));
        made.push_back("dated");
    }
    if (choice_.chance(0.6)) {
        text_ << "\n[event.by_hazard]\n";
        line("hazard_per_year", hazard());
        maybe(0.3, "from", quoted(date(-3, horizon_)));
        maybe(0.3, "probability", fraction_input(choice_.uniform(0.2, 0.8)));
        if (choice_.chance(0.6)) {
            line("duration_months", input("month", choice_.around(2.0, 3.0)));
            maybe(0.4, "repeats", "false");
        }
        made.push_back("by_hazard");
    }
    if (choice_.chance(0.5)) {
        text_ << "\n[regime.policy]\nstates = [\"open\", \"capped\", \"closed\"]\n";
        line("start", quoted(choice_.pick(std::vector<std::string>{"open", "capped"})));
        maybe(0.3, "from", quoted(date(-3, horizon_)));
        text_ << "[regime.policy.hazard_per_year]\n"
              << "open = { capped = " << hazard() << ", closed = " << hazard() << " }\n"
              << "capped = { open = " << hazard() << " }\n"
              << "closed = { capped = " << hazard() << ", open = 0.3 }\n";
        for (char const* const state : {"open", "capped", "closed"}) {
            made.push_back("policy." + std::string(state));
        }
    }
    names_.plain.insert(names_.plain.end(), made.begin(), made.end());
    events_ = made;
}

void ScenarioWriter::write_formulas() {
    int const count = choice_.integer(2, 6);
    for (int i = 0; i < count; ++i) {
        std::string const name = "formula_" + std::to_string(i);
        text_ << "\n[quantity." << name << "]\nunit = \"1\"\n";
        line("formula", quoted(random_formula(choice_, names_, choice_.integer(1, 5))));
        names_.plain.push_back(name);
        formulas_.push_back(name);
    }
}

/// Small enough for quantities with equal values, which cannot reach them all.
void ScenarioWriter::write_correlations() {
    std::vector<std::string> free = drawn_;
    auto const take = [&](int count) {
        std::string names;
        for (int i = 0; i < count; ++i) {
            int const last = static_cast<int>(free.size()) - 1;
            auto const place = free.begin() + choice_.integer(0, last);
            names += (i > 0 ? ", " : "") + quoted(*place);
            free.erase(place);
        }
        return "[" + names + "]";
    };
    if (free.size() >= 5 && choice_.chance(0.5)) {
        text_ << "\n[[correlation]]\n";
        line("quantities", take(2));
        line("rank", number_text(choice_.uniform(-0.5, 0.5)));
    }
    if (free.size() >= 3 && choice_.chance(0.5)) {
        std::string const a = number_text(choice_.uniform(-0.25, 0.25));
        std::string const b = number_text(choice_.uniform(-0.25, 0.25));
        std::string const c = number_text(choice_.uniform(-0.25, 0.25));
        text_ << "\n[[correlation]]\n";
        line("quantities", take(3));
        line("rank",
             "[[1, " + a + ", " + b + "], [" + a + ", 1, " + c + "], [" + b + ", " + c
                 + ", 1]]");
    }
}

/// Formulas that are not a number in some months, by whole numbers alone, so that
/// rounding does not decide; none of them reaches a path.
void ScenarioWriter::write_gaps() {
    RandomChoice choice(seed_ + 2'000'000);
    std::string const month = "(month / one_month)";
    auto const edge = [&] { return number_text(choice.integer(0, horizon_) + 0.25); };
    for (int i = 0; i < 6; ++i) {
        std::string const at = std::to_string(dt_ * choice.integer(0, horizon_ / dt_));
        std::vector<std::string> const gaps{"((" + month + " - " + at + ") / (" + month
                                                + " - " + at + "))",
                                            "sqrt(" + edge() + " - " + month + ")",
                                            "log(" + month + " - " + edge() + ")",
                                            "((" + edge() + " - " + month + ") ^ 0.5)"};
        std::string const gap = choice.pick(gaps);
        FormulaNames names = names_;
        names.plain = {gap, gap, "fraction_0", "factor_0"};
        std::string const x = random_formula(choice, names, choice.integer(0, 4));
        std::vector<std::string> const uses{
            x,
            "if(" + month + " > " + edge() + ", " + x + ", fraction_1)",
            "if(" + x + " > 0.4, 1, 2)",
            "if(" + month + " < " + edge() + " and " + x + " > 0.3, 1, 2)",
            "if(" + month + " < " + edge() + " or " + x + " > 0.3, 1, 2)",
            "0 * min(" + x + ", 3) + max(2, " + gap + ") ^ 0",
            "delay(fraction_2, one_month * 3 * " + gap + ")",
            "accumulate(" + x + ", 0.5)",
            "not (" + x + " > 0.3)",
            "crossing(" + x + ", 0.6) / one_month",
            "since(one_month * 5 * " + gap + ")"};
        std::string const name = "gap_" + std::to_string(i);
        text_ << "\n[quantity." << name << "]\nunit = \"1\"\n";
        line("formula", quoted(choice.pick(uses)));
        formulas_.push_back(name);
    }
}

void ScenarioWriter::write_outputs() {
    struct Output {
        std::string unit;
        std::string formula;
    };
    std::vector<Output> outputs{{"month", "crossing(cumsum(factor_0), 2.5)"},
                                {"chips", "integral(" + base_["chips/month"] + ")"},
                                {"year", "delay(wait, 1.5) + month"}};
    for (PathSketch const& path : paths_) {
        std::string const prefix = "path." + path.name + ".";
        std::string const some_month =
            date_text(names_.start_month + choice_.integer(0, horizon_ - 1));
        std::vector<Output> const more{
            {"1", "log10(" + prefix + "run_flop / flop_scale + 1)"},
            {"month", "crossing(" + prefix + "run_flop, flop_scale)"},
            {"FLOP", "at(" + prefix + "run_flop, '" + some_month + "')"},
            {"USD",
             "max(" + prefix + "cash_usd, previous(" + prefix
                 + "cumulative_spend_usd))"},
            {"FLOP", "delay(" + prefix + "run_flop, wait)"}};
        outputs.push_back(choice_.pick(more));
        if (&path != &paths_.front()) {
            outputs.push_back({"month", prefix + "lag + previous(" + prefix + "lag)"});
        }
    }
    text_ << "\n[quantity.output_noise]\neach_step = " << random_fraction(choice_, 0.4)
          << "\nknot_correlation = " << number_text(choice_.uniform(0.0, 1.0)) << "\n";
    std::string listed = "[" + quoted("fraction_0") + ", " + quoted("money") + ", "
                         + quoted("output_noise");
    for (std::string const& formula : formulas_) {
        listed += ", " + quoted(formula);
    }
    for (std::string const& event : events_) {
        listed += ", " + quoted(event);
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        std::string const name = "output_" + std::to_string(i);
        text_ << "\n[quantity." << name << "]\n";
        line("unit", quoted(outputs[i].unit));
        line("formula", quoted(outputs[i].formula));
        listed += ", " + quoted(name);
    }
    if (!paths_.empty()) {
        text_ << "\n[milestones]\nrun_flop = [1e24, 1e25, 4e25]\n";
        if (later_.chance(0.5)) {
            text_ << "effective_flop = [1e24, 1e25, 1e26]\n";
        }
        if (later_.chance(0.5)) {
            text_ << "parity = [0.1, 0.5, 1]\n";
        }
    }
    text_ << "\n[output]\nquantities = " << listed << "]\n";
}

std::string ScenarioWriter::write() {
    sketch();
    write_header();
    write_base_quantities();
    write_events();
    write_formulas();
    write_correlations();
    std::vector<std::string> used;
    for (PathSketch const& path : paths_) {
        for (ChannelSketch const& channel : path.channels) {
            if (std::find(used.begin(), used.end(), channel.profile) == used.end()) {
                used.push_back(channel.profile);
                write_accelerator(channel.profile, choice_.around(1.0, 1.5));
            }
        }
    }
    write_cap();
    if (has_cluster_ && !paths_.empty()) {
        write_cluster_tables();
    }
    for (PathSketch const& path : paths_) {
        write_path(path);
    }
    if (has_gaps_) {
        write_gaps();
    }
    write_outputs();
    return text_.str();
}

std::string random_scenario_toml(std::uint64_t seed) {
    return ScenarioWriter(seed).write();
}

std::string random_scenario_with_gaps_toml(std::uint64_t seed) {
    return ScenarioWriter(seed, true).write();
}

}  // namespace leadtime::tests
