// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace leadtime::estimator {

/// One line of progress: bar, percent, rate, time left. At most 79 columns.
std::string progress_line(std::uint64_t done,
                          std::uint64_t total,
                          double elapsed_s,
                          char const* unit = "samples");

/// Draws progress on stderr, ten times a second at most and not in the first half
/// second, and wipes it when it goes.
class ProgressBar {
  public:
    /// Draws nothing where `enabled` is false or stderr is not a terminal.
    explicit ProgressBar(bool enabled, char const* unit = "samples");
    ~ProgressBar();
    ProgressBar(ProgressBar const&) = delete;
    ProgressBar& operator=(ProgressBar const&) = delete;

    void show(std::uint64_t done, std::uint64_t total);

  private:
    using Clock = std::chrono::steady_clock;
    bool enabled_;
    char const* unit_;
    bool is_drawn_ = false;
    Clock::time_point start_ = Clock::now();
    Clock::time_point next_ = start_ + std::chrono::milliseconds(500);
};

/// Seconds for people: `0.84 s`, `12 s`, `3 min 20 s`, `2 h 05 min`.
std::string duration_text(double seconds);

}  // namespace leadtime::estimator
