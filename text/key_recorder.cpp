// SPDX-License-Identifier: Apache-2.0
#include "text/key_recorder.hpp"

namespace leadtime::text {
namespace {

thread_local KeyRecorder* innermost = nullptr;

}  // namespace

KeyRecorder::KeyRecorder()
    : outer_(innermost) {
    innermost = this;
}

KeyRecorder::~KeyRecorder() {
    innermost = outer_;
}

void KeyRecorder::note(std::string const& table, std::vector<std::string> const& keys) {
    if (innermost != nullptr) {
        innermost->tables_[table].insert(keys.begin(), keys.end());
    }
}

}  // namespace leadtime::text
