// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_scenario_writer.hpp"

#include <cstddef>

namespace leadtime::tests {

std::string
ScenarioWriter::input(std::string const& unit, double middle, bool has_clamp) {
    std::string const base = base_.at(unit);
    switch (choice_.integer(0, has_clamp ? 4 : 3)) {
    case 0:
        return number_text(middle);
    case 2:
        return quoted(base);
    case 3:
        return quoted(base + " * clip(" + choice_.pick(names_.plain) + ", 0.1, 3)");
    case 4:  // may leave the range, so that clamps are tried
        return quoted(base + " * clip(" + choice_.pick(formulas_) + ", -0.2, 2)");
    default:
        return random_positive(choice_, middle);
    }
}

std::string ScenarioWriter::fraction_input(double middle) {
    switch (choice_.integer(0, 4)) {
    case 0:
        return number_text(middle);
    case 1:
        return quoted("fraction_" + std::to_string(choice_.integer(0, 3)));
    case 2:
        return quoted("abs(" + choice_.pick(names_.plain) + ")");
    default:
        return random_fraction(choice_, middle);
    }
}

void ScenarioWriter::write_accelerator(std::string const& profile, double scale) {
    text_ << "\n[accelerator." << profile << "]\n";
    if (!has_cluster_ || choice_.chance(0.3)) {
        line("mfu", fraction_input(choice_.uniform(0.2, 0.5)));
    }
    if (!has_cluster_ || choice_.chance(0.3)) {
        line("goodput", fraction_input(choice_.uniform(0.6, 0.95)));
    }
    if (has_cluster_) {
        write_cluster_inputs(0.1);
    }
    line("price", input("USD/chip", choice_.around(3e4, 1.5) * scale));
    line("rental_price", input("USD/(chip h)", choice_.around(2.5, 1.5) * scale));
    maybe(0.6, "it_power", input("W/chip", choice_.around(1200.0, 1.5)));
    maybe(0.3, "max_cluster", input("chips", choice_.around(2e4, 3.0)));
    if (choice_.chance(0.4)) {
        line("software_ready", quoted(date(-6, horizon_)));
        maybe(0.6, "port_delay", input("month", choice_.around(2.5, 1.5)));
        if (choice_.chance(0.6)) {
            line("abort", "{ dist = \"bernoulli\", p = 0.4 }");
            line("retry_delay", input("month", choice_.around(5.0, 1.5)));
        }
    }
}

void ScenarioWriter::write_channel(PathSketch const& path,
                                   ChannelSketch const& channel) {
    text_ << "\n[path." << path.name << ".channel." << channel.name << "]\n";
    line("kind", quoted(channel.kind));
    line("accelerator", quoted(channel.profile));
    maybe(0.25, "place", quoted("abroad"));
    maybe(0.4, "buyer_share", fraction_input(choice_.uniform(0.3, 0.9)));
    maybe(0.3, "premium", random_positive(choice_, choice_.around(1.3, 1.3)));
    maybe(0.3, "fee", fraction_input(choice_.uniform(0.1, 0.4)));
    maybe(0.3, "system_multiplier", random_positive(choice_, 1.4));
    maybe(0.3, "max_cluster", input("chips", choice_.around(1e4, 3.0), true));
    if (channel.kind != "rental") {
        maybe(0.4, "stock_open", fraction_input(choice_.uniform(0.5, 0.95)));
        maybe(0.4, "loss", fraction_input(choice_.uniform(0.05, 0.4)));
    }
    if (channel.kind == "stock") {
        line("initial", input("chips", choice_.around(2e4, 2.0)));
        maybe(0.6, "initial_age", input("month", choice_.around(14.0, 1.5)));
        return;
    }
    bool const rental = channel.kind == "rental";
    line("supply",
         rental ? input("chips", choice_.around(1e4, 2.0), true)
                : input("chips/month", choice_.around(5e3, 2.0), true));
    maybe(0.4,
          "price",
          rental ? input("USD/(chip h)", choice_.around(3.0, 1.4), true)
                 : input("USD/chip", choice_.around(3e4, 1.4), true));
    maybe(0.4, "share", fraction_input(choice_.uniform(0.3, 0.9)));
    maybe(0.4, "open", fraction_input(choice_.uniform(0.3, 0.9)));
    if (!rental) {
        maybe(0.6, "lead", input("month", choice_.around(3.3, 3.0), true));
    }
    maybe(0.25, "scarcity_exponent", fraction_input(choice_.uniform(0.2, 0.9)));
    maybe(0.1, "scarcity_max", number_text(choice_.uniform(1.0, 4.0)));
    if (has_cap_) {
        maybe(0.4, "cap", quoted("shared"));
    }
    if (choice_.chance(0.4)) {
        line("cap_total", input("chips", choice_.around(3e4, 2.0), true));
        int const from = choice_.integer(0, horizon_ / 2);
        maybe(0.7, "cap_from", quoted(date(from, from)));
        maybe(0.7, "cap_to", quoted(date(from, horizon_)));
    }
}

void ScenarioWriter::write_cap() {
    has_cap_ = choice_.chance(0.6);
    if (!has_cap_) {
        return;
    }
    text_ << "\n[cap.shared]\n";
    bool const by_chips = choice_.chance(0.5);
    line("basis", quoted(by_chips ? "chips" : "h100e_bf16"));
    line("total",
         by_chips ? input("chips", choice_.around(4e4, 3.0), true)
                  : random_positive(choice_, choice_.around(4e4, 3.0)));
    maybe(0.4, "from", quoted(date(0, horizon_ / 2)));
    maybe(0.4, "to", quoted(date(horizon_ / 2, horizon_)));
}

void ScenarioWriter::write_compare_to(PathSketch const& path) {
    std::vector<std::string> others;
    for (PathSketch const& other : paths_) {
        if (&other != &paths_.front() && &other != &path && later_.chance(0.4)) {
            others.push_back(quoted(other.name));
        }
    }
    if (!others.empty()) {
        std::string list = others.front();
        for (std::size_t i = 1; i < others.size(); ++i) {
            list += ", " + others[i];
        }
        line("compare_to", "[" + list + "]");
    }
}

/// Every path of the scenario has progress, or none; a path may learn from any path
/// before it in the file.
void ScenarioWriter::write_progress(PathSketch const& path) {
    if (!has_progress_) {
        return;
    }
    auto const place = static_cast<int>(&path - &paths_.front());
    auto const fraction = [&](double middle) {
        return later_.chance(0.5)
                   ? quoted("fraction_" + std::to_string(later_.integer(0, 3)))
                   : random_fraction(later_, middle);
    };
    auto const months = [&](double middle) {
        return later_.chance(0.3) ? quoted("wait") : random_positive(later_, middle);
    };
    auto const maybe_later = [&](std::string const& key, std::string const& value) {
        if (later_.chance(0.6)) {
            line(key, value);
        }
    };
    text_ << "\n[path." << path.name << ".progress]\n";
    // Bounded: a tail would overflow single precision within a few steps of a year.
    line("doubling_time",
         later_.chance(0.5) ? number_text(later_.uniform(7.0, 15.0))
                            : "{ dist = \"uniform\", min = 6, max = 18 }");
    maybe_later("level", random_positive(later_, later_.around(0.5, 1.5)));
    maybe_later("talent", quoted("clip(factor_0, -0.2, 1.5)"));
    maybe_later("inference_uplift",
                quoted("1 + 0.1 * clip(" + later_.pick(names_.plain) + ", -3, 9)"));
    if (place == 0) {
        return;
    }
    if (later_.chance(0.4)) {
        line("leader",
             quoted(
                 paths_[static_cast<std::size_t>(later_.integer(0, place - 1))].name));
    }
    if (later_.chance(0.6)) {
        line("spillover", fraction(later_.uniform(0.4, 0.9)));
        maybe_later("spillover_lag", months(4.0));
        maybe_later("isolation", fraction(0.3));
    }
    if (later_.chance(0.5)) {
        line("distillation", number_text(later_.uniform(1.1, 4.0)));
        maybe_later("distillation_access", fraction(0.5));
        maybe_later("distillation_ceiling", fraction(0.7));
        maybe_later("distillation_lag", months(3.0));
    }
    if (later_.chance(0.5)) {
        line("open_weights", fraction(later_.uniform(0.01, 0.3)));
        maybe_later("open_weights_lag", months(6.0));
    }
    if (later_.chance(0.5)) {
        line("leak",
             quoted("if(month >= " + std::to_string(later_.integer(0, horizon_))
                    + " and month < " + std::to_string(later_.integer(0, horizon_))
                    + ", 0.4, 0)"));
        maybe_later("leak_gap", months(6.0));
    }
}

void ScenarioWriter::write_path(PathSketch const& path) {
    bool const is_reference = &path == &paths_.front();
    double const budget = choice_.around(is_reference ? 1.5e9 : 3e8, 3.0);
    text_ << "\n[path." << path.name << "]\n";
    line("budget", input("USD/month", budget, true));
    maybe(0.5, "initial_cash", random_positive(choice_, choice_.around(1e9, 3.0)));
    maybe(0.6, "attrition", random_positive(choice_, 0.08));
    line("training_share", fraction_input(choice_.uniform(0.4, 0.8)));
    maybe(0.7, "largest_run_share", fraction_input(choice_.uniform(0.4, 0.8)));
    line("run_months", input("month", choice_.around(3.0, 1.5), true));
    maybe(0.4, "campaign_factor", random_positive(choice_, 1.1));
    maybe(0.4, "post_training_share", fraction_input(choice_.uniform(0.05, 0.6)));
    maybe(0.3, "post_training_mfu", random_positive(choice_, 0.3));
    maybe(0.5, "power_cap", random_positive(choice_, choice_.around(3e7, 4.0)));
    line("pue", number_text(choice_.uniform(1.05, 1.5)));
    line("electricity_price", random_positive(choice_, 0.08));
    maybe(0.4, "power_load", fraction_input(choice_.uniform(0.6, 0.9)));
    line("life", random_positive(choice_, choice_.uniform(3.0, 6.0)));
    maybe(0.4, "interconnect_share", fraction_input(choice_.uniform(0.1, 0.3)));
    maybe(0.4, "staff_cost", random_positive(choice_, choice_.around(5e6, 2.0)));
    std::vector<std::string> const methods{"straight_line", "exponential"};
    maybe(0.7, "depreciation", quoted(choice_.pick(methods)));
    maybe(0.4, "value_decline", random_positive(choice_, 0.14));
    std::vector<std::string> const precisions{"bf16", "fp8", "fp4"};
    line("precision", quoted(choice_.pick(precisions)));
    if (choice_.chance(is_reference ? 0.8 : 0.4)) {
        double flop = choice_.around(1e22, 10.0);
        text_ << "history = { ";
        int month = names_.start_month - choice_.integer(17, 24);
        int const runs = choice_.integer(1, 4);
        for (int i = 0; i < runs; ++i) {
            text_ << (i > 0 ? ", " : "") << date_text(month) << " = "
                  << number_text(flop);
            month += choice_.integer(1, 4);
            flop *= choice_.uniform(1.5, 12.0);
        }
        text_ << " }\n";
    }
    if (buying_.chance(0.4)) {
        line("order", quoted("carrier"));
        if (buying_.chance(0.5)) {
            line("planning_horizon", number_text(buying_.uniform(3.0, 24.0)));
        }
    }
    write_compare_to(path);
    write_progress(path);
    if (choice_.chance(0.4)) {
        text_ << "\n[path." << path.name << ".accelerator."
              << path.channels.front().profile << "]\n";
        line("mfu", fraction_input(choice_.uniform(0.2, 0.5)));
        maybe(0.5, "price", input("USD/chip", choice_.around(3e4, 1.5)));
    }
    if (has_cluster_ && choice_.chance(0.5)) {
        text_ << "\n[path." << path.name << ".job]\n";
        write_job(0.3);
    }
    if (choice_.chance(0.5)) {
        text_ << "\n[path." << path.name << ".join]\n";
        write_join();
    }
    for (ChannelSketch const& channel : path.channels) {
        write_channel(path, channel);
    }
}

void ScenarioWriter::write_join() {
    maybe(0.8, "efficiency", fraction_input(choice_.uniform(0.6, 0.95)));
    maybe(0.6, "one_generation_apart", fraction_input(choice_.uniform(0.6, 0.95)));
    maybe(0.6, "two_generations_apart", fraction_input(choice_.uniform(0.4, 0.9)));
    maybe(0.5, "link", fraction_input(choice_.uniform(0.5, 0.95)));
    maybe(0.5, "mixed", fraction_input(choice_.uniform(0.5, 0.95)));
    maybe(0.4, "site_limit", random_positive(choice_, choice_.around(1e4, 4.0)));
    maybe(0.6, "site_efficiency", fraction_input(choice_.uniform(0.5, 0.9)));
}

}  // namespace leadtime::tests
