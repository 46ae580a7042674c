// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace leadtime::estimator {

/// Which program wrote a document: `{version, git_hash, git_dirty}`.
nlohmann::ordered_json program_json();

}  // namespace leadtime::estimator
