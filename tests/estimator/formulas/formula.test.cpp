// SPDX-License-Identifier: Apache-2.0
#include "estimator/formulas/formula.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <fmt/format.h>
#include <string>

namespace {

using namespace leadtime::estimator;

constexpr int january_2024 = 2024 * 12;

/// A tree as a text with every parenthesis.
std::string show(Expression const& node) {
    auto const a = [&](std::size_t i) { return show(node.arguments[i]); };
    auto const infix = [&](char const* op) {
        return fmt::format("({} {} {})", a(0), op, a(1));
    };
    auto const call = [&](char const* name) {
        std::string text = std::string(name) + "(";
        for (std::size_t i = 0; i < node.arguments.size(); ++i) {
            text += (i == 0 ? "" : ", ") + a(i);
        }
        return text + ")";
    };
    switch (node.op) {
    case Op::number:
        return fmt::format("{}", node.number);
    case Op::name:
        return node.name;
    case Op::neg:
        return "(-" + a(0) + ")";
    case Op::add:
        return infix("+");
    case Op::sub:
        return infix("-");
    case Op::mul:
        return infix("*");
    case Op::div:
        return infix("/");
    case Op::pow:
        return infix("^");
    case Op::less:
        return infix("<");
    case Op::less_equal:
        return infix("<=");
    case Op::greater:
        return infix(">");
    case Op::greater_equal:
        return infix(">=");
    case Op::equal:
        return infix("==");
    case Op::not_equal:
        return infix("!=");
    case Op::logical_and:
        return infix("and");
    case Op::logical_or:
        return infix("or");
    case Op::logical_not:
        return "(not " + a(0) + ")";
    case Op::min:
        return call("min");
    case Op::max:
        return call("max");
    case Op::exp:
        return call("exp");
    case Op::log:
        return call("log");
    case Op::log10:
        return call("log10");
    case Op::sqrt:
        return call("sqrt");
    case Op::abs:
        return call("abs");
    case Op::sin:
        return call("sin");
    case Op::clip:
        return call("clip");
    case Op::if_:
        return call("if");
    case Op::at:
        return fmt::format("at({}, {})", a(0), node.number);
    case Op::cumsum:
        return call("cumsum");
    case Op::integral:
        return call("integral");
    case Op::accumulate:
        return call("accumulate");
    case Op::delay:
        return call("delay");
    case Op::crossing:
        return call("crossing");
    case Op::previous:
        return call("previous");
    case Op::since:
        return call("since");
    case Op::legal:
        return call("legal");
    case Op::charge:
        return call("charge");
    case Op::hazard_event:
    case Op::regime:
    case Op::count:
        break;  // no text stands for them
    }
    return "?";
}

std::string parsed(std::string const& text) {
    return show(parse_formula(text, january_2024));
}

/// `offset+length: problem (reason); suggestion`
std::string error_of(std::string const& text) {
    try {
        parse_formula(text, january_2024);
    } catch (FormulaError const& error) {
        std::string message =
            fmt::format("{}+{}: {}", error.offset, error.length, error.problem);
        if (!error.reason.empty()) {
            message += " (" + error.reason + ")";
        }
        if (!error.suggestion.empty()) {
            message += "; " + error.suggestion;
        }
        return message;
    }
    return "no error";
}

TEST_CASE("formula: operators bind as in mathematics", "[estimator][formula][host]") {
    CHECK(parsed("a + b * c") == "(a + (b * c))");
    CHECK(parsed("(a + b) * c") == "((a + b) * c)");
    CHECK(parsed("a - b - c") == "((a - b) - c)");
    CHECK(parsed("a / b * c") == "((a / b) * c)");
    CHECK(parsed("2 ^ 3 ^ 2") == "(2 ^ (3 ^ 2))");
    CHECK(parsed("-a ^ 2") == "(-(a ^ 2))");
    CHECK(parsed("2 ^ -1") == "(2 ^ (-1))");
    CHECK(parsed("a * -b") == "(a * (-b))");
    CHECK(parsed("+a") == "a");
    CHECK(parsed("a < b + 1 and not c or d") == "(((a < (b + 1)) and (not c)) or d)");
    CHECK(parsed("not a == b") == "(not (a == b))");
}

TEST_CASE("formula: numbers take suffixes and underscores",
          "[estimator][formula][host]") {
    CHECK(parsed("20k") == "20000");
    CHECK(parsed("1.5M + .5") == "(1500000 + 0.5)");
    CHECK(parsed("2B - 2G") == "(2000000000 - 2000000000)");
    CHECK(parsed("3T") == "3000000000000");
    CHECK(parsed("20_000") == "20000");
    CHECK(parsed("1e3 * 2E-1") == "(1000 * 0.2)");
    CHECK(parsed("0e-400") == "0");
}

TEST_CASE("formula: names may hold dots, functions fold",
          "[estimator][formula][host]") {
    CHECK(parsed("path.cn.channel.a1 + month") == "(path.cn.channel.a1 + month)");
    CHECK(parsed("min(a, b, c)") == "min(min(a, b), c)");
    CHECK(parsed("pow(a, 2)") == "(a ^ 2)");
    CHECK(parsed("if(clip(a, 0, 1) >= 0.5, exp(b), sqrt(c))")
          == "if((clip(a, 0, 1) >= 0.5), exp(b), sqrt(c))");
    CHECK(parsed("previous(path.cn.lag)") == "previous(path.cn.lag)");
}

TEST_CASE("formula: months count from the start", "[estimator][formula][host]") {
    CHECK(parsed("at(x, '2025-06')") == "at(x, 17)");
    CHECK(parsed("at(x, \"2023-12\")") == "at(x, -1)");
    CHECK(parsed("month >= '2025-01'") == "(month >= 12)");
}

TEST_CASE("formula: every node knows its place", "[estimator][formula][host]") {
    auto const formula = parse_formula("aa +  (bb * c)", january_2024);
    CHECK(formula.offset == 0);
    CHECK(formula.length == 14);
    CHECK(formula.arguments[1].offset == 6);
    CHECK(formula.arguments[1].length == 8);
    CHECK(formula.arguments[1].arguments[0].offset == 7);
    CHECK(formula.arguments[1].arguments[0].length == 2);
}

TEST_CASE("formula: mistakes are named at their place", "[estimator][formula][host]") {
    CHECK(error_of("") == "0+1: the formula is empty");
    CHECK(error_of("a +") == "3+1: the formula ends where a value is expected");
    CHECK(error_of("a b")
          == "2+1: expected an operator before \"b\"; write * for a product");
    CHECK(error_of("(a + b") == "0+1: \"(\" is never closed");
    CHECK(error_of("a)") == "1+1: this \")\" closes nothing");
    CHECK(error_of("a, b") == "1+1: \",\" outside of a call");
    CHECK(error_of("* a") == "0+1: expected a value before \"*\"");
    CHECK(error_of("and a") == "0+3: \"and\" lacks its left side");
    CHECK(error_of("sqr(a)")
          == "0+3: unknown function \"sqr\"; did you mean \"sqrt\"?");
    CHECK(error_of("ln(a)")
          == "0+2: unknown function \"ln\"; did you mean \"log\"? (it is the natural "
             "logarithm)");
    CHECK(error_of("clip(a, 1)")
          == "0+4: clip takes 3 arguments, not 2; write clip(x, lo, hi)");
    CHECK(error_of("exp()") == "0+3: exp takes 1 argument, not 0; write exp(x)");
    CHECK(error_of("exp + 1") == "0+3: \"exp\" is a function; write exp(x)");
    CHECK(error_of("a < b < c")
          == "6+1: comparisons cannot be chained; write a < b and b < c");
    CHECK(error_of("a = b") == "2+1: \"=\" is not an operator; write == to compare");
    CHECK(error_of("a ** b") == "2+2: \"**\" is not an operator; write ^ for a power");
    CHECK(error_of("a && b") == "2+2: \"&&\" is not an operator; write \"and\"");
    CHECK(error_of("5% * a") == "1+1: \"%\" is not an operator; write 0.05 for 5 %");
    CHECK(error_of("a × b") == "2+2: unexpected character \"×\"");
    CHECK(error_of("3x")
          == "0+2: cannot read the number \"3x\"; suffixes are k M G B T; names start "
             "with a "
             "letter");
    CHECK(error_of("1e999") == "0+5: the number \"1e999\" is out of range");
    CHECK(error_of("1e-400").starts_with("0+6: the number \"1e-400\" is out of range"));
    CHECK(error_of("1e-39").starts_with("0+5: the number \"1e-39\" is out of range"));
    CHECK(error_of("at(x, 5)")
          == "6+1: the second argument of at must be a month; write at(x, '2025-06')");
    CHECK(error_of("at(x, '2025')")
          == "6+6: cannot read \"2025\" as a month; write '2025-06'");
    CHECK(error_of("at(x, '2025-13')")
          == "6+9: cannot read \"2025-13\" as a month; write '2025-06'");
    CHECK(error_of("'2025") == "0+1: this quote is never closed");
}

TEST_CASE("formula: endless nesting is refused", "[estimator][formula][host]") {
    CHECK(error_of(std::string(1'000, '(')).find("nested too deeply")
          != std::string::npos);
    CHECK(error_of(std::string(1'000, '-')).find("nested too deeply")
          != std::string::npos);
    std::string sum = "a";
    for (int i = 0; i < 100'000; ++i) {
        sum += "+a";
    }
    CHECK(
        error_of(sum)
        == "2000+1: the formula is too long (at most 2000 names, numbers and symbols); "
           "make parts of it quantities");
    std::string nots;
    for (int i = 0; i < 1'000; ++i) {
        nots += "not ";
    }
    CHECK(error_of(nots).find("nested too deeply") != std::string::npos);
}

TEST_CASE("formula: words with a meaning are no names", "[estimator][formula][host]") {
    for (auto const* word :
         {"min", "crossing", "month", "year", "and", "not", "path"}) {
        CHECK(is_reserved_name(word));
    }
    CHECK_FALSE(is_reserved_name("months"));
}

}  // namespace
