// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/state.hpp"

#include <string>
#include <vector>

namespace leadtime::estimator::detail {

/// Declares the states of every regime; gives the regimes' names.
std::vector<std::string> declare_regimes(ReaderState& state, text::TableReader& root);
/// Reads them, once all names are declared.
void read_regimes(ReaderState& state,
                  text::TableReader& root,
                  std::vector<std::string> const& names);

}  // namespace leadtime::estimator::detail
