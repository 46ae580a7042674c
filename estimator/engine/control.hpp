// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/errors.hpp"

#include <atomic>
#include <cstdint>
#include <functional>

namespace leadtime::estimator {

/// How whoever started a run follows it and ends it. Default: it cannot be stopped and
/// reports nothing.
struct Control {
    /// Called from the thread that started the run, between batches: what is done, and
    /// how much there is in all (samples, or what the study says).
    std::function<void(std::uint64_t done, std::uint64_t total)> progress;
    /// Looked at between batches.
    std::atomic<bool> const* stop = nullptr;

    void report(std::uint64_t done, std::uint64_t total) const {
        if (progress) {
            progress(done, total);
        }
    }
    /// Throws: Interrupted, once `stop` is true.
    void throw_if_stopped() const {
        if (stop != nullptr && stop->load()) {
            throw Interrupted();
        }
    }
    /// Works through [0, total): f(begin) does some from `begin` on and gives their end.
    /// Between these it can be stopped, and reports. Throws: Interrupted.
    template <class Function>
    void in_pieces(std::uint64_t total, Function const& f) const {
        for (std::uint64_t begin = 0; begin < total;) {
            throw_if_stopped();
            begin = f(begin);
            report(begin, total);
        }
    }
    /// The same stop, without reports: for a part that is not counted.
    Control quiet() const { return {{}, stop}; }
    /// For one of several parts that follow each other: reports `before` more, of
    /// `total`. Valid while this is.
    Control part(std::uint64_t before, std::uint64_t total) const {
        return {[this, before, total](std::uint64_t done, std::uint64_t) {
                    report(before + done, total);
                },
                stop};
    }
};

}  // namespace leadtime::estimator
