// SPDX-License-Identifier: Apache-2.0
#include "tests/estimator/reader/scenario_texts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

// Every mistake with the exact text that it is answered by: what is wrong, where, and
// what to do. This file is a list, hence its length.

namespace {

using namespace leadtime::estimator;

TEST_CASE("bad input: mistakes in ranges are named at their place",
          "[estimator][scenario][bad_input][host]") {
    // a negative budget
    CHECK(errors_of(with(two_paths, "value = 1.2,", "value = -1.2,"))
          == "x.toml:30:10: error: \"budget\" must not be negative (found -1.2 "
             "GUSD/year)\n"
             " 30 | budget = { value = -1.2, unit = \"GUSD/year\", source = \"B\" }\n"
             "    |          ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~");

    // a price that may be negative
    CHECK(errors_of(with(
              two_paths,
              R"toml(price = "45k")toml",
              R"toml(price = { dist = "normal", mean = 45_000, sd = 15_000 })toml"))
          == "x.toml:56:9: error: \"price\" must not be negative (one draw in a "
             "billion is below -45,000 USD/chip)\n"
             " 56 | price = { dist = \"normal\", mean = 45_000, sd = 15_000 }\n"
             "    |         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ cut it: "
             "truncate = [0, ...]");

    // a negative knot
    CHECK(errors_of(with(two_paths, "200_000", "-200_000"))
          == "x.toml:49:10: error: \"cards\", the supply here, must not be negative "
             "(found -200,000 chips/year)\n"
             " 49 | supply = \"cards\"\n"
             "    |          ^~~~~~~");

    // a PUE below 1
    CHECK(errors_of(with(two_paths, "pue = 1.3", "pue = 0.3"))
          == "x.toml:35:7: error: \"pue\" must be at least 1 (found 0.3)\n"
             " 35 | pue = 0.3\n"
             "    |       ^~~");

    // a share above 1
    CHECK(errors_of(with(two_paths, "mfu = 0.3", "mfu = 30"))
          == "x.toml:44:7: error: \"mfu\" must be at most 1 (found 30)\n"
             " 44 | mfu = 30\n"
             "    |       ^~");

    // a short life
    CHECK(errors_of(with(two_paths, "life = 5", "life = 0.01"))
          == "x.toml:37:8: error: \"life\" must be at least 0.0833333 year (found 0.01 "
             "year)\n"
             " 37 | life = 0.01\n"
             "    |        ^~~~");
}

TEST_CASE("bad input: mistakes in correlations are named at their place",
          "[estimator][scenario][bad_input][host]") {
    // contradicting ranks
    CHECK(
        errors_of(quantities(R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[quantity.f]
formula = "a * b * c"
[[correlation]]
quantities = ["a", "b", "c"]
rank = [[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]]
)toml",
                             R"toml("f")toml"))
        == "x.toml:16:8: error: these correlations contradict each other (the matrix "
           "is not positive definite; the worst pair is a and b with 0.9)\n"
           " 16 | rank = [[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]]\n"
           "    |        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ one "
           "change mends it: a and b from 0.9 to -0.64, or a and c from 0.9 to -0.64, "
           "or b and c from -0.9 to 0.64; or multiply all but the diagonal by 0.53");

    // one number for all that contradicts
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[quantity.f]
formula = "a * b * c"
[[correlation]]
quantities = ["a", "b", "c"]
rank = -0.6
)toml",
                               R"toml("f")toml"))
          == "x.toml:16:8: error: these correlations contradict each other (the matrix "
             "is not positive definite; the worst pair is a and b with -0.6)\n"
             " 16 | rank = -0.6\n"
             "    |        ^~~~ at least -0.48 it is consistent");

    // consistent ranks whose normal scores are not
    std::string const three = R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[[correlation]]
quantities = ["a", "b", "c"]
)toml";
    CHECK(
        errors_of(quantities(three + "rank = -0.49\n", "\"a\""))
        == "x.toml:14:8: error: no normal copula has these rank correlations (the "
           "matrix itself is positive definite; that of the normal scores which would "
           "give it is not)\n"
           " 14 | rank = -0.49\n"
           "    |        ^~~~~ at least -0.48 it is consistent");
    CHECK(
        errors_of(quantities(
            three + "rank = [[1, 0.7, 0.7], [0.7, 1, -0.01], [0.7, -0.01, 1]]\n",
            "\"a\""))
        == "x.toml:14:8: error: no normal copula has these rank correlations (the "
           "matrix itself is positive definite; that of the normal scores which would "
           "give it is not)\n"
           " 14 | rank = [[1, 0.7, 0.7], [0.7, 1, -0.01], [0.7, -0.01, 1]]\n"
           "    |        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ one "
           "change mends it: a and b from 0.7 to 0.67, or a and c from 0.7 to 0.67, or "
           "b and c from -0.01 to 0.03");

    // more than one entry is at fault
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[quantity.d]
value = "1 to 2"
[[correlation]]
quantities = ["a", "b", "c", "d"]
rank = [[1, -0.9, -0.9, -0.9], [-0.9, 1, -0.9, -0.9], [-0.9, -0.9, 1, -0.9], [-0.9, -0.9, -0.9, 1]]
)toml",
                               "\"a\""))
          == "x.toml:16:8: error: these correlations contradict each other (the matrix "
             "is not positive definite; the worst pair is a and b with -0.9)\n"
             " 16 | rank = [[1, -0.9, -0.9, -0.9], [-0.9, 1, -0.9, -0.9], [-0.9, -0.9, "
             "1, -0.9], [-0.9, -0.9, -0.9, 1]]\n"
             "    |        "
             "^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"
             "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ no one change mends it; multiply all "
             "but the diagonal "
             "by "
             "0.35");

    // ties keep ranks apart
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
dist = "bernoulli"
p = 0.3
[[correlation]]
quantities = ["a", "b"]
rank = 0.9
)toml",
                               "\"a\""))
          == "x.toml:13:8: error: a and b cannot have a rank correlation of 0.9 (equal "
             "values share their ranks)\n"
             " 13 | rank = 0.9\n"
             "    |        ^~~ at most 0.793 can be reached");
    CHECK(
        errors_of(quantities(R"toml([quantity.a]
dist = "bernoulli"
p = 0.3
[quantity.b]
dist = "bernoulli"
p = 0.2
[[correlation]]
quantities = ["a", "b"]
rank = -0.9
)toml",
                             "\"a\""))
        == "x.toml:14:8: error: a and b cannot have a rank correlation of -0.9 (equal "
           "values share their ranks)\n"
           " 14 | rank = -0.9\n"
           "    |        ^~~~ at least -0.327 can be reached");

    // a rank of 1
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[quantity.f]
formula = "a * b * c"
[[correlation]]
quantities = ["a", "b"]
rank = 1
)toml",
                               R"toml("f")toml"))
          == "x.toml:16:8: error: these correlations contradict each other (the matrix "
             "is not positive definite; the worst pair is a and b with 1)\n"
             " 16 | rank = 1\n"
             "    |        ^ at most 0.99 it is consistent");

    // a rank above 1
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[quantity.f]
formula = "a * b * c"
[[correlation]]
quantities = ["a", "b"]
rank = 1.2
)toml",
                               R"toml("f")toml"))
          == "x.toml:16:8: error: \"rank\" must be at least -1 and at most 1 (found "
             "1.2)\n"
             " 16 | rank = 1.2\n"
             "    |        ^~~");

    // a quantity in two groups
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[quantity.f]
formula = "a * b * c"
[[correlation]]
quantities = ["a", "b"]
rank = 0.5
[[correlation]]
quantities = ["b", "c"]
rank = 0.5
)toml",
                               R"toml("f")toml"))
          == "x.toml:18:15: error: \"b\" is correlated twice (a quantity belongs to "
             "one group)\n"
             " 18 | quantities = [\"b\", \"c\"]\n"
             "    |               ^~~");

    // an unknown quantity
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[quantity.f]
formula = "a * b * c"
[[correlation]]
quantities = ["a", "bb"]
rank = 0.5
)toml",
                               R"toml("f")toml"))
          == "x.toml:15:20: error: unknown quantity \"bb\"\n"
             " 15 | quantities = [\"a\", \"bb\"]\n"
             "    |                    ^~~~");

    // a formula
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[quantity.f]
formula = "a * b * c"
[[correlation]]
quantities = ["a", "f"]
rank = 0.5
)toml",
                               R"toml("f")toml"))
          == "x.toml:15:20: error: \"f\" is a formula (only distributions and series "
             "can be correlated)\n"
             " 15 | quantities = [\"a\", \"f\"]\n"
             "    |                    ^~~ correlate what the formula reads");

    // one quantity
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[quantity.f]
formula = "a * b * c"
[[correlation]]
quantities = ["a"]
rank = 0.5
)toml",
                               R"toml("f")toml"))
          == "x.toml:15:14: error: a correlation needs at least two quantities\n"
             " 15 | quantities = [\"a\"]\n"
             "    |              ^~~~~");

    // a matrix of the wrong size
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[quantity.f]
formula = "a * b * c"
[[correlation]]
quantities = ["a", "b"]
rank = [[1, 0.5, 0], [0.5, 1, 0]]
)toml",
                               R"toml("f")toml"))
          == "x.toml:16:9: error: \"rank\" must be a 2 by 2 matrix\n"
             " 16 | rank = [[1, 0.5, 0], [0.5, 1, 0]]\n"
             "    |         ^~~~~~~~~~~");

    // a matrix that is not symmetric
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[quantity.f]
formula = "a * b * c"
[[correlation]]
quantities = ["a", "b"]
rank = [[1, 0.5], [0.4, 1]]
)toml",
                               R"toml("f")toml"))
          == "x.toml:16:20: error: \"rank\" is not symmetric (0.4 here, 0.5 across the "
             "diagonal)\n"
             " 16 | rank = [[1, 0.5], [0.4, 1]]\n"
             "    |                    ^~~");

    // a diagonal that is not 1
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[quantity.f]
formula = "a * b * c"
[[correlation]]
quantities = ["a", "b"]
rank = [[0.9, 0.5], [0.5, 1]]
)toml",
                               R"toml("f")toml"))
          == "x.toml:16:10: error: the diagonal of \"rank\" must be 1\n"
             " 16 | rank = [[0.9, 0.5], [0.5, 1]]\n"
             "    |          ^~~");

    // no rank
    CHECK(
        errors_of(quantities(R"toml([quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[quantity.f]
formula = "a * b * c"
[[correlation]]
quantities = ["a", "b"]
)toml",
                             R"toml("f")toml"))
        == "x.toml:14:1: error: missing key \"rank\" (required in \"correlation[0]\")\n"
           " 14 | [[correlation]]\n"
           "    | ^~~~~~~~~~~~~~~");
}

TEST_CASE("bad input: mistakes in paths are named at their place",
          "[estimator][scenario][bad_input][host]") {
    // an unknown accelerator
    CHECK(errors_of(with(two_paths,
                         R"toml(accelerator = "ascend_910c")toml",
                         R"toml(accelerator = "ascend_910d")toml"))
          == "x.toml:48:15: error: unknown accelerator \"ascend_910d\"\n"
             " 48 | accelerator = \"ascend_910d\"\n"
             "    |               ^~~~~~~~~~~~~ did you mean \"ascend_910c\"?");

    // an unknown accelerator table
    CHECK(
        errors_of(
            with(two_paths, "[accelerator.ascend_910c]", "[accelerator.ascend_91c]"))
        == "x.toml:21:14: error: unknown accelerator \"ascend_91c\"\n"
           " 21 | [accelerator.ascend_91c]\n"
           "    |              ^~~~~~~~~~ did you mean \"ascend_910c\"?\n"
           "x.toml:48:15: error: accelerator \"ascend_910c\" lacks \"price\", "
           "\"rental_price\" (path \"cn\" uses it)\n"
           " 48 | accelerator = \"ascend_910c\"\n"
           "    |               ^~~~~~~~~~~~~ give them in [accelerator.ascend_910c]\n"
           "x.toml:48:15: error: the cluster model lacks \"memory\", "
           "\"memory_bandwidth\", \"scale_up_bandwidth\" of \"ascend_910c\" (path "
           "\"cn\" uses it without \"mfu\" and \"goodput\", and the profile does not "
           "say)\n"
           " 48 | accelerator = \"ascend_910c\"\n"
           "    |               ^~~~~~~~~~~~~ give them, or \"mfu\" and \"goodput\", "
           "in "
           "[accelerator.ascend_910c]");

    // an accelerator twice
    CHECK(errors_of(with(two_paths,
                         "[accelerator.ascend_910c]",
                         R"toml([accelerator.h100_sxm]
mfu = 0.3
[accelerator.ascend_910c])toml"))
          == "x.toml:21:14: error: accelerator \"h100_sxm\" is given twice (names and "
             "aliases mean the same)\n"
             " 21 | [accelerator.h100_sxm]\n"
             "    |              ^~~~~~~~");

    // neither MFU nor what the cluster model needs
    CHECK(errors_of(with(two_paths,
                         R"toml(mfu = 0.25
goodput = 0.8
)toml",
                         ""))
          == "x.toml:46:15: error: the cluster model lacks \"memory\", "
             "\"memory_bandwidth\", \"scale_up_bandwidth\" of \"ascend_910c\" (path "
             "\"cn\" uses it without \"mfu\" and \"goodput\", and the profile does not "
             "say)\n"
             " 46 | accelerator = \"ascend_910c\"\n"
             "    |               ^~~~~~~~~~~~~ give them, or \"mfu\" and \"goodput\", "
             "in "
             "[accelerator.ascend_910c]");

    // a chip without a known peak
    CHECK(errors_of(with(two_paths,
                         R"toml(accelerator = "ascend_910c")toml",
                         R"toml(accelerator = "mystery")toml"))
          == "x.toml:48:15: error: accelerator \"mystery\" lacks \"price\", "
             "\"rental_price\", \"it_power\" (path \"cn\" uses it)\n"
             " 48 | accelerator = \"mystery\"\n"
             "    |               ^~~~~~~~~ give them in [accelerator.mystery]\n"
             "x.toml:48:15: error: accelerator \"mystery\" has no known peak to train "
             "with (wanted: fp8)\n"
             " 48 | accelerator = \"mystery\"\n"
             "    |               ^~~~~~~~~ give peak = ... (FLOP/s) in "
             "[accelerator.mystery]");

    // missing keys
    CHECK(
        errors_of(with(two_paths,
                       R"toml(run_months = 3
precision = "fp8"
)toml",
                       ""))
        == "x.toml:28:1: error: missing key \"run_months\" (required in \"path.cn\")\n"
           " 28 | [path.cn]\n"
           "    | ^~~~~~~~~\n"
           "x.toml:28:1: error: missing key \"precision\" (required in \"path.cn\")\n"
           " 28 | [path.cn]\n"
           "    | ^~~~~~~~~");

    // an unknown precision
    CHECK(errors_of(with(two_paths, R"toml("fp8")toml", R"toml("int8")toml"))
          == "x.toml:34:13: error: unknown precision \"int8\" (one of fp4, fp8, bf16, "
             "tf32, fp32)\n"
             " 34 | precision = \"int8\"\n"
             "    |             ^~~~~~");

    // an unknown depreciation
    CHECK(errors_of(with(two_paths, R"toml("exponential")toml", R"toml("linear")toml"))
          == "x.toml:39:16: error: unknown depreciation \"linear\" (one of "
             "straight_line, exponential)\n"
             " 39 | depreciation = \"linear\"\n"
             "    |                ^~~~~~~~");

    // an unknown order
    CHECK(errors_of(with(two_paths,
                         R"toml(depreciation = "exponential")toml",
                         R"toml(order = "cheapest")toml"))
          == "x.toml:39:9: error: unknown order \"cheapest\" (one of list, carrier, "
             "best)\n"
             " 39 | order = \"cheapest\"\n"
             "    |         ^~~~~~~~~~");

    // an unknown kind
    CHECK(errors_of(with(
              two_paths, R"toml(kind = "rental")toml", R"toml(kind = "rentals")toml"))
          == "x.toml:78:8: error: unknown kind \"rentals\" (it is purchase, rental or "
             "stock)\n"
             " 78 | kind = \"rentals\"\n"
             "    |        ^~~~~~~~~ did you mean \"rental\"?");

    // a channel without a supply
    CHECK(errors_of(with(two_paths,
                         R"toml(supply = "20k"
)toml",
                         ""))
          == "x.toml:77:1: error: missing key \"supply\" (required in "
             "\"path.us.channel.cloud\")\n"
             " 77 | [path.us.channel.cloud]\n"
             "    | ^~~~~~~~~~~~~~~~~~~~~~~");

    // a key that joined pools have replaced
    CHECK(
        errors_of(with(two_paths, "join = {", "multi_site_efficiency = 0.8 #"))
        == "x.toml:75:1: error: \"multi_site_efficiency\" is no longer a key (pools that "
           "do a run together have a table of their own)\n"
           " 75 | multi_site_efficiency = 0.8 # efficiency = 0.8 }\n"
           "    | ^~~~~~~~~~~~~~~~~~~~~ write [path.us.join] with efficiency, link = 1 "
           "and mixed = 1");

    // an unknown key of the table
    CHECK(
        errors_of(with(two_paths, "{ efficiency", "{ effciency"))
        == "x.toml:75:10: error: unknown key \"effciency\" (allowed here: confidence, "
           "efficiency, link, mixed, note, one_generation_apart, site_efficiency, "
           "site_limit, source, two_generations_apart)\n"
           " 75 | join = { effciency = 0.8 }\n"
           "    |          ^~~~~~~~~ did you mean \"efficiency\"?");

    // a purchase with an initial stock
    CHECK(errors_of(with(two_paths, "lead = 6", "initial = 6"))
          == "x.toml:50:1: error: unknown key \"initial\" (allowed here: accelerator, "
             "buyer_share, cap, cap_from, cap_to, cap_total, confidence, fee, kind, "
             "lead, "
             "loss, max_cluster, note, open, place, premium, price, "
             "scarcity_exponent, scarcity_max, share, source, "
             "stock_open, supply, system_multiplier)\n"
             " 50 | initial = 6\n"
             "    | ^~~~~~~");

    // an unknown channel in the order
    CHECK(errors_of(with(two_paths,
                         R"toml(["stock", "smuggled", "domestic"])toml",
                         R"toml(["stock", "smugled", "domestic"])toml"))
          == "x.toml:41:12: error: unknown channel \"smugled\"\n"
             " 41 | channels = [\"stock\", \"smugled\", \"domestic\"]\n"
             "    |            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ did you mean "
             "\"smuggled\"?\n"
             "x.toml:41:12: error: \"channels\" leaves out \"smuggled\" (the order "
             "must name every channel)\n"
             " 41 | channels = [\"stock\", \"smugled\", \"domestic\"]\n"
             "    |            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~");

    // a path without channels
    CHECK(errors_of(with(two_paths,
                         R"toml([path.us.channel.cloud]
kind = "rental"
accelerator = "h100"
supply = "20k"
)toml",
                         ""))
          == "x.toml:68:1: error: path \"us\" has no channel\n"
             " 68 | [path.us]\n"
             "    | ^~~~~~~~~ add [path.us.channel.NAME]");

    // and one that lists some all the same
    CHECK(errors_of(with(two_paths,
                         R"toml([path.us.channel.cloud]
kind = "rental"
accelerator = "h100"
supply = "20k"
)toml",
                         "channels = [\"cloud\"]\n"))
          == "x.toml:68:1: error: path \"us\" has no channel\n"
             " 68 | [path.us]\n"
             "    | ^~~~~~~~~ add [path.us.channel.NAME]\n"
             "x.toml:77:12: error: unknown channel \"cloud\"\n"
             " 77 | channels = [\"cloud\"]\n"
             "    |            ^~~~~~~~~");

    // a cap that ends before it begins
    CHECK(errors_of(with(two_paths,
                         R"toml(cap_to = "2025-03")toml",
                         R"toml(cap_to = "2024-01")toml"))
          == "x.toml:59:1: error: cap_to is before cap_from\n"
             " 59 | cap_to = \"2024-01\"\n"
             "    | ^~~~~~");

    // a window without a cap
    CHECK(errors_of(with(two_paths,
                         R"toml(cap_total = "100k"
)toml",
                         ""))
          == "x.toml:57:1: error: \"cap_from\" needs \"cap_total\"\n"
             " 57 | cap_from = \"2024-03\"\n"
             "    | ^~~~~~~~\n"
             "x.toml:58:1: error: \"cap_to\" needs \"cap_total\"\n"
             " 58 | cap_to = \"2025-03\"\n"
             "    | ^~~~~~");

    // a history after the start
    CHECK(errors_of(with(two_paths, "2022-01 =", "2024-01 ="))
          == "x.toml:40:29: error: 2024-01 is not before the start (history ends "
             "before 2024-01)\n"
             " 40 | history = { 2023-06 = 1e24, 2024-01 = \"2e23\", 2023-09 = 1e24 }\n"
             "    |                             ^~~~~~~");

    // a history that is no FLOP
    CHECK(errors_of(with(two_paths, R"toml("2e23")toml", R"toml("two")toml"))
          == "x.toml:40:39: error: \"history\" must be FLOP, a positive number (found "
             "the string \"two\")\n"
             " 40 | history = { 2023-06 = 1e24, 2022-01 = \"two\", 2023-09 = 1e24 }\n"
             "    |                                       ^~~~~");

    // a path with a bad name
    CHECK(errors_of(with(two_paths,
                         "[path.us]",
                         R"toml([path.u-s]
[path.us])toml"))
          == "x.toml:68:7: error: \"u-s\" cannot name a path (names are letters, "
             "digits and _, no digit first)\n"
             " 68 | [path.u-s]\n"
             "    |       ^~~");
}

TEST_CASE("bad input: mistakes in overrides are named at their place",
          "[estimator][scenario][bad_input][host]") {
    // an unknown quantity
    CHECK(errors_of(two_paths, {{{"quantity.crads.value", "3"}}})
          == "--set quantity.crads.value=3: error: there is no quantity \"crads\"; did "
             "you mean \"cards\"?");

    // an unknown path
    CHECK(errors_of(two_paths, {{{"path.sn.budget", "3"}}})
          == "--set path.sn.budget=3: error: there is no path \"sn\"; did you mean "
             "\"cn\"?");

    // an unknown channel
    CHECK(errors_of(two_paths, {{{"path.cn.channel.smugled.supply", "3"}}})
          == "--set path.cn.channel.smugled.supply=3: error: there is no channel "
             "\"smugled\"; did you mean \"smuggled\"?");

    // a bad value
    CHECK(errors_of(two_paths, {{{"path.cn.budget", "5 to 3"}}})
          == "--set path.cn.budget=5 to 3:1:16: error: \"5 to 3\" is inverted (the "
             "lower value comes first)\n"
             " 1 | path.cn.budget=5 to 3\n"
             "   |                ^~~~~~ write \"3 to 5\"");

    // a bad formula
    CHECK(errors_of(two_paths, {{{"path.cn.budget", "cards * 2"}}})
          == "--set path.cn.budget=cards * 2:1:16: error: formula gives chip/month, "
             "but \"budget\" needs USD/month\n"
             " 1 | path.cn.budget=cards * 2\n"
             "   |                ^~~~~~~~~");

    // an unknown key
    CHECK(errors_of(two_paths, {{{"path.cn.bugdet", "5"}}})
          == "--set path.cn.bugdet=5:1:9: error: unknown key \"bugdet\" (allowed here: "
             "accelerator, attrition, budget, campaign_factor, capital, channel, "
             "channels, compare_to, confidence, depreciation, description, "
             "electricity_price, history, initial_cash, interconnect_share, job, join, "
             "largest_run_share, life, note, order, planning_horizon, "
             "post_training_mfu, post_training_share, ... 34 in all)\n"
             " 1 | path.cn.bugdet=5\n"
             "   |         ^~~~~~ did you mean \"budget\"?");
}

}  // namespace
