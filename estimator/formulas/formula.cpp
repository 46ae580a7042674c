// SPDX-License-Identifier: Apache-2.0
#include "estimator/formulas/formula.hpp"

#include "estimator/formulas/functions.hpp"
#include "estimator/formulas/tokens.hpp"
#include "text/suggestion.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

using detail::Token;
using detail::TokenKind;

// Both bound the depth of the tree, which is walked recursively.
constexpr int deepest_nesting = 200;
constexpr std::size_t most_tokens = 2000;

std::string suggest_function(std::string const& name) {
    if (name == "ln") {
        return "did you mean \"log\"? (it is the natural logarithm)";
    }
    auto const names = function_names();
    auto suggestion = text::did_you_mean(name, names);
    if (suggestion.empty()) {
        suggestion = fmt::format("the functions are {}", fmt::join(names, ", "));
    }
    return suggestion;
}

/// Recursive descent, one function for each level of the grammar.
class Parser {
  public:
    Parser(std::string_view text, int start_month)
        : text_(text)
        , tokens_(detail::tokenise_formula(text))
        , start_month_(start_month) {}

    Expression parse() {
        if (peek().kind == TokenKind::end) {
            fail(peek(), "the formula is empty");
        }
        if (tokens_.size() > most_tokens) {
            fail(tokens_[most_tokens],
                 "the formula is too long",
                 fmt::format("at most {} names, numbers and symbols", most_tokens),
                 "make parts of it quantities");
        }
        auto result = logical_or();
        if (peek().kind != TokenKind::end) {
            fail_at_leftover();
        }
        return result;
    }

  private:
    std::string_view text_;
    std::vector<Token> tokens_;
    int start_month_;
    std::size_t position_ = 0;
    int depth_ = 0;

    Token const& peek() const { return tokens_[position_]; }
    Token next() {
        Token token = tokens_[position_];
        if (token.kind != TokenKind::end) {
            ++position_;
        }
        return token;
    }
    bool is(std::string_view symbol) const {
        return (peek().kind == TokenKind::symbol || peek().kind == TokenKind::word)
               && peek().text == symbol;
    }

    [[noreturn]] static void fail(Token const& token,
                                  std::string problem,
                                  std::string reason = {},
                                  std::string suggestion = {}) {
        throw FormulaError{token.offset,
                           std::max<std::size_t>(1, token.length),
                           std::move(problem),
                           std::move(reason),
                           std::move(suggestion)};
    }

    [[noreturn]] void fail_at_leftover() const {
        Token const& token = peek();
        if (token.text == ")") {
            fail(token, "this \")\" closes nothing");
        }
        if (token.text == ",") {
            fail(token, "\",\" outside of a call");
        }
        fail(token,
             fmt::format("expected an operator before \"{}\"", token.text),
             {},
             token.kind == TokenKind::symbol ? "" : "write * for a product");
    }

    void expect(std::string_view symbol, Token const& opened_by) {
        if (is(symbol)) {
            next();
            return;
        }
        if (peek().kind == TokenKind::end) {
            fail(opened_by, "\"(\" is never closed");
        }
        if (peek().text == ",") {
            fail(peek(), "unexpected \",\"");
        }
        fail_at_leftover();
    }

    void span(Expression& node, std::size_t begin) const {
        std::size_t const end = position_ == 0 ? begin
                                               : tokens_[position_ - 1].offset
                                                     + tokens_[position_ - 1].length;
        node.offset = begin;
        node.length = end > begin ? end - begin : 1;
    }

    Expression make(Op op, std::vector<Expression> arguments, std::size_t begin) const {
        Expression node;
        node.op = op;
        node.arguments = std::move(arguments);
        span(node, begin);
        return node;
    }

    Expression binary(Op op, Expression left, Expression right) const {
        std::size_t const begin = left.offset;
        std::vector<Expression> arguments;
        arguments.push_back(std::move(left));
        arguments.push_back(std::move(right));
        return make(op, std::move(arguments), begin);
    }

    struct Deeper {
        explicit Deeper(Parser& parser)
            : parser_(parser) {
            if (++parser_.depth_ > deepest_nesting) {
                --parser_.depth_;
                fail(parser_.peek(), "the formula is nested too deeply");
            }
        }
        ~Deeper() { --parser_.depth_; }
        Deeper(Deeper const&) = delete;
        Deeper& operator=(Deeper const&) = delete;
        Parser& parser_;
    };

    Expression logical_or() {
        auto left = logical_and();
        while (is("or")) {
            next();
            left = binary(Op::logical_or, std::move(left), logical_and());
        }
        return left;
    }

    Expression logical_and() {
        auto left = logical_not();
        while (is("and")) {
            next();
            left = binary(Op::logical_and, std::move(left), logical_not());
        }
        return left;
    }

    Expression logical_not() {
        Deeper const deeper(*this);
        if (!is("not")) {
            return comparison();
        }
        std::size_t const begin = next().offset;
        std::vector<Expression> arguments;
        arguments.push_back(logical_not());
        return make(Op::logical_not, std::move(arguments), begin);
    }

    std::optional<Op> comparison_here() const {
        static constexpr std::array<std::pair<std::string_view, Op>, 6> comparisons{{
            {"<", Op::less},
            {"<=", Op::less_equal},
            {">", Op::greater},
            {">=", Op::greater_equal},
            {"==", Op::equal},
            {"!=", Op::not_equal},
        }};
        for (auto const& [symbol, op] : comparisons) {
            if (is(symbol)) {
                return op;
            }
        }
        return std::nullopt;
    }

    Expression comparison() {
        auto left = sum();
        auto const op = comparison_here();
        if (!op) {
            return left;
        }
        next();
        auto result = binary(*op, std::move(left), sum());
        if (comparison_here()) {
            fail(peek(), "comparisons cannot be chained", {}, "write a < b and b < c");
        }
        return result;
    }

    Expression sum() {
        auto left = product();
        while (is("+") || is("-")) {
            Op const op = next().text == "+" ? Op::add : Op::sub;
            left = binary(op, std::move(left), product());
        }
        return left;
    }

    Expression product() {
        auto left = unary();
        while (is("*") || is("/")) {
            Op const op = next().text == "*" ? Op::mul : Op::div;
            left = binary(op, std::move(left), unary());
        }
        return left;
    }

    Expression unary() {
        Deeper const deeper(*this);
        if (is("+")) {
            next();
            return unary();
        }
        if (!is("-")) {
            return power();
        }
        std::size_t const begin = next().offset;
        std::vector<Expression> arguments;
        arguments.push_back(unary());
        return make(Op::neg, std::move(arguments), begin);
    }

    Expression power() {
        auto base = primary();
        if (!is("^")) {
            return base;
        }
        next();
        return binary(Op::pow, std::move(base), unary());
    }

    Expression primary() {
        Token const token = next();
        if (token.kind == TokenKind::number) {
            auto node = make(Op::number, {}, token.offset);
            node.number = token.number;
            return node;
        }
        if (token.kind == TokenKind::date) {
            auto node = make(Op::number, {}, token.offset);
            node.number = token.number - start_month_;
            node.name = token.text;
            return node;
        }
        if (token.kind == TokenKind::word) {
            if (token.text == "and" || token.text == "or" || token.text == "not") {
                fail(token, fmt::format("\"{}\" lacks its left side", token.text));
            }
            if (is("(")) {
                return call(token);
            }
            if (is_reserved_name(token.text)
                && detail::find_function(token.text) != nullptr) {
                fail(token,
                     fmt::format("\"{}\" is a function", token.text),
                     {},
                     fmt::format("write {}", detail::find_function(token.text)->usage));
            }
            auto node = make(Op::name, {}, token.offset);
            node.name = token.text;
            return node;
        }
        if (token.text == "(") {
            auto inner = logical_or();
            expect(")", token);
            span(inner, token.offset);
            return inner;
        }
        if (token.kind == TokenKind::end) {
            fail(token, "the formula ends where a value is expected");
        }
        fail(token, fmt::format("expected a value before \"{}\"", token.text));
    }

    Expression call(Token const& name) {
        kernels::Operation const* function = detail::find_function(name.text);
        if (function == nullptr) {
            fail(name,
                 fmt::format("unknown function \"{}\"", name.text),
                 {},
                 suggest_function(name.text));
        }
        Token const open = next();
        std::vector<Expression> arguments;
        if (!is(")")) {
            arguments.push_back(logical_or());
            while (is(",")) {
                next();
                arguments.push_back(logical_or());
            }
        }
        expect(")", open);
        bool const folds = function->op == Op::min || function->op == Op::max;
        std::size_t const given = arguments.size();
        if (given != function->arity && !(folds && given > 2)) {
            fail(name,
                 fmt::format("{} takes {} argument{}, not {}",
                             function->name,
                             function->arity,
                             function->arity == 1 ? "" : "s",
                             given),
                 {},
                 fmt::format("write {}", function->usage));
        }
        if (function->op == Op::at) {
            return at(std::move(arguments), name.offset);
        }
        if (function->op == Op::legal || function->op == Op::charge) {
            require_name(*function, arguments[0], "an accelerator");
            require_name(*function, arguments[1], "a rule");
        }
        if (!folds) {
            return make(function->op, std::move(arguments), name.offset);
        }
        auto result = std::move(arguments[0]);
        for (std::size_t i = 1; i < given; ++i) {
            std::vector<Expression> pair;
            pair.push_back(std::move(result));
            pair.push_back(std::move(arguments[i]));
            result = make(function->op, std::move(pair), name.offset);
        }
        return result;
    }

    static void require_name(kernels::Operation const& function,
                             Expression const& argument,
                             char const* what) {
        if (argument.op != Op::name) {
            throw FormulaError{
                argument.offset,
                argument.length,
                fmt::format("{} needs the name of {}", function.name, what),
                {},
                fmt::format("write {}", function.usage)};
        }
    }

    Expression at(std::vector<Expression> arguments, std::size_t begin) const {
        Expression const date = std::move(arguments.back());
        arguments.pop_back();
        if (date.op != Op::number || date.name.empty()) {
            throw FormulaError{date.offset,
                               date.length,
                               "the second argument of at must be a month",
                               {},
                               "write at(x, '2025-06')"};
        }
        auto node = make(Op::at, std::move(arguments), begin);
        node.number = date.number;
        node.name = date.name;
        return node;
    }
};

}  // namespace

Expression parse_formula(std::string_view text, int start_month) {
    return Parser(text, start_month).parse();
}

}  // namespace leadtime::estimator
