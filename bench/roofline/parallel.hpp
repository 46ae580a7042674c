// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

namespace bench {

/// Work done per second by threads that run `work` over and over at once, for
/// `seconds`; `work` says how much it did. The best of three.
inline double rate_of(int threads,
                      std::function<double(int thread)> const& work,
                      double seconds = 0.4) {
    using Clock = std::chrono::steady_clock;
    double best = 0.0;
    for (int repeat = 0; repeat < 3; ++repeat) {
        std::vector<double> rates(static_cast<std::size_t>(threads));
        std::vector<std::thread> pool;
        for (int thread = 0; thread < threads; ++thread) {
            pool.emplace_back([&, thread] {
                work(thread);  // warm
                auto const begin = Clock::now();
                double done = 0.0;
                double elapsed = 0.0;
                while (elapsed < seconds) {
                    done += work(thread);
                    elapsed =
                        std::chrono::duration<double>(Clock::now() - begin).count();
                }
                rates[static_cast<std::size_t>(thread)] = done / elapsed;
            });
        }
        double sum = 0.0;
        for (int thread = 0; thread < threads; ++thread) {
            pool[static_cast<std::size_t>(thread)].join();
            sum += rates[static_cast<std::size_t>(thread)];
        }
        best = std::max(best, sum);
    }
    return best;
}

}  // namespace bench
