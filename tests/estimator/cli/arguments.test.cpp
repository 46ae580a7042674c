// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/app.hpp"
#include "estimator/cli/progress.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace leadtime::estimator;
using Words = std::vector<std::string>;

std::variant<Arguments, std::string> parse(Words const& words) {
    std::vector<char const*> pointers{"leadtime"};
    for (auto const& word : words) {
        pointers.push_back(word.c_str());
    }
    return parse_command_line(static_cast<int>(pointers.size()), pointers.data());
}

Arguments arguments_of(Words const& words) {
    return std::get<Arguments>(parse(words));
}

std::string error_of(Words const& words) {
    try {
        parse(words);
    } catch (UsageError const& error) {
        return error.what();
    }
    return "";
}

TEST_CASE("arguments: run has its defaults", "[estimator][cli]") {
    auto const arguments = arguments_of({"run"});
    CHECK(arguments.command == "run");
    CHECK(arguments.scenario == "baseline");
    CHECK(arguments.samples == 100'000);
    CHECK(arguments.seed == 1);
    CHECK_FALSE(arguments.threads);
    CHECK_FALSE(arguments.output_directory);
    CHECK_FALSE(arguments.json);
}

TEST_CASE("arguments: run takes every option, in any order", "[estimator][cli]") {
    auto const arguments = arguments_of({"run",
                                         "--set",
                                         "a=1",
                                         "--samples=1e6",
                                         "my.toml",
                                         "--set",
                                         "b=[\"x\", \"y\"]",
                                         "--seed",
                                         "18446744073709551615",
                                         "--out",
                                         "dir",
                                         "--json",
                                         "--quiet",
                                         "--profiles",
                                         "p",
                                         "--threads",
                                         "3"});
    CHECK(arguments.scenario == "my.toml");
    CHECK(arguments.samples == 1'000'000);
    CHECK(arguments.seed == 18446744073709551615U);
    CHECK(arguments.overrides == Words{"a=1", "b=[\"x\", \"y\"]"});
    CHECK(arguments.output_directory == "dir");
    CHECK(arguments.profiles_dir == "p");
    CHECK(arguments.threads == 3);
    CHECK(arguments.json);
    CHECK(arguments.quiet);
}

TEST_CASE("arguments: samples take the notation of scenarios", "[estimator][cli]") {
    for (auto const& [text, samples] : {std::pair{"1", 1ULL},
                                        {"100k", 100'000ULL},
                                        {"1e6", 1'000'000ULL},
                                        {"1.5M", 1'500'000ULL},
                                        {"1_000", 1'000ULL},
                                        {"1e10", 10'000'000'000ULL},
                                        {"281474976710656", 1ULL << 48}}) {
        CAPTURE(text);
        CHECK(arguments_of({"run", "--samples", text}).samples == samples);
    }
    for (auto const* text :
         {"0", "-5", "281474976710657", "1e15", "0.5", "1e400", "50%"}) {
        CAPTURE(text);
        CHECK(error_of({"run", "--samples", text}).starts_with("--samples "));
    }
    for (auto const* text : {"nan", "inf", "many", "1k to 2k", "0x10", " "}) {
        CAPTURE(text);
        CHECK(error_of({"run", "--samples", text})
              == "--samples \"" + std::string(text)
                     + "\" is not a number (write 100000, 100k or 1e6)");
    }
}

TEST_CASE("arguments: samples that are kept one by one are fewer", "[estimator][cli]") {
    for (auto const* command : {"sensitivity", "sweep"}) {
        CAPTURE(command);
        CHECK(error_of({command, "--samples", "1e10", "--out", "dir"})
              == "--samples 1e10 is out of range (a whole number from 1 to "
                 "4294967295)");
    }
    CHECK(error_of({"compare", "a", "b", "--samples", "1e15"})
          == "--samples 1e15 is out of range (a whole number from 1 to "
             "281474976710656)");
}

TEST_CASE("arguments: sampling and precision", "[estimator][cli]") {
    auto const arguments = arguments_of({"run",
                                         "--sampler",
                                         "qmc",
                                         "--until",
                                         "lag@2030-12:p50:0.5%",
                                         "--until",
                                         "x:mean:2",
                                         "--keep-samples",
                                         "y",
                                         "--strict"});
    CHECK(arguments.sampler == Sampler::qmc);
    REQUIRE(arguments.until.size() == 2);
    auto const quantile = read_goal(arguments.until[0]);
    CHECK(quantile.output == "lag@2030-12");
    CHECK(quantile.level == 0.5);
    CHECK_FALSE(quantile.is_mean());
    CHECK(quantile.tolerance == 0.005);
    CHECK(quantile.is_relative);
    auto const mean = read_goal(arguments.until[1]);
    CHECK(mean.is_mean());
    CHECK_FALSE(mean.is_relative);
    CHECK(arguments.samples == 16'777'216);
    CHECK(arguments.keep == Words{"y"});
    CHECK(arguments.strict);
    CHECK(error_of({"run", "--sampler", "sobol"})
          == "--sampler \"sobol\" is not known (it may be philox or qmc)");
}

TEST_CASE("arguments: quantile levels", "[estimator][cli][levels]") {
    for (auto const* command : {"run", "sweep"}) {
        auto const arguments =
            arguments_of({command, "--out", "x", "--quantiles", "p99.9,0.05,p50"});
        REQUIRE(arguments.quantiles);
        CHECK(arguments.quantiles->reported_levels()
              == std::vector<double>{0.05, 0.5, 0.999});
    }
    CHECK(arguments_of({"compare", "a", "b", "--quantiles", "0.5"}).quantiles);
    CHECK_FALSE(arguments_of({"run"}).quantiles);
    auto const refused = [](std::string const& list, std::string const& why) {
        CHECK(error_of({"run", "--quantiles", list})
              == "--quantiles \"" + list + "\": " + why);
    };
    std::string const form = " (write 0.05 or p5, and commas between them)";
    refused("0.5,x", "\"x\" is no quantile level" + form);
    refused("0.5,", "\"\" is no quantile level" + form);
    refused("p", "\"p\" is no quantile level" + form);
    refused("5%", "\"5%\" is no quantile level" + form);
    std::string const range =
        " is no quantile level (a level lies between 0 and 1, 1e-9 away from both)";
    refused("5", "5" + range);
    refused("p100", "1" + range);
    refused("nan", "nan" + range);
    refused("p5,0.05", "the quantile level 0.05 is there twice");
    std::string many = "0.5";
    for (int i = 1; i <= 32; ++i) {
        many += ",0." + std::to_string(100 + i);
    }
    refused(many, "there are 33 quantile levels (at most 32)");
}

TEST_CASE("arguments: sensitivity and sweep", "[estimator][cli]") {
    auto const arguments = arguments_of({"sensitivity",
                                         "my.toml",
                                         "--output",
                                         "a",
                                         "--output",
                                         "b",
                                         "--group",
                                         "g=x*",
                                         "--top",
                                         "5",
                                         "--tornado",
                                         "0"});
    CHECK(arguments.command == "sensitivity");
    CHECK(arguments.sensitivity.outputs == Words{"a", "b"});
    CHECK(arguments.sensitivity.pick_freeze == 8192);
    CHECK(arguments.sensitivity.top == 5);
    CHECK(arguments.sensitivity.tornado == 0);
    CHECK(error_of({"sensitivity", "--samples", "100"})
          == "--samples 100 is too few for sensitivity indices (at least 1024)");
    CHECK(error_of({"sensitivity", "--pick-freeze", "10"})
          == "--pick-freeze 10 is out of range (0 for none, or at least 1024)");
    CHECK(error_of({"sensitivity", "--group", "g=x", "--pick-freeze", "0"})
          == "--group and --pick-freeze 0 do not go together");

    auto const sweep = arguments_of({"sweep",
                                     "--vary",
                                     "a=1:2:3",
                                     "--vary",
                                     "b=1,2",
                                     "--out",
                                     "dir",
                                     "--lhs",
                                     "7"});
    CHECK(sweep.command == "sweep");
    CHECK(sweep.sweep.vary == Words{"a=1:2:3", "b=1,2"});
    CHECK(sweep.sweep.latin_hypercube == 7);
    CHECK(error_of({"sweep", "--vary", "a=1,2"})
          == "a sweep needs a folder for its files: --out DIR");
}

TEST_CASE("arguments: other numbers are checked", "[estimator][cli]") {
    CHECK(error_of({"run", "--seed", "-1"})
          == "--seed \"-1\" is not a whole number from 0 to 18446744073709551615");
    CHECK(error_of({"run", "--threads", "0"})
          == "--threads \"0\" is not a whole number from 1 to 512");
    CHECK(error_of({"run", "--threads", "2.5"})
          == "--threads \"2.5\" is not a whole number from 1 to 512");
    CHECK(error_of({"run", "--set", "a"}) == "--set \"a\" is not KEY=VALUE");
    CHECK(error_of({"run", "--set", "=1"}) == "--set \"=1\" is not KEY=VALUE");
}

TEST_CASE("arguments: mistyped words get a suggestion", "[estimator][cli]") {
    CHECK(
        error_of({"run", "--sampels", "5"})
        == "unknown option --sampels of \"leadtime run\"; did you mean \"--samples\"? "
           "(see leadtime run --help)");
    CHECK(error_of({"rnu"})
          == "unknown command \"rnu\"; did you mean \"run\"? (see leadtime --help)");
    CHECK(error_of({"--zzz"})
          == "unknown option --zzz of \"leadtime\" (see leadtime --help)");
    CHECK(error_of({"check", "a.toml", "--json"})
          == "unknown option --json of \"leadtime check\" (see leadtime check --help)");
}

TEST_CASE("arguments: what is missing or too much is named", "[estimator][cli]") {
    CHECK(error_of({"check"}) == "SCENARIO is missing (see leadtime check --help)");
    CHECK(error_of({"run", "--out"}) == "--out needs a value: --out DIR");
    CHECK(error_of({"run", "--out="}) == "--out needs a value: --out DIR");
    CHECK(error_of({"run", "--quiet=1"}) == "--quiet takes no value");
    CHECK(error_of({"run", "--seed", "1", "--seed", "2"}) == "--seed is given twice");
    CHECK(error_of({"run", "a", "b"})
          == "unexpected argument \"b\" (see leadtime run --help)");
    CHECK(error_of({"legality", "b"})
          == "unexpected argument \"b\" (see leadtime legality --help)");
}

TEST_CASE("arguments: every command has help with an example", "[estimator][cli]") {
    for (auto const* command : {"run", "check", "show", "profiles"}) {
        CAPTURE(command);
        auto const text = std::get<std::string>(parse({command, "--help"}));
        CHECK(text.find(std::string("Usage: leadtime ") + command)
              != std::string::npos);
        CHECK(text.find(std::string("Example:\n  leadtime ") + command)
              != std::string::npos);
    }
    CHECK(std::get<std::string>(parse({"--version"})).starts_with("leadtime "));
}

TEST_CASE("progress: a line has bar, percent, rate and time left", "[estimator][cli]") {
    CHECK(progress_line(250, 1000, 2)
          == "[######------------------]  25 %  125 samples/s  6 s left");
    CHECK(progress_line(0, 1000, 0) == "[------------------------]   0 %");
    CHECK(progress_line(1, 4'294'967'295, 1)
          == "[------------------------]   0 %  1.0 samples/s  1193046 h 28 min left");
    CHECK(duration_text(0.123) == "0.12 s");
    CHECK(duration_text(12.3) == "12 s");
    CHECK(duration_text(200) == "3 min 20 s");
    CHECK(duration_text(7500) == "2 h 05 min");
}

TEST_CASE("arguments: compare takes two scenarios or more", "[estimator][cli]") {
    auto const arguments =
        arguments_of({"compare", "a.toml", "--samples", "5", "b.toml", "c.toml"});
    CHECK(arguments.command == "compare");
    CHECK(arguments.scenarios == Words{"a.toml", "b.toml", "c.toml"});
    CHECK(arguments.samples == 5);
    CHECK(error_of({"compare"}).starts_with("two or more scenarios are needed"));
    CHECK(error_of({"compare", "a.toml"})
          == "two or more scenarios are needed: the base, and others (see leadtime "
             "compare --help)");
}

TEST_CASE("arguments: resilience takes events, each with a date or not",
          "[estimator][cli]") {
    auto const arguments =
        arguments_of({"resilience", "--event", "a", "--event=b=2027-01"});
    CHECK(arguments.command == "resilience");
    CHECK(arguments.scenario == "baseline");
    CHECK(arguments.events == Words{"a", "b=2027-01"});
    CHECK(error_of({"resilience", "a.toml", "b.toml"})
          == "unexpected argument \"b.toml\" (see leadtime resilience --help)");
}

}  // namespace
