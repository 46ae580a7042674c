// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator {

struct CheckOptions {
    std::string scenario;
    std::vector<std::string> overrides;  ///< each `KEY=VALUE` of --set
    std::optional<std::string>
        profiles_dir;    ///< adds to or overrides the built-in ones
    bool quiet = false;  ///< no warnings
    bool keys = false;   ///< list the keys that each table may have
};

/// `leadtime check`: one line on `out` where the scenario is good, every error and
/// warning with its place on `err`. Returns 0, or 2 where there is an error.
int run_check(CheckOptions const& options, std::ostream& out, std::ostream& err);
/// The same with std::cerr.
int run_check(CheckOptions const& options, std::ostream& out);

}  // namespace leadtime::estimator
