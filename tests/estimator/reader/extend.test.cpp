// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/read_scenario.hpp"
#include "estimator/scenario/scenario.hpp"

#include "tests/estimator/reader/scenario_texts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace leadtime;
using namespace leadtime::estimator;

namespace {

namespace fs = std::filesystem;

/// A folder of scenario files, removed at the end; messages name files without it.
class Folder {
  public:
    explicit Folder(std::vector<std::pair<std::string, std::string>> const& files) {
        static int number = 0;
        path_ = fs::temp_directory_path()
                / ("leadtime_extend_" + std::to_string(::getpid()) + "_"
                   + std::to_string(++number));
        fs::create_directories(path_);
        for (auto const& [name, text] : files) {
            std::ofstream(path_ / name) << text;
        }
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;

    fs::path const& path() const { return path_; }

    Scenario read(std::string const& name, ScenarioOptions const& options = {}) const {
        static auto const profiles = test_profiles();
        return read_scenario((path_ / name).string(), profiles, options);
    }

    std::string errors(std::string const& name,
                       ScenarioOptions const& options = {}) const {
        try {
            read(name, options);
            return "ok";
        } catch (text::ConfigError const& error) {
            std::string text = error.what();
            std::string const prefix = path_.string() + "/";
            for (auto at = text.find(prefix); at != std::string::npos;
                 at = text.find(prefix)) {
                text.erase(at, prefix.size());
            }
            return text;
        }
    }

  private:
    fs::path path_;
};

std::string const base = R"toml([scenario]
name = "base"
start = "2024-01"
end = "2024-12"

[quantity.tariff]
unit = "1"
value = "0.1 to 0.2"
source = "law of 2024"
confidence = "high"
note = "old"

[quantity.cards]
unit = "chips/year"
at = { 2024-01 = 100, 2024-07 = "200 to 300" }
interpolate = "log"
source = "counts"

[output]
quantities = ["tariff", "cards"]
)toml";

std::string over(std::string const& text) {
    return "[scenario]\nextends = \"base.toml\"\n" + text;
}

Quantity const& quantity(Scenario const& scenario, std::string const& name) {
    return scenario.quantities.at(scenario.find_quantity(name).value());
}

}  // namespace

TEST_CASE("extends: what an overlay does not mention stays", "[estimator][extends]") {
    Folder const folder({{"base.toml", base}, {"over.toml", over("")}});
    auto const scenario = folder.read("over.toml");
    CHECK(scenario.name == "base");
    CHECK(scenario.steps == 12);
    CHECK(quantity(scenario, "tariff").provenance.source == "law of 2024");
    CHECK(scenario.text_hash != folder.read("base.toml").text_hash);
}

TEST_CASE("extends: a new value keeps the unit and drops the old origin",
          "[estimator][extends]") {
    Folder const folder(
        {{"base.toml", base},
         {"over.toml",
          over("name = \"over\"\nend = \"2025-06\"\n[quantity.tariff]\nvalue = 0.5\n"
               "source = \"assumption\"\n")}});
    auto const scenario = folder.read("over.toml");
    CHECK(scenario.name == "over");
    CHECK(scenario.steps == 18);
    auto const& tariff = quantity(scenario, "tariff");
    CHECK(tariff.value.quantile(0.5) == 0.5);
    CHECK(tariff.unit.text == "1");
    CHECK(tariff.provenance.source == "assumption");
    CHECK(tariff.provenance.confidence.empty());
    CHECK(tariff.provenance.note.empty());
}

TEST_CASE("extends: a month of a series joins the others, a formula replaces them",
          "[estimator][extends]") {
    Folder const folder(
        {{"base.toml", base},
         {"month.toml", over("[quantity.cards]\nat.2024-07 = 500\nat.2025-01 = 600\n")},
         {"formula.toml",
          over("[quantity.cards]\nformula = \"month * cap\"\n"
               "[quantity.cap]\nunit = \"chips/year/month\"\n"
               "value = 2\n")}});
    auto const by_month = folder.read("month.toml");
    auto const& cards = quantity(by_month, "cards");
    REQUIRE(cards.knots.size() == 3);
    CHECK(cards.knots[0].value.quantile(0.5) == 100.0);
    CHECK(cards.knots[1].value.quantile(0.5) == 500.0);
    CHECK(cards.knots[2].month == 12.0);
    CHECK(cards.interpolation == Interpolation::log);
    CHECK(cards.provenance.source.empty());
    auto const by_formula = folder.read("formula.toml");
    CHECK(quantity(by_formula, "cards").kind == QuantityKind::formula);
}

TEST_CASE("extends: keys of paths and channels change one by one, groups are added",
          "[estimator][extends]") {
    std::string const correlated =
        "[[correlation]]\nquantities = [\"a\", \"b\"]\nrank = 0.5\n";
    std::string const more = "[quantity.a]\nvalue = \"1 to 2\"\n[quantity.b]\n"
                             "value = \"1 to 2\"\n[quantity.c]\nvalue = \"1 to 2\"\n"
                             "[quantity.d]\nvalue = \"1 to 2\"\n";
    Folder const folder(
        {{"base.toml", two_paths + more + correlated},
         {"over.toml",
          over("[path.cn]\nattrition = 0.5\n[path.cn.channel.smuggled]\nloss = 0.9\n"
               "[[correlation]]\nquantities = [\"c\", \"d\"]\nrank = 0.1\n")}});
    auto const before = folder.read("base.toml");
    auto const after = folder.read("over.toml");
    REQUIRE(after.paths.size() == before.paths.size());
    CHECK(after.paths[0].name == before.paths[0].name);
    REQUIRE(after.paths[0].channels.size() == before.paths[0].channels.size());
    CHECK(after.paths[0].channels[0].name == before.paths[0].channels[0].name);
    CHECK(after.correlations.size() == before.correlations.size() + 1);
    auto const index = after.find_quantity("path.cn.channel.smuggled.loss").value();
    CHECK(after.quantities[index].value.quantile(0.5) == 0.9);
}

TEST_CASE("extends: a group of the same quantities replaces the old one",
          "[estimator][extends]") {
    std::string const four = "[quantity.a]\nvalue = \"1 to 2\"\n[quantity.b]\n"
                             "value = \"1 to 2\"\n[quantity.c]\nvalue = \"1 to 2\"\n"
                             "[quantity.d]\nvalue = \"1 to 2\"\n";
    Folder const folder(
        {{"base.toml",
          two_paths + four
              + "[[correlation]]\nquantities = [\"a\", \"b\"]\nrank = 0.5\n"
                "[[correlation]]\nquantities = [\"c\", \"d\"]\nrank = 0.4\n"},
         {"over.toml",
          over("[[correlation]]\nquantities = [\"b\", \"a\"]\nrank = -0.2\n")},
         {"part.toml",
          over("[[correlation]]\nquantities = [\"a\", \"c\"]\nrank = 0.1\n")}});
    auto const after = folder.read("over.toml");
    REQUIRE(after.correlations.size() == 2);
    CHECK(after.correlations[0].rank[1] == 0.4);
    CHECK(after.correlations[1].rank[1] == -0.2);
    auto const set = folder.read("base.toml", {{{"correlation.0.rank", "-0.1"}}});
    CHECK(set.correlations[0].rank == std::vector<double>{1, -0.1, -0.1, 1});
    CHECK(set.correlations[1].rank[1] == 0.4);
    auto const entries = folder.read("base.toml",
                                     {{{"correlation.1.rank", "[[1, 0.2], [0.2, 1]]"},
                                       {"correlation.1.rank.0.1", "0.3"},
                                       {"correlation.1.rank.1.0", "0.3"}}});
    CHECK(entries.correlations[1].rank == std::vector<double>{1, 0.3, 0.3, 1});
    CHECK(folder.errors("part.toml")
              .find("\"a\" is correlated twice (a quantity belongs "
                    "to one group)")
          != std::string::npos);
}

TEST_CASE("extends: a value in braces is replaced whole", "[estimator][extends]") {
    std::string const progress =
        "[path.us.progress]\ndoubling_time = { value = 9, source = \"old\" }\n"
        "talent = 2\n";
    Folder const folder(
        {{"base.toml", two_paths + progress},
         {"over.toml",
          over("[path.us.progress]\ndoubling_time = { dist = \"uniform\", min = 3, "
               "max = 5 }\n")}});
    auto const scenario = folder.read("over.toml");
    auto const& time = quantity(scenario, "path.us.progress.doubling_time");
    CHECK(time.value.quantile(0.5) == 4.0);
    CHECK(time.provenance.source.empty());
    CHECK(quantity(scenario, "path.us.progress.talent").value.quantile(0.5) == 2.0);
}

TEST_CASE("extends: errors name the file that holds the mistake",
          "[estimator][extends]") {
    Folder const folder(
        {{"base.toml", base},
         {"middle.toml", over("[quantity.tariff]\nvalue = \"0.1 to\"\n")},
         {"over.toml",
          "[scenario]\nextends = \"middle.toml\"\n[quantity.cards]\nunits = 3\n"}});
    CHECK(
        folder.errors("over.toml") ==
        R"(middle.toml:4:10: error: a number is missing in "0.1 to" ("to" stands between two values)
 4 | value = "0.1 to"
   |          ^~~~~~
over.toml:4:1: error: unknown key "units" (allowed here: at, confidence, each_step, formula, interpolate, knot_correlation, note, source, unit, value)
 4 | units = 3
   | ^~~~~ did you mean "unit"?)");
    CHECK(folder.errors("base.toml", {{{"scenario.extends", "x"}}})
          == "--set scenario.extends=x: error: --set comes after the scenarios are "
             "laid over each other; write extends in a file");
}

TEST_CASE("extends: a missing or circular base is an error at the key",
          "[estimator][extends]") {
    Folder const folder({{"self.toml", "[scenario]\nextends = \"other.toml\"\n"},
                         {"other.toml", "[scenario]\nextends = \"self.toml\"\n"},
                         {"lost.toml", "[scenario]\nextends = \"basline\"\n"},
                         {"again.toml", "[scenario]\nextends = \"./again.toml\"\n"},
                         {"of_pipe.toml", "[scenario]\nextends = \"pipe.toml\"\n"},
                         {"number.toml", "[scenario]\nextends = 3\n"}});
    CHECK(
        folder.errors("self.toml") ==
        R"(other.toml:2:11: error: scenarios extend each other: self.toml -> other.toml -> self.toml
 2 | extends = "self.toml"
   |           ^~~~~~~~~~~)");
    CHECK(
        folder.errors("again.toml") ==
        R"(again.toml:2:11: error: scenarios extend each other: again.toml -> ./again.toml
 2 | extends = "./again.toml"
   |           ^~~~~~~~~~~~~~)");
    REQUIRE(::mkfifo((folder.path() / "pipe.toml").c_str(), 0600) == 0);
    CHECK(
        folder.errors("of_pipe.toml") ==
        R"(of_pipe.toml:2:11: error: cannot extend "pipe.toml": this is a pipe (expected a TOML file)
 2 | extends = "pipe.toml"
   |           ^~~~~~~~~~~)");
    CHECK(folder.errors("lost.toml") ==
          R"(lost.toml:2:11: error: cannot extend "basline": file not found
 2 | extends = "basline"
   |           ^~~~~~~~~ did you mean "baseline"?)");
    CHECK(folder.errors("number.toml")
              .find("number.toml:2:11: error: \"extends\" must be a string (found 3)")
          != std::string::npos);
}

TEST_CASE("extends: a file that is no scenario is named and not quoted",
          "[estimator][extends]") {
    Folder const folder({{"shadow", "root:$6$salt$hash:19000:0:99999:7:::\nsecond\n"},
                         {"settings.toml", "[database]\npassword = \"secret\"\n"},
                         {"a.toml", "[scenario]\nextends = \"shadow\"\n"},
                         {"b.toml", "[scenario]\nextends = \"settings.toml\"\n"}});
    CHECK(folder.errors("a.toml") ==
          R"(a.toml:2:11: error: cannot extend "shadow": it is not TOML (from line 1 on)
 2 | extends = "shadow"
   |           ^~~~~~~~)");
    CHECK(
        folder.errors("b.toml") ==
        R"(b.toml:2:11: error: cannot extend "settings.toml": it is no scenario (it has no table [scenario])
 2 | extends = "settings.toml"
   |           ^~~~~~~~~~~~~~~)");
}

TEST_CASE("extends: a long chain is refused", "[estimator][extends]") {
    std::vector<std::pair<std::string, std::string>> files;
    for (int i = 0; i < 40; ++i) {
        files.emplace_back("s" + std::to_string(i) + ".toml",
                           "[scenario]\nextends = \"s" + std::to_string(i + 1)
                               + ".toml\"\n");
    }
    Folder const folder(files);
    CHECK(folder.errors("s0.toml")
          == "s31.toml:2:11: error: too many scenarios extend each other (at most 32)\n"
             " 2 | extends = \"s32.toml\"\n"
             "   |           ^~~~~~~~~~");
    std::string const filler = "#" + std::string(9 << 20, 'x') + "\n";
    Folder const large({{"a.toml", "[scenario]\nextends = \"b.toml\"\n"},
                        {"b.toml", "[scenario]\nextends = \"c.toml\"\n" + filler},
                        {"c.toml", "a = 1\n" + filler}});
    CHECK(large.errors("a.toml")
          == "b.toml:2:11: error: the scenarios that extend each other are too large "
             "(at most 16 MiB together)\n"
             " 2 | extends = \"c.toml\"\n"
             "   |           ^~~~~~~~");
}

TEST_CASE("extend: a scenario's text is that of its own file", "[reader][extend]") {
    std::string const own = "[scenario]\nname = \"own\"\nextends = \"base.toml\"\n";
    Folder const folder({{"base.toml", base}, {"own.toml", own}});
    CHECK(folder.read("own.toml").text == own);
    ScenarioOptions const options{{{"quantity.tariff.value", "0.3"}}};
    CHECK(folder.read("own.toml", options).text
          == own + "# --set quantity.tariff.value=0.3\n");
    CHECK(folder.read("base.toml").text == base);
}
