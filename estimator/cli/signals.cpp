// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/signals.hpp"

#include <csignal>

namespace leadtime::estimator {
namespace {

constinit std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void request_stop(int) {
    stop.store(true, std::memory_order_relaxed);
}

}  // namespace

std::atomic<bool> const& stop_requested() noexcept {
    return stop;
}

void handle_stop_signals() noexcept {
    struct sigaction action {};
    action.sa_handler = request_stop;
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
    sigemptyset(&action.sa_mask);
    // Also where a shell started us in the background with SIGINT ignored: whoever
    // sends one means it. Only nohup's SIGHUP stays ignored.
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    struct sigaction before {};
    if (sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) {
        sigaction(SIGHUP, &action, nullptr);
    }
}

void ignore_write_signals() noexcept {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace leadtime::estimator
