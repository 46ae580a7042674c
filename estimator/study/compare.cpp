// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/compare.hpp"

#include "estimator/engine/all_threads.hpp"
#include "estimator/engine/bad_number.hpp"
#include "estimator/engine/refine.hpp"
#include "estimator/engine/start_statistics.hpp"
#include "estimator/study/buying_policy.hpp"
#include "estimator/study/exact_pairs.hpp"
#include "estimator/study/paired_statistics.hpp"
#include "estimator/study/run_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <set>
#include <utility>

namespace leadtime::estimator {
namespace {

/// Of paths, at the year ends.
bool is_compared(std::string_view metric) {
    static constexpr std::array<std::string_view, 5> exact{"run_flop",
                                                           "effective_flop",
                                                           "algorithmic_efficiency",
                                                           "run_cost_amortised_usd",
                                                           "cumulative_spend_usd"};
    static constexpr std::array<std::string_view, 4> families{
        "lag_months", "effective_lag_months", "parity", "effective_parity"};
    return std::find(exact.begin(), exact.end(), metric) != exact.end()
           || std::any_of(families.begin(), families.end(), [&](auto const& family) {
                  return metric.starts_with(family);
              });
}

bool has_ratio(OutputInfo const& output) {
    return output.unit == "FLOP" || output.unit == "USD";
}

/// Of PairedStatistics or ExactPairs.
template <class Pairs>
PairedRow make_paired_row(Pairs const& statistics,
                          std::size_t pair,
                          Plan const& base_plan,
                          Plan const& other_plan) {
    OutputPair const& outputs = statistics.pairs()[pair];
    OutputInfo const& base = base_plan.outputs[static_cast<std::size_t>(outputs.base)];
    OutputInfo const& other =
        other_plan.outputs[static_cast<std::size_t>(outputs.other)];
    PairedRow row;
    row.base = statistics.row(pair, base_side, base_plan, base);
    row.other = statistics.row(pair, other_side, other_plan, other);
    row.difference = statistics.row(pair, difference_side, base_plan, base);
    row.share_undefined = statistics.share_undefined(pair, difference_side);
    if (has_ratio(base)) {
        OutputInfo plain = base;
        plain.unit = "1";
        plain.scale = 1.0;
        row.ratio = statistics.row(pair, ratio_side, base_plan, plain);
        row.ratio_share_undefined = statistics.share_undefined(pair, ratio_side);
    }
    Products const sums = statistics.products(pair);
    row.pairs = sums.count;
    double const ratio = sums.other / sums.base;
    double const n = sums.count;
    // The residuals other - ratio * base have mean 0: their variance over E[base]^2 is
    // that of the ratio.
    double const residuals = sums.other_other - 2.0 * ratio * sums.base_other
                             + ratio * ratio * sums.base_base;
    row.ratio_of_means = ratio;
    row.ratio_of_means_standard_error =
        n > 1.0
            ? std::sqrt(std::max(residuals, 0.0) * n / (n - 1.0)) / std::abs(sums.base)
            : std::numeric_limits<double>::quiet_NaN();
    if (sums.base == 0.0) {
        row.ratio_of_means = std::numeric_limits<double>::quiet_NaN();
        row.ratio_of_means_standard_error = row.ratio_of_means;
    }
    return row;
}

/// Some outputs of one model, run batch by batch.
struct ComparedModel {
    Model model;  ///< restricted to the outputs
    std::unique_ptr<SampleRunner> runner;
    OutputBatch batch;

    ComparedModel(Model const& whole,
                  Executor const& executor,
                  std::uint64_t seed,
                  std::set<int> const& outputs,
                  std::size_t capacity = batch_samples)
        : model(whole.only(std::vector<int>(outputs.begin(), outputs.end())))
        , runner(executor.runner(model, seed))
        , batch(model, outputs, capacity) {}

    void run(SampleRange range, Control const& control = {}) {
        batch.run(*runner, range, control);
    }
};

/// Runs all models batch by batch and hands each batch on.
class PairedRun {
  public:
    PairedRun(std::vector<Model> const& models,
              Executor const& executor,
              RunOptions const& options)
        : models_(models)
        , executor_(executor)
        , options_(options) {}

    std::vector<PairedResult> compare(OutputFilter const& wanted) {
        std::vector<PairedResult> results(models_.size() - 1);
        std::vector<std::set<int>> outputs(models_.size());
        for (std::size_t i = 1; i < models_.size(); ++i) {
            pairs_.push_back(
                pair_outputs(models_[0], models_[i], wanted, results[i - 1].left_out));
            for (OutputPair const& pair : pairs_.back()) {
                outputs[0].insert(pair.base);
                outputs[i].insert(pair.other);
            }
        }
        std::size_t kept = 0;
        for (auto const& own : outputs) {
            kept += own.size();
        }
        bool const exact = !options_.always_binned && is_exact(kept, options_.samples);
        for (std::size_t i = 0; i < models_.size(); ++i) {
            compared_.emplace_back(models_[i],
                                   executor_,
                                   options_.seed,
                                   outputs[i],
                                   exact ? options_.samples : batch_samples);
        }
        if (exact) {
            keep_all();
        } else {
            for (auto const& pairs : pairs_) {
                statistics_.emplace_back(
                    pairs, models_[0].plan().levels, executor_.host_kernels());
            }
            run();
        }
        for (std::size_t i = 1; i < models_.size(); ++i) {
            PairedResult& result = results[i - 1];
            result.is_exact = exact;
            if (exact) {
                add_rows(ExactPairs(pairs_[i - 1],
                                    models_[0].plan().levels,
                                    compared_[0].batch,
                                    compared_[i].batch),
                         i,
                         result);
            } else {
                add_rows(statistics_[i - 1], i, result);
            }
        }
        return results;
    }

  private:
    void keep_all() {
        SampleRange const all{0, options_.samples};
        for (std::size_t i = 0; i < compared_.size(); ++i) {
            compared_[i].run(
                all,
                options_.control.part(i * options_.samples,
                                      compared_.size() * options_.samples));
        }
        check_numbers(all);
    }

    template <class Pairs>
    void add_rows(Pairs const& pairs, std::size_t model, PairedResult& result) const {
        result.rows.resize(pairs.pairs().size());
        on_free_threads(
            "leadtime::paired_rows", result.rows.size(), [&](std::size_t p) {
                result.rows[p] =
                    make_paired_row(pairs, p, models_[0].plan(), models_[model].plan());
            });
    }

    void run() {
        std::uint64_t const pilot = std::min<std::uint64_t>(
            options_.samples, static_cast<std::uint64_t>(batch_samples));
        gather({0, pilot});
        each([&](PairedStatistics& statistics,
                 OutputBatch const& base,
                 OutputBatch const& other) {
            statistics.make_axes(base, other, static_cast<int>(pilot));
        });
        add({0, std::min(options_.samples, second_pilot_samples)},
            options_.control.quiet());
        for (PairedStatistics& statistics : statistics_) {
            statistics.refine_axes(options_.samples);
        }
        add({0, options_.samples}, options_.control);
        for (std::size_t i = 0; i < statistics_.size(); ++i) {
            refine_quantiles(statistics_[i].statistics(),
                             options_.samples,
                             [&](Statistics& part, std::span<QuantileOf const>) {
                                 add_again(i, part);
                             });
        }
    }

    /// Adds all samples of the base and of another model to axes of some pairs.
    void add_again(std::size_t index, Statistics& part) {
        std::array<std::set<int>, 2> outputs;
        for (int const row : part.rows) {
            OutputPair const& pair = statistics_[index].pair_of(row);
            outputs[0].insert(pair.base);
            outputs[1].insert(pair.other);
        }
        ComparedModel base(models_[0], executor_, options_.seed, outputs[0]);
        ComparedModel other(models_[index + 1], executor_, options_.seed, outputs[1]);
        by_batches({0, options_.samples}, options_.control.quiet(), [&](SampleRange r) {
            base.run(r);
            other.run(r);
            statistics_[index].add_to(
                part, base.batch, other.batch, static_cast<int>(r.size()));
        });
    }

    void add(SampleRange range, Control const& control) {
        by_batches(range, control, [&](SampleRange batch) {
            gather(batch);
            each([&](PairedStatistics& statistics,
                     OutputBatch const& base,
                     OutputBatch const& other) {
                statistics.add(base, other, static_cast<int>(batch.size()));
            });
        });
    }

    template <class Function>
    static void
    by_batches(SampleRange range, Control const& control, Function const& f) {
        control.in_pieces(range.size(), [&](std::uint64_t begin) {
            std::uint64_t const end = std::min(begin + batch_samples, range.size());
            f(SampleRange{range.begin + begin, range.begin + end});
            return end;
        });
    }

    void gather(SampleRange range) {
        for (ComparedModel& compared : compared_) {
            compared.run(range);
        }
        check_numbers(range);
    }

    template <class Function>
    void each(Function const& f) {
        for (std::size_t i = 0; i < statistics_.size(); ++i) {
            f(statistics_[i], compared_[0].batch, compared_[i + 1].batch);
        }
    }

    struct Bad {
        std::size_t sample = 0;
        std::size_t side = 0;
        int output = -1;
    };

    /// A value that is not a number stops the run, as in estimate().
    void check_numbers(SampleRange range) {
        Bad first{range.size(), 0, -1};
        for (std::size_t i = 0; i < pairs_.size(); ++i) {
            for (OutputPair const& pair : pairs_[i]) {
                look_for_bad(0, pair.base, first);
                look_for_bad(i + 1, pair.other, first);
            }
        }
        if (first.output >= 0) {
            ComparedModel const& side = compared_[first.side];
            refuse_sample(side.model,
                          options_.seed,
                          range.begin + first.sample,
                          first.output,
                          side.batch.of(first.output)[first.sample],
                          side.model.scenario().file + ": ");
        }
    }

    /// Looks before the first bad sample that is known.
    void look_for_bad(std::size_t side, int output, Bad& first) const {
        auto const found =
            find_bad(compared_[side].model.outputs()[static_cast<std::size_t>(output)],
                     {compared_[side].batch.of(output), first.sample});
        if (found) {
            first = {*found, side, output};
        }
    }

    std::vector<Model> const& models_;
    Executor const& executor_;
    RunOptions const& options_;
    std::vector<std::vector<OutputPair>> pairs_;  ///< by model after the base
    std::vector<ComparedModel> compared_;         ///< by model
    std::vector<PairedStatistics> statistics_;    ///< the same, where not all is kept
};

}  // namespace

OutputFilter compared_outputs(Scenario const& base) {
    return [year_ends = year_end_steps(base)](
               std::string_view path, std::string_view metric, int step) {
        bool const at_year_end =
            std::find(year_ends.begin(), year_ends.end(), step) != year_ends.end();
        return step < 0 || (at_year_end && (path.empty() || is_compared(metric)));
    };
}

std::vector<PairedResult> compare_models(std::vector<Model> const& models,
                                         Executor const& executor,
                                         RunOptions const& options,
                                         OutputFilter const& wanted) {
    std::vector<std::vector<std::string>> remarks;
    auto const decided = with_shared_policies(models, executor, remarks);
    auto results = PairedRun(decided, executor, options).compare(wanted);
    for (std::size_t m = 0; m < models.size(); ++m) {
        auto& own = results[m == 0 ? 0 : m - 1].remarks;
        own.insert(own.end(), remarks[m].begin(), remarks[m].end());
    }
    return results;
}

}  // namespace leadtime::estimator
