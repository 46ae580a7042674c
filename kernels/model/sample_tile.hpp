// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/contracts.hpp"
#include "kernels/lanes/philox.hpp"
#include "kernels/model/catchup.hpp"
#include "kernels/model/draw.hpp"
#include "kernels/model/interpreter.hpp"
#include "kernels/model/path_step.hpp"
#include "kernels/model/rotation.hpp"
#include "kernels/model/sample_numbers.hpp"
#include "kernels/model/sobol.hpp"

/// The whole model for a tile of samples, from random words to outputs. This is the one
/// source for host lanes and device threads.
namespace leadtime::kernels {

/// Where a tile works: `workspace` has plan.workspace_rows rows, `outputs`
/// plan.output_rows; within a run, those of every month (see outputs_by_month).
struct Tile {
    Rows workspace;
    Rows outputs;
    int lanes = 0;  ///< samples in the tile, a multiple of the number type's width
};

/// The random word of one sample, as a draw takes it.
LEADTIME_FUNCTION std::uint32_t word_of(Plan const& plan,
                                        ScoreDraw const& draw,
                                        std::uint64_t seed,
                                        std::uint64_t sample) {
    return draw.sobol_dimension >= 0 ? sobol_word(plan, draw, seed, sample)
                                     : random_word(seed, sample, draw.id, draw.knot);
}

/// A score that was given. Lanes that only fill up a tile may have numbers outside of the
/// given samples: they get the nearest of these, and nobody reads what comes of it.
LEADTIME_FUNCTION float
given_score(Plan const& plan, ScoreDraw const& draw, std::uint64_t sample) {
    auto const count = static_cast<std::uint64_t>(plan.given_samples);
    std::uint64_t place =
        sample < plan.first_given_sample ? 0 : sample - plan.first_given_sample;
    place = place < count ? place : count - 1;
    return plan
        .given_scores[static_cast<std::uint64_t>(draw.given_column) * count + place];
}

/// Independent scores of a tile. Consecutive samples of one Philox group share its
/// sixteen blocks; others take a block each, for the same words.
template <class Real>
LEADTIME_FUNCTION void draw_scores(Plan const& plan,
                                   Tile const& tile,
                                   std::uint64_t seed,
                                   SampleNumbers const& samples) {
    for (int i = 0; i < plan.counts.score_draws; ++i) {
        ScoreDraw const& draw = plan.score_draws[i];
        Rows const row = tile.workspace;
        if (draw.given_column >= 0) {
            for (int lane = 0; lane < tile.lanes; ++lane) {
                row.shifted(lane).set(plan.scratch_scores + i,
                                      given_score(plan, draw, samples.of(lane)));
            }
        } else if (tile.lanes == samples_per_group) {
            alignas(64) std::uint32_t words[samples_per_group];
            if (samples.list != nullptr) {
                for (int lane = 0; lane < samples_per_group; ++lane) {
                    words[lane] = word_of(plan, draw, seed, samples.list[lane]);
                }
            } else if (draw.sobol_dimension >= 0) {
                sobol_words(plan, draw, seed, samples.first, words);
            } else {
                random_words(
                    seed, samples.first / samples_per_group, draw.id, draw.knot, words);
            }
            for (int lane = 0; lane < tile.lanes; lane += Lanes<Real>::width) {
                typename Lanes<Real>::Int word;
                memcpy(&word, words + lane, sizeof word);
                row.shifted(lane).set(plan.scratch_scores + i,
                                      normal_score<Real>(word));
            }
        } else {
            for (int lane = 0; lane < tile.lanes; ++lane) {
                auto const word = static_cast<std::int32_t>(
                    word_of(plan, draw, seed, samples.of(lane)));
                row.shifted(lane).set(plan.scratch_scores + i,
                                      normal_score<float>(word));
            }
        }
    }
}

/// Clears the workspace and fills its constants.
template <class Real>
LEADTIME_FUNCTION void prepare(Plan const& plan, Tile const& tile) {
    for (int row = 0; row < plan.workspace_rows; ++row) {
        float* const all = tile.workspace.at(row);
        for_each_lane<Real>(
            tile.lanes, [&](int lane) { store(all + lane, broadcast<Real>(0.0f)); });
    }
    for_lanes<Real>(tile.workspace, tile.lanes, [&](Rows rows) {
        for (int i = 0; i < plan.counts.constants; ++i) {
            rows.set(plan.constants[i].row, broadcast<Real>(plan.constants[i].value));
        }
        for (int p = 0; p < plan.counts.paths; ++p) {
            if (plan.paths[p].end_step > 0) {
                start_record<Real>(plan, plan.paths[p], rows);
            }
        }
    });
}

/// One step, a month, of the whole model.
template <class Real>
LEADTIME_FUNCTION void step_model(Plan const& plan, Tile const& tile, int step) {
    auto const month = static_cast<float>(step);
    for_lanes<Real>(tile.workspace, tile.lanes, [&](Rows rows) {
        rows.set(plan.month_row, broadcast<Real>(month));
        rows.set(plan.year_row, broadcast<Real>(plan.start_year + month / 12.0f));
    });
    run_program<Real>(
        plan, plan.step, plan.counts.step, tile.workspace, tile.lanes, step);
    step_paths<Real>(plan, tile.workspace, tile.lanes, step);
    for (int p = 0; p < plan.counts.paths; ++p) {
        if (step < plan.paths[p].compare_end) {
            for_lanes<Real>(tile.workspace, tile.lanes, [&](Rows rows) {
                compare_path<Real>(plan, plan.paths[p], rows, step);
            });
        }
    }
    for (int i = 0; i < plan.counts.progress; ++i) {
        if (step < plan.progress[i].end_step) {
            for_lanes<Real>(tile.workspace, tile.lanes, [&](Rows rows) {
                step_progress<Real>(plan, plan.progress[i], rows, step);
            });
        }
    }
    run_program<Real>(plan,
                      plan.after_paths,
                      plan.counts.after_paths,
                      tile.workspace,
                      tile.lanes,
                      step);
    for (int column = 0; column < plan.columns; ++column) {
        int const row = plan.column_rows[column];
        if (row >= 0) {
            float const* const from = tile.workspace.at(row);
            float* const to = tile.outputs.at(step * plan.columns + column);
            for_each_lane<Real>(tile.lanes, [&](int lane) {
                store(to + lane, load<Real>(from + lane));
            });
        }
    }
    run_program<Real>(plan,
                      plan.end_of_step,
                      plan.counts.end_of_step,
                      tile.workspace,
                      tile.lanes,
                      step);
}

/// Whether no sample of the tile needs this step or any later one.
template <class Real>
LEADTIME_FUNCTION bool is_settled(Plan const& plan, Tile const& tile, int step) {
    if (step < plan.settled_step) {
        return false;
    }
    for (int lane = 0; lane < tile.lanes; lane += Lanes<Real>::width) {
        if (!lags_are_settled<Real>(
                plan, tile.workspace.shifted(lane), tile.outputs.shifted(lane), step)) {
            return false;
        }
    }
    return true;
}

/// Lags, milestones, parity and the formulas that need the whole run.
template <class Real>
LEADTIME_FUNCTION void finish(Plan const& plan, Tile const& tile) {
    run_program<Real>(plan,
                      plan.epilogue,
                      plan.counts.epilogue,
                      tile.workspace,
                      tile.lanes,
                      plan.steps - 1);
    for (int lane = 0; lane < tile.lanes; lane += Lanes<Real>::width) {
        Rows const rows = tile.workspace.shifted(lane);
        Rows const outputs = tile.outputs.shifted(lane);
        for (int p = 0; p < plan.counts.paths; ++p) {
            PathOutputs const& out = plan.path_outputs[p];
            int const lag = column_of(out, PathMetric::lag_so_far);
            if (lag >= 0) {
                int const run_flop = column_of(out, PathMetric::run_flop);
                Record const reference = record_of(plan, plan.paths[plan.reference]);
                for (int step = 0; step < plan.paths[p].end_step; ++step) {
                    Real const flop = outputs.get<Real>(step * plan.columns + run_flop);
                    outputs.set(step * plan.columns + lag,
                                lag_months(reference, rows, flop, step, plan.steps));
                }
            }
            if (out.parity_month >= 0) {
                outputs.set(out.parity_month,
                            parity_month<Real>(plan,
                                               outputs,
                                               column_of(out, PathMetric::parity),
                                               column_of(out, PathMetric::ratio)));
            }
        }
        for (int i = 0; i < plan.counts.milestone_groups; ++i) {
            reach_milestones<Real>(plan, plan.milestone_groups[i], rows, outputs);
        }
        for (int i = 0; i < plan.counts.comparisons; ++i) {
            compare_paths<Real>(plan, plan.comparisons[i], rows, outputs);
        }
        for (int i = 0; i < plan.counts.scalar_rows; ++i) {
            outputs.set(plan.steps * plan.columns + i,
                        rows.get<Real>(plan.scalar_rows[i]));
        }
    }
}

/// Where something that paths read was not a number, nothing is one: what they made of
/// it must not be reported.
template <class Real>
LEADTIME_FUNCTION void refuse_watched(Plan const& plan, Tile const& tile) {
    for (int lane = 0; lane < tile.lanes; lane += Lanes<Real>::width) {
        Real const watched = tile.workspace.shifted(lane).get<Real>(plan.watch_row);
        if (any_lane(!(watched == watched))) {
            Rows const outputs = tile.outputs.shifted(lane);
            for (int row = 0; row < plan.output_rows; ++row) {
                outputs.set(row, where_number(watched, outputs.get<Real>(row)));
            }
        }
    }
}

/// The tile with outputs of every month: its own where months are reported, else rows
/// of its workspace, which report() sums up.
LEADTIME_FUNCTION Tile outputs_by_month(Plan const& plan, Tile const& tile) {
    return plan.months_per_report == 1
               ? tile
               : Tile{tile.workspace,
                      {tile.workspace.at(plan.month_outputs), tile.workspace.stride},
                      tile.lanes};
}

/// The mean of `months` values, `stride` rows apart: of equal values exactly that
/// value, and of what overflows or is infinite what their sum is.
template <class Real>
LEADTIME_FUNCTION Real mean_of_months(Rows values, int first, int stride, int months) {
    Real const base = values.get<Real>(first);
    Real const count = broadcast<Real>(static_cast<float>(months));
    Real above = broadcast<Real>(0.0f);
    Real mean = base / count;
    for (int i = 1; i < months; ++i) {
        Real const value = values.get<Real>(first + i * stride);
        above = above + (value - base);
        mean = mean + value / count;
    }
    Real const exact = base + above / count;
    return select(magnitude(exact) < broadcast<Real>(__builtin_inff()), exact, mean);
}

/// Reported steps from months: a step has its last month's values, or means over it.
template <class Real>
LEADTIME_FUNCTION void report(Plan const& plan, Rows months, Rows outputs) {
    int const length = plan.months_per_report;
    int const reported = plan.steps / length;
    for (int step = 0; step < reported; ++step) {
        for (int column = 0; column < plan.columns; ++column) {
            int const first = step * length * plan.columns + column;
            outputs.set(step * plan.columns + column,
                        plan.column_means[column] != 0
                            ? mean_of_months<Real>(months, first, plan.columns, length)
                            : months.get<Real>(first + (length - 1) * plan.columns));
        }
    }
    int const scalars = plan.output_rows - reported * plan.columns;
    for (int i = 0; i < scalars; ++i) {
        outputs.set(reported * plan.columns + i,
                    months.get<Real>(plan.steps * plan.columns + i));
    }
}

/// What comes before the months: constants, draws and the formulas that need no month.
template <class Real>
LEADTIME_FUNCTION void start_tile(Plan const& plan,
                                  Tile const& tile,
                                  std::uint64_t seed,
                                  SampleNumbers const& samples) {
    prepare<Real>(plan, tile);
    draw_scores<Real>(plan, tile, seed, samples);
    for_lanes<Real>(tile.workspace, tile.lanes, [&](Rows rows) {
        rotate_scores<Real>(plan, rows);
        for (int i = 0; i < plan.counts.value_draws; ++i) {
            draw_value<Real>(plan, plan.value_draws[i], rows);
        }
    });
    run_program<Real>(
        plan, plan.prologue, plan.counts.prologue, tile.workspace, tile.lanes, 0);
}

/// Runs tile.lanes samples. Consecutive ones of a tile of 64 must start at a multiple of
/// 64; lists and smaller tiles give the same bits, more slowly.
template <class Real>
LEADTIME_FUNCTION void run_tile(Plan const& plan,
                                Tile const& reported,
                                std::uint64_t seed,
                                SampleNumbers const& samples) {
    LEADTIME_EXPECT(reported.lanes % Lanes<Real>::width == 0);
    LEADTIME_EXPECT(samples.list != nullptr || reported.lanes != samples_per_group
                    || samples.first % samples_per_group == 0);
    Tile const tile = outputs_by_month(plan, reported);
    start_tile<Real>(plan, tile, seed, samples);
    for (int step = 0; step < plan.end_step && !is_settled<Real>(plan, tile, step);
         ++step) {
        step_model<Real>(plan, tile, step);
    }
    finish<Real>(plan, tile);
    if (plan.months_per_report > 1) {
        for (int lane = 0; lane < tile.lanes; lane += Lanes<Real>::width) {
            report<Real>(
                plan, tile.outputs.shifted(lane), reported.outputs.shifted(lane));
        }
    }
    if (plan.watch_row >= 0) {
        refuse_watched<Real>(plan, reported);
    }
}

}  // namespace leadtime::kernels
