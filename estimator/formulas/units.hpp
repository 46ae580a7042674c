// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/formulas/formula.hpp"
#include "estimator/quantities/unit.hpp"

#include <functional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// What a formula says about units.
struct FormulaDimension {
    Dimension dimension;
    /// Made of plain numbers only: 0 goes with every unit, others with 1 and, as
    /// months, with time.
    bool is_literal = false;
    bool is_zero = false;
};

/// A remark on a formula that is not an error.
struct FormulaRemark {
    std::size_t offset = 0;
    std::size_t length = 1;
    std::string problem;
    std::string suggestion;
};

/// The dimension of a name (Op::name other than `month` and `year`). May throw
/// FormulaError for names that do not exist.
using DimensionOfName = std::function<Dimension(Expression const& name)>;

/// Infers the dimension of a formula. Values are in base units, so only dimensions
/// count: chips/year goes with chips/month. Throws: FormulaError at the operand that
/// does not fit.
FormulaDimension infer_dimension(Expression const& formula,
                                 DimensionOfName const& dimension_of_name,
                                 std::vector<FormulaRemark>* remarks = nullptr);

/// `describe(dimension)`, or "a plain number" for none.
std::string describe_for_people(Dimension const& dimension);

}  // namespace leadtime::estimator
