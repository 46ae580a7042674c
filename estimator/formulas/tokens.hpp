// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator::detail {

enum class TokenKind { number, date, word, symbol, end };

struct Token {
    TokenKind kind = TokenKind::end;
    std::string text;     ///< word, symbol or date as written
    double number = 0.0;  ///< of a number; of a date year * 12 + month - 1
    std::size_t offset = 0;
    std::size_t length = 0;
};

/// Cuts a formula into tokens; the last one is always TokenKind::end.
/// Throws: FormulaError.
std::vector<Token> tokenise_formula(std::string_view text);

}  // namespace leadtime::estimator::detail
