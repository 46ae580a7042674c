// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"
#include "estimator/quantities/families/families.hpp"
#include "estimator/quantities/quantile_fit.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "text/csv_fields.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <ctime>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

// Bounds on what a user may ask of distributions, and nothing but errors of ours
// beyond.

namespace {

using namespace leadtime;
using namespace leadtime::estimator;

/// Of the processor: other work on the machine does not count.
double seconds(std::function<void()> const& work) {
    auto const start = std::clock();
    work();
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

std::string error_of(std::function<Distribution()> const& make) {
    try {
        make();
        return "none";
    } catch (DistributionError const& error) {
        return fmt::format("{}: {} ({}) {}",
                           error.parameter,
                           error.problem,
                           error.reason,
                           error.suggestion);
    }
}

Scenario read(std::string const& quantity) {
    static auto const profiles = hwprofiles::ProfileLibrary::load();
    return read_scenario_text(
        "[scenario]\nname = \"limits\"\nstart = \"2024-01\"\nend = "
        "\"2024-12\"\n[output]\nquantities = [\"x\"]\n[quantity.x]\n"
        "source = \"assumption\"\n"
            + quantity,
        "limits.toml",
        profiles);
}

std::string message_of(std::string const& quantity) {
    try {
        compile(read(quantity));
        return "none";
    } catch (text::ConfigError const& error) {
        return error.what();
    }
}

Distribution mixture_of(int count) {
    std::vector<Distribution> components;
    std::vector<double> weights;
    for (int i = 0; i < count; ++i) {
        components.push_back(make_lognormal(0.01 * i, 0.001 + 0.3 * (i % 7)));
        weights.push_back(1 + i % 3);
    }
    return make_mixture(components, weights);
}

}  // namespace

TEST_CASE("limits: mixtures within mixtures are one mixture",
          "[estimator][distribution]") {
    Distribution nested = make_lognormal(0, 1);
    for (int i = 0; i < 200; ++i) {
        nested = make_mixture({nested, make_lognormal(0.1 * i, 1)}, {3, 1});
    }
    CHECK(seconds([&] { nested.shape(); }) < 5);
    // By hand: the innermost has 0.75^200, the i-th around it 0.25 0.75^(199 - i).
    double const score = 19;
    double below = std::pow(0.75, 200) * normal_cdf(score).first;
    for (int i = 0; i < 200; ++i) {
        below += 0.25 * std::pow(0.75, 199 - i) * normal_cdf(score - 0.1 * i).first;
    }
    CHECK(std::abs(nested.cdf(std::exp(score)).first / below - 1) < 1e-12);
    CHECK(std::abs(nested.quantile(below) / std::exp(score) - 1) < 1e-9);
}

TEST_CASE("limits: a mixture of 400 components is tabulated in seconds",
          "[estimator][distribution]") {
    std::string components;
    std::string weights;
    for (int i = 0; i < 400; ++i) {
        components += fmt::format("\"{0} to {1}\", ", 1 + i, 2 + 1.1 * i);
        weights += "1, ";
    }
    auto const text = fmt::format(
        "dist = \"mixture\"\ncomponents = [{}]\nweights = [{}]\n", components, weights);
    CHECK(seconds([&] { compile(read(text)); }) < 10);
}

TEST_CASE("limits: components, values and nesting are bounded",
          "[estimator][distribution]") {
    CHECK(error_of([] { return mixture_of(500); }) == "none");
    CHECK(
        error_of([] { return mixture_of(501); })
        == "components: a mixture may have 500 components (found 501) draw from it and "
           "give the values as \"empirical\"");

    std::vector<double> values(1001);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<double>(i);
    }
    CHECK(error_of([&] {
              return make_mixture({make_empirical(values), make_normal(0, 1)}, {1, 1});
          })
          == "components: a mixture may have 1000 values of its own beside what is "
             "continuous (found 1001) make all of it one \"empirical\" or \"discrete\" "
             "distribution");

    auto const nest = [](int depth) {
        Distribution nested = make_lognormal(0, 1);
        for (int i = 0; i < depth; ++i) {
            nested = truncate(nested, 0.01 + 0.001 * i, 100 - i);
        }
        return nested;
    };
    CHECK(error_of([&] { return nest(12); }) == "none");
    CHECK(error_of([&] { return nest(13); })
          == "truncate: distributions are nested more than 12 deep () list the parts "
             "of a "
             "mixture side by side");
    CHECK(seconds([&] {
              auto const deep = nest(12);
              deep.shape();
              deep.quantile(0.3);
          })
          < 5);
}

TEST_CASE("limits: lists of a million values are read in seconds",
          "[estimator][distribution]") {
    std::vector<double> values(1'000'000);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<double>(i * 7919 % values.size());
    }
    CHECK(seconds([&] {
              auto const list = make_empirical(values);
              CHECK(list.quantile(0.2500005) == 250'000);
              CHECK(std::abs(list.cdf(499'999.5).first - 0.5) < 1e-9);
              truncate(with_zero_probability(list, 0.5), 10, 20);
          })
          < 10);
}

TEST_CASE("limits: a missing column of many is answered in one line",
          "[estimator][distribution]") {
    auto const path = std::filesystem::temp_directory_path()
                      / fmt::format("leadtime_limits_{}.csv", ::getpid());
    {
        std::ofstream file(path);
        for (int i = 0; i < 50'000; ++i) {
            file << (i > 0 ? "," : "") << "column" << i;
        }
        file << "\n";
    }
    std::string reason;
    std::string suggestion;
    try {
        text::read_csv_column(path.string(), "colum7");
    } catch (text::CsvError const& error) {
        reason = error.reason;
        suggestion = error.suggestion;
    }
    std::filesystem::remove(path);
    CHECK(reason == "it has 50000 columns");
    CHECK(suggestion == "did you mean \"column7\"?");
}

TEST_CASE("limits: many knots take time in proportion", "[estimator][distribution]") {
    std::string knots;
    for (int i = 0; i < 60'000; ++i) {
        knots += fmt::format(
            "{:04}-{:02} = \"1 to {}\"\n", 2000 + i / 12, i % 12 + 1, 2 + i % 5);
    }
    CHECK(seconds([&] {
              auto const plan = compile(read("[quantity.x.at]\n" + knots));
              CHECK(plan.value_draws.size() == 60'000);
              CHECK(plan.score_draws.size() == 1);
          })
          < 20);
    CHECK(seconds([&] {
              auto const plan =
                  compile(read("knot_correlation = 0\n[quantity.x.at]\n" + knots));
              CHECK(plan.score_draws.size() == 60'000);
          })
          < 20);
    CHECK(message_of("knot_correlation = 0.9\n[quantity.x.at]\n" + knots)
          == "limits.toml:7:1: error: \"x\" has too many knots that depend on each "
             "other "
             "(each of 60000 knots follows from all before it); give fewer, or "
             "knot_correlation = 1 or 0");
}

TEST_CASE("limits: whatever the parameters, a distribution or an error of ours",
          "[estimator][distribution]") {
    std::mt19937_64 random(20261129);
    auto const unit = [&] {
        return std::uniform_real_distribution<double>(0, 1)(random);
    };
    auto const any = [&] {
        auto const kind = random() % 12;
        double const decades = kind < 4 ? 4 : kind < 8 ? 20 : kind < 10 ? 80 : 600;
        double const size = std::pow(10, (unit() - 0.5) * decades);
        double const odd[] = {0,
                              HUGE_VAL,
                              std::numeric_limits<double>::quiet_NaN(),
                              1e300,
                              1e-300,
                              std::numeric_limits<double>::denorm_min()};
        double const value = kind == 11 ? odd[random() % 6] : size;
        return unit() < 0.2 ? -value : value;
    };
    auto const make = [&]() -> Distribution {
        double const a = any();
        double const b = any();
        double const c = any();
        double const d = any();
        double const e = unit();
        switch (random() % 16) {
        case 0:
            return make_beta(a, b, c, d);
        case 1:
            return make_gamma(a, b);
        case 2:
            return make_student_t(a, c, b);
        case 3:
            return make_pert(c, c + e * (d - c), d, a);
        case 4:
            return truncate(make_gamma(a, b), c, d);
        case 5:
            return truncate(make_beta(a, b), e, 1);
        case 6:
            return make_mixture({make_gamma(a, b), make_normal(c, d)}, {1, e});
        case 7:
            return fit_quantiles("beta",
                                 {{.05, .95, 0.3 * e}, {.95, .05, 0.3 + 0.6 * unit()}});
        case 8:
            return fit_quantiles("gamma", {{.05, .95, a}, {.95, .05, a * (1 + b)}});
        case 9:
            return fit_quantiles(
                "pert", {{.05, .95, c}, {.5, .5, c + b * e}, {.95, .05, c + b}});
        case 10:
            return fit_moments(e < 0.5 ? "gamma" : "lognormal", a, b);
        case 11:
            return fit_moments("beta", e, a);
        case 12:
            return make_loguniform(a, b);
        case 13:
            return make_triangular(a, b, c);
        case 14:
            return with_zero_probability(make_uniform(a, b), e);
        default:
            return fit_quantiles("student_t",
                                 {{.05, .95, c}, {.95, .05, c + a}},
                                 {.parameters = {{"df", b}}});
        }
    };
    int made = 0;
    int refused = 0;
    for (int i = 0; i < 1500; ++i) {
        CAPTURE(i);
        try {
            Distribution const x = make();
            ++made;
            x.shape();
            double const size = std::max(std::abs(x.quantile_of_score(-6.4)),
                                         std::abs(x.quantile_of_score(6.4)));
            if (!(size <= 1e37)) {
                continue;  // refused by the reader of quantities
            }
            double const slack =
                1e-12 * (x.quantile_of_score(1.6) - x.quantile_of_score(-1.6)) + 1e-200;
            double last = -HUGE_VAL;
            for (double const z : {-6.4, -4.0, -1.6, -0.1, 0.0, 0.1, 1.6, 4.0, 6.4}) {
                double const value = x.quantile_of_score(z);
                CAPTURE(x.describe(), z, value, last);
                CHECK_FALSE(std::isnan(value));
                CHECK(value >= last - 1e-9 * std::abs(last) - slack);
                CHECK(value >= x.support_min());
                CHECK(value <= x.support_max());
                last = value;
            }
        } catch (DistributionError const& error) {
            ++refused;
            CHECK_FALSE(error.problem.empty());
        }
    }
    CHECK(made > 300);
    CHECK(refused > 300);
}
