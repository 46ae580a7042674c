// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/plan_builder.hpp"

#include <set>
#include <vector>

namespace leadtime::estimator::detail {

using kernels::Code;
using kernels::Instruction;

namespace {

std::set<int> rows_that_paths_read(Plan const& plan) {
    std::set<int> read;
    for (auto const* const parts : {&plan.path_rows, &plan.progress_rows}) {
        for (PartRows const& part : *parts) {
            read.insert(part.inputs.begin(), part.inputs.end());
        }
    }
    return read;
}

}  // namespace

void watch_inputs(Plan& plan, RowAllocator& rows) {
    auto const read = rows_that_paths_read(plan);
    for (auto* const list : {&plan.prologue, &plan.step, &plan.after_paths}) {
        std::vector<Instruction> watches;
        for (Instruction const& made : *list) {
            // Draws, and series between them, are always numbers.
            bool const is_series = made.code == Code::series_step
                                   || made.code == Code::series_linear
                                   || made.code == Code::series_log;
            if (is_series || !read.contains(made.out)) {
                continue;
            }
            if (plan.watch_row < 0) {
                plan.watch_row = rows.allocate();
            }
            watches.push_back(
                {Code::watch, plan.watch_row, made.out, made.out, made.out, 0, 0});
        }
        list->insert(list->end(), watches.begin(), watches.end());
    }
}

}  // namespace leadtime::estimator::detail
