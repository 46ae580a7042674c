// SPDX-License-Identifier: Apache-2.0
#include "tests/estimator/quantities/read_value.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace {

using namespace leadtime;
using namespace leadtime::estimator;

/// Everything said about `x = VALUE` in a file s.toml.
std::string errors_of_value(std::string const& value, std::string const& unit = "1") {
    auto const [distribution, errors] = read_value(value, unit);
    CHECK_FALSE(distribution);
    std::string text;
    for (auto const& error : errors) {
        text += "\n" + error;
    }
    return text;
}

}  // namespace

// The texts start with a line feed so that they can be read as printed.

TEST_CASE("distribution_reader: errors about texts", "[estimator][distribution]") {
    CHECK(errors_of_value("'30k to 20k'") == R"(
s.toml:1:6: error: "30k to 20k" is inverted (the lower value comes first)
 1 | x = '30k to 20k'
   |      ^~~~~~~~~~ write "20k to 30k")");
    CHECK(errors_of_value("'price * 2'") == R"(
s.toml:1:5: error: "x" is neither a number nor a range (found the string "price * 2")
 1 | x = 'price * 2'
   |     ^~~~~~~~~~~ a formula goes under "formula")");
    CHECK(errors_of_value("'30m'") == R"(
s.toml:1:6: error: "30m" is not a number (unknown suffix "m"; known are k M G B T %)
 1 | x = '30m'
   |      ^~~ did you mean "30M"?)");
    CHECK(errors_of_value("true") == R"(
s.toml:1:5: error: "x" must be a number, a text such as "20k to 27k", or a table (found true)
 1 | x = true
   |     ^~~~)");
    CHECK(errors_of_value("nan") == R"(
s.toml:1:5: error: "x" must be a finite number (found nan)
 1 | x = nan
   |     ^~~)");
    CHECK(errors_of_value("\"x to 3\"") == R"(
s.toml:1:6: error: "x" is not a number (the ends of a range are numbers, not formulas)
 1 | x = "x to 3"
   |      ^)");
    CHECK(errors_of_value("'20k-30k'") == R"(
s.toml:1:6: error: "20k-30k" is not a range
 1 | x = '20k-30k'
   |      ^~~~~~~ write "20k to 30k")");
    CHECK(errors_of_value("[1, 2]") == R"(
s.toml:1:5: error: "x" must be a number, a text such as "20k to 27k", or a table (found an array)
 1 | x = [1, 2]
   |     ^~~~~~)");
}

TEST_CASE("distribution_reader: errors about dates", "[estimator][distribution]") {
    CHECK(errors_of_value("14", "date") == R"(
s.toml:1:5: error: "x" must be a date such as "2026-03" (found 14)
 1 | x = 14
   |     ^~)");
    CHECK(errors_of_value("'2026-3'", "date") == R"(
s.toml:1:6: error: "2026-3" is not a date
 1 | x = '2026-3'
   |      ^~~~~~ write dates as "2026-03")");
    CHECK(errors_of_value("{ dist = 'lognormal', mu = 1, sigma = 2 }", "date") == R"(
s.toml:1:7: error: a date cannot have a lognormal distribution
 1 | x = { dist = 'lognormal', mu = 1, sigma = 2 }
   |       ^~~~ write "normal" or "split_normal")");
    CHECK(errors_of_value("{ dist = 'normal', mean = 3, sd = 2 }", "date") == R"(
s.toml:1:31: error: "mean" must be a date such as "2026-03" (found 3)
 1 | x = { dist = 'normal', mean = 3, sd = 2 }
   |                               ^)");
    CHECK(errors_of_value("'soon'", "date") == R"(
s.toml:1:5: error: "x" is neither a date nor a range (found the string "soon")
 1 | x = 'soon'
   |     ^~~~~~ a formula goes under "formula")");
}

TEST_CASE("distribution_reader: errors about the choice of keys",
          "[estimator][distribution]") {
    CHECK(errors_of_value("{ dist = 'lognormall', mu = 1 }") == R"(
s.toml:1:14: error: unknown distribution "lognormall" (known are normal, lognormal, split_normal, split_lognormal, uniform, loguniform, triangular, pert, beta, gamma, student_t, fixed, bernoulli, discrete, empirical, mixture)
 1 | x = { dist = 'lognormall', mu = 1 }
   |              ^~~~~~~~~~~~ did you mean "lognormal"?)");
    CHECK(errors_of_value("{ mu = 1 }") == R"(
s.toml:1:5: error: missing key "dist" (required in "x")
 1 | x = { mu = 1 }
   |     ^~~~~~~~~~)");
    CHECK(errors_of_value("{ dist = 'normal', mean = 1, sdd = 2 }") == R"(
s.toml:1:5: error: a normal distribution needs "mean" and "sd", or quantiles such as "p5" and "p95"
 1 | x = { dist = 'normal', mean = 1, sdd = 2 }
   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
s.toml:1:34: error: unknown key "sdd" (allowed here: ci, dist, high, low, mean, p5, p50, p95, sd, tolerance, truncate, zero_probability)
 1 | x = { dist = 'normal', mean = 1, sdd = 2 }
   |                                  ^~~ did you mean "sd"?)");
    CHECK(errors_of_value("{ dist = 'normal', mean = 1, sd = 2, p5 = 3, p95 = 4 }")
          == R"(
s.toml:1:24: error: "mean" cannot be given beside quantiles
 1 | x = { dist = 'normal', mean = 1, sd = 2, p5 = 3, p95 = 4 }
   |                        ^~~~
s.toml:1:34: error: "sd" cannot be given beside quantiles
 1 | x = { dist = 'normal', mean = 1, sd = 2, p5 = 3, p95 = 4 }
   |                                  ^~)");
    CHECK(errors_of_value("{ dist = 'lognormal', mu = 1, sigma = 2, mean = 3 }") == R"(
s.toml:1:46: error: "mean" cannot be given beside "mu" and "sigma"
 1 | x = { dist = 'lognormal', mu = 1, sigma = 2, mean = 3 }
   |                                              ^~~~)");
    CHECK(errors_of_value("{ dist = 'lognormal', mu = 1, sigma = 2, simga = 3 }") == R"(
s.toml:1:46: error: unknown key "simga" (allowed here: ci, dist, high, low, mean, median, mu, p5, p50, p95, sd, sigma, tolerance, truncate, zero_probability)
 1 | x = { dist = 'lognormal', mu = 1, sigma = 2, simga = 3 }
   |                                              ^~~~~ did you mean "sigma"?)");
    CHECK(errors_of_value("{ dist = 'lognormal', low = 1 }") == R"(
s.toml:1:5: error: missing key "high" ("low" and "high" go together)
 1 | x = { dist = 'lognormal', low = 1 }
   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~)");
    CHECK(errors_of_value("{ dist = 'lognormal', mu = 1, sigma = 2, ci = 0.8 }") == R"(
s.toml:1:46: error: "ci" needs "low" and "high"
 1 | x = { dist = 'lognormal', mu = 1, sigma = 2, ci = 0.8 }
   |                                              ^~)");
    CHECK(errors_of_value("{ value = '1 to 3', tolerance = 0.1 }") == R"(
s.toml:1:25: error: unknown key "tolerance" (allowed here: dist, truncate, value, zero_probability)
 1 | x = { value = '1 to 3', tolerance = 0.1 }
   |                         ^~~~~~~~~)");
    CHECK(errors_of_value("{ dist = 'student_t', p5 = 1, p95 = 2 }") == R"(
s.toml:1:5: error: missing key "df" (a Student t distribution needs it)
 1 | x = { dist = 'student_t', p5 = 1, p95 = 2 }
   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~)");
    CHECK(errors_of_value("{ dist = 3 }") == R"(
s.toml:1:14: error: "dist" must be a string (found 3)
 1 | x = { dist = 3 }
   |              ^)");
    CHECK(errors_of_value("{ dist = 'normal', mean = 1, sd = 2, tolerance = 0.1 }")
          == R"(
s.toml:1:42: error: "tolerance" needs quantiles
 1 | x = { dist = 'normal', mean = 1, sd = 2, tolerance = 0.1 }
   |                                          ^~~~~~~~~)");
    CHECK(errors_of_value("{ dist = 'bernoulli', p5 = 1 }") == R"(
s.toml:1:5: error: a bernoulli distribution needs "p"
 1 | x = { dist = 'bernoulli', p5 = 1 }
   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
s.toml:1:27: error: unknown key "p5" (allowed here: dist, p, truncate, zero_probability)
 1 | x = { dist = 'bernoulli', p5 = 1 }
   |                           ^~)");
}

TEST_CASE("distribution_reader: errors about parameters", "[estimator][distribution]") {
    CHECK(errors_of_value("{ dist = 'normal', mean = 1, sd = -2 }") == R"(
s.toml:1:34: error: "sd" must be greater than 0 (found -2)
 1 | x = { dist = 'normal', mean = 1, sd = -2 }
   |                                  ^~)");
    CHECK(errors_of_value("{ dist = 'beta', mean = 0.5, sd = 0.6 }") == R"(
s.toml:1:5: error: no beta distribution on 0 to 1 has mean 0.5 and sd 0.6
 1 | x = { dist = 'beta', mean = 0.5, sd = 0.6 }
   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~)");
    CHECK(errors_of_value("{ dist = 'uniform', min = 3, max = 1 }") == R"(
s.toml:1:34: error: "max" must be greater than "min" (found min 3, max 1)
 1 | x = { dist = 'uniform', min = 3, max = 1 }
   |                                  ^~~)");
    CHECK(errors_of_value("{ dist = 'triangular', min = 1, mode = 5, max = 3 }") == R"(
s.toml:1:37: error: "mode" must lie between "min" and "max" (found 5)
 1 | x = { dist = 'triangular', min = 1, mode = 5, max = 3 }
   |                                     ^~~~)");
    CHECK(errors_of_value("{ dist = 'bernoulli', p = 1.5 }") == R"(
s.toml:1:27: error: "p" must be at least 0 and at most 1
 1 | x = { dist = 'bernoulli', p = 1.5 }
   |                           ^)");
    CHECK(errors_of_value("{ dist = 'student_t', df = 2, mean = 1, sd = 2 }") == R"(
s.toml:1:27: error: "df" must be greater than 2 where "sd" is given
 1 | x = { dist = 'student_t', df = 2, mean = 1, sd = 2 }
   |                           ^~)");
    CHECK(errors_of_value("{ dist = 'fixed', value = inf }") == R"(
s.toml:1:31: error: "value" must be a finite number (found inf)
 1 | x = { dist = 'fixed', value = inf }
   |                               ^~~)");
    CHECK(errors_of_value("{ dist = 'beta', alpha = 0, beta = 1 }") == R"(
s.toml:1:22: error: "alpha" must be greater than 0 (found 0)
 1 | x = { dist = 'beta', alpha = 0, beta = 1 }
   |                      ^~~~~)");
    CHECK(errors_of_value("{ dist = 'lognormal', median = -1, sigma = 1 }") == R"(
s.toml:1:27: error: "median" must be greater than 0 (found -1)
 1 | x = { dist = 'lognormal', median = -1, sigma = 1 }
   |                           ^~~~~~)");
    CHECK(errors_of_value("{ dist = 'gamma', mean = -1, sd = 1 }") == R"(
s.toml:1:23: error: "mean" must be greater than 0 (found -1)
 1 | x = { dist = 'gamma', mean = -1, sd = 1 }
   |                       ^~~~)");
}

TEST_CASE("distribution_reader: errors about quantiles and fits",
          "[estimator][distribution]") {
    CHECK(errors_of_value("{ dist = 'lognormal', p5 = 3, p95 = 2 }") == R"(
s.toml:1:35: error: quantiles must ascend (p5 is 3, p95 is 2)
 1 | x = { dist = 'lognormal', p5 = 3, p95 = 2 }
   |                                   ^~~)");
    CHECK(errors_of_value("{ dist = 'lognormal', p5 = -3, p95 = 2 }") == R"(
s.toml:1:27: error: quantiles of a lognormal distribution must be greater than 0 (p5 is -3)
 1 | x = { dist = 'lognormal', p5 = -3, p95 = 2 }
   |                           ^~)");
    CHECK(errors_of_value("{ dist = 'lognormal', p5 = 1, p50 = 5, p95 = 6 }") == R"(
s.toml:1:5: error: a lognormal distribution cannot meet these quantiles within 1 % (reached p5 1.269 for 1, p50 3.107 for 5, p95 7.611 for 6)
 1 | x = { dist = 'lognormal', p5 = 1, p50 = 5, p95 = 6 }
   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ give its parameters, or another "dist")");
    CHECK(errors_of_value("{ dist = 'lognormal', p5 = 1 }") == R"(
s.toml:1:5: error: a lognormal distribution needs at least 2 quantiles (found 1)
 1 | x = { dist = 'lognormal', p5 = 1 }
   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~)");
    CHECK(errors_of_value("{ dist = 'lognormal', p5 = 1, p5_0 = 1, p95 = 4 }") == R"(
s.toml:1:35: error: "p5" and "p5_0" are the same quantile
 1 | x = { dist = 'lognormal', p5 = 1, p5_0 = 1, p95 = 4 }
   |                                   ^~~~)");
    CHECK(errors_of_value("{ dist = 'lognormal', p0 = 1, p95 = 4 }") == R"(
s.toml:1:27: error: "p0" is not a quantile (the number must lie between 0 and 100)
 1 | x = { dist = 'lognormal', p0 = 1, p95 = 4 }
   |                           ^~)");
    CHECK(errors_of_value("{ dist = 'beta', p5 = 0.33, p50 = 0.41, p95 = 0.52 }") == R"(
s.toml:1:5: error: a beta distribution cannot meet these quantiles within 1 % (reached p5 0.3254 for 0.33, p50 0.4186 for 0.41, p95 0.5158 for 0.52)
 1 | x = { dist = 'beta', p5 = 0.33, p50 = 0.41, p95 = 0.52 }
   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ allow it with tolerance = 0.03, or give another "dist")");
    CHECK(errors_of_value("{ dist = 'beta', p10 = 0.025, p50 = 0.25, p90 = 0.7 }")
          == R"(
s.toml:1:5: error: a beta distribution cannot meet these quantiles within 1 % (reached p10 0.02464 for 0.025, p50 0.2501 for 0.25, p90 0.6999 for 0.7)
 1 | x = { dist = 'beta', p10 = 0.025, p50 = 0.25, p90 = 0.7 }
   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ allow it with tolerance = 0.02, or give another "dist")");
    CHECK(errors_of_value("{ dist = 'beta', p10 = 0.5, p90 = 1.7 }") == R"(
s.toml:1:33: error: quantiles of a beta distribution must lie between 0 and 1 (p90 is 1.7)
 1 | x = { dist = 'beta', p10 = 0.5, p90 = 1.7 }
   |                                 ^~~)");
    CHECK(errors_of_value("{ dist = 'triangular', p5 = 1, p95 = 3 }") == R"(
s.toml:1:5: error: a triangular distribution needs at least 3 quantiles (found 2)
 1 | x = { dist = 'triangular', p5 = 1, p95 = 3 }
   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~)");
    CHECK(errors_of_value("{ dist = 'split_normal', p5 = 1, p95 = 3 }") == R"(
s.toml:1:5: error: a split normal distribution needs at least 3 quantiles (found 2)
 1 | x = { dist = 'split_normal', p5 = 1, p95 = 3 }
   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~)");
    CHECK(errors_of_value(
              "{ dist = 'gamma', p5 = 1, p50 = 2, p95 = 40, tolerance = 0.5 }")
          == R"(
s.toml:1:62: error: "tolerance" must be greater than 0 and at most 0.2 (found 0.5)
 1 | x = { dist = 'gamma', p5 = 1, p50 = 2, p95 = 40, tolerance = 0.5 }
   |                                                              ^~~)");
    CHECK(errors_of_value("{ dist = 'gamma', p5 = 1, p50 = 2, p95 = 40 }") == R"(
s.toml:1:5: error: a gamma distribution cannot meet these quantiles within 1 % (reached p5 0.0006893 for 1, p50 2.002 for 2, p95 40 for 40)
 1 | x = { dist = 'gamma', p5 = 1, p50 = 2, p95 = 40 }
   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ give its parameters, or another "dist")");
    CHECK(errors_of_value("{ dist = 'triangular', p5 = 1, p50 = 1.1, p95 = 70 }") == R"(
s.toml:1:5: error: a triangular distribution cannot meet these quantiles within 1 % (reached p5 -9.225 for 1, p50 16.98 for 1.1, p95 64.34 for 70)
 1 | x = { dist = 'triangular', p5 = 1, p50 = 1.1, p95 = 70 }
   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ give its parameters, or another "dist")");
    CHECK(errors_of_value("{ dist = 'split_normal', p5 = 1, p40 = 2, p95 = 3 }") == R"(
s.toml:1:5: error: a split normal distribution needs p50, one quantile below and one above
 1 | x = { dist = 'split_normal', p5 = 1, p40 = 2, p95 = 3 }
   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~)");
    CHECK(errors_of_value("{ dist = 'normal', low = 1, high = 2, ci = 1 }") == R"(
s.toml:1:48: error: "ci" must be greater than 0 and at most 0.999999 (found 1)
 1 | x = { dist = 'normal', low = 1, high = 2, ci = 1 }
   |                                                ^)");
}

TEST_CASE("distribution_reader: errors about lists and mixtures",
          "[estimator][distribution]") {
    CHECK(errors_of_value("{ dist = 'discrete', values = [1, 2], weights = [1] }")
          == R"(
s.toml:1:43: error: "weights" must have one number for each of "values" (found 2 values, 1 weights)
 1 | x = { dist = 'discrete', values = [1, 2], weights = [1] }
   |                                           ^~~~~~~)");
    CHECK(errors_of_value("{ dist = 'discrete', values = [1, 2], weights = [1, -1] }")
          == R"(
s.toml:1:43: error: "weights" must not be negative (found -1)
 1 | x = { dist = 'discrete', values = [1, 2], weights = [1, -1] }
   |                                           ^~~~~~~)");
    CHECK(errors_of_value("{ dist = 'discrete', values = [1, 2], weights = [0, 0] }")
          == R"(
s.toml:1:43: error: "weights" must sum to something greater than 0
 1 | x = { dist = 'discrete', values = [1, 2], weights = [0, 0] }
   |                                           ^~~~~~~)");
    CHECK(errors_of_value("{ dist = 'discrete', values = [1, 'x'], weights = [0, 0] }")
          == R"(
s.toml:1:39: error: "values[1]" must be one number (found the string "x")
 1 | x = { dist = 'discrete', values = [1, 'x'], weights = [0, 0] }
   |                                       ^~~)");
    CHECK(errors_of_value("{ dist = 'discrete', values = [], weights = [] }") == R"(
s.toml:1:26: error: "values" must not be empty
 1 | x = { dist = 'discrete', values = [], weights = [] }
   |                          ^~~~~~)");
    CHECK(errors_of_value("{ dist = 'discrete', values = [1, nan], weights = [1, 1] }")
          == R"(
s.toml:1:39: error: "values[1]" must be a finite number (found nan)
 1 | x = { dist = 'discrete', values = [1, nan], weights = [1, 1] }
   |                                       ^~~)");
    CHECK(
        errors_of_value(
            "{ dist = 'mixture', components = ['1 to 2', '3 to 2'], weights = [1, 1] }")
        == R"(
s.toml:1:50: error: "3 to 2" is inverted (the lower value comes first)
 1 | x = { dist = 'mixture', components = ['1 to 2', '3 to 2'], weights = [1, 1] }
   |                                                  ^~~~~~ write "2 to 3")");
    CHECK(errors_of_value(
              "{ dist = 'mixture', components = ['1 to 2'], weights = [1, 1] }")
          == R"(
s.toml:1:50: error: "weights" must have one number for each of "components" (found 1 components, 2 weights)
 1 | x = { dist = 'mixture', components = ['1 to 2'], weights = [1, 1] }
   |                                                  ^~~~~~~)");
}

TEST_CASE("distribution_reader: errors about wrappers", "[estimator][distribution]") {
    CHECK(errors_of_value("{ value = '1 to 3', truncate = [3, 2] }") == R"(
s.toml:1:25: error: "truncate" must be [lower, upper], the lower one first (found 3 and 2)
 1 | x = { value = '1 to 3', truncate = [3, 2] }
   |                         ^~~~~~~~)");
    CHECK(errors_of_value("{ value = '1 to 3', truncate = [-2, -1] }") == R"(
s.toml:1:25: error: nothing lies within -2 to -1 (truncating lognormal, p5 1, p95 3)
 1 | x = { value = '1 to 3', truncate = [-2, -1] }
   |                         ^~~~~~~~)");
    CHECK(errors_of_value("{ dist = 'normal', mean = 0, sd = 1, truncate = [40, 50] }")
          == R"(
s.toml:1:42: error: nothing lies within 40 to 50 (truncating normal, mean 0, sd 1)
 1 | x = { dist = 'normal', mean = 0, sd = 1, truncate = [40, 50] }
   |                                          ^~~~~~~~)");
    CHECK(errors_of_value("{ value = '1 to 3', truncate = [3] }") == R"(
s.toml:1:36: error: "truncate" must be [lower, upper] (found 1 elements)
 1 | x = { value = '1 to 3', truncate = [3] }
   |                                    ^~~ inf and -inf leave a side open)");
    CHECK(errors_of_value("{ value = '1 to 3', zero_probability = 1.5 }") == R"(
s.toml:1:44: error: "zero_probability" must be at least 0 and at most 1 (found 1.5)
 1 | x = { value = '1 to 3', zero_probability = 1.5 }
   |                                            ^~~)");
    CHECK(
        errors_of_value("{ dist = 'normal', mean = 1, sd = 2, zero_probabilty = 0.1 }")
        == R"(
s.toml:1:42: error: unknown key "zero_probabilty" (allowed here: ci, dist, high, low, mean, p5, p50, p95, sd, tolerance, truncate, zero_probability)
 1 | x = { dist = 'normal', mean = 1, sd = 2, zero_probabilty = 0.1 }
   |                                          ^~~~~~~~~~~~~~~ did you mean "zero_probability"?)");
}
