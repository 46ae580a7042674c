// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/compare_command.hpp"
#include "text/config_error.hpp"

#include "tests/support/studies.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <unistd.h>

using namespace leadtime;
using namespace leadtime::estimator;
using Catch::Approx;

namespace {

/// Half of the chips are lost for the three months of the strike; the other event does
/// nothing, and one comes by a hazard.
std::string const scenario_text = R"toml([scenario]
start = "2024-01"
end = "2025-12"

[event.strike]
date = "2024-10"
duration_months = 3
probability = 0.25
source = "test"

[event.nothing]
date = "2024-10"
source = "test"

[event.storm]
hazard_per_year = 0.1
source = "test"

[accelerator.h100_sxm]
mfu = 0.4
goodput = 0.9
price = "30k"
rental_price = 2

[path.cn]
budget = "1G"
run_months = 3
precision = "fp8"
pue = 1.2
electricity_price = 0.05
life = 5
channel.rent = { kind = "rental", accelerator = "h100_sxm", supply = "fleet * (1 - 0.5 * strike)" }

[quantity.fleet]
unit = "chips"
value = "500 to 2000"
source = "test"
)toml";

class File {
  public:
    explicit File(std::string const& text)
        : path_(std::filesystem::temp_directory_path()
                / ("leadtime_resilience_" + std::to_string(::getpid()) + ".toml")) {
        std::ofstream(path_) << text;
    }
    ~File() { std::filesystem::remove(path_); }
    File(File const&) = delete;
    File& operator=(File const&) = delete;
    std::string name() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

nlohmann::json resilience(std::vector<std::string> const& events) {
    File const file(scenario_text);
    Arguments arguments;
    arguments.scenario = file.name();
    arguments.samples = 500;
    arguments.events = events;
    arguments.json = true;
    arguments.quiet = true;
    std::ostringstream out;
    CHECK(run_resilience(arguments, tests::executor(), out) == 0);
    return nlohmann::json::parse(out.str());
}

/// The row of a month of the first path.
nlohmann::json
row(nlohmann::json const& json, std::size_t event, std::string const& month) {
    for (auto const& one : json["events"][event]["rows"]) {
        if (one["month"] == month) {
            return one;
        }
    }
    FAIL("no month " << month);
    return {};
}

std::string error(std::vector<std::string> const& events, std::string const& text) {
    File const file(text);
    Arguments arguments;
    arguments.scenario = file.name();
    arguments.events = events;
    arguments.quiet = true;
    std::ostringstream out;
    try {
        run_resilience(arguments, tests::executor(), out);
    } catch (text::ConfigError const& problem) {
        return std::string(problem.what()).substr(file.name().size());
    }
    return "ok";
}

}  // namespace

TEST_CASE("resilience: the ratio of what is left, whatever the event's probability",
          "[estimator][resilience]") {
    auto const json = resilience({"strike", "nothing"});
    CHECK(json["metric"] == "run_flop");
    auto const& strike = json["events"][0];
    CHECK(strike["event"] == "strike");
    CHECK(strike["rows"].size() == 24);
    // Every sample loses exactly half, so there is no error of sampling.
    CHECK(row(json, 0, "2024-12")["resilience"].get<double>()
          == Approx(0.5).epsilon(1e-5));
    CHECK(row(json, 0, "2024-12")["resilience_se"].get<double>()
          == Approx(0.0).margin(1e-5));
    CHECK(row(json, 0, "2024-12")["mean_without_se"].get<double>() > 0.0);
    CHECK(row(json, 0, "2025-12")["resilience"].get<double>() == 1.0);
    CHECK(row(json, 1, "2024-12")["resilience"].get<double>() == 1.0);
}

TEST_CASE("resilience: without names, every dated event; a hazard takes a date",
          "[estimator][resilience]") {
    CHECK(resilience({})["events"].size() == 2);
    auto const moved = resilience({"strike=2025-11"});
    CHECK(moved["events"][0]["event"] == "strike in 2025-11");
    CHECK(row(moved, 0, "2024-12")["resilience"].get<double>() == 1.0);
    CHECK(row(moved, 0, "2025-12")["resilience"].get<double>()
          == Approx(0.5).epsilon(1e-5));
    CHECK(resilience({"storm=2024-05"})["events"].size() == 1);
}

TEST_CASE("resilience: errors name the events", "[estimator][resilience]") {
    CHECK(
        error({"strik"}, scenario_text)
        == ": error: there is no event \"strik\" (events: strike, nothing, storm); did "
           "you mean \"strike\"?");
    CHECK(error({"storm"}, scenario_text)
          == ": error: event \"storm\" comes by a hazard (events: strike, nothing, "
             "storm); give it a date: --event storm=2027-01");
    CHECK(error({},
                "[scenario]\nstart = \"2024-01\"\nend = \"2024-02\"\n"
                "[quantity.x]\nvalue = 1\nsource = \"S\"\n"
                "[output]\nquantities = [\"x\"]\n")
          == ": error: the scenario has no event; add [event.NAME]");
}
