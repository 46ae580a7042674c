// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_values.hpp"

#include "kernels/lanes/normal.hpp"
#include "kernels/lanes/philox.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <utility>

namespace leadtime::tests {

double RandomChoice::uniform(double low, double high) {
    double const unit = static_cast<double>(engine_() >> 11) / 9007199254740992.0;
    return low + unit * (high - low);
}

int RandomChoice::integer(int low, int high) {
    auto const count = static_cast<std::uint64_t>(high - low + 1);
    return low + static_cast<int>(engine_() % count);
}

double RandomChoice::around(double value, double factor) {
    return value * std::pow(factor, uniform(-1.0, 1.0));
}

std::vector<float> normal_values(std::size_t count, float (*transform)(float)) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        auto const word = static_cast<std::int32_t>(kernels::random_word(11, i, 3, 0));
        values[i] = transform(kernels::normal_score<float>(word));
    }
    return values;
}

std::string number_text(double value) {
    std::array<char, 64> buffer{};
    auto const end =
        std::to_chars(
            buffer.data(), buffer.data() + 64, value, std::chars_format::general, 6)
            .ptr;
    std::string text(buffer.data(), end);
    std::size_t const plus = text.find('+');
    if (plus != std::string::npos) {
        text.erase(plus, 1);
    }
    return text;
}

std::string date_text(int month) {
    std::string const in_year = std::to_string(month % 12 + 1);
    return std::to_string(month / 12) + (in_year.size() < 2 ? "-0" : "-") + in_year;
}

namespace {

using Parameters = std::vector<std::pair<std::string, double>>;

std::string distribution(std::string const& family,
                         Parameters const& values,
                         std::string const& rest = {}) {
    std::string text = "{ dist = \"" + family + "\"";
    for (auto const& [key, value] : values) {
        text += ", " + key + " = " + number_text(value);
    }
    return text + rest + " }";
}

std::string list(std::vector<double> const& values) {
    std::string text;
    for (double const value : values) {
        text += (text.empty() ? "[" : ", ") + number_text(value);
    }
    return text + "]";
}

/// Between `low` and `high` only.
std::string bounded(RandomChoice& choice, double low, double middle, double high) {
    switch (choice.integer(0, 4)) {
    case 0:
        return distribution("uniform", {{"min", low}, {"max", high}});
    case 1:
        return distribution("triangular",
                            {{"min", low}, {"mode", middle}, {"max", high}});
    case 2:
        return distribution("pert", {{"min", low}, {"mode", middle}, {"max", high}});
    case 3:
        return distribution("normal",
                            {{"mean", middle}, {"sd", 0.3 * (high - low)}},
                            ", truncate = " + list({low, high}));
    default:
        return distribution("student_t",
                            {{"df", choice.uniform(2.0, 8.0)},
                             {"location", middle},
                             {"scale", 0.2 * (high - low)}},
                            ", truncate = " + list({low, high}));
    }
}

}  // namespace

std::string random_above_zero(RandomChoice& choice, double middle) {
    double const spread = choice.uniform(1.1, 2.5);
    double const low = middle / spread;
    double const high = middle * choice.uniform(1.1, 2.5);
    switch (choice.integer(0, 10)) {
    case 0:
        return number_text(middle);
    case 1:
        return "\"" + number_text(low) + " to " + number_text(high) + "\"";
    case 2:
        return "\"" + number_text(low) + " to " + number_text(middle) + " to "
               + number_text(high) + "\"";
    case 3:
        return distribution("loguniform", {{"min", low}, {"max", high}});
    case 4:
        return distribution("lognormal",
                            {{"mu", std::log(middle)}, {"sigma", std::log(spread)}});
    case 5:
        return distribution("split_lognormal",
                            {{"p5", low}, {"p50", middle}, {"p95", high}});
    case 6: {
        double const shape = choice.uniform(2.0, 20.0);
        return distribution("gamma", {{"shape", shape}, {"scale", middle / shape}});
    }
    case 7:
        return distribution("discrete",
                            {},
                            ", values = " + list({low, middle, high})
                                + ", weights = " + list({0.2, 0.5, 0.3}));
    case 8:
        return distribution(
            "empirical",
            {},
            ", values = " + list({high, low, middle, 0.9 * middle, 1.05 * middle}));
    case 9:
        return distribution(
            "mixture",
            {},
            ", components = [\"" + number_text(low) + " to " + number_text(middle)
                + "\", " + distribution("uniform", {{"min", middle}, {"max", high}})
                + "], weights = [0.4, 0.6]");
    default:
        return bounded(choice, low, middle, high);
    }
}

std::string random_positive(RandomChoice& choice, double middle) {
    if (choice.chance(0.9)) {
        return random_above_zero(choice, middle);
    }
    return distribution("lognormal",
                        {{"p5", middle / 1.5}, {"p95", middle * 1.5}},
                        ", zero_probability = 0.2");
}

std::string random_fraction(RandomChoice& choice, double middle) {
    double const room = std::min(middle, 1.0 - middle);
    double const low = middle - 0.6 * room;
    double const high = middle + 0.7 * room;
    switch (choice.integer(0, 5)) {
    case 0:
        return number_text(middle);
    case 1:
        return distribution(
            "beta", {{"alpha", 12.0 * middle}, {"beta", 12.0 * (1.0 - middle)}});
    case 2:
        return distribution("bernoulli", {{"p", middle}});
    default:
        return bounded(choice, low, middle, high);
    }
}

namespace {

/// An expression of depth 0.
std::string leaf(RandomChoice& choice, FormulaNames const& names) {
    switch (choice.integer(0, 9)) {
    case 0:
        return number_text(choice.uniform(-1.5, 2.5));
    case 1:
        return "(year - " + number_text(2024.0 + choice.integer(0, 3)) + ")";
    case 2:
        return "(month / one_month / 12.5)";
    case 3:
    case 4:
        if (!names.path_metrics.empty()) {
            return "previous(" + choice.pick(names.path_metrics) + ")";
        }
        [[fallthrough]];
    default:
        return choice.pick(names.plain);
    }
}

std::string condition(RandomChoice& choice, FormulaNames const& names, int depth) {
    static std::vector<std::string> const comparisons{"<", "<=", ">", ">="};
    std::string left = random_formula(choice, names, depth);
    left += " " + choice.pick(comparisons);
    left += " " + number_text(choice.uniform(-0.5, 1.5));
    switch (choice.integer(0, 5)) {
    case 0:
        return "not " + left;
    case 1:
        return left + " and month " + choice.pick(comparisons) + " 6.5";
    case 2:
        return left + " or month == " + std::to_string(3 * choice.integer(0, 4));
    case 3:
        return left + " or month != " + std::to_string(3 * choice.integer(0, 4));
    default:
        return left;
    }
}

std::string remembering(RandomChoice& choice, FormulaNames const& names, int depth) {
    std::string const x = random_formula(choice, names, depth);
    switch (choice.integer(0, 5)) {
    case 0: {
        int const month = choice.integer(0, names.horizon_months - 1);
        return "at(" + choice.pick(names.without_past) + ", '"
               + date_text(names.start_month + month) + "')";
    }
    case 1:
        return "cumsum(0.1 * " + x + ")";
    case 2:
        return "(integral(" + x + ") / one_month / 20)";
    case 3:
        return "accumulate(" + x + ", clip(" + leaf(choice, names) + ", 0.1, 0.8))";
    case 4:
        return "delay(" + x + ", "
               + (choice.chance(0.4) ? number_text(choice.uniform(0.0, 7.0))
                                     : choice.pick(names.months))
               + ")";
    default:
        return "previous(" + x + ")";
    }
}

}  // namespace

std::string random_formula(RandomChoice& choice, FormulaNames const& names, int depth) {
    if (depth <= 0) {
        return leaf(choice, names);
    }
    auto const operand = [&] {
        return random_formula(choice, names, depth - choice.integer(1, 2));
    };
    std::string const a = operand();
    switch (choice.integer(0, 18)) {
    case 0:
        return "(" + a + " + " + operand() + ")";
    case 1:
        return "(" + a + " - " + operand() + ")";
    case 2:
        return "(" + a + " * clip(" + operand() + ", -2, 2))";
    case 3:
        return "(" + a + " / (abs(" + operand() + ") + 0.5))";
    case 4:
        return "((abs(" + a + ") + 0.1) ^ clip(" + operand() + ", 0.2, 1.5))";
    case 5:
        return "-" + a;
    case 6:
        return "min(" + a + ", " + operand() + ")";
    case 7:
        return "max(" + a + ", " + operand() + ", -0.3)";
    case 8:
        return "exp(clip(" + a + ", -3, 2))";
    case 9:
        return "log(abs(" + a + ") + 1.1)";
    case 10:
        return "log10(abs(" + a + ") + 0.2)";
    case 11:
        return "sqrt(abs(" + a + "))";
    case 12:
        return "clip(" + a + ", -1.7, 3.1)";
    case 13:
    case 14: {
        std::string const b = operand();
        return "if(" + condition(choice, names, depth - 1) + ", " + a + ", " + b + ")";
    }
    case 15:
        return "(sin(clip(" + a + ", -3, 3)) + 1.5)";
    default:
        return remembering(choice, names, depth - 1);
    }
}

}  // namespace leadtime::tests
