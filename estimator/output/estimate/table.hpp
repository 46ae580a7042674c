// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/model.hpp"
#include "estimator/engine/result.hpp"
#include "estimator/output/estimate/digit_audit.hpp"

#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// How the tables are drawn.
struct TableOptions {
    bool colour = false;
    bool fans = false;  ///< a line with a fan for each path, for terminals with UTF-8
    /// Month of the reference path's first known run (from the start; history is
    /// negative). Without it a lag from before the record is bounded by the samples
    /// that have one.
    std::optional<double> record_start_month;
    /// One table of all rows, where a run was of some outputs alone.
    bool is_of_some_outputs = false;
    /// Is told of every number in the tables.
    DigitAudit* audit = nullptr;
};

/// The result for a person: each path at the year ends, the milestones, the quantities
/// of [output], the notes. At most 110 columns as long as names are short.
std::string terminal_table(Result const& result, TableOptions const& options = {});

/// The output rows that the tables, and the fans where these are drawn, are made of: a
/// run of these alone prints the same, but for notes on what is not printed.
std::vector<int> rows_in_tables(Model const& model, bool with_fans);

}  // namespace leadtime::estimator
