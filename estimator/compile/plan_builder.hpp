// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/scenario/dependencies.hpp"
#include "estimator/scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace leadtime::estimator::detail {

/// Refuses a scenario that is far larger than any model, before memory is taken for it.
/// Throws: text::ConfigError "the scenario has too many WHAT".
void check_size(std::string_view what, std::size_t count, std::size_t most);

/// Hands out rows and constants: what every part of the compiler shares.
class RowAllocator {
  public:
    explicit RowAllocator(Plan& plan)
        : plan_(plan) {}

    /// A new row, or the first of `count` consecutive ones.
    int allocate(int count = 1);
    /// A row that holds a constant; constants of the same bits share one.
    int constant(double value);
    /// The constant that a row holds, if it does.
    std::optional<double> constant_in(int row) const;
    /// A row that starts as `value` and is then written to (not shared).
    int initialised(float value);

  private:
    Plan& plan_;
    std::map<std::uint64_t, int> rows_by_constant_;  ///< by the bits of the value
    std::map<int, double> constants_by_row_;
};

/// Draws (compile_draws.cpp): normal scores and quantile functions.
class DrawCompiler {
  public:
    DrawCompiler(Scenario const& scenario, Plan& plan, RowAllocator& rows);

    /// Draws a plain quantity into a row.
    int compile_scalar(QuantityIndex index);
    /// Draws all knots of a series into consecutive rows (logarithms, for log series).
    int compile_knots(QuantityIndex index);

  private:
    using Weights = std::map<int, double>;  ///< independent score -> weight

    int independent_score(QuantityIndex index, std::uint32_t knot);
    Weights score_weights(QuantityIndex index, std::uint32_t knot);
    Weights correlated_weights(QuantityIndex index, std::uint32_t knot);
    /// Throws: text::ConfigError where the scores of a series have grown beyond a bound.
    void refuse_many_terms(Quantity const& quantity) const;
    void draw(Quantity const& quantity,
              QuantityIndex index,
              std::uint32_t knot,
              Distribution const& distribution,
              bool as_logarithm,
              int row);

    Scenario const& scenario_;
    Plan& plan_;
    RowAllocator& rows_;
    std::map<std::pair<QuantityIndex, std::uint32_t>, int> scores_;
    /// Cholesky factors, by group and who of it is there.
    std::map<std::pair<std::size_t, std::vector<std::size_t>>, std::vector<double>>
        factors_;
    /// Of series whose knots are correlated: the last knot asked for, its weights.
    std::map<QuantityIndex, std::pair<std::uint32_t, Weights>> last_weights_;
};

/// Rows of what formulas may read of paths; filled by the path compiler before
/// formulas.
struct MetricRows {
    std::map<std::string, int> rows;  ///< "path.NAME.METRIC" -> row

    /// Adds the metrics of a table, whose rows begin at `first`.
    void add(std::string const& prefix, auto const& table, int first) {
        for (auto const& metric : table) {
            rows[prefix + std::string(metric.name)] =
                first + static_cast<int>(metric.metric);
        }
    }
};

/// The code of an operation. Throws: std::logic_error for those that have none.
kernels::Code code_of(Op op);

/// Formulas: expressions to instructions. Operations without memory and names are in
/// compile_formula.cpp, those over time in compile_time.cpp, calendar arithmetic in
/// compile_calendar.cpp.
class FormulaCompiler {
  public:
    FormulaCompiler(Scenario const& scenario,
                    Analysis const& analysis,
                    Plan& plan,
                    RowAllocator& rows,
                    DrawCompiler& draws,
                    MetricRows& metrics);

    /// The row of a quantity; compiles it, and what it reads, when first asked for.
    int row_of(QuantityIndex index) { return lower_quantity(index, {}); }
    /// The same of an input: its quantity's row, or one of its fallback.
    int row_of(Input const& input) {
        return input.quantity ? row_of(*input.quantity)
                              : rows_.constant(input.fallback);
    }
    /// The row of what the row of a metric holds in a month, kept until the end.
    int row_at(int metric_row, int month);
    /// Compiles what previous() keeps. Last, when every row that is needed is known.
    void finish();

  private:
    struct Context {
        std::optional<double> fixed_month;  ///< inside at(): the month to evaluate in
    };

    int lower(Expression const& node, Context const& context);
    int lower_name(Expression const& node, Context const& context);
    int lower_quantity(QuantityIndex index, Context const& context);
    int lower_over_time(Expression const& node, Context const& context);
    int lower_at(Expression const& node, Context const& context);
    int lower_since(Expression const& node, Context const& context);
    int lower_regime(Expression const& node);
    /// slope * month + shift, for expressions of `month`, `year` and numbers only.
    struct Affine {
        double slope = 0.0;
        double shift = 0.0;
    };
    std::optional<Affine> as_affine(Expression const& node) const;
    std::optional<int> lower_affine(Expression const& node, Context const& context);
    int lower_power(Expression const& node, Stage stage, Context const& context);
    int series_instruction(QuantityIndex index, Context const& context);
    int series_table(QuantityIndex index, std::optional<double> fixed_month);
    int emit(Stage stage, kernels::Instruction instruction);
    int emit_stateful(Stage stage, kernels::Instruction instruction);
    std::optional<int> fold(kernels::Code code, int a, int b, int c);
    Stage stage(Expression const& node, Context const& context) const;
    std::vector<kernels::Instruction>& program(Stage stage);
    int metric_row(std::string const& name);

    Scenario const& scenario_;
    Analysis const& analysis_;
    Plan& plan_;
    RowAllocator& rows_;
    DrawCompiler& draws_;
    MetricRows& metrics_;
    std::map<QuantityIndex, int> rows_of_quantities_;
    std::map<QuantityIndex, int> knot_rows_;
    std::map<std::tuple<Stage, kernels::Code, int, int, int, int>, int> known_;
    std::map<std::pair<QuantityIndex, double>, int> fixed_quantities_;
    std::vector<std::pair<int, Expression const*>>
        saves_;  ///< state row, what previous() keeps
};

/// Paths (compile_paths.cpp). Two passes: rows of metrics first, so that formulas can
/// read them, then the inputs' rows.
void allocate_paths(Scenario const& scenario,
                    Plan& plan,
                    RowAllocator& rows,
                    MetricRows& metrics);
void connect_paths(Scenario const& scenario,
                   FormulaCompiler& formulas,
                   Plan& plan,
                   RowAllocator& rows);

/// Outputs (compile_outputs.cpp): which rows are reported, and what they are called.
void compile_outputs(Scenario const& scenario,
                     Analysis const& analysis,
                     FormulaCompiler& formulas,
                     MetricRows const& metrics,
                     Plan& plan);

/// Adds the watch on what paths and their progress read (kernels::Code::watch). Last.
void watch_inputs(Plan& plan, RowAllocator& rows);

/// Tabulates a quantile function over the normal score; a value times `unit_scale` is
/// in base units. Adds pieces and coefficients to the plan and fills the draw. Error:
/// relative 2e-6 at the points checked, except within 4e-6 of a break.
void tabulate(Distribution const& distribution,
              double unit_scale,
              Plan& plan,
              kernels::ValueDraw& draw);

}  // namespace leadtime::estimator::detail
