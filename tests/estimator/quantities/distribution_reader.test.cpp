// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_reader.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace {

using namespace leadtime;
using namespace leadtime::estimator;
using Catch::Matchers::WithinRel;

constexpr int start = 2026 * 12;  // 2026-01

Unit unit_of(std::string const& text) {
    std::string problem;
    std::string suggestion;
    return parse_unit(text, {}, problem, suggestion).value();
}

/// Reads `x = VALUE`; the errors, if any, go to `errors`.
std::optional<Distribution> read(std::string const& value,
                                 std::string const& unit,
                                 std::string& errors,
                                 std::string const& file = "s.toml") {
    auto const document = text::parse_document("x = " + value, file);
    text::IssueList issues;
    text::TableReader root(document, document.root, "", issues);
    auto result = read_distribution(root, *root.raw("x"), "x", unit_of(unit), start);
    for (auto const& issue : issues.issues()) {
        errors += (errors.empty() ? "" : "\n") + text::format(issue);
    }
    CHECK(result.has_value() == issues.empty());
    return result;
}

Distribution good(std::string const& value, std::string const& unit = "1") {
    std::string errors;
    auto const result = read(value, unit, errors);
    CAPTURE(value, errors);
    REQUIRE(result);
    return *result;
}

std::string words(std::string const& value, std::string const& unit = "1") {
    return good(value, unit).describe();
}

}  // namespace

TEST_CASE("distribution_reader: numbers and texts", "[estimator][distribution]") {
    CHECK(words("3") == "fixed 3");
    CHECK(words("2.5") == "fixed 2.5");
    CHECK(words("'20k'") == "fixed 20,000");
    CHECK(words("'20k to 27k'") == "lognormal, p5 20,000, p95 27,000");
    CHECK(words("'0 to 10'") == "normal, mean 5, sd 3.03978");
    CHECK(words("'150k to 250k to 500k'")
          == "split lognormal, p5 150,000, p50 250,000, p95 500,000");
    CHECK(words("'-1 to 0 to 3'") == "split normal, p5 -1, p50 0, p95 3");
    CHECK(words("'2026-03'", "date") == "fixed 2");
    CHECK(words("'2026-03 to 2027-03'", "date") == "normal, mean 8, sd 3.64774");
    CHECK(words("'2026-03 to 2026-06 to 2027-03'", "date")
          == "split normal, p5 2, p50 5, p95 14");
}

TEST_CASE("distribution_reader: every family by its parameters",
          "[estimator][distribution]") {
    CHECK(words("{ dist = 'fixed', value = '3k' }") == "fixed 3,000");
    CHECK(words("{ dist = 'uniform', min = 1, max = 2 }") == "uniform, 1 to 2");
    CHECK(words("{ dist = 'loguniform', min = 1, max = 2 }") == "loguniform, 1 to 2");
    CHECK(words("{ dist = 'normal', mean = 1, sd = 2 }") == "normal, mean 1, sd 2");
    CHECK_THAT(good("{ dist = 'lognormal', mu = 1, sigma = 2 }").quantile(0.5),
               WithinRel(std::exp(1.0), 1e-14));
    CHECK_THAT(good("{ dist = 'lognormal', median = 5, sigma = 2 }").quantile(0.5),
               WithinRel(5, 1e-14));
    CHECK_THAT(good("{ dist = 'split_lognormal', median = 5, sigma_below = 1, "
                    "sigma_above = 2 }")
                   .quantile_of_score(1),
               WithinRel(5 * std::exp(2.0), 1e-14));
    CHECK(good("{ dist = 'split_normal', median = 5, sd_below = 1, sd_above = 2 }")
              .quantile_of_score(-1)
          == 4);
    CHECK(words("{ dist = 'triangular', min = 1, mode = 2, max = 3 }")
          == "triangular, 1 to 3, mode 2");
    CHECK(words("{ dist = 'pert', min = 1, mode = 2, max = 3 }")
          == "PERT, 1 to 3, mode 2");
    CHECK(words("{ dist = 'pert', min = 1, mode = 2, max = 3, lambda = 6 }")
          == "PERT, 1 to 3, mode 2, lambda 6");
    CHECK(words("{ dist = 'beta', alpha = 4, beta = 46 }") == "beta, alpha 4, beta 46");
    CHECK(words("{ dist = 'beta', alpha = 4, beta = 46, max = 2 }")
          == "beta, alpha 4, beta 46, 0 to 2");
    CHECK(words("{ dist = 'gamma', shape = 4, scale = 2 }")
          == "gamma, shape 4, scale 2");
    CHECK(words("{ dist = 'student_t', df = 4, location = 1, scale = 2 }")
          == "Student t, df 4, location 1, scale 2");
    CHECK(words("{ dist = 'bernoulli', p = 0.3 }") == "Bernoulli, p 0.3");
    CHECK(words("{ dist = 'discrete', values = [8, '16'], weights = [1, 3] }")
          == "discrete, 8 (25 %), 16 (75 %)");
    CHECK(words("{ dist = 'empirical', values = [1, 2, 2] }")
          == "empirical, 3 values from 1 to 2");
    CHECK(
        words(
            "{ dist = 'mixture', components = ['1 to 2', { dist = 'uniform', min = 0, "
            "max = 1 }, 7], weights = [1, 1, 2] }")
        == "mixture, 25 % (lognormal, p5 1, p95 2), 25 % (uniform, 0 to 1), 50 % "
           "(fixed 7)");
}

TEST_CASE("distribution_reader: mean and standard deviation",
          "[estimator][distribution]") {
    for (auto const* rest : {"'normal'",
                             "'lognormal'",
                             "'uniform'",
                             "'beta'",
                             "'gamma'",
                             "'student_t', df = 5"}) {
        auto const d =
            good(std::string("{ mean = 0.3, sd = 0.1, dist = ") + rest + " }");
        CAPTURE(rest);
        CHECK_THAT(d.mean(), WithinRel(0.3, 1e-12));
        CHECK_THAT(d.variance(), WithinRel(0.01, 1e-12));
    }
}

TEST_CASE("distribution_reader: quantiles at any level", "[estimator][distribution]") {
    auto d = good("{ dist = 'normal', p2_5 = 1, \"p97.5\" = 3 }");
    CHECK_THAT(d.quantile(0.025), WithinRel(1, 1e-12));
    CHECK_THAT(d.quantile(0.975), WithinRel(3, 1e-12));
    d = good("{ dist = 'lognormal', low = '10k', high = '15k', ci = 0.8 }");
    CHECK_THAT(d.quantile(0.1), WithinRel(10e3, 1e-12));
    CHECK_THAT(d.quantile(0.9), WithinRel(15e3, 1e-12));
    d = good("{ dist = 'beta', low = 0.2, high = 0.4 }");
    CHECK_THAT(d.quantile(0.05), WithinRel(0.2, 1e-9));
    d = good(
        "{ dist = 'split_lognormal', low = 10, median = 11, high = 20, ci = 0.5 }");
    CHECK_THAT(d.quantile(0.5), WithinRel(11, 1e-12));
    CHECK_THAT(d.quantile(0.75), WithinRel(20, 1e-12));
    d = good("{ dist = 'student_t', df = 3, p10 = 1, p90 = 3 }");
    CHECK_THAT(d.quantile(0.9), WithinRel(3, 1e-9));
    d = good("{ dist = 'normal', p5 = '2026-03', p95 = '2027-03' }", "date");
    CHECK_THAT(d.mean(), WithinRel(8, 1e-12));
    CHECK(words("{ p5 = 1, p95 = 2 }") == "lognormal, p5 1, p95 2");
    CHECK(words("{ p5 = -1, p95 = 1 }") == "normal, mean 0, sd 0.607957");
    CHECK(words("{ p5 = 1, p50 = 3, p95 = 4 }")
          == "split lognormal, p5 1, p50 3, p95 4");
}

TEST_CASE("distribution_reader: truncation comes before the share of zeros",
          "[estimator][distribution]") {
    CHECK(words("{ value = '1 to 3', truncate = [0, 2] }")
          == "lognormal, p5 1, p95 3, truncated to 0 to 2");
    CHECK(words("{ p5 = 1, p95 = 3, truncate = ['1.5', inf], zero_probability = 0.5 }")
          == "0 with probability 0.5, else lognormal, p5 1, p95 3, truncated to 1.5 to "
             "infinity");
    CHECK(words("{ value = '2026-03 to 2027-03', truncate = ['2026-01', '2028-01'] }",
                "date")
          == "normal, mean 8, sd 3.64774, truncated to 0 to 24");
    CHECK(words("{ value = { value = 7, zero_probability = 0.25 }, zero_probability = "
                "0.5 }")
          == "discrete, 0 (62.5 %), 7 (37.5 %)");
}

TEST_CASE("distribution_reader: a tolerance allows a fit by least squares",
          "[estimator][distribution]") {
    CHECK(
        words("{ dist = 'beta', p5 = 0.33, p50 = 0.41, p95 = 0.52, tolerance = 0.05 }")
        == "beta, alpha 30.1121, beta 41.7003");
}

TEST_CASE("distribution_reader: keys of the caller's own stay with the caller",
          "[estimator][distribution]") {
    auto const document = text::parse_document(
        "unit = 'USD'\ndist = 'beta'\nalpha = 2\nbeta = 3\nsourc = 'x'", "s.toml");
    text::IssueList issues;
    text::TableReader root(document, document.root, "", issues);
    root.has("unit");
    root.has("source");
    auto const d = read_distribution_table(root, unit_of("USD"), start);
    REQUIRE(d);
    CHECK(d->describe() == "beta, alpha 2, beta 3");
    CHECK(issues.empty());
    root.finish();
    REQUIRE(issues.size() == 1);
    CHECK(issues.issues()[0].problem == "unknown key \"sourc\"");
}

TEST_CASE("distribution_reader: places inside texts count code points",
          "[estimator][distribution]") {
    auto const document = text::parse_document("\"é\" = \"1 to 3q\"", "s.toml");
    text::IssueList issues;
    text::TableReader root(document, document.root, "", issues);
    read_distribution(root, *root.raw("é"), "é", unit_of("1"), start);
    REQUIRE(issues.size() == 1);
    CHECK(issues.issues()[0].place.column == 13);
    CHECK(issues.issues()[0].caret_width == 2);
}

TEST_CASE("distribution_reader: a column of a file next to the scenario",
          "[estimator][distribution]") {
    namespace fs = std::filesystem;
    auto const folder = fs::temp_directory_path() / "leadtime_csv_test";
    fs::create_directories(folder);
    std::ofstream(folder / "data.csv")
        << "# note\nname,price\n\"a, b\",3\nc, 5 \n\nd,1e1\n";
    std::ofstream(folder / "bad.csv") << "price\n3\nfour\n";
    std::ofstream(folder / "empty.csv") << "price\n";
    auto const scenario = (folder / "s.toml").string();
    std::string errors;
    auto const from = [&](std::string const& value) {
        errors.clear();
        return read(value, "1", errors, scenario);
    };
    auto const d = from("{ dist = 'empirical', file = 'data.csv', column = 'price' }");
    REQUIRE(d);
    CHECK(d->describe() == "empirical, 3 values from 3 to 10");
    CHECK(d->shape().kind == ShapeKind::steps);

    auto const path = [&](char const* name) { return (folder / name).string(); };
    from("{ dist = 'empirical', file = 'data.csv', column = 'prices' }");
    CHECK(errors
          == scenario + ":1:27: error: \"" + path("data.csv")
                 + "\" has no column \"prices\" (it has 2 columns)\n"
                   " 1 | x = { dist = 'empirical', file = 'data.csv', column = "
                   "'prices' }\n"
                   "   |                           ^~~~ did you mean \"price\"?");
    from("{ dist = 'empirical', file = 'bad.csv', column = 'price' }");
    CHECK(errors.find(path("bad.csv") + ":3: column \"price\" must hold finite numbers")
          != std::string::npos);
    from("{ dist = 'empirical', file = 'empty.csv', column = 'price' }");
    CHECK(errors.find("\"" + path("empty.csv") + "\" holds no numbers")
          != std::string::npos);
    from("{ dist = 'empirical', file = 'none.csv', column = 'price' }");
    CHECK(errors.find("the file \"" + path("none.csv") + "\" is not found")
          != std::string::npos);
    fs::remove_all(folder);
}
