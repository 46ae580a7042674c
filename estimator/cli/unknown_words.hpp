// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace CLI {
class App;
}

namespace leadtime::estimator {

/// Finds unknown commands and options, options given twice or without their value, and
/// words too many, before CLI11 does, which cannot suggest others. Throws: UsageError.
void refuse_unknown_words(CLI::App& app, int argc, char const* const* argv);

}  // namespace leadtime::estimator
