// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/progress.hpp"

#include "text/number_format.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace leadtime::estimator {

std::string duration_text(double seconds) {
    if (seconds < 9.995) {
        return fmt::format("{:.2f} s", std::max(seconds, 0.0));
    }
    auto const whole = std::llround(std::min(seconds, 1e15));
    if (whole < 60) {
        return fmt::format("{} s", whole);
    }
    return whole < 3600 ? fmt::format("{} min {:02} s", whole / 60, whole % 60)
                        : fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::string progress_line(std::uint64_t done,
                          std::uint64_t total,
                          double elapsed_s,
                          char const* unit) {
    constexpr std::size_t width = 24;
    auto const fraction = total > 0 ? static_cast<double>(std::min(done, total))
                                          / static_cast<double>(total)
                                    : 0.0;
    auto const filled = static_cast<std::size_t>(fraction * width);
    auto line = fmt::format("[{}{}] {:3.0f} %",
                            std::string(filled, '#'),
                            std::string(width - filled, '-'),
                            std::floor(fraction * 100));
    if (done > 0 && elapsed_s > 0) {
        auto const rate = static_cast<double>(done) / elapsed_s;
        auto const left_s = static_cast<double>(total - std::min(done, total)) / rate;
        line += fmt::format("  {} {}/s  {} left",
                            text::scaled_text(rate),
                            unit,
                            left_s < 59 ? fmt::format("{:.0f} s", std::ceil(left_s))
                                        : duration_text(left_s));
    }
    return line;
}

ProgressBar::ProgressBar(bool enabled, char const* unit)
    : enabled_(enabled && ::isatty(STDERR_FILENO) == 1)
    , unit_(unit) {}

ProgressBar::~ProgressBar() {
    if (is_drawn_) {
        std::fputs("\r\033[K", stderr);
    }
}

void ProgressBar::show(std::uint64_t done, std::uint64_t total) {
    auto const now = Clock::now();
    if (!enabled_ || now < next_) {
        return;
    }
    next_ = now + std::chrono::milliseconds(100);
    is_drawn_ = true;
    auto const elapsed_s = std::chrono::duration<double>(now - start_).count();
    fmt::print(stderr, "\r{}\033[K", progress_line(done, total, elapsed_s, unit_));
    std::fflush(stderr);
}

}  // namespace leadtime::estimator
