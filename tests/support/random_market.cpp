// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_market.hpp"

#include "tests/support/random_values.hpp"

#include <array>
#include <fmt/format.h>

namespace leadtime::tests {
namespace {

struct Machine {
    char const* profile;
    int first_month;  ///< about when it ships
    double price;     ///< USD
    bool is_ascend;
};

constexpr std::array<Machine, 8> machines{{
    {"h20", 0, 14e3, false},
    {"h100_sxm", 0, 32e3, false},
    {"gb200_nvl72", 12, 55e3, false},
    {"vr200_nvl72", 32, 80e3, false},
    {"ascend_910b2", 0, 15e3, true},
    {"ascend_910c", 8, 24e3, true},
    {"ascend_950dt", 30, 30e3, true},
    {"ascend_960", 48, 40e3, true},
}};

constexpr int start = 2024 * 12;

/// A series that is 0 until a machine ships, grows, and shrinks after two years.
std::string supply_of(RandomChoice& choice, Machine const& machine, double most) {
    int const from = machine.first_month + choice.integer(0, 6);
    int const top = from + choice.integer(4, 14);
    return fmt::format("{{ at = {{ {} = 0, {} = \"{} to {}\", {} = {}, {} = {} }} }}",
                       date_text(start + from),
                       date_text(start + top),
                       number_text(most * 0.6),
                       number_text(most * 1.5),
                       date_text(start + top + 20),
                       number_text(most),
                       date_text(start + top + 44),
                       number_text(most * 0.1));
}

std::string
channel(RandomChoice& choice, int number, MarketChange change, bool is_late) {
    Machine const& machine =
        machines[static_cast<std::size_t>(choice.integer(0, machines.size() - 1))];
    bool const rented = !machine.is_ascend && choice.chance(0.4);
    double const supply = choice.around(rented ? 3e4 : 3e3, 3.0)
                          * (change == MarketChange::supply ? 1.5 : 1.0);
    std::string text =
        fmt::format("\n[path.buyer.channel.c{}]\nkind = \"{}\"\n"
                    "accelerator = \"{}\"\nplace = \"{}\"\nsupply = {}\n",
                    number,
                    rented ? "rental" : "purchase",
                    machine.profile,
                    rented ? "abroad" : "home",
                    supply_of(choice, machine, supply));
    double const price = rented ? machine.price / 12e3 * choice.uniform(0.6, 1.4)
                                : machine.price * choice.uniform(0.7, 1.5);
    text += fmt::format("price = {{ at = {{ 2024-01 = {}, 2029-12 = {} }} }}\n",
                        number_text(price),
                        number_text(price * choice.uniform(0.4, 1.1)));
    double const lead = choice.uniform(0.0, 7.0);
    if (!rented) {
        text += fmt::format("lead = {}\n", number_text(lead));
    }
    double const cluster = choice.around(5e4, 3.0);
    if (choice.chance(0.3)) {
        text += fmt::format("max_cluster = {}\n", number_text(cluster));
    }
    int const law = choice.integer(10, 60);
    bool const has_law = choice.chance(0.25);
    if (is_late && change != MarketChange::opened) {
        text += "open = 0\n";
    } else if (has_law) {
        text += fmt::format("open = \"1 - since({})\"\n", date_text(start + law));
    }
    return text;
}

}  // namespace

std::string random_market_toml(std::uint64_t seed, MarketChange change) {
    RandomChoice choice(seed);
    double const money =
        choice.around(1.5e8, 3.0) * (change == MarketChange::money ? 1.25 : 1.0);
    double const growth = choice.uniform(1.0, 8.0);
    int const channels = choice.integer(2, 9);
    int const late = choice.integer(0, channels - 1);
    std::string text = fmt::format(
        "[scenario]\nname = \"market {}\"\nstart = \"2024-01\"\nend = \"2029-12\"\n"
        "[join]\nefficiency = {}\none_generation_apart = {}\ntwo_generations_apart = {}\n"
        "[path.buyer]\nbudget = {{ at = {{ 2024-01 = \"{} to {}\", 2029-12 = \"{} to {}\" }} }}\n"
        "attrition = 0.08\ntraining_share = 0.5\nlargest_run_share = 0.6\n"
        "run_months = 3\npue = 1.2\nelectricity_price = 0.07\nlife = 5\n"
        "precision = \"fp8\"\norder = \"best\"\n",
        seed,
        number_text(choice.uniform(0.8, 1.0)),
        number_text(choice.uniform(0.7, 1.0)),
        number_text(choice.uniform(0.3, 0.9)),
        number_text(money * 0.7),
        number_text(money * 1.4),
        number_text(money * growth * 0.7),
        number_text(money * growth * 1.4));
    for (Machine const& machine : machines) {
        text += fmt::format("[accelerator.{}]\nmfu = \"0.25 to 0.4\"\ngoodput = 0.9\n"
                            "it_power = 1000\nprice = 30000\nrental_price = 3\n",
                            machine.profile);
    }
    for (int c = 0; c < channels; ++c) {
        text += channel(choice, c, change, c == late);
    }
    return text;
}

}  // namespace leadtime::tests
