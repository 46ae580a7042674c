// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/formulas/formula.hpp"
#include "estimator/quantities/distribution.hpp"
#include "estimator/quantities/unit.hpp"
#include "estimator/scenario/quantile_levels.hpp"
#include "kernels/plan/cluster_plan.hpp"
#include "kernels/plan/input_keys.hpp"
#include "text/config_error.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {

/// Where a number comes from. Empty strings where the scenario does not say.
struct Provenance {
    std::string source;
    std::string confidence;
    std::string note;
};

enum class Interpolation { step, linear, log };

/// One dated value of a series. `month` counts from the scenario's start and may be
/// negative.
struct Knot {
    double month = 0.0;
    Distribution value;
};

enum class QuantityKind { distribution, series, formula };

/// Where the text of a formula stands, for messages about a part of it.
struct FormulaSource {
    text::SourcePlace place;  ///< first character of the formula, or the string's start
    std::string source_line;  ///< or a piece of it
    bool on_one_line = false;  ///< else `place` is the best there is
    int source_column = 1;     ///< where in the line the piece begins
};

/// Anything uncertain, derived or time-varying that has a name. Distributions and knots
/// are in the unit as written; `unit` converts a drawn value to base units.
struct Quantity {
    std::string name;
    Unit unit;
    QuantityKind kind = QuantityKind::distribution;
    Distribution value;       ///< kind distribution
    std::vector<Knot> knots;  ///< kind series, ascending months
    Interpolation interpolation = Interpolation::linear;
    double knot_correlation = 1.0;  ///< of neighbouring knots' scores
    Expression formula;             ///< kind formula, in base units
    std::string formula_text;
    FormulaSource formula_source;
    std::string value_text;  ///< as written, for `show`
    Provenance provenance;
    text::SourcePlace place;
    bool is_inline = false;  ///< written in place of a name, e.g. at a channel's key
    bool is_noise = false;   ///< a series of one U(0, 1) for each month, made by us
};

using QuantityIndex = std::size_t;

/// The fallback of limits that a scenario does not set, and of `software_ready`.
inline constexpr double unlimited = 1e30;
inline constexpr double always_ready = -1e9;

/// An input of the model: a quantity, or where the scenario is silent a documented
/// default (base units).
struct Input {
    std::optional<QuantityIndex> quantity;
    double fallback = 0.0;
};

/// Inputs by their enumeration (kernels/plan/input_keys.hpp).
template <class Key>
class Inputs {
  public:
    Input& operator[](Key key) { return inputs_[static_cast<std::size_t>(key)]; }
    Input const& operator[](Key key) const {
        return inputs_[static_cast<std::size_t>(key)];
    }
    auto begin() const { return inputs_.begin(); }
    auto end() const { return inputs_.end(); }

  private:
    std::array<Input, static_cast<std::size_t>(Key::count)> inputs_;
};

/// Rank correlations between quantities: `rank` is row-major, size n * n, unit
/// diagonal.
struct Correlation {
    std::vector<QuantityIndex> quantities;
    std::vector<double> rank;
    text::SourcePlace place;
    /// The correlations of normal scores that give these, row-major.
    std::vector<double> normal = {};
};

/// The cluster model's inputs for one accelerator, by kernels::ClusterInput.
struct ClusterUse {
    std::array<Input, kernels::cluster_input_count> inputs;
    double peak16_flop_per_s = 0;
    bool is_low_precision = false;
};

/// A path's training job, by kernels::JobInput.
using JobUse = std::array<Input, kernels::job_input_count>;

using kernels::AcceleratorInput;

/// What a path knows about the accelerators of one profile beyond vendor facts.
struct AcceleratorUse {
    std::string profile;  ///< id in hwprofiles
    double peak_flop_per_s =
        0;                  ///< dense peak at the precision used (from the profile)
    std::string ecosystem;  ///< whose accelerators it can be mixed with
    std::optional<int> generation;  ///< from the profile
    std::string precision;          ///< the one used: "fp8", "bf16", ...
    bool precision_fell_back = false;
    double h100e_bf16 =
        0;  ///< per chip; where the profile lacks a rate, see model.md 4
    double h100e_8bit = 0;
    double h100e_tpp = 0;
    std::optional<ClusterUse> cluster;  ///< where mfu or goodput is not given
    Inputs<AcceleratorInput> inputs;

    /// Whether the scenario states it; else a default, or the cluster model, does.
    bool has(AcceleratorInput input) const {
        return inputs[input].quantity.has_value();
    }
};

/// What comes on an uncertain date. In formulas its name is a series: 1 while it is
/// active, else 0, the share of the step in which it begins or ends.
struct Event {
    std::string name;
    std::string description;
    QuantityIndex active = 0;  ///< the series
    bool by_hazard = false;    ///< else on a date
    std::string force;         ///< as written: "", "off", "on" or a date
    Provenance provenance;
    text::SourcePlace place;
};

/// A Markov chain over named states. In formulas NAME.STATE is 1 in that state, else 0.
struct Regime {
    std::string name;
    std::string description;
    std::vector<std::string> states;
    std::vector<QuantityIndex> active;  ///< the series, by state
    std::string force;                  ///< as written: "" or a state
    Provenance provenance;
    text::SourcePlace place;
};

/// A limit that channels of any path share: what they have bought since it began, and
/// what they rent at the time, counted by its basis.
struct CapPool {
    enum class Basis { chips, h100e_bf16, h100e_8bit, h100e_tpp };
    std::string name;
    Basis basis = Basis::h100e_tpp;
    Input total;         ///< chips or H100e
    double from = -1e9;  ///< months from start, inclusive
    double to = 1e9;     ///< months from start, inclusive
    Provenance provenance;
};

using kernels::ChannelInput;
using kernels::ChannelKind;
using kernels::JoinInput;
using kernels::PathInput;
using kernels::ProgressInput;

/// One way to get accelerators. Base units throughout (prices of rentals USD/(chip
/// month)).
struct Channel {
    std::string name;
    ChannelKind kind = ChannelKind::purchase;
    std::size_t accelerator = 0;  ///< index into Path::accelerators
    std::string place = "home";   ///< accelerators of one place are linked
    /// Of chip_price and rental_price none: they are the accelerator's.
    Inputs<ChannelInput> inputs;
    double cap_from = -1e9;          ///< months from start, inclusive
    double cap_to = 1e9;             ///< months from start, inclusive
    std::optional<std::size_t> cap;  ///< index into Scenario::caps
    double cap_pool_weight = 0.0;    ///< what one chip counts there
    Provenance provenance;
};

/// How a path's FLOP become effective FLOP (docs/model.md 9).
struct Progress {
    std::optional<std::size_t> leader;  ///< path it learns from
    Inputs<ProgressInput> inputs;
};

/// How a path spends its money (docs/model.md 2b).
enum class BuyingRule {
    list,    ///< by the order of its channels
    carrier  ///< by what a channel adds to the largest run in sight
};

/// A rule, the channels that it does without, and those of its list that come after all
/// others.
struct BuyingPolicy {
    BuyingRule rule = BuyingRule::list;
    std::vector<std::string> without = {};  ///< names of channels, in the path's order
    std::vector<std::string> last = {};     ///< in this order

    friend bool operator==(BuyingPolicy const&, BuyingPolicy const&) = default;
};

enum class Depreciation { straight_line, exponential };

struct Path {
    std::string name;
    std::string description;
    Inputs<PathInput> inputs;
    Depreciation depreciation = Depreciation::straight_line;
    std::optional<JobUse> job;  ///< where an accelerator uses the cluster model
    std::optional<Inputs<JoinInput>> join;  ///< where pools do runs together
    std::vector<AcceleratorUse> accelerators;
    std::vector<Channel> channels;  ///< in order of preference
    bool seeks_policy = false;      ///< order = "best"
    /// As stated or found; none where it is still to be looked for
    /// (study/buying_policy.hpp).
    std::optional<BuyingPolicy> policy = BuyingPolicy{};
    /// Known largest runs before the start: (months from start < 0, FLOP), ascending,
    /// only strictly increasing FLOP kept.
    std::vector<std::pair<double, double>> history;
    std::optional<Progress> progress;
    std::vector<std::size_t> compare_to;  ///< other references, in the order given
};

/// A whole scenario with names resolved, units checked and ranges validated. Months
/// count from `start`. Knows nothing of lanes.
struct Scenario {
    std::string name;
    std::string description;
    std::string file;
    std::string text;       ///< of the file, with the overrides as comments at its end
    std::string text_hash;  ///< of the text and the overrides, hexadecimal
    int start_month = 0;    ///< year * 12 + month - 1
    int steps = 0;          ///< reported ones; the model steps by the month
    int months_per_step = 1;  ///< of a reported step
    std::vector<Quantity> quantities;
    std::vector<Correlation> correlations;
    std::vector<Event> events;
    std::vector<Regime> regimes;
    std::vector<CapPool> caps;
    std::vector<Path> paths;
    std::size_t reference = 0;  ///< index into paths; meaningless when there is none
    std::vector<double> milestones;            ///< FLOP, ascending
    std::vector<double> effective_milestones;  ///< effective FLOP, ascending
    std::vector<double> parity_fractions;      ///< of the reference's, ascending
    std::vector<QuantityIndex> outputs;
    QuantileLevels levels;  ///< of every output
    /// Remarks that do not stop a run: no source, never used ... See format_warning().
    std::vector<text::ConfigIssue> warnings;
    std::vector<std::string> notes;  ///< e.g. precisions that fell back

    std::optional<QuantityIndex> find_quantity(std::string const& quantity_name) const;

    int months() const { return steps * months_per_step; }
    /// The last month of a reported step, from the start.
    int last_month(int step) const { return (step + 1) * months_per_step - 1; }
};

/// The last step of each calendar year, and the last of all.
std::vector<int> year_end_steps(int start_month, int steps, int months_per_step);
std::vector<int> year_end_steps(Scenario const& scenario);

/// `YYYY-MM` of a month from the start.
std::string calendar_name(Scenario const& scenario, int month);

/// The same of a reported step: its last month.
std::string month_name(Scenario const& scenario, int step);

/// The text of a warning: as text::format(), with "warning:" in place of "error:".
std::string format_warning(text::ConfigIssue const& warning);

/// An issue about a part of a quantity's formula, with the caret there.
text::ConfigIssue formula_issue(Quantity const& quantity, FormulaError const& error);

}  // namespace leadtime::estimator
