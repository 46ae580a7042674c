// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

/// One sample run again, to find where a value comes from.
namespace leadtime::estimator {

/// A row of the workspace in a step; for what is the same in all of them any step.
struct Moment {
    int row = 0;
    int step = 0;
    friend bool operator<(Moment const& a, Moment const& b) {
        return std::pair(a.row, a.step) < std::pair(b.row, b.step);
    }
};

/// What is looked for.
enum class Fault { not_a_number, infinite };

/// Where a fault begins: what is read there has none.
struct Birth {
    Fault fault = Fault::not_a_number;
    Moment where;
    std::optional<QuantityRow> quantity;  ///< in whose formula it is
    /// What makes the row; nullptr where a draw, a path or its progress does.
    kernels::Instruction const* instruction = nullptr;
};

/// The values of one sample, and what each is made of.
class Replay {
  public:
    /// The plan must outlive this.
    Replay(Plan const& plan, std::uint64_t seed, std::uint64_t sample);

    /// The value of a row that an instruction or a draw makes, or a metric.
    float at(Moment where) const;

    /// Where the fault of an output begins, or, where a path read what was no finite
    /// number, that of what it read: the first place in dependency order. Nothing where
    /// the output is made after the months (lags, milestones).
    std::optional<Birth> find_birth(int output, Fault fault) const;

    /// Whether a row has one value, in no month.
    bool is_without_month(int row) const;

  private:
    /// Lists of instructions in the order in which they are run.
    enum class When : int { before, step, after_paths, end };
    struct Maker {
        kernels::Instruction const* instruction = nullptr;
        When when = When::before;
        int order = 0;
    };

    void add_list(std::vector<kernels::Instruction> const& list, When when);
    void keep(int row);
    bool has(Fault fault, Moment where) const;
    std::vector<Moment> watched_roots() const;
    std::vector<Moment> output_roots(int output) const;
    std::optional<Birth> search(std::vector<Moment> const& roots, Fault fault) const;
    std::vector<Moment> read_by(kernels::Instruction const& i, int step) const;
    std::vector<Moment> read_over_time(kernels::Instruction const& i, int step) const;

    Plan const& plan_;
    std::map<int, Maker> makers_;  ///< by row
    std::map<int, int> saved_;  ///< by the state of a `previous`: the row saved there
    std::map<int, kernels::Instruction const*> crossings_;  ///< by state
    std::map<int, QuantityRow> quantities_;                 ///< by row
    std::vector<int> watched_;
    std::map<int, std::size_t> places_;  ///< by row, within the vectors below
    std::vector<int> kept_;
    std::vector<std::vector<float>> steps_;
    std::vector<float> end_;
};

}  // namespace leadtime::estimator
