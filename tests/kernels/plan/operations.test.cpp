// SPDX-License-Identifier: Apache-2.0
#include "kernels/plan/operations.hpp"

#include "estimator/formulas/formula.hpp"

#include "tests/support/source_tree.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace leadtime;
using kernels::Code;
using kernels::Memory;
using kernels::Op;

TEST_CASE("operations: a row is found by its operation, its code and its name",
          "[kernels][operations]") {
    for (auto const& operation : kernels::operation_table) {
        CHECK(&kernels::operation_of(operation.op) == &operation);
        if (operation.code) {
            CHECK(kernels::operation_of(*operation.code)->code == operation.code);
        }
    }
    CHECK(kernels::operation_of(Code::sum)->op == Op::cumsum);
    CHECK(kernels::operation_of(Code::watch) == nullptr);
}

TEST_CASE("operations: what is callable parses by its name, with its arguments",
          "[kernels][operations]") {
    auto const names = estimator::function_names();
    for (auto const& operation : kernels::operation_table) {
        CAPTURE(operation.name);
        CHECK(std::ranges::count(names, operation.name)
              == (operation.name.empty() ? 0 : 1));
        if (operation.name.empty()) {
            continue;
        }
        CHECK(estimator::is_reserved_name(operation.name) != operation.is_common_word);
        auto const tree =
            estimator::parse_formula(operation.usage, 2024 * 12);  // the example of it
        CHECK(tree.op == operation.op);
        CHECK(tree.arguments.size()
              == (operation.memory == Memory::lookup ? 1 : operation.arity));
    }
}

TEST_CASE("operations: docs/scenario-reference.md tells of each function",
          "[kernels][operations]") {
    std::stringstream page;
    page << std::ifstream(tests::source_path("docs/scenario-reference.md")).rdbuf();
    for (auto const& operation : kernels::operation_table) {
        CAPTURE(operation.name);
        CHECK((operation.name.empty()
               || page.str().find("`" + std::string(operation.name) + "(")
                      != std::string::npos));
    }
}
