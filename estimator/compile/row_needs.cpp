// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/row_needs.hpp"

#include <algorithm>
#include <cstddef>

namespace leadtime::estimator::detail {

using kernels::Code;
using kernels::Instruction;
using kernels::Memory;

void RowNeeds::need(int row, StepSet const& steps) {
    grew_ = steps_[static_cast<std::size_t>(row)].add(steps) || grew_;
}

void RowNeeds::need(int row, int until) {
    need(row, StepSet::range(0, until));
}

void RowNeeds::need(std::vector<int> const& rows, int until) {
    auto const steps = StepSet::range(0, until);
    for (int const row : rows) {
        need(row, steps);
    }
}

StepSet RowNeeds::steps(int first, int end) const {
    StepSet all;
    for (int row = first; row < end; ++row) {
        all.add(steps(row));
    }
    return all;
}

int RowNeeds::until(int first, int end) const {
    int last = 0;
    for (int row = first; row < end; ++row) {
        last = std::max(last, until(row));
    }
    return last;
}

int RowNeeds::until(std::vector<int> const& rows) const {
    int last = 0;
    for (int const row : rows) {
        last = std::max(last, until(row));
    }
    return last;
}

StepSet RowNeeds::steps(Instruction const& instruction) const {
    if (instruction.code == Code::save) {
        return steps(instruction.state);
    }
    if (instruction.code == Code::watch) {
        return steps(instruction.a);
    }
    StepSet const& read = steps(instruction.out);
    if (instruction.code == Code::capture && read.end() > instruction.parameter) {
        return StepSet::range(instruction.parameter, instruction.parameter + 1);
    }
    return read;
}

void RowNeeds::spread(Plan const& plan, std::vector<Instruction> const& list) {
    for (auto i = list.rbegin(); i != list.rend(); ++i) {
        StepSet const needed = steps(*i);
        if (needed.empty()) {
            continue;
        }
        auto const* const operation = kernels::operation_of(i->code);
        bool const has_memory =
            operation != nullptr && operation->memory != Memory::none
            && i->code != Code::previous && i->code != Code::capture;
        need_arguments(plan, *i, has_memory ? needed.with_past() : needed);
    }
}

void RowNeeds::need_arguments(Plan const& plan,
                              Instruction const& i,
                              StepSet const& steps) {
    switch (i.code) {
    case Code::previous:
        need(i.state, steps.shifted_back());
        return;
    case Code::series_step:
    case Code::series_linear:
    case Code::series_log:
        steps.for_each([&](int step) {
            auto const entry =
                static_cast<std::size_t>(i.parameter * plan.steps + step);
            int const row = i.a + plan.series_knot[entry];
            need(row, steps);
            if (plan.series_weight[entry] != 0.0f) {
                need(row + 1, steps);
            }
        });
        return;
    case Code::regime:
        for (int k = 0; k < i.parameter * (i.parameter - 1); ++k) {
            need(i.a + k, steps);
        }
        break;
    default:
        need(i.a, steps);
    }
    need(i.b, steps);
    need(i.c, steps);
}

}  // namespace leadtime::estimator::detail
