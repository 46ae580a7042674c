// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/plan/cluster_plan.hpp"
#include "kernels/plan/input_keys.hpp"
#include "kernels/plan/metrics.hpp"
#include "kernels/plan/operations.hpp"

#include <cstdint>
#include <tuple>
#include <type_traits>

/// The whole model as data: flat arrays of small structs that the kernels walk. A Plan
/// is made once per scenario by estimator/compile and owned by estimator::Plan; what is
/// here is a view of it, trivially copyable, so the same structs serve a host lane and
/// a GPU thread.
///
/// "Row" means a row of the workspace: one float per sample. Months are base units of
/// time.
namespace leadtime::kernels {

// --- draws
// -------------------------------------------------------------------------------

/// One independent N(0,1) score per sample: Philox words of (id, knot), a Sobol point's,
/// or one that was given. Score i lies in scratch row i.
struct ScoreDraw {
    std::uint32_t id = 0;
    std::uint32_t knot = 0;
    int sobol_dimension = -1;  ///< into sobol_directions; -1: Philox words
    int given_column = -1;     ///< into given_scores, before all else; -1: drawn
};

/// score = sum of weight * independent score; for knots and correlated groups.
struct ScoreTerm {
    int score = 0;
    float weight = 0.0f;
};

/// One reflection of the independent scores: z -= w (w . z), w its terms, |w|^2 = 2.
struct Reflection {
    int first_term = 0;  ///< into reflection_terms
    int term_count = 0;
};

enum class DrawShape : int { affine, exp_affine, uniform, steps, table };

/// What is taken of a drawn value before it is stored.
enum class DrawFinish : int { none, exponential, logarithm };

/// One drawn value: score -> quantile function -> row. Unit conversion is folded in.
struct ValueDraw {
    DrawShape shape = DrawShape::affine;
    DrawFinish finish = DrawFinish::none;
    int row = 0;
    int first_term = 0;  ///< into score_terms
    int term_count = 0;
    float location = 0.0f;
    float scale_below = 0.0f;
    float scale_above = 0.0f;
    float highest = 0.0f;  ///< shape uniform: its upper end
    int first_piece = 0;   ///< into pieces, shape table
    int piece_count = 0;
    int first_step = 0;  ///< into step_scores (count) and step_values (count + 1)
    int step_count = 0;
    int first_step_value = 0;
};

/// A stretch of a tabulated quantile function: `intervals` cubics of equal width from
/// z_low.
struct TablePiece {
    float z_low = 0.0f;
    float inverse_width = 0.0f;
    int intervals = 0;
    int first_coefficient =
        0;  ///< into coefficients, four per interval, constant first
    /// Values lie within these, whatever single precision makes of the cubics: a draw
    /// never leaves its distribution's support. Of the value drawn, not its logarithm,
    /// where the finish is `exponential`.
    float lowest = 0.0f;
    float highest = 0.0f;
};

// --- formulas
// ----------------------------------------------------------------------------

/// One operation on rows: out = code(a, b, c). `state` is a workspace row of its own.
struct Instruction {
    Code code = Code::copy;
    int out = 0;
    int a = 0;
    int b = 0;
    int c = 0;
    int state = 0;
    int parameter = 0;  ///< series_*: the series' number; capture: the step
};

/// A constant that fills a row before the prologue.
struct Constant {
    int row = 0;
    float value = 0.0f;
};

// --- paths
// -------------------------------------------------------------------------------

/// Rows of a channel where the path buys by the carrier rule (kernels/model/buying.hpp);
/// not there where it buys by its list.
struct BuyingRows {
    int ordered = -1;  ///< state: chips on their way
    int have = -1;     ///< chips that are left at the horizon; the rest: work rows
    int price = -1;    ///< USD a chip until then
    int need = -1;     ///< USD for all that could come until then
    int offer = -1;    ///< USD for all that is offered this month
    int worth = -1;    ///< FLOP/s a chip in its group's run
    int key = -1;      ///< FLOP/s a USD
    int money = -1;    ///< USD until the horizon
    int wanted = -1;   ///< USD this month
    int allowance = -1;
};

/// Rows of the inputs of a channel, and of its state. docs/model.md 2 names the
/// symbols.
struct ChannelPlan {
    ChannelConduct conduct;
    bool is_used = true;  ///< else nothing is got through it
    int at_turn = 0;  ///< of its path: the channel that buys when this one's turn in
                      ///< the arrays would be
    int pool = 0;     ///< index within the path
    InputRows<ChannelInput> inputs;
    float cap_from = 0.0f;
    float cap_to = 0.0f;
    bool pooled = false;  ///< draws from a shared cap
    int pool_bought = 0;  ///< state shared by its channels: bought since it began
    int pool_rented = 0;  ///< the same, rented in this step
    float pool_weight = 0.0f;
    float pool_from = 0.0f;
    float pool_to = 0.0f;
    bool scarce = false;           ///< the price responds to scarcity
    bool arrives_at_once = false;  ///< no lead, or the constant 0: no arrival buffer
    int arrivals = 0;              ///< first of `steps` rows, chips arriving by step
    int installed = 0;             ///< state rows
    int age = 0;
    int bought = 0;
    int usable = 0;  ///< metric row, U_c
    int active = 0;  ///< work row, V_c
    int value = 0;   ///< work row, v_c
    int rate = 0;    ///< work row, r_c, USD/(chip h)
    BuyingRows buying;
};

/// Work rows of what a pool would carry of a joined run (kernels/model/join.hpp); not
/// there where the path joins no pools.
struct JoinRows {
    int rate = -1;      ///< planned FLOP/s of one accelerator, without goodput
    int stopping = -1;  ///< p and q of eq 31a: what one more takes by its failures
    int masked = -1;
    int offered = -1;
    int crowd = -1;
    int memory_share = -1;
    int part = -1;
    int is_joined = -1;
};

/// The chips of one accelerator in one place through one ownership.
struct PoolPlan {
    bool rented = false;
    int accelerator = 0;  ///< number within the path, as those of the next two
    int ecosystem = 0;
    int place = 0;
    int generation = 0;
    int group = 0;         ///< pools that a buyer thinks of as one
    int buying_rate = -1;  ///< work row: useful FLOP/s of one accelerator, as planned
    int first_channel_of_pool = 0;  ///< into pool_channels
    int channel_count = 0;
    float peak_flop_per_s = 0.0f;
    float h100e_bf16 = 0.0f;
    float h100e_8bit = 0.0f;
    float h100e_tpp = 0.0f;
    int mfu = -1;  ///< -1: the cluster model's
    int goodput = -1;
    int cluster = -1;  ///< into clusters; -1 where both are given
    int it_power = 0;
    int max_cluster = 0;
    bool gated = false;  ///< software_ready is given
    int software_ready = 0;
    int port_delay = 0;
    int abort = 0;
    int retry_delay = 0;
    int usable = 0;  ///< work rows
    int power = 0;
    int merit = 0;  ///< useful FLOP/s per watt
    int switched_on = 0;
    int chips = 0;    ///< in a run
    int planned = 0;  ///< FLOP that its run is planned for by the cluster model
    JoinRows join;
    int taken = 0;    ///< accelerators that the largest run has of it
    int carried = 0;  ///< what they are worth, in the carrier's
};

struct PathPlan {
    int end_step = 0;     ///< its fleet is stepped before this; 0: not needed
    int compare_end = 0;  ///< it is compared with the reference before this
    InputRows<PathInput> inputs;
    InputRows<JoinInput> join;
    bool joins = false;             ///< pools do runs together
    bool joins_ecosystems = false;  ///< those of different ones too
    bool joins_places = false;
    bool by_carrier = false;  ///< buys by the carrier rule
    int group_count = 0;      ///< of pools
    int leading_group = -1;   ///< state row: number + 1
    int planned_run = -1;     ///< row of the largest planned run; -1: not asked for
    bool power_capped = false;
    bool exponential_depreciation = false;
    int first_channel = 0;  ///< into channels
    int channel_count = 0;
    int first_pool = 0;  ///< into pools
    int pool_count = 0;
    int job = -1;     ///< into jobs; -1: no pool of the path uses the cluster model
    int metrics = 0;  ///< first of PathMetric::count rows
    int first_chip_group = 0;  ///< into chip_groups
    int chip_group_count = 0;
    /// First of the metric rows carried_by.*, by group, then channel, and run_pools.
    int carried = 0;
    bool needs_lag_so_far = false;
    int first_history = 0;  ///< into history_months, history_flop
    int history_count = 0;
    int search_flop = 0;  ///< history_count + steps rows: FLOP by point
    int search_best = 0;  ///< the same, largest so far
};

/// All pools of an accelerator: chips.PROFILE is the sum of their usable chips.
struct ChipGroup {
    int row = 0;
    int first_pool = 0;  ///< within the path
    int pool_count = 0;
};

/// Where the record of a path's runs, or of its effective FLOP, lies.
struct RecordPlan {
    int flop = 0;  ///< first of history_count + steps rows
    int best = 0;  ///< the same, largest so far
    int first_history = 0;
    int history_count = 0;
};

/// Rows of what makes a path's FLOP effective, and of its state (docs/model.md 9).
struct ProgressPlan {
    int end_step = 0;  ///< stepped before this; 0: not needed
    int path = 0;      ///< into paths
    int leader = -1;   ///< into progress: the one it learns from; -1: none
    InputRows<ProgressInput> inputs;
    bool learns = false;  ///< algorithms spill over from the leader
    bool distils = false;
    bool takes_open_weights = false;
    bool takes_leaks = false;
    int algorithms = 0;   ///< first of `steps` rows: algorithmic efficiency by step
    int start_speed = 0;  ///< state rows; doublings per month in step 0
    int open_floor = 0;
    int leak_floor = 0;
    int leak_before = 0;
    int search_flop = 0;  ///< as those of PathPlan, of effective FLOP
    int search_best = 0;
    int metrics = 0;  ///< first of progress_metric_count rows
};

/// Two paths compared in run_flop or effective_flop, at the end of a run. Columns are
/// those within a step.
struct ComparisonPlan {
    int end_step = 0;  ///< of the steps that are compared
    RecordPlan reference;
    int own = 0;  ///< columns of what is compared
    int theirs = 0;
    int cumulative_spend = 0;
    int ratio = -1;  ///< column; -1: neither ratio nor lag
    int lag = -1;
    int first_fraction = 0;  ///< into fractions
    int fraction_count = 0;
    int first_parity = 0;        ///< columns, one per fraction
    int first_parity_month = 0;  ///< output rows, one per fraction
    int first_parity_cost = 0;
};

/// The milestones of one record. Output rows, one per level; -1: not reported.
struct MilestonePlan {
    RecordPlan own;
    RecordPlan theirs;
    int first_level = 0;  ///< into milestones
    int level_count = 0;
    int cumulative_spend = 0;  ///< column
    int first_month = -1;
    int first_cost = -1;
    int first_lag = -1;
};

/// Where the epilogue's results go, as rows of the output block.
struct PathOutputs {
    /// Output column within a step, by PathMetric; -1: none. That of the lag is filled
    /// by the epilogue.
    int columns[path_metric_count] = {};
    int parity_month = -1;  ///< output row; -1: none
};

/// The arrays of a plan, one list: `Array` says what stands for each of them. A
/// compiled scenario owns vectors; kernels see pointers and counts.
template <template <class> class Array>
struct PlanArrays {
    Array<int> awaited_flop = {};  ///< output rows of a path's FLOP
    Array<std::uint8_t> column_means =
        {};  ///< by column: 1: of a reported step its mean,
             ///< else its last month's

    Array<ScoreDraw> score_draws = {};
    Array<std::uint32_t> sobol_directions =
        {};                              ///< [dimension][32]; none: all are Philox
    Array<float> given_scores = {};      ///< [column][sample - first_given_sample]
    Array<Reflection> reflections = {};  ///< in order of application
    Array<ScoreTerm> reflection_terms = {};
    Array<ScoreTerm> score_terms = {};
    Array<ValueDraw> value_draws = {};
    Array<TablePiece> pieces = {};
    Array<float> coefficients = {};
    Array<float> step_scores = {};
    Array<float> step_values = {};

    Array<Constant> constants = {};
    Array<Instruction> prologue = {};
    Array<Instruction> step = {};
    Array<Instruction> after_paths = {};
    Array<Instruction> end_of_step = {};
    Array<Instruction> epilogue = {};
    Array<int> series_knot = {};      ///< [series][step]: knot before
    Array<float> series_weight = {};  ///< [series][step]: weight of the next knot

    Array<PathPlan> paths = {};
    Array<PathOutputs> path_outputs = {};
    Array<std::uint8_t> run_steps = {};  ///< [path][step]: 1 where its runs count
    Array<ChannelPlan> channels = {};
    Array<PoolPlan> pools = {};
    Array<int> pool_channels = {};  ///< channel indices within the path, by pool
    Array<ClusterPlan> clusters = {};
    Array<JobPlan> jobs = {};
    Array<ChipGroup> chip_groups = {};
    Array<float> history_months = {};
    Array<float> history_flop = {};
    Array<float> milestones =
        {};  ///< levels of all groups: of run_flop, then effective
    Array<MilestonePlan> milestone_groups = {};
    Array<ProgressPlan> progress = {};  ///< each after its leader
    Array<ComparisonPlan> comparisons = {};
    Array<float> fractions = {};

    Array<int> column_rows = {};  ///< workspace row of each output column; -1: lag
    Array<int> scalar_rows =
        {};  ///< workspace row of each reported scalar: output rows
             ///< steps * columns + i
};

/// All arrays of a plan as a tuple of references. Does not compile where it forgets one.
/// `Arrays` is a PlanArrays, const or not.
template <class Arrays>
auto all_arrays(Arrays& plan) {
    auto& [awaited_flop,
           column_means,
           score_draws,
           sobol_directions,
           given_scores,
           reflections,
           reflection_terms,
           score_terms,
           value_draws,
           pieces,
           coefficients,
           step_scores,
           step_values,
           constants,
           prologue,
           step,
           after_paths,
           end_of_step,
           epilogue,
           series_knot,
           series_weight,
           paths,
           path_outputs,
           run_steps,
           channels,
           pools,
           pool_channels,
           clusters,
           jobs,
           chip_groups,
           history_months,
           history_flop,
           milestones,
           milestone_groups,
           progress,
           comparisons,
           fractions,
           column_rows,
           scalar_rows] = plan;
    return std::tie(awaited_flop,
                    column_means,
                    score_draws,
                    sobol_directions,
                    given_scores,
                    reflections,
                    reflection_terms,
                    score_terms,
                    value_draws,
                    pieces,
                    coefficients,
                    step_scores,
                    step_values,
                    constants,
                    prologue,
                    step,
                    after_paths,
                    end_of_step,
                    epilogue,
                    series_knot,
                    series_weight,
                    paths,
                    path_outputs,
                    run_steps,
                    channels,
                    pools,
                    pool_channels,
                    clusters,
                    jobs,
                    chip_groups,
                    history_months,
                    history_flop,
                    milestones,
                    milestone_groups,
                    progress,
                    comparisons,
                    fractions,
                    column_rows,
                    scalar_rows);
}

/// The numbers of a plan that its owner and its view have alike.
struct PlanNumbers {
    bool plans_only = false;  ///< runs are planned, and not done
    int steps = 0;            ///< of the scenario: what arrays over steps are made for
    int end_step = 0;         ///< steps that are run, from 0 on
    /// From this step on only lags are waited for: samples stop where the reference has
    /// reached all of `awaited_flop`. At least end_step: they never stop.
    int settled_step = 0;
    int months_per_report = 1;  ///< a reported step is so many steps of the model
    int month_outputs = 0;      ///< workspace: outputs by month, where that is above 1
    float start_year = 0.0f;    ///< decimal year of step 0
    int month_row = 0;
    int year_row = 0;
    int watch_row = -1;  ///< samples without a result are not a number there; -1: none
    int workspace_rows = 0;          ///< constants, values, states, buffers
    int scratch_scores = 0;          ///< first row of the independent scores
    int sobol_replicate_shift = 32;  ///< log2 of the samples of a scrambling
    std::uint64_t first_given_sample = 0;
    int given_samples = 0;  ///< from there on, in each column of given_scores
    int reference = -1;     ///< path index; -1 without paths
};

template <class T>
using ArrayPointer = T const*;
template <class T>
using ArrayCount = int;

/// A view of a compiled scenario: pointers and counts, nothing owned. A step of the
/// model is a month, whatever is reported; outputs are numbered by month below.
struct Plan : PlanArrays<ArrayPointer>, PlanNumbers {
    PlanArrays<ArrayCount> counts = {};  ///< of the elements of each array
    int output_rows = 0;                 ///< reported steps * columns + scalars
    int columns = 0;                     ///< outputs per step
};

static_assert(std::is_trivially_copyable_v<Plan>, "kernels take it by value");

}  // namespace leadtime::kernels
