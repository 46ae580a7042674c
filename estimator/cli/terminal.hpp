// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace leadtime::estimator {

/// Whether stdout is a terminal that can do more than print letters.
bool is_terminal();

/// Whether stdout is a terminal that shows bold text, and NO_COLOR is not set.
bool wants_colour();

}  // namespace leadtime::estimator
