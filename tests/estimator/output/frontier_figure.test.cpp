// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/frontier_figure.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <nlohmann/json.hpp>

using namespace leadtime::estimator;
using Catch::Approx;

TEST_CASE("frontier: the page has a line for each accelerator over the days",
          "[estimator][cluster]") {
    Frontier frontier;
    frontier.days = {30, 90};
    frontier.caption = "at the same power";
    frontier.seed = 7;
    frontier.curves = {
        {"h100_sxm, fp8", {{1e24f, 2e24f, 6e24f}, {3e24f, 5e24f, 9e24f}}},
        {"</script>", {{0, 1e23f, 2e23f}, {1e23f, 2e23f, 4e23f}}}};
    auto const text = frontier_json(frontier);
    CHECK(text.find("</script>") == std::string::npos);
    auto const page = nlohmann::json::parse(text);
    CHECK(page["format"] == "leadtime-sweep-report");
    CHECK(page["scenario"]["description"].get<std::string>().find("at the same power")
          != std::string::npos);
    CHECK(page["seed"] == "7");
    CHECK(page["samples"] == 3);
    CHECK(page["cells"] == 2);
    CHECK(page["keys"][0]["key"] == "days");
    CHECK(page["keys"][0]["scale"] == "log");
    CHECK(page["keys"][0]["numbers"] == nlohmann::json({30, 90}));
    REQUIRE(page["outputs"].size() == 2);
    auto const& first = page["outputs"][0];
    CHECK(first["path"] == "h100_sxm, fp8");
    CHECK(first["unit"] == "FLOP");
    CHECK(first["p50"][0] == Approx(2e24));
    CHECK(first["p50"][1] == Approx(5e24));
    CHECK(first["mean"][0] == Approx(3e24));
    CHECK(first["p05"][1] == Approx(3.2e24));  // rank p (n - 1), linear between samples
}
