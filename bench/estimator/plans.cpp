// SPDX-License-Identifier: Apache-2.0
#include "bench/estimator/plans.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "hwprofiles/profile_library.hpp"

#include <fmt/format.h>

namespace bench {
namespace {

using namespace leadtime;

estimator::Plan plan_of_text(std::string const& text) {
    return estimator::compile(estimator::read_scenario_text(
        text, "bench.toml", hwprofiles::ProfileLibrary::load()));
}

std::string head(char const* end) {
    return fmt::format(
        "[scenario]\nname = \"bench\"\nstart = \"2025-01\"\nend = \"{}\"\n", end);
}

std::string quantity(std::string const& name, std::string const& body) {
    return fmt::format(
        "[quantity.{}]\nunit = \"1\"\n{}\nsource = \"assumption\"\n", name, body);
}

}  // namespace

std::vector<Named> distributions() {
    return {{"normal", "{ dist = \"normal\", mean = 3, sd = 1 }"},
            {"lognormal", "\"1 to 9\""},
            {"uniform", "{ dist = \"uniform\", min = 1, max = 2 }"},
            {"beta", "{ dist = \"beta\", alpha = 4, beta = 26 }"},
            {"triangular", "{ dist = \"triangular\", min = 1, mode = 2, max = 5 }"},
            {"discrete",
             "{ dist = \"discrete\", values = [1, 2, 3], weights = [1, 2, 1] }"}};
}

std::vector<Named> formulas() {
    return {{"multiply", "x * year"},
            {"divide", "x / year"},
            {"exp", "exp(x * year / 1000)"},
            {"log", "log(x + year)"},
            {"power", "x ^ (year / 1000)"},
            {"if", "if(year > 2028 * x, x, y)"},
            {"accumulate", "accumulate(x, 0.9)"},
            {"delay", "delay(x * year, 7.5)"}};
}

estimator::Plan plan_of_draws(std::string const& value) {
    std::string text = head("2025-01");
    std::string names;
    for (int i = 0; i < 16; ++i) {
        text += quantity(fmt::format("q{}", i), "value = " + value);
        names += fmt::format("{}\"q{}\"", i == 0 ? "" : ", ", i);
    }
    return plan_of_text(text + "[output]\nquantities = [" + names + "]\n");
}

estimator::Plan plan_of_formula(std::string const& formula) {
    std::string text = head("2034-12") + quantity("x", "value = \"1 to 2\"")
                       + quantity("y", "value = \"1 to 2\"");
    std::string sum;
    for (int i = 0; i < formula_count; ++i) {
        text += quantity(fmt::format("f{}", i), "formula = \"" + formula + "\"");
        sum += fmt::format("{}f{}", i == 0 ? "" : " + ", i);
    }
    return plan_of_text(text + quantity("sum", "formula = \"" + sum + "\"")
                        + "[output]\nquantities = [\"sum\"]\n");
}

estimator::Plan plan_of_file(std::string const& file) {
    std::string const path = file == "baseline" ? file : LEADTIME_SOURCE_DIR "/" + file;
    return estimator::compile(
        estimator::read_scenario(path, hwprofiles::ProfileLibrary::load()));
}

}  // namespace bench
