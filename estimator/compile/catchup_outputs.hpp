// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/output_layout.hpp"
#include "estimator/compile/plan_builder.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator::detail {

/// Effective compute of paths with `progress`: rows of metrics and records first, so
/// that formulas can read them, then the inputs' rows.
void allocate_progress(Scenario const& scenario,
                       Plan& plan,
                       RowAllocator& rows,
                       MetricRows& metrics);
void connect_progress(Scenario const& scenario, FormulaCompiler& formulas, Plan& plan);

/// Lays out what compares paths beyond the columns that every path has: effective
/// compute, other references (`compare_to`), parity at fractions, and all milestones.
class CatchupOutputs {
  public:
    /// Call add_columns for every path, then add_scalars for every path.
    CatchupOutputs(Scenario const& scenario, Plan& plan, OutputLayout& layout);

    void add_columns(std::size_t path);
    void add_scalars(std::size_t path);

  private:
    enum class Measure { run_flop, effective_flop };
    struct Comparison {
        std::size_t path = 0;
        std::size_t reference = 0;
        Measure measure = Measure::run_flop;
        std::string suffix;  ///< of metrics' names: ".REFERENCE" or nothing
        std::vector<double> fractions;
        bool has_default_columns = false;  ///< ratio and lag are reported already
        kernels::ComparisonPlan plan;
    };

    bool has_progress(std::size_t path) const;
    void add_comparison(std::size_t path,
                        std::size_t reference,
                        Measure measure,
                        std::string const& suffix);
    void add_milestones(std::size_t path,
                        std::optional<std::size_t> reference,
                        Measure measure,
                        std::string const& suffix);
    kernels::RecordPlan record(std::size_t path, Measure measure) const;
    int column(std::size_t path, Measure measure) const;
    int column_of(std::size_t path, kernels::PathMetric metric) const;

    Scenario const& scenario_;
    Plan& plan_;
    OutputLayout& layout_;
    std::vector<Comparison> comparisons_;
    std::vector<int> effective_columns_;  ///< by path; -1: none
};

}  // namespace leadtime::estimator::detail
