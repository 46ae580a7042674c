// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/row_needs.hpp"

#include <algorithm>
#include <cstddef>

namespace leadtime::estimator::detail {

using kernels::Code;
using kernels::Instruction;

void RowNeeds::need(int row, int until) {
    int& known = until_[static_cast<std::size_t>(row)];
    grew_ = grew_ || known < until;
    known = std::max(known, until);
}

void RowNeeds::need(std::vector<int> const& rows, int until) {
    for (int const row : rows) {
        need(row, until);
    }
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

int RowNeeds::until(Instruction const& instruction) const {
    if (instruction.code == Code::save) {
        return until(instruction.state);
    }
    if (instruction.code == Code::watch) {
        return until(instruction.a);
    }
    int const read = until(instruction.out);
    return instruction.code == Code::capture ? std::min(read, instruction.parameter + 1)
                                             : read;
}

void RowNeeds::spread(Plan const& plan, std::vector<Instruction> const& list) {
    for (auto i = list.rbegin(); i != list.rend(); ++i) {
        int const steps = until(*i);
        if (steps > 0) {
            need_arguments(plan, *i, steps);
        }
    }
}

void RowNeeds::need_arguments(Plan const& plan, Instruction const& i, int steps) {
    switch (i.code) {
    case Code::previous:
        need(i.state, steps);
        return;
    case Code::series_step:
    case Code::series_linear:
    case Code::series_log:
        for (int step = 0; step < steps; ++step) {
            auto const entry =
                static_cast<std::size_t>(i.parameter * plan.steps + step);
            int const row = i.a + plan.series_knot[entry];
            need(row, steps);
            if (plan.series_weight[entry] != 0.0f) {
                need(row + 1, steps);
            }
        }
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
