// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/read_scenario.hpp"

#include "tests/support/random_values.hpp"
#include "tests/support/sampled.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <utility>
#include <vector>

// docs/model.md 8: closing a channel never helps the path it closes for, and more never
// hurts, wherever the model implies it: sample by sample, with the same draws, over
// random paths. Every input has a lever, a quantity of its own that a test moves.

using namespace leadtime;
using tests::number_text;
using tests::RandomChoice;
using tests::Sampled;

namespace {

enum class Money { ample, limited };

struct Rules {
    Money money = Money::ample;
    int most_channels = 4;
    bool own_caps = false;
    bool shared_cap = false;
    bool power_cap = false;
    bool attrition = false;
    bool scarcity = false;
    bool shares = false;
};

/// A path of random channels whose inputs hang on levers: `LEVER` is 1 unless changed.
class PathWriter {
  public:
    PathWriter(std::uint64_t seed, Rules const& rules)
        : choice_(seed)
        , rules_(rules) {}

    std::string write() {
        std::string const header =
            "[scenario]\nstart = \"2026-01\"\nend = \"2027-06\"\n";
        write_accelerators();
        write_path();
        int const count =
            rules_.most_channels == 1 ? 1 : choice_.integer(2, rules_.most_channels);
        for (int i = 0; i < count; ++i) {
            write_channel("c" + std::to_string(i));
        }
        std::string quantities;
        for (auto const& name : levers) {
            quantities += "[quantity." + name + "]\nvalue = 1\n";
        }
        return header + quantities + text_;
    }

    std::vector<std::string> levers;
    std::vector<std::string> channels;
    std::vector<std::string> kinds;

  private:
    RandomChoice choice_;
    Rules rules_;
    std::string text_;

    void line(std::string const& key, std::string const& value) {
        text_ += key + " = " + value + "\n";
    }

    /// A value in a unit times a lever.
    std::string levered(std::string const& lever,
                        std::string const& unit,
                        std::string const& value) {
        levers.push_back(lever);
        std::string const base = "base_" + lever;
        bases_ +=
            "[quantity." + base + "]\nunit = \"" + unit + "\"\nvalue = " + value + "\n";
        return "\"" + base + " * " + lever + "\"";
    }

    void write_accelerators() {
        for (auto const* chip : {"h100_sxm", "gb300_nvl72", "ascend_910c"}) {
            std::string const name = chip;
            text_ += "[accelerator." + name + "]\n";
            line("mfu",
                 levered("mfu_" + name, "1", tests::random_fraction(choice_, 0.35)));
            line("goodput", number_text(choice_.uniform(0.7, 0.95)));
            line("price", tests::random_above_zero(choice_, choice_.around(3e4, 2.0)));
            line("rental_price",
                 tests::random_above_zero(choice_, choice_.around(3.0, 2.0)));
        }
    }

    void write_path() {
        bool const ample = rules_.money == Money::ample;
        text_ += "[path.p]\n";
        line("budget",
             levered("budget",
                     "USD/month",
                     ample
                         ? "1e13"
                         : tests::random_positive(choice_, choice_.around(2e8, 3.0))));
        line("initial_cash",
             levered("cash",
                     "USD",
                     tests::random_positive(choice_, choice_.around(2e8, 3.0))));
        line("run_months", "3");
        line("training_share",
             levered("training", "1", tests::random_fraction(choice_, 0.4)));
        line("precision", "\"bf16\"");
        line("pue", "1.2");
        line("electricity_price", "0.06");
        line("life", "5");
        if (rules_.attrition) {
            line("attrition", number_text(choice_.uniform(0.02, 0.3)));
        }
        if (rules_.power_cap) {
            line("power_cap",
                 levered("power",
                         "W",
                         tests::random_above_zero(choice_, choice_.around(2e7, 4.0))));
        }
        if (choice_.chance(0.5)) {
            text_ += "[path.p.join]\n";
            line("efficiency", number_text(choice_.uniform(0.5, 0.95)));
            line("mixed", number_text(choice_.uniform(0.2, 0.9)));
        }
    }

    void write_channel(std::string const& name) {
        auto const kind = choice_.pick(
            std::vector<std::string>{"purchase", "purchase", "rental", "stock"});
        channels.push_back(name);
        kinds.push_back(kind);
        text_ += "[path.p.channel." + name + "]\n";
        line("kind", "\"" + kind + "\"");
        line("accelerator",
             "\""
                 + choice_.pick(
                     std::vector<std::string>{"h100_sxm", "gb300_nvl72", "ascend_910c"})
                 + "\"");
        bool const rental = kind == "rental";
        if (kind != "rental") {
            line("stock_open", levered("stock_open_" + name, "1", "1"));
            line("loss",
                 "\"1 - "
                     + levered(
                           "yield_" + name, "1", tests::random_fraction(choice_, 0.6))
                           .substr(1));
        }
        if (kind == "stock") {
            line("initial",
                 levered("supply_" + name,
                         "chips",
                         tests::random_positive(choice_, choice_.around(2e3, 3.0))));
            return;
        }
        line("open",
             levered("open_" + name, "1", tests::random_fraction(choice_, 0.7)));
        line("supply",
             levered("supply_" + name,
                     rental ? "chips" : "chips/month",
                     tests::random_positive(choice_, choice_.around(2e3, 3.0))));
        line("premium", levered("price_" + name, "1", "1.3"));
        if (!rental && choice_.chance(0.5)) {
            line("lead", tests::random_positive(choice_, 2.5));
        }
        if (rules_.shares && choice_.chance(0.5)) {
            line("share", number_text(choice_.uniform(0.2, 0.9)));
        }
        if (rules_.scarcity && choice_.chance(0.6)) {
            line("scarcity_exponent", number_text(choice_.uniform(0.1, 1.0)));
            line("scarcity_max", number_text(choice_.uniform(1.0, 5.0)));
        }
        if (!rental && rules_.own_caps && choice_.chance(0.6)) {
            line("cap_total",
                 levered("cap_" + name,
                         "chips",
                         tests::random_above_zero(choice_, choice_.around(1e4, 3.0))));
        }
        if (!rental && rules_.shared_cap) {
            line("cap", "\"country\"");
        }
        line("max_cluster",
             levered("cluster_" + name,
                     "chips",
                     tests::random_above_zero(choice_, choice_.around(2e4, 3.0))));
    }

    std::string bases_;

  public:
    /// What levers multiply, and the shared cap.
    std::string tables() {
        std::string result = bases_;
        if (rules_.shared_cap) {
            levers.push_back("country");
            result += "[quantity.country]\nvalue = 1\n[quantity.base_country]\nunit = "
                      "\"H100e\"\nvalue = "
                      + tests::random_above_zero(choice_, choice_.around(2e4, 3.0))
                      + "\n[cap.country]\ntotal = \"base_country * country\"\n";
        }
        return result;
    }
};

struct Case {
    std::string text;
    std::vector<std::string> levers;
    std::vector<std::string> channels;
    std::vector<std::string> kinds;
};

Case make(std::uint64_t seed, Rules const& rules) {
    PathWriter writer(seed, rules);
    std::string text = writer.write();
    text += writer.tables();
    return {text, writer.levers, writer.channels, writer.kinds};
}

constexpr std::uint64_t samples = 64;

Sampled with(Case const& one,
             std::vector<std::pair<std::string, std::string>> const& set) {
    static auto const profiles = hwprofiles::ProfileLibrary::load();
    estimator::ScenarioOptions options;
    for (auto const& [lever, value] : set) {
        options.overrides.emplace_back("quantity." + lever + ".value", value);
    }
    return Sampled(
        estimator::read_scenario_text(one.text, "monotone.toml", profiles, options),
        samples);
}

/// The largest share by which `more` falls short of `less` in any sample and step.
double shortfall(Sampled const& less, Sampled const& more) {
    double worst = 0.0;
    for (auto const* metric : {"run_flop", "h100e_bf16", "h100e_tpp"}) {
        for (int step = 0; step < less.steps(); ++step) {
            auto const a = less.of("p", metric, step);
            auto const b = more.of("p", metric, step);
            for (std::size_t i = 0; i < a.size(); ++i) {
                double const x = static_cast<double>(a[i]);
                double const y = static_cast<double>(b[i]);
                worst = std::max(worst, x > 0.0 ? (x - y) / x : 0.0);
            }
        }
    }
    return worst;
}

/// Single precision, and leftovers of money below 1e-6 of it.
constexpr double rounding = 3e-5;

/// Moves each lever whose name starts with one of `rising` up, and checks.
void check_rising(std::uint64_t first,
                  std::uint64_t last,
                  Rules const& rules,
                  std::vector<std::string> const& rising,
                  std::vector<std::string> const& falling = {}) {
    int moved = 0;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        Case const one = make(seed, rules);
        Sampled const base = with(one, {});
        auto const begins = [](std::string const& lever,
                               std::vector<std::string> const& list) {
            for (auto const& start : list) {
                if (lever.starts_with(start)) {
                    return true;
                }
            }
            return false;
        };
        for (auto const& lever : one.levers) {
            CAPTURE(seed, lever);
            if (begins(lever, rising)) {
                CHECK(shortfall(base, with(one, {{lever, "1.4"}})) <= rounding);
                ++moved;
            }
            if (begins(lever, falling)) {
                CHECK(shortfall(base, with(one, {{lever, "0.7"}})) <= rounding);
                ++moved;
            }
        }
    }
    CHECK(moved > static_cast<int>(last - first));
}

/// Closes each channel: its flow and its stock.
void check_closing(std::uint64_t first, std::uint64_t last, Rules const& rules) {
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        Case const one = make(seed, rules);
        Sampled const base = with(one, {});
        for (std::size_t c = 0; c < one.channels.size(); ++c) {
            std::string const& name = one.channels[c];
            CAPTURE(seed, name, one.kinds[c]);
            std::vector<std::pair<std::string, std::string>> set;
            if (one.kinds[c] != "stock") {
                set.emplace_back("open_" + name, "0");
            }
            if (one.kinds[c] != "rental") {
                set.emplace_back("stock_open_" + name, "0");
            }
            Sampled const closed = with(one, set);
            CHECK(shortfall(closed, base) <= rounding);
            CHECK(closed.of("p", "channel." + name, 17)
                  == std::vector<float>(samples, 0.0f));
        }
    }
}

}  // namespace

TEST_CASE("monotone: a path of one channel, whatever it is limited by",
          "[estimator][monotone]") {
    Rules rules;
    rules.money = Money::limited;
    rules.most_channels = 1;
    rules.power_cap = true;
    rules.scarcity = true;
    rules.shares = true;
    rules.own_caps = true;
    std::vector<std::string> const up{
        "budget", "cash", "training", "power", "supply", "yield", "cap", "cluster"};
    check_rising(1, 12, rules, up, {"price"});
    rules.own_caps = false;
    rules.attrition = true;  // then what is bought earlier has failed more often
    check_rising(13,
                 24,
                 rules,
                 {"budget", "cash", "training", "power", "yield", "cluster"},
                 {"price"});
    check_closing(1, 24, rules);
}

TEST_CASE("monotone: with ample money every channel counts for itself",
          "[estimator][monotone]") {
    Rules rules;
    rules.own_caps = true;
    std::vector<std::string> const up{
        "supply", "yield", "cap", "training", "mfu", "cluster"};
    check_rising(101, 108, rules, up);
    check_closing(101, 112, rules);
    rules.own_caps = false;
    rules.attrition = true;
    check_rising(113, 116, rules, up);
    rules.attrition = false;
    rules.shared_cap = true;
    check_rising(117, 124, rules, {"country", "yield"});
}

TEST_CASE("monotone: more money, a lower price or a better yield never hurts",
          "[estimator][monotone]") {
    Rules rules;
    rules.money = Money::limited;
    rules.attrition = true;
    rules.scarcity = true;
    rules.shares = true;
    check_rising(
        201, 216, rules, {"budget", "cash", "yield", "training", "mfu"}, {"price"});
}

TEST_CASE("monotone: more power never hurts", "[estimator][monotone]") {
    Rules rules;
    rules.power_cap = true;
    rules.attrition = true;
    check_rising(301, 310, rules, {"power"});
}

namespace {

/// A path with two channels in this order; prices in USD, chips a month.
std::string two_channels(std::string const& path_keys,
                         std::string const& first,
                         std::string const& second) {
    return "[scenario]\nstart = \"2026-01\"\nend = \"2026-12\"\n"
           "[accelerator.h100_sxm]\nmfu = 0.4\ngoodput = 0.9\nprice = 30000\n"
           "rental_price = 2\nit_power = 1500\n"
           "[accelerator.ascend_910c]\nmfu = 0.3\ngoodput = 0.9\nprice = 10000\n"
           "rental_price = 2\nit_power = 2000\n"
           "[path.p]\nbudget = 3e7\nrun_months = 3\nprecision = \"bf16\"\npue = 1\n"
           "electricity_price = 0.06\nlife = 5\n"
           + path_keys + "[path.p.channel.a]\nkind = \"purchase\"\n" + first
           + "[path.p.channel.b]\nkind = \"purchase\"\n" + second;
}

double last_flop(std::string const& text) {
    return static_cast<double>(Sampled(text, 8).of("p", "run_flop", 11)[0]);
}

}  // namespace

TEST_CASE("monotone: where more hurts or less helps, as docs/model.md says",
          "[estimator][monotone]") {
    std::string const h100 = "accelerator = \"h100_sxm\"\n";
    std::string const ascend = "accelerator = \"ascend_910c\"\n";
    // Money goes to the first channel first, though the second gives more for it.
    auto const order = [&](std::string const& supply) {
        return two_channels(
            "", h100 + "supply = " + supply + "\n", ascend + "supply = 1e4\n");
    };
    CHECK(last_flop(order("0")) > last_flop(order("1e4")));
    // Power goes to the pool with more FLOP per watt, though the run is on the other.
    auto const power = [&](std::string const& supply) {
        return two_channels("power_cap = 2e7\n",
                            h100 + "supply = " + supply + "\n",
                            ascend + "supply = 1e4\n");
    };
    CHECK(last_flop(power("100")) < last_flop(power("0")));
    // A capped rental: more money uses the chip-months up sooner.
    auto const rented = [&](std::string const& budget) {
        std::string text = two_channels(
            "", h100 + "supply = 1e4\ncap_total = 5e4\n", ascend + "supply = 0\n");
        text.replace(text.find("budget = 3e7"), 12, "budget = " + budget);
        text.replace(text.find("kind = \"purchase\""), 17, "kind = \"rental\"");
        return text;
    };
    CHECK(last_flop(rented("3e7")) < last_flop(rented("5e6")));
    // A cap reached sooner leaves older chips, more of which have failed.
    auto const capped = [&](std::string const& supply) {
        return two_channels("attrition = 0.5\ninitial_cash = 1e9\n",
                            h100 + "supply = " + supply + "\ncap_total = 1200\n",
                            ascend + "supply = 0\n");
    };
    CHECK(last_flop(capped("1200")) < last_flop(capped("100")));
}
