// SPDX-License-Identifier: Apache-2.0
#include "tests/estimator/reader/scenario_texts.hpp"
#include "tests/support/sampled.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <string>
#include <vector>

// Shared caps, prices that respond to scarcity, and values drawn in each step, against
// what a person computes from docs/model.md 2.

using namespace leadtime;
using Catch::Approx;
using tests::Sampled;

namespace {

std::string const head = R"toml([scenario]
start = "2026-01"
end = "2026-06"
[accelerator.h100_sxm]
mfu = 0.4
goodput = 0.9
price = "20k"
rental_price = 2
[accelerator.gb300_nvl72]
mfu = 0.4
goodput = 0.9
price = "50k"
rental_price = 6
)toml";

std::string path(std::string const& name, std::string const& budget) {
    return "[path." + name + "]\nbudget = " + budget
           + "\nrun_months = 3\nprecision = \"bf16\"\npue = 1.2\nelectricity_price = "
             "0.06\nlife = 5\n";
}

std::string channel(std::string const& where,
                    std::string const& kind,
                    std::string const& supply,
                    std::string const& more,
                    std::string const& accelerator = "h100_sxm") {
    return "[path." + where + "]\nkind = \"" + kind + "\"\naccelerator = \""
           + accelerator + "\"\nsupply = " + supply + "\n" + more;
}

double chips(Sampled const& all, std::string const& where, int step) {
    auto const dot = where.find('.');
    return static_cast<double>(
        all.of(where.substr(0, dot), "channel." + where.substr(dot + 1), step)[0]);
}

}  // namespace

TEST_CASE("caps: paths and channels draw from a shared cap in their order",
          "[estimator][channel]") {
    Sampled const all(
        head + "[cap.country]\nbasis = \"chips\"\ntotal = 250\n" + path("a", "1e9")
            + channel("a.channel.buy", "purchase", "30", "cap = \"country\"\n")
            + channel("a.channel.rent", "rental", "25", "cap = \"country\"\n")
            + path("b", "1e9")
            + channel("b.channel.buy", "purchase", "40", "cap = \"country\"\n"),
        8);
    // By step: a buys 30, rents 25 for the step, b buys what is left of 250 up to 40.
    std::vector<double> const a{30, 60, 90, 120, 125, 125};
    std::vector<double> const rented{25, 25, 25, 10, 0, 0};
    std::vector<double> const b{40, 80, 120, 120, 125, 125};
    double bought = 0.0;
    for (int step = 0; step < 6; ++step) {
        CAPTURE(step);
        double const own = std::min(30.0, 250.0 - bought);
        bought += own;
        double const rent = std::min(25.0, 250.0 - bought);
        double const theirs = std::min(40.0, 250.0 - bought - rent);
        bought += theirs;
        auto const i = static_cast<std::size_t>(step);
        double const before = step == 0 ? 0.0 : chips(all, "a.buy", step - 1);
        CHECK(chips(all, "a.buy", step) == Approx(before + own));
        CHECK(chips(all, "a.rent", step) == Approx(rent));
        double const b_before = step == 0 ? 0.0 : chips(all, "b.buy", step - 1);
        CHECK(chips(all, "b.buy", step) == Approx(b_before + theirs));
        if (step < 3) {
            CHECK(chips(all, "a.buy", step) == Approx(a[i]));
            CHECK(chips(all, "a.rent", step) == Approx(rented[i]));
            CHECK(chips(all, "b.buy", step) == Approx(b[i]));
        }
    }
    CHECK(chips(all, "a.buy", 5) + chips(all, "b.buy", 5) == Approx(250.0));
}

TEST_CASE("caps: H100e weigh chips, and a window bounds the cap in time",
          "[estimator][channel]") {
    Sampled const all(head
                          + "[cap.country]\nbasis = \"h100e_bf16\"\ntotal = 100\nfrom "
                            "= \"2026-02\"\nto "
                            "= \"2026-04\"\n"
                          + path("a", "1e9")
                          + channel("a.channel.buy",
                                    "purchase",
                                    "30",
                                    "cap = \"country\"\n",
                                    "gb300_nvl72"),
                      8);
    double const weight = 2500.0 / 989.0;  // dense BF16, GB300 over H100
    CHECK(chips(all, "a.buy", 0) == Approx(30.0));
    CHECK(chips(all, "a.buy", 1) == Approx(60.0));
    CHECK(chips(all, "a.buy", 2) == Approx(30.0 + 100.0 / weight).epsilon(1e-3));
    CHECK(chips(all, "a.buy", 3) == chips(all, "a.buy", 2));
    CHECK(chips(all, "a.buy", 4) == Approx(chips(all, "a.buy", 2) + 30.0));
}

TEST_CASE(
    "scarcity: the price follows what is wanted over what there is, within bounds",
    "[estimator][channel]") {
    // 1,000 chips wanted at 20,000 USD, 250 offered: 4 times too few.
    auto const spent = [](std::string const& supply, std::string const& keys) {
        Sampled const all(head + path("a", "20e6")
                              + channel("a.channel.buy", "purchase", supply, keys),
                          8);
        return std::pair(chips(all, "a.buy", 0),
                         static_cast<double>(all.of("a", "spend_usd", 0)[0]));
    };
    auto const plain = spent("250", "");
    CHECK(plain.first == 250.0);
    CHECK(plain.second == Approx(5e6));
    auto const root = spent("250", "scarcity_exponent = 0.5\n");
    CHECK(root.first == Approx(250.0));
    CHECK(root.second == Approx(10e6).epsilon(1e-5));  // 4^0.5 = 2
    auto const bounded = spent("250", "scarcity_exponent = 0.5\nscarcity_max = 1.5\n");
    CHECK(bounded.second == Approx(7.5e6).epsilon(1e-5));
    auto const all_of_it = spent("250", "scarcity_exponent = 1\n");
    CHECK(all_of_it.first == Approx(250.0));
    CHECK(all_of_it.second == Approx(20e6).epsilon(1e-5));
    auto const enough = spent("2000", "scarcity_exponent = 1\n");
    CHECK(enough.first == Approx(1000.0));
    CHECK(enough.second == Approx(20e6));
    CHECK(spent("0", "scarcity_exponent = 0.5\n").second == 0.0);
}

TEST_CASE("each_step: one draw for every step, correlated with the last as stated",
          "[estimator][channel]") {
    std::uint64_t constexpr many = 20'000;
    auto const pair = [&](std::string const& correlation) {
        Sampled const all(
            "[scenario]\nstart = \"2026-01\"\nend = \"2026-06\"\n[output]\n"
            "quantities = [\"x\"]\n[quantity.x]\n"
            "each_step = { dist = \"normal\", mean = 3, sd = 2 }\n"
                + correlation,
            many);
        double mean = 0.0;
        double product = 0.0;
        auto const a = all.of("x", 3);
        auto const b = all.of("x", 4);
        for (std::size_t i = 0; i < a.size(); ++i) {
            mean += static_cast<double>(a[i]) / many;
            product += (static_cast<double>(a[i]) - 3) * (static_cast<double>(b[i]) - 3)
                       / 4.0 / many;
        }
        return std::pair(mean, product);
    };
    double const error = 6.0 / std::sqrt(static_cast<double>(many));
    auto const independent = pair("");
    CHECK(std::abs(independent.first - 3.0) < 2.0 * error);
    CHECK(std::abs(independent.second) < error);
    auto const chained = pair("knot_correlation = 0.6\n");
    CHECK(std::abs(chained.second - 0.6) < error * std::sqrt(1.36));
}

namespace {

using estimator::errors_of;
using estimator::quantities;

std::string one_path(std::string const& keys, std::string const& more = "") {
    return estimator::test_header + path("a", "1e9")
           + "[path.a.channel.buy]\nkind = \"purchase\"\naccelerator = \"h100_sxm\"\n"
             "supply = 10\n"
           + keys + more;
}

}  // namespace

TEST_CASE("bad input: caps, scarcity and draws in each step",
          "[estimator][scenario][bad_input][channel]") {
    std::string const cap = "[cap.country]\nbasis = \"chips\"\ntotal = 100\n";
    CHECK(errors_of(one_path("cap = \"country\"\n", cap)) == "ok");
    CHECK(errors_of(one_path("cap = \"county\"\n", cap))
          == "x.toml:22:7: error: unknown cap \"county\" (the caps are country)\n"
             " 22 | cap = \"county\"\n"
             "    |       ^~~~~~~~ did you mean \"country\"?");
    CHECK(errors_of(one_path("cap = \"country\"\n"))
          == "x.toml:22:7: error: unknown cap \"country\" (there is no [cap.NAME])\n"
             " 22 | cap = \"country\"\n"
             "    |       ^~~~~~~~~");
    CHECK(errors_of(one_path("", "[cap.country]\nbasis = \"tpp\"\ntotal = 1\n"))
          == "x.toml:23:9: error: unknown basis \"tpp\" (it is chips, h100e_bf16, "
             "h100e_8bit, h100e_tpp)\n"
             " 23 | basis = \"tpp\"\n"
             "    |         ^~~~~");
    CHECK(errors_of(one_path("", "[cap.country]\n"))
          == "x.toml:22:1: error: missing key \"total\" (required in \"cap.country\")\n"
             " 22 | [cap.country]\n"
             "    | ^~~~~~~~~~~~~");
    CHECK(errors_of(one_path("", "[cap.country]\ntotal = -1\n"))
          == "x.toml:23:9: error: \"total\" must not be negative (found -1 H100e)\n"
             " 23 | total = -1\n"
             "    |         ^~");
    CHECK(errors_of(one_path("", cap + "from = \"2025-03\"\nto = \"2025-02\"\n"))
          == "x.toml:26:1: error: \"to\" is before \"from\"\n"
             " 26 | to = \"2025-02\"\n"
             "    | ^~");
    CHECK(
        errors_of(one_path("scarcity_exponent = 1.5\n"))
        == "x.toml:22:21: error: \"scarcity_exponent\" must be at most 1 (found 1.5)\n"
           " 22 | scarcity_exponent = 1.5\n"
           "    |                     ^~~");
    CHECK(errors_of(one_path("scarcity_max = 0.5\n"))
          == "x.toml:22:16: error: \"scarcity_max\" must be at least 1 (found 0.5)\n"
             " 22 | scarcity_max = 0.5\n"
             "    |                ^~~");
    CHECK(errors_of(quantities("[quantity.q]\neach_step = \"month\"\n", "\"q\""))
          == "x.toml:7:13: error: what is drawn in each step cannot be a formula (it "
             "is a number or a distribution)\n"
             " 7 | each_step = \"month\"\n"
             "   |             ^~~~~~~");
    CHECK(errors_of(quantities("[quantity.q]\neach_step = 1\nvalue = 2\n", "\"q\""))
          == "x.toml:6:1: error: \"q\" has more than one value (give one of value, at, "
             "formula, each_step)\n"
             " 6 | [quantity.q]\n"
             "   | ^~~~~~~~~~~~");
}
