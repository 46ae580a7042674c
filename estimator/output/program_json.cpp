// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/program_json.hpp"

#include "estimator/output/build_info.hpp"

#include <nlohmann/json.hpp>

namespace leadtime::estimator {

nlohmann::ordered_json program_json() {
    auto const& build = build_info();
    return {{"version", build.version},
            {"git_hash", build.git_hash},
            {"git_dirty", build.git_dirty}};
}

}  // namespace leadtime::estimator
