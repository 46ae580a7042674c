// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace leadtime::text {

/// While one is alive, every TableReader::finish() of its thread tells it which keys
/// its table may have: for `leadtime check --keys`, and for the test that the scenario
/// reference has them all. Recorders nest; the innermost listens.
class KeyRecorder {
  public:
    KeyRecorder();
    ~KeyRecorder();
    KeyRecorder(KeyRecorder const&) = delete;
    KeyRecorder& operator=(KeyRecorder const&) = delete;

    /// Keys by the dotted path of their table, empty for the root.
    std::map<std::string, std::set<std::string>> const& tables() const noexcept {
        return tables_;
    }

    /// Tells the innermost recorder of this thread, if there is one.
    static void note(std::string const& table, std::vector<std::string> const& keys);

  private:
    KeyRecorder* outer_;
    std::map<std::string, std::set<std::string>> tables_;
};

}  // namespace leadtime::text
