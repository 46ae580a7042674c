// SPDX-License-Identifier: Apache-2.0
#include "bench/roofline/peaks.hpp"

#include "kernels/lanes/philox.hpp"

#include "bench/roofline/parallel.hpp"

#include <cstdint>
#include <vector>

namespace bench {

double fma_wide(int rounds);    // fma_avx512.cpp; 0 where it cannot run
double fma_narrow(int rounds);  // fma_avx2.cpp

double fma_peak_flop_per_s(int threads) {
    constexpr int rounds = 1'000'000;
    double const narrow = rate_of(threads, [](int) { return fma_narrow(rounds); });
    if (fma_wide(1) == 0.0) {
        return narrow;
    }
    return std::max(narrow, rate_of(threads, [](int) { return fma_wide(rounds); }));
}

double philox_words_per_s(int threads) {
    using namespace leadtime::kernels;
    return rate_of(threads, [](int thread) {
        constexpr int groups = 2000;
        std::uint32_t words[samples_per_group];
        std::uint32_t kept = 0;
        for (int group = 0; group < groups; ++group) {
            random_words(static_cast<std::uint64_t>(thread),
                         static_cast<std::uint64_t>(group),
                         7u,
                         0u,
                         words);
            kept ^= words[group % samples_per_group];
        }
        [[maybe_unused]] static thread_local std::uint32_t volatile sink;
        sink = kept;
        return static_cast<double>(groups * samples_per_group);
    });
}

double histogram_increments_per_s(int threads, int bins) {
    struct Own {
        std::vector<std::uint32_t> counts;
        std::vector<std::int32_t> places;
    };
    std::vector<Own> own(static_cast<std::size_t>(threads));
    for (Own& each : own) {
        each.counts.resize(static_cast<std::size_t>(bins));
        for (std::uint32_t i = 0; i < 4096; ++i) {
            std::uint32_t const word = leadtime::kernels::random_word(3, i, 1, 0);
            each.places.push_back(
                static_cast<std::int32_t>(word % static_cast<std::uint32_t>(bins)));
        }
    }
    return rate_of(threads, [&](int thread) {
        Own& each = own[static_cast<std::size_t>(thread)];
        for (int repeat = 0; repeat < 20; ++repeat) {
            for (std::int32_t const place : each.places) {
                ++each.counts[static_cast<std::size_t>(place)];
            }
        }
        return 20.0 * static_cast<double>(each.places.size());
    });
}

}  // namespace bench
