// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/check_command.hpp"
#include "estimator/cli/show_command.hpp"

#include "tests/estimator/reader/scenario_texts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace leadtime::estimator;

/// A scenario file that goes away with the test.
class TemporaryFile {
  public:
    explicit TemporaryFile(std::string const& text)
        : path_((std::filesystem::temp_directory_path() / "leadtime_check_test.toml")
                    .string()) {
        std::ofstream(path_) << text;
    }
    ~TemporaryFile() { std::remove(path_.c_str()); }
    TemporaryFile(TemporaryFile const&) = delete;
    TemporaryFile& operator=(TemporaryFile const&) = delete;
    std::string const& path() const { return path_; }

  private:
    std::string path_;
};

std::string const small = quantities(R"toml([quantity.a]
unit = "USD"
value = "20k to 27k"
source = "S"
confidence = "high"
[quantity.start]
unit = "date"
value = "2025-03"
source = "S"
[quantity.series]
at = { 2024-01 = 1, 2025-01 = 2 }
source = "S"
[quantity.double]
formula = "2 * a"
)toml",
                                     R"("a", "start", "series", "double")");

TEST_CASE("check: a good scenario is told in one line", "[estimator][check][host]") {
    TemporaryFile const file(small);
    std::ostringstream out;
    std::ostringstream err;
    CHECK(run_check({file.path(), {}, {}}, out, err) == 0);
    CHECK(out.str() == file.path() + ": ok, 4 quantities, 0 paths, 24 months\n");
    CHECK(err.str().empty());
}

TEST_CASE("check: all errors come at once and the status is 2",
          "[estimator][check][host]") {
    TemporaryFile const file(
        with(with(small, "20k to 27k", "27k to 20k"), "2 * a", "2 * b"));
    std::ostringstream out;
    std::ostringstream err;
    CHECK(run_check({file.path(), {"scenario.step=quarter"}, {}}, out, err) == 2);
    CHECK(out.str().empty());
    CHECK(err.str().find(":8:10: error: \"27k to 20k\" is inverted")
          != std::string::npos);
    CHECK(err.str().find(": error: unknown quantity \"b\"") != std::string::npos);
}

std::vector<SampledRow> sampled(QuantityIndex) {
    return {{-1, {1, 2, 3}}};
}

TEST_CASE("show: every quantity has its quantiles", "[estimator][show][host]") {
    auto const scenario = read_text(small);
    std::ostringstream out;
    write_quantities(scenario, sampled, out);
    INFO(out.str());
    CHECK(out.str().find("20,000") != std::string::npos);
    CHECK(out.str().find("2025-03") != std::string::npos);
    CHECK(out.str().find("2 * a") != std::string::npos);
}

TEST_CASE("show: JSON has stable keys", "[estimator][show][host]") {
    auto const scenario = read_text(small);
    std::ostringstream out;
    write_quantities_json(scenario, sampled, out);
    auto const json = nlohmann::json::parse(out.str());
    REQUIRE(json.at("quantities").size() == 4);
    auto const& a = json.at("quantities").at(0);
    for (auto const* key : {"name",
                            "unit",
                            "kind",
                            "value",
                            "formula",
                            "distribution",
                            "source",
                            "confidence",
                            "note",
                            "inline",
                            "rows"}) {
        CHECK(a.contains(key));
    }
    CHECK(a.at("value") == "20k to 27k");
    CHECK(a.at("formula").is_null());
    auto const& rows = json.at("quantities").at(2).at("rows");
    REQUIRE(rows.size() == 2);
    CHECK(rows.at(1).at("month") == "2025-01");
    CHECK(rows.at(1).at("p50") == 2.0);
    auto const& formula = json.at("quantities").at(3);
    CHECK(formula.at("kind") == "formula");
    CHECK(formula.at("rows").at(0).at("p95") == 3.0);
}

}  // namespace
