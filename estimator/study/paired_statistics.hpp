// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/model.hpp"
#include "estimator/engine/row.hpp"
#include "estimator/engine/sample_runner.hpp"
#include "estimator/engine/statistics.hpp"
#include "estimator/engine/tile_kernels.hpp"
#include "estimator/study/output_pairs.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

namespace leadtime::estimator {

/// What is binned of a pair of outputs, in this order.
enum Side : std::size_t { base_side, other_side, difference_side, ratio_side, sides };

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

/// That of one sample; NaN where it is not defined (0 / 0, or the difference of two
/// values censored on the same side).
float derived(Side side, float base, float other);

/// Some outputs of up to `capacity` samples.
class OutputBatch {
  public:
    OutputBatch(Model const& model, std::set<int> const& outputs, std::size_t capacity);

    /// Throws: Interrupted.
    void run(SampleRunner& runner, SampleRange range, Control const& control = {});
    std::size_t count() const { return count_; }

    /// The samples of an output of the last range.
    float const* of(int output) const {
        return values_.data()
               + static_cast<std::size_t>(places_[static_cast<std::size_t>(output)])
                     * count_;
    }

  private:
    std::vector<int> outputs_;
    std::vector<int> places_;  ///< by output row: in `outputs_`, or -1
    std::vector<float> values_;
    std::size_t count_ = 0;
};

/// The pairs of one scenario with the base, and their statistics over samples.
class PairedStatistics {
  public:
    PairedStatistics(std::vector<OutputPair> pairs,
                     QuantileLevels levels,
                     TileKernels const& kernels);

    std::vector<OutputPair> const& pairs() const { return pairs_; }
    /// Of a row of statistics().
    OutputPair const& pair_of(int row) const {
        return pairs_[static_cast<std::size_t>(row) / sides];
    }

    /// Lays out axes from a first batch, then from what has been added, for `samples`.
    void make_axes(OutputBatch const& base, OutputBatch const& other, int count);
    void refine_axes(std::uint64_t samples);

    void add(OutputBatch const& base, OutputBatch const& other, int count);
    /// Adds to statistics over axes of some of these rows.
    void add_to(Statistics& statistics,
                OutputBatch const& base,
                OutputBatch const& other,
                int count) const;

    Statistics& statistics() { return *statistics_; }  ///< rows: [pair][side]
    Products products(std::size_t pair) const { return products_[pair]; }
    Row
    row(std::size_t pair, Side side, Plan const& plan, OutputInfo const& info) const;
    double share_undefined(std::size_t pair, Side side) const;

  private:
    template <class Function>
    void for_each(Function const& f, OutputBatch const& base, OutputBatch const& other);
    void start();

    std::vector<OutputPair> pairs_;
    QuantileLevels levels_;
    TileKernels const& kernels_;
    std::vector<Products> products_;
    std::vector<kernels::Axis> axes_;  ///< [pair][side]
    std::optional<Statistics> statistics_;
};

}  // namespace leadtime::estimator
