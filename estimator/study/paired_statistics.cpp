// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/paired_statistics.hpp"

#include "estimator/engine/all_threads.hpp"

#include <array>
#include <cmath>
#include <span>
#include <utility>

namespace leadtime::estimator {

float derived(Side side, float base, float other) {
    double const a = base;
    double const b = other;
    switch (side) {
    case base_side:
        return base;
    case other_side:
        return other;
    case difference_side:
        return static_cast<float>(b - a);
    default:
        return static_cast<float>(b / a);
    }
}

OutputBatch::OutputBatch(Model const& model,
                         std::set<int> const& outputs,
                         std::size_t capacity)
    : outputs_(outputs.begin(), outputs.end())
    , places_(model.outputs().size(), -1)
    , values_(outputs.size() * capacity) {
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
        places_[static_cast<std::size_t>(outputs_[i])] = static_cast<int>(i);
    }
}

void OutputBatch::run(SampleRunner& runner, SampleRange range, Control const& control) {
    count_ = range.size();
    runner.gather(
        range, outputs_, std::span(values_).first(outputs_.size() * count_), control);
}

PairedStatistics::PairedStatistics(std::vector<OutputPair> pairs,
                                   QuantileLevels levels,
                                   TileKernels const& kernels)
    : pairs_(std::move(pairs))
    , levels_(std::move(levels))
    , kernels_(kernels)
    , products_(pairs_.size())
    , axes_(pairs_.size() * sides) {}

/// Calls f for every side of every pair, on all threads.
template <class Function>
void PairedStatistics::for_each(Function const& f,
                                OutputBatch const& base,
                                OutputBatch const& other) {
    on_all_threads("leadtime::compare", axes_.size(), [&](std::size_t i) {
        OutputPair const& pair = pairs_[i / sides];
        f(i / sides,
          static_cast<Side>(i % sides),
          base.of(pair.base),
          other.of(pair.other));
    });
}

void PairedStatistics::start() {
    statistics_.emplace(axes_);
    statistics_->levels = levels_;
    products_.assign(pairs_.size(), {});
}

void PairedStatistics::make_axes(OutputBatch const& base,
                                 OutputBatch const& other,
                                 int count) {
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

void PairedStatistics::refine_axes(std::uint64_t samples) {
    std::vector<kernels::Axis> refined(axes_.size());
    for (std::size_t i = 0; i < axes_.size(); ++i) {
        refined[i] = refine_axis(*statistics_, static_cast<int>(i), samples);
    }
    axes_ = std::move(refined);
    start();
}

void PairedStatistics::add(OutputBatch const& base,
                           OutputBatch const& other,
                           int count) {
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

void PairedStatistics::add_to(Statistics& statistics,
                              OutputBatch const& base,
                              OutputBatch const& other,
                              int count) const {
    auto const samples = static_cast<std::uint64_t>(count);
    statistics.begin_adding({samples, samples});
    on_all_threads(
        "leadtime::compare_bins", statistics.axes.size(), [&](std::size_t own) {
            auto const row = static_cast<std::size_t>(statistics.rows[own]);
            OutputPair const& pair = pairs_[row / sides];
            float const* const a = base.of(pair.base);
            float const* const b = other.of(pair.other);
            std::array<float, batch_samples> values;
            for (int i = 0; i < count; ++i) {
                values[static_cast<std::size_t>(i)] =
                    derived(static_cast<Side>(row % sides), a[i], b[i]);
            }
            kernels_.bin_rows(statistics.axes[own],
                              values.data(),
                              1,
                              0,
                              count,
                              statistics.counts.data(),
                              statistics.moments[own]);
        });
}

Row PairedStatistics::row(std::size_t pair,
                          Side side,
                          Plan const& plan,
                          OutputInfo const& info) const {
    Row row = make_row(plan, info, *statistics_, static_cast<int>(pair * sides + side));
    row.shares_by_step.clear();  // of dates; a comparison does not report them
    return row;
}

double PairedStatistics::share_undefined(std::size_t pair, Side side) const {
    return static_cast<double>(statistics_->special(
               static_cast<int>(pair * sides + side), kernels::bin_not_a_number))
           / static_cast<double>(statistics_->samples);
}

}  // namespace leadtime::estimator
