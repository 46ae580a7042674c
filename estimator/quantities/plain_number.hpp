// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace leadtime::estimator {

/// One number as options and layouts have it: `16384`, `16k`, `1e6`. `what` names it in
/// the error, as `--count`.
/// Throws: std::invalid_argument where it is no number, not whole although it must be,
/// or beyond `from` to `to`.
double read_plain_number(std::string_view what,
                         std::string const& text,
                         double from,
                         double to,
                         bool is_whole);

}  // namespace leadtime::estimator
