// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/compare.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/compile/restrict.hpp"
#include "estimator/engine/bad_number.hpp"
#include "estimator/engine/launch.hpp"
#include "estimator/engine/refine.hpp"
#include "estimator/engine/row.hpp"

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

namespace leadtime::estimator {
namespace {

constexpr std::uint64_t second_pilot_samples = 8192;

/// What is binned of a pair of outputs, in this order.
enum Side : std::size_t { base_side, other_side, difference_side, ratio_side, sides };

/// Two outputs that mean the same.
struct Pair {
    int base = 0;  ///< output rows of their plans
    int other = 0;
};

/// Sums over the samples where both are finite, in the order of the samples.
struct Products {
    double count = 0.0;
    double base = 0.0;
    double other = 0.0;
    double base_base = 0.0;
    double base_other = 0.0;
    double other_other = 0.0;

    void add(double a, double b) {
        if (std::isfinite(a) && std::isfinite(b)) {
            count += 1.0;
            base += a;
            other += b;
            base_base += a * a;
            base_other += a * b;
            other_other += b * b;
        }
    }
};

/// The month after the last one of a step, counted as year * 12 + month - 1.
int end_month(Scenario const& scenario, int step) {
    return scenario.start_month + (step + 1) * scenario.months_per_step;
}

float derived(Side side, float a, float b) {
    switch (side) {
    case base_side:
        return a;
    case other_side:
        return b;
    case difference_side:
        return static_cast<float>(static_cast<double>(b) - static_cast<double>(a));
    default:
        return static_cast<float>(static_cast<double>(b) / static_cast<double>(a));
    }
}

/// Copies the wanted outputs of up to a batch of samples: [slot][batch_samples].
class Gatherer {
  public:
    Gatherer(Plan const& plan, std::set<int> const& outputs)
        : slots_(plan.outputs.size(), -1) {
        int slot = 0;
        for (int const output : outputs) {
            slots_[static_cast<std::size_t>(output)] = slot++;
        }
        values_.resize(static_cast<std::size_t>(slot) * batch_samples);
    }

    void gather(HostRunner& runner, SampleRange range) {
        runner.visit(range, [&](int output, std::span<float const> values) {
            int const slot = slots_[static_cast<std::size_t>(output)];
            if (slot >= 0) {
                std::copy(values.begin(), values.end(), values_.begin() + first(slot));
            }
        });
    }

    float const* of(int output) const {
        return values_.data() + first(slots_[static_cast<std::size_t>(output)]);
    }

  private:
    static std::ptrdiff_t first(int slot) {
        return static_cast<std::ptrdiff_t>(slot) * batch_samples;
    }

    std::vector<int> slots_;
    std::vector<float> values_;
};

/// The pairs of one scenario with the base, and their statistics.
class PairedStatistics {
  public:
    PairedStatistics(std::vector<Pair> pairs, QuantileLevels levels)
        : pairs_(std::move(pairs))
        , levels_(std::move(levels))
        , products_(pairs_.size())
        , axes_(pairs_.size() * sides) {}

    std::vector<Pair> const& pairs() const { return pairs_; }

    void make_axes(Gatherer const& base, Gatherer const& other, int count) {
        for_each(
            [&](std::size_t pair, Side side, float const* a, float const* b) {
                std::array<float, batch_samples> values;
                std::size_t kept = 0;
                for (int i = 0; i < count; ++i) {
                    float const value = derived(side, a[i], b[i]);
                    if (!std::isnan(value)) {
                        values[kept++] = value;
                    }
                }
                axes_[pair * sides + side] =
                    make_axis(std::span<float const>(values.data(), kept), levels_);
            },
            base,
            other);
        start();
    }

    void refine_axes(std::uint64_t samples) {
        std::vector<kernels::Axis> refined(axes_.size());
        for (std::size_t i = 0; i < axes_.size(); ++i) {
            refined[i] = refine_axis(*statistics_, static_cast<int>(i), samples);
        }
        axes_ = std::move(refined);
        start();
    }

    void add(Gatherer const& base, Gatherer const& other, int count) {
        add_to(*statistics_, base, other, count);
        for_each(
            [&](std::size_t pair, Side side, float const* a, float const* b) {
                if (side == base_side) {
                    for (int i = 0; i < count; ++i) {
                        products_[pair].add(static_cast<double>(a[i]),
                                            static_cast<double>(b[i]));
                    }
                }
            },
            base,
            other);
    }

    /// Adds to statistics over axes of some [pair][side], their rows.
    void add_to(Statistics& statistics,
                Gatherer const& base,
                Gatherer const& other,
                int count) const {
        TileKernels const& kernels = best_kernels();
        using Space = Kokkos::DefaultHostExecutionSpace;
        Kokkos::parallel_for(
            "leadtime::compare_bins",
            Kokkos::RangePolicy<Space>(0, static_cast<int>(statistics.axes.size())),
            [&](int axis) {
                auto const own = static_cast<std::size_t>(axis);
                auto const place = static_cast<std::size_t>(statistics.rows[own]);
                Pair const& pair = pairs_[place / sides];
                float const* const a = base.of(pair.base);
                float const* const b = other.of(pair.other);
                std::array<float, batch_samples> values;
                for (int i = 0; i < count; ++i) {
                    values[static_cast<std::size_t>(i)] =
                        derived(static_cast<Side>(place % sides), a[i], b[i]);
                }
                kernels.bin_rows(statistics.axes[own],
                                 values.data(),
                                 1,
                                 0,
                                 count,
                                 statistics.counts.data(),
                                 statistics.moments[own]);
            });
        Space().fence("leadtime: the next batch overwrites what was binned");
        statistics.samples += static_cast<std::uint64_t>(count);
    }

    Statistics& statistics() { return *statistics_; }
    Pair const& pair_of(int place) const {
        return pairs_[static_cast<std::size_t>(place) / sides];
    }

    Products const& products(std::size_t pair) const { return products_[pair]; }

    Row
    row(std::size_t pair, Side side, Plan const& plan, OutputInfo const& info) const {
        Row row =
            make_row(plan, info, *statistics_, static_cast<int>(pair * sides + side));
        row.shares_by_step.clear();  // of dates; a comparison does not report them
        return row;
    }

    double share_undefined(std::size_t pair, Side side) const {
        return static_cast<double>(statistics_->special(
                   static_cast<int>(pair * sides + side), kernels::bin_not_a_number))
               / static_cast<double>(statistics_->samples);
    }

  private:
    /// Calls f for every side of every pair, on all threads.
    template <class Function>
    void for_each(Function const& f, Gatherer const& base, Gatherer const& other) {
        using Space = Kokkos::DefaultHostExecutionSpace;
        Kokkos::parallel_for(
            "leadtime::compare",
            Kokkos::RangePolicy<Space>(0, static_cast<int>(axes_.size())),
            [&](int i) {
                auto const pair = static_cast<std::size_t>(i) / sides;
                f(pair,
                  static_cast<Side>(static_cast<std::size_t>(i) % sides),
                  base.of(pairs_[pair].base),
                  other.of(pairs_[pair].other));
            });
        Space().fence("leadtime: the next batch overwrites what was compared");
    }

    void start() {
        statistics_.emplace(axes_);
        statistics_->levels = levels_;
        products_.assign(pairs_.size(), {});
    }

    std::vector<Pair> pairs_;
    QuantileLevels levels_;
    std::vector<Products> products_;
    std::vector<kernels::Axis> axes_;  ///< [pair][side]
    std::optional<Statistics> statistics_;
};

using OutputKey = std::tuple<std::string, std::string, int>;  ///< path, metric, month

/// Outputs by path, metric and the month in which their step ends (-1: no month).
std::map<OutputKey, int> index_outputs(Scenario const& scenario, Plan const& plan) {
    std::map<OutputKey, int> index;
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
        OutputInfo const& output = plan.outputs[i];
        int const month = output.step < 0 ? -1 : end_month(scenario, output.step);
        index[{output.path, output.metric, month}] = static_cast<int>(i);
    }
    return index;
}

/// Whether an output is a mean over its step, so that it differs by the step's length.
bool is_mean(Plan const& plan, std::size_t output) {
    return plan.outputs[output].step >= 0
           && plan.column_means[output % plan.column_means.size()] != 0;
}

/// Pairs what both have and says what they do not.
std::vector<Pair> pair_outputs(Scenario const& base,
                               Plan const& base_plan,
                               Scenario const& other,
                               Plan const& other_plan,
                               OutputFilter const& wanted,
                               std::vector<std::string>& left_out) {
    auto const theirs = index_outputs(other, other_plan);
    std::vector<Pair> pairs;
    std::set<std::string> lacking;
    std::set<std::string> means;
    std::set<int> months_lacking;
    std::set<int> other_months;
    for (auto const& [key, output] : theirs) {
        other_months.insert(std::get<2>(key));
    }
    for (std::size_t i = 0; i < base_plan.outputs.size(); ++i) {
        OutputInfo const& output = base_plan.outputs[i];
        if (!wanted(output.path, output.metric, output.step)) {
            continue;
        }
        if (base.months_per_step != other.months_per_step && is_mean(base_plan, i)) {
            means.insert(output.metric);
            continue;
        }
        int const month = output.step < 0 ? -1 : end_month(base, output.step);
        auto const found = theirs.find({output.path, output.metric, month});
        bool const same_unit =
            found != theirs.end()
            && other_plan.outputs[static_cast<std::size_t>(found->second)].unit
                   == output.unit;
        if (same_unit) {
            pairs.push_back({static_cast<int>(i), found->second});
        } else if (month >= 0 && !other_months.contains(month)) {
            months_lacking.insert(month - 1);
        } else {
            lacking.insert(output.path.empty() ? output.metric
                                               : output.path + " " + output.metric);
        }
    }
    auto const say = [&](std::string const& who, auto const& what) {
        if (!what.empty()) {
            left_out.push_back(fmt::format("{}: {}", who, fmt::join(what, ", ")));
        }
    };
    std::vector<std::string> months;
    for (int const month : months_lacking) {
        months.push_back(fmt::format("{:04}-{:02}", month / 12, month % 12 + 1));
    }
    say("months without a step that ends there in " + other.file, months);
    say("not in " + other.file, lacking);
    say("means over steps of another length than in " + other.file, means);
    std::vector<std::string> more;
    for (Path const& path : other.paths) {
        bool const known =
            std::any_of(base.paths.begin(), base.paths.end(), [&](Path const& own) {
                return own.name == path.name;
            });
        if (!known) {
            more.push_back("path " + path.name);
        }
    }
    say("only in " + other.file, more);
    return pairs;
}

bool has_ratio(OutputInfo const& output) {
    return output.unit == "FLOP" || output.unit == "USD";
}

PairedRow make_paired_row(PairedStatistics const& statistics,
                          std::size_t pair,
                          Plan const& base_plan,
                          Plan const& other_plan) {
    Pair const& outputs = statistics.pairs()[pair];
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
    Products const& sums = statistics.products(pair);
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

/// Runs all scenarios batch by batch and hands each batch on.
class PairedRun {
  public:
    PairedRun(std::vector<Scenario> const& scenarios, RunOptions const& options)
        : scenarios_(scenarios)
        , options_(options) {
        for (Scenario const& scenario : scenarios) {
            plans_.push_back(compile(scenario));
        }
        for (Plan const& plan : plans_) {
            runners_.push_back(std::make_unique<HostRunner>(plan, options.seed));
        }
    }

    std::vector<PairedResult> compare(OutputFilter const& wanted) {
        std::vector<PairedResult> results(scenarios_.size() - 1);
        std::vector<std::set<int>> outputs(scenarios_.size());
        for (std::size_t i = 1; i < scenarios_.size(); ++i) {
            auto pairs = pair_outputs(scenarios_[0],
                                      plans_[0],
                                      scenarios_[i],
                                      plans_[i],
                                      wanted,
                                      results[i - 1].left_out);
            for (Pair const& pair : pairs) {
                outputs[0].insert(pair.base);
                outputs[i].insert(pair.other);
            }
            statistics_.emplace_back(std::move(pairs), plans_[0].levels);
        }
        for (std::size_t i = 0; i < scenarios_.size(); ++i) {
            gatherers_.emplace_back(plans_[i], outputs[i]);
        }
        run();
        for (std::size_t i = 1; i < scenarios_.size(); ++i) {
            PairedStatistics const& statistics = statistics_[i - 1];
            for (std::size_t p = 0; p < statistics.pairs().size(); ++p) {
                results[i - 1].rows.push_back(
                    make_paired_row(statistics, p, plans_[0], plans_[i]));
            }
        }
        return results;
    }

  private:
    void run() {
        std::uint64_t const pilot = std::min<std::uint64_t>(
            options_.samples, static_cast<std::uint64_t>(batch_samples));
        gather({0, pilot});
        check_numbers(0, static_cast<std::size_t>(pilot));
        each(
            [&](PairedStatistics& statistics, Gatherer const& base, Gatherer const& o) {
                statistics.make_axes(base, o, static_cast<int>(pilot));
            });
        add({0, std::min(options_.samples, second_pilot_samples)}, false);
        for (PairedStatistics& statistics : statistics_) {
            statistics.refine_axes(options_.samples);
        }
        add({0, options_.samples}, true);
        for (std::size_t i = 0; i < statistics_.size(); ++i) {
            refine_quantiles(statistics_[i].statistics(),
                             options_.samples,
                             [&](Statistics& part, std::span<QuantileOf const>) {
                                 add_again(i, part);
                             });
        }
    }

    /// Adds all samples of the base and of another scenario to axes of some pairs.
    void add_again(std::size_t index, Statistics& part) {
        std::array<std::set<int>, 2> outputs;
        for (int const place : part.rows) {
            Pair const& pair = statistics_[index].pair_of(place);
            outputs[0].insert(pair.base);
            outputs[1].insert(pair.other);
        }
        auto const restricted = [&](std::size_t side) {
            std::vector<int> const rows(outputs[side].begin(), outputs[side].end());
            return restrict_plan(plans_[side == 0 ? 0 : index + 1], rows);
        };
        std::array<Plan, 2> const plans{restricted(0), restricted(1)};
        HostRunner base_runner(plans[0], options_.seed);
        HostRunner other_runner(plans[1], options_.seed);
        Gatherer base(plans[0], outputs[0]);
        Gatherer other(plans[1], outputs[1]);
        for (std::uint64_t begin = 0; begin < options_.samples;) {
            if (options_.stop != nullptr && options_.stop->load()) {
                throw Interrupted();
            }
            std::uint64_t const end =
                std::min<std::uint64_t>(begin + batch_samples, options_.samples);
            base.gather(base_runner, {begin, end});
            other.gather(other_runner, {begin, end});
            statistics_[index].add_to(part, base, other, static_cast<int>(end - begin));
            begin = end;
        }
    }

    void add(SampleRange range, bool report) {
        for (std::uint64_t begin = range.begin; begin < range.end;) {
            if (options_.stop != nullptr && options_.stop->load()) {
                throw Interrupted();
            }
            std::uint64_t const end =
                std::min<std::uint64_t>(begin + batch_samples, range.end);
            gather({begin, end});
            check_numbers(begin, static_cast<std::size_t>(end - begin));
            each([&](PairedStatistics& statistics,
                     Gatherer const& base,
                     Gatherer const& o) {
                statistics.add(base, o, static_cast<int>(end - begin));
            });
            begin = end;
            if (report && options_.progress) {
                options_.progress(begin, range.end);
            }
        }
    }

    void gather(SampleRange range) {
        for (std::size_t i = 0; i < runners_.size(); ++i) {
            gatherers_[i].gather(*runners_[i], range);
        }
    }

    template <class Function>
    void each(Function const& f) {
        for (std::size_t i = 0; i < statistics_.size(); ++i) {
            f(statistics_[i], gatherers_[0], gatherers_[i + 1]);
        }
    }

    struct Bad {
        std::size_t sample = 0;
        std::size_t side = 0;
        int output = -1;
    };

    /// A value that is not a number stops the run, as in estimate().
    void check_numbers(std::uint64_t first_sample, std::size_t count) {
        Bad first{count, 0, -1};
        for (std::size_t i = 0; i < statistics_.size(); ++i) {
            for (Pair const& pair : statistics_[i].pairs()) {
                look_for_bad(0, pair.base, first);
                look_for_bad(i + 1, pair.other, first);
            }
        }
        if (first.output >= 0) {
            refuse_sample(scenarios_[first.side],
                          plans_[first.side],
                          options_.seed,
                          first_sample + first.sample,
                          first.output,
                          gatherers_[first.side].of(first.output)[first.sample],
                          scenarios_[first.side].file + ": ");
        }
    }

    /// Looks before the first bad sample that is known.
    void look_for_bad(std::size_t side, int output, Bad& first) const {
        auto const found =
            find_bad(plans_[side].outputs[static_cast<std::size_t>(output)],
                     {gatherers_[side].of(output), first.sample});
        if (found) {
            first = {*found, side, output};
        }
    }

    std::vector<Scenario> const& scenarios_;
    RunOptions const& options_;
    std::vector<Plan> plans_;
    std::vector<std::unique_ptr<HostRunner>> runners_;
    std::vector<Gatherer> gatherers_;           ///< by scenario
    std::vector<PairedStatistics> statistics_;  ///< by scenario after the base
};

}  // namespace

std::vector<PairedResult> compare_scenarios(std::vector<Scenario> const& scenarios,
                                            RunOptions const& options,
                                            OutputFilter const& wanted) {
    return PairedRun(scenarios, options).compare(wanted);
}

std::vector<int> year_end_steps(Scenario const& scenario) {
    std::vector<int> steps;
    for (int step = 0; step < scenario.steps; ++step) {
        if (end_month(scenario, step) % 12 == 0 || step + 1 == scenario.steps) {
            steps.push_back(step);
        }
    }
    return steps;
}

}  // namespace leadtime::estimator
