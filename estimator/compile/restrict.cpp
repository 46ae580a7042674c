// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/restrict.hpp"

#include "estimator/compile/row_needs.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

using detail::RowNeeds;
using detail::StepSet;
using kernels::ComparisonPlan;
using kernels::Instruction;
using kernels::MetricStage;
using kernels::MilestonePlan;
using kernels::PathMetric;
using kernels::PathPlan;
using kernels::ProgressPlan;

std::size_t index(int i) {
    return static_cast<std::size_t>(i);
}

/// Whether `x` is one of `count` numbers from `first` on; first -1: none are.
bool in_block(int x, int first, int count) {
    return first >= 0 && x >= first && x < first + count;
}

/// Number of a path's metrics carried_by.*, with run_pools.
int carried_rows(PathPlan const& path) {
    return path.chip_group_count + path.channel_count + 1;
}

/// The rows [first, end) of a path's metrics of these stages, in ascending order.
struct MetricBlock {
    int first = 0;
    int end = 0;

    bool contains(int row) const { return row >= first && row < end; }
};

MetricBlock metrics_of(PathPlan const& path, MetricStage from, MetricStage to) {
    auto const row = [&](MetricStage stage) {
        return path.metrics + static_cast<int>(kernels::first_of(stage));
    };
    return {row(from),
            to == MetricStage::record
                ? path.metrics + kernels::path_metric_count
                : row(static_cast<MetricStage>(static_cast<int>(to) + 1))};
}
MetricBlock metrics_of(PathPlan const& path, MetricStage stage) {
    return metrics_of(path, stage, stage);
}

/// Works from outputs back to what they are made of. What is needed only ever grows, so
/// walking through the plan until nothing is added finds all of it, states and last
/// month's values included.
class Restriction {
  public:
    explicit Restriction(Plan& plan)
        : plan_(plan)
        , needs_(plan.workspace_rows)
        , columns_(plan.column_rows.size(), 0)
        , runs_(plan.run_steps.size(), 0)
        , fleets_(plan.paths.size(), 0)
        , ratios_(plan.paths.size(), 0)
        , comparisons_(plan.comparisons.size(), 0)
        , milestones_(plan.milestone_groups.size(), false)
        , lags_(plan.paths.size(), false)
        , parity_months_(plan.paths.size(), false) {}

    void need_output(int output) {
        int const columns = static_cast<int>(columns_.size());
        int const reported = plan_.reported_steps() * columns;
        if (output < reported) {
            int const column = output % columns;
            int const last = plan_.last_month(output / columns);
            bool const is_mean = plan_.column_means[index(column)] != 0;
            need_column(
                column,
                StepSet::range(is_mean ? last + 1 - plan_.months_per_report : last,
                               last + 1));
        } else {
            need_scalar(output - reported);
        }
    }

    /// Finds all that the outputs need; last what lags need of the reference's future,
    /// to know from when on they alone are waited for.
    void spread() {
        spread_needs();
        settled_step_ = last_step();
        if (!plan_.awaited_flop.empty()) {
            needs_.need(metric(reference(), PathMetric::run_flop), plan_.steps);
            spread_needs();
        }
    }

    /// Drops the rest.
    void apply() {
        apply_to_outputs();
        plan_.plans_only = std::ranges::any_of(
            plan_.paths, [&](PathPlan const& path) { return path.planned_run >= 0; });
        for (std::size_t p = 0; p < plan_.paths.size(); ++p) {
            PathPlan& path = plan_.paths[p];
            StepSet const read = runs_read(path);
            plan_.plans_only = plan_.plans_only && read.empty();
            need_runs(p, read);
            path.end_step = path_end(p);
            path.compare_end = compare_end(p);
            path.needs_lag_so_far =
                path.needs_lag_so_far
                && needs_.until(metric(path, PathMetric::lag_so_far)) > 0;
        }
        for (std::size_t i = 0; i < plan_.progress.size(); ++i) {
            plan_.progress[i].end_step = progress_end(i);
        }
        plan_.run_steps = runs_;
        plan_.end_step = last_step();
        plan_.settled_step = settled_step_;
        for (auto* const list : {&plan_.prologue,
                                 &plan_.step,
                                 &plan_.after_paths,
                                 &plan_.end_of_step,
                                 &plan_.epilogue}) {
            std::erase_if(
                *list, [&](Instruction const& i) { return needs_.steps(i).empty(); });
        }
        drop_draws();
    }

  private:
    void spread_needs() {
        do {
            for (auto* const list :
                 {&plan_.epilogue, &plan_.end_of_step, &plan_.after_paths}) {
                needs_.spread(plan_, *list);
            }
            for (std::size_t i = plan_.progress.size(); i-- > 0;) {
                spread_progress(i);
            }
            for (std::size_t p = plan_.paths.size(); p-- > 0;) {
                spread_path(p);
            }
            needs_.spread(plan_, plan_.step);
            needs_.spread(plan_, plan_.prologue);
        } while (needs_.grew());
    }

    static int metric(PathPlan const& path, PathMetric metric) {
        return path.metrics + static_cast<int>(metric);
    }
    static int column(kernels::PathOutputs const& outputs, PathMetric metric) {
        return outputs.columns[static_cast<std::size_t>(metric)];
    }
    int until(MetricBlock rows) const { return needs_.until(rows.first, rows.end); }
    PathPlan const& reference() const { return plan_.paths[index(plan_.reference)]; }

    // --- outputs

    /// An output in some steps. Runs do not build on each other, so those of other
    /// steps are not needed for it; all else has a past.
    void need_metric(int row, StepSet const& steps) {
        for (std::size_t p = 0; p < plan_.paths.size(); ++p) {
            PathPlan const& path = plan_.paths[p];
            if (metrics_of(path, MetricStage::compared).contains(row)) {
                ratios_[p] = std::max(ratios_[p], steps.end());
                need_runs(p, steps);
                need_runs(index(plan_.reference), steps);
                return;
            }
            if (is_of_run(path, row)) {
                need_runs(p, steps);
                return;
            }
        }
        needs_.need(row, steps);
    }

    /// Whether a metric's row is one of the largest run.
    bool is_of_run(PathPlan const& path, int row) const {
        return metrics_of(path, MetricStage::run).contains(row)
               || row == path.planned_run
               || in_block(row, path.carried, carried_rows(path))
               || (path.job >= 0
                   && in_block(row,
                               plan_.jobs[index(path.job)].metrics,
                               kernels::cluster_metric_count));
    }

    void need_runs(std::size_t path, StepSet const& steps) {
        std::size_t const first = path * index(plan_.steps);
        steps.for_each([&](int step) { runs_[first + index(step)] = 1; });
        fleets_[path] = std::max(fleets_[path], steps.end());
    }

    void need_column(int column, StepSet const& steps) {
        int& known = columns_[index(column)];
        known = std::max(known, steps.end());
        int const row = plan_.column_rows[index(column)];
        if (row >= 0) {
            need_metric(row, steps);
            return;
        }
        // A lag looks ahead: the reference may reach what the path has only later.
        for (std::size_t p = 0; p < plan_.paths.size(); ++p) {
            auto const& outputs = plan_.path_outputs[p];
            if (this->column(outputs, PathMetric::lag_so_far) == column) {
                int const run_flop = this->column(outputs, PathMetric::run_flop);
                lags_[p] = true;
                need_column(run_flop, steps);
                plan_.awaited_flop.push_back(
                    (steps.end() - 1) * static_cast<int>(columns_.size()) + run_flop);
            }
        }
        for (std::size_t i = 0; i < comparisons_.size(); ++i) {
            ComparisonPlan const& comparison = plan_.comparisons[i];
            bool const is_lag = comparison.lag == column;
            if (is_lag || comparison.ratio == column
                || in_block(
                    column, comparison.first_parity, comparison.fraction_count)) {
                need_comparison(i, steps);
            }
            if (is_lag) {
                needs_.need(comparison.reference.flop, plan_.steps);
            }
        }
    }

    void need_comparison(std::size_t number, StepSet const& steps) {
        ComparisonPlan const& comparison = plan_.comparisons[number];
        comparisons_[number] = std::max(comparisons_[number], steps.end());
        need_column(comparison.own, steps);
        need_column(comparison.theirs, steps);
        need_column(comparison.cumulative_spend, steps);
    }

    void need_scalar(int scalar) {
        auto const all = StepSet::range(0, plan_.steps);
        int const output = plan_.steps * static_cast<int>(columns_.size()) + scalar;
        if (index(scalar) < plan_.scalar_rows.size()) {
            needs_.need(plan_.scalar_rows[index(scalar)], plan_.steps);
            return;
        }
        for (std::size_t p = 0; p < plan_.paths.size(); ++p) {
            kernels::PathOutputs const& out = plan_.path_outputs[p];
            if (out.parity_month == output) {
                parity_months_[p] = true;
                need_column(column(out, PathMetric::parity), all);
                need_column(column(out, PathMetric::ratio), all);
            }
        }
        for (std::size_t i = 0; i < milestones_.size(); ++i) {
            MilestonePlan const& group = plan_.milestone_groups[i];
            int const levels = group.level_count;
            if (in_block(output, group.first_month, levels)
                || in_block(output, group.first_cost, levels)
                || in_block(output, group.first_lag, levels)) {
                milestones_[i] = true;
                needs_.need(group.own.flop, plan_.steps);
                need_column(group.cumulative_spend, all);
                if (group.first_lag >= 0) {
                    needs_.need(group.theirs.flop, plan_.steps);
                }
            }
        }
        for (std::size_t i = 0; i < comparisons_.size(); ++i) {
            ComparisonPlan const& comparison = plan_.comparisons[i];
            int const fractions = comparison.fraction_count;
            if (in_block(output, comparison.first_parity_month, fractions)
                || in_block(output, comparison.first_parity_cost, fractions)) {
                need_comparison(i, all);
            }
        }
    }

    // --- what makes them

    /// The steps whose runs something reads: formulas, records, progress.
    StepSet runs_read(PathPlan const& path) const {
        MetricBlock const own = metrics_of(path, MetricStage::run);
        StepSet read = needs_.steps(own.first, own.end);
        if (path.job >= 0) {
            int const first = plan_.jobs[index(path.job)].metrics;
            read.add(needs_.steps(first, first + kernels::cluster_metric_count));
        }
        read.add(needs_.steps(path.carried, path.carried + carried_rows(path)));
        read.add(needs_.steps(path.search_flop));
        return read;
    }

    /// The steps that a path must take. Ratio, parity and the lag so far are not its
    /// own: they come from comparing it.
    int path_end(std::size_t number) const {
        PathPlan const& path = plan_.paths[number];
        PartRows const& rows = plan_.path_rows[number];
        auto const others =
            metrics_of(path, MetricStage::compared, MetricStage::record);
        return std::max({fleets_[number],
                         needs_.until(rows.first, others.first),
                         needs_.until(others.end, rows.end),
                         needs_.until(rows.shared)});
    }

    int compare_end(std::size_t number) const {
        PathPlan const& path = plan_.paths[number];
        int const read =
            until(metrics_of(path, MetricStage::compared, MetricStage::record));
        return std::min(path.compare_end, std::max(read, ratios_[number]));
    }

    void spread_path(std::size_t number) {
        PathPlan const& path = plan_.paths[number];
        PartRows const& rows = plan_.path_rows[number];
        if (path.compare_end > 0) {
            MetricBlock const compared = metrics_of(path, MetricStage::compared);
            StepSet read = needs_.steps(compared.first, compared.end);
            read.add(StepSet::range(0, until(metrics_of(path, MetricStage::record))));
            needs_.need(metric(path, PathMetric::run_flop), read);
            needs_.need(metric(reference(), PathMetric::run_flop), read);
        }
        int const end = path_end(number);
        if (end > 0) {
            needs_.need(rows.inputs, end);
            needs_.need(rows.shared, end);
        }
    }

    int progress_end(std::size_t number) const {
        PartRows const& rows = plan_.progress_rows[number];
        return needs_.until(rows.first, rows.end);
    }

    void spread_progress(std::size_t number) {
        ProgressPlan const& progress = plan_.progress[number];
        int const end = progress_end(number);
        if (end > 0) {
            needs_.need(plan_.progress_rows[number].inputs, end);
            needs_.need(metric(plan_.paths[index(progress.path)], PathMetric::run_flop),
                        end);
            if (progress.learns || progress.distils || progress.takes_open_weights
                || progress.takes_leaks) {
                needs_.need(
                    plan_.progress[index(progress.leader)].metrics
                        + static_cast<int>(kernels::ProgressMetric::effective_flop),
                    end);
            }
        }
    }

    // --- dropping

    void apply_to_outputs() {
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            if (columns_[c] == 0) {
                plan_.column_rows[c] = -1;
            }
        }
        for (std::size_t p = 0; p < plan_.paths.size(); ++p) {
            kernels::PathOutputs& out = plan_.path_outputs[p];
            int& lag = out.columns[static_cast<std::size_t>(PathMetric::lag_so_far)];
            lag = lags_[p] ? lag : -1;
            out.parity_month = parity_months_[p] ? out.parity_month : -1;
        }
        std::vector<ComparisonPlan> comparisons;
        for (std::size_t i = 0; i < comparisons_.size(); ++i) {
            if (comparisons_[i] > 0) {
                comparisons.push_back(plan_.comparisons[i]);
                comparisons.back().end_step = comparisons_[i];
            }
        }
        plan_.comparisons = std::move(comparisons);
        std::vector<MilestonePlan> groups;
        for (std::size_t i = 0; i < milestones_.size(); ++i) {
            if (milestones_[i]) {
                groups.push_back(plan_.milestone_groups[i]);
            }
        }
        plan_.milestone_groups = std::move(groups);
    }

    int last_step() const {
        int last = 0;
        for (int const until : columns_) {
            last = std::max(last, until);
        }
        for (std::size_t p = 0; p < plan_.paths.size(); ++p) {
            last = std::max({last, path_end(p), compare_end(p)});
        }
        for (std::size_t i = 0; i < plan_.progress.size(); ++i) {
            last = std::max(last, progress_end(i));
        }
        for (auto const* const list :
             {&plan_.step, &plan_.after_paths, &plan_.end_of_step}) {
            for (Instruction const& i : *list) {
                last = std::max(last, needs_.steps(i).end());
            }
        }
        return last;
    }

    /// Scores stay: they are cheap, and those who change draws know them by number.
    void drop_draws() {
        std::vector<kernels::ValueDraw> draws;
        std::vector<DrawInfo> infos;
        for (std::size_t i = 0; i < plan_.value_draws.size(); ++i) {
            if (needs_.until(plan_.value_draws[i].row) > 0) {
                draws.push_back(plan_.value_draws[i]);
                infos.push_back(plan_.draw_infos[i]);
            }
        }
        plan_.value_draws = std::move(draws);
        plan_.draw_infos = std::move(infos);
    }

    Plan& plan_;
    RowNeeds needs_;
    std::vector<int> columns_;        ///< steps in which each is needed, up to
    std::vector<std::uint8_t> runs_;  ///< [path][step]
    std::vector<int> fleets_;         ///< by path: steps that runs or outputs need
    std::vector<int> ratios_;       ///< by path: steps whose ratio or parity is needed
    std::vector<int> comparisons_;  ///< as columns
    std::vector<bool> milestones_;
    std::vector<bool> lags_;  ///< by path
    std::vector<bool> parity_months_;
    int settled_step_ = 0;
};

}  // namespace

Plan restrict_plan(Plan plan, std::span<int const> outputs) {
    Restriction restriction(plan);
    for (int const output : outputs) {
        restriction.need_output(output);
    }
    restriction.spread();
    restriction.apply();
    return plan;
}

}  // namespace leadtime::estimator
