// SPDX-License-Identifier: Apache-2.0
// How the lag differs between two scenarios, on the same draws, in months:
// compare_lags [BASE OTHER [SAMPLES]]
//
// compare_lags baseline ascend_stalls prints p5, p50 and p95 of each path's lag in
// either scenario at the year ends, and of their difference sample by sample.
#include "estimator/reader/read_scenario.hpp"
#include "estimator/study/compare.hpp"

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

using namespace leadtime;

namespace {

/// One of estimator::quantile_levels.
double quantile(estimator::Row const& row, double level) {
    auto const& levels = estimator::quantile_levels;
    auto const place = std::find(levels.begin(), levels.end(), level) - levels.begin();
    return row.quantiles.at(static_cast<std::size_t>(place));
}

void print(estimator::Row const& row) {
    std::printf("  %6.1f %6.1f %6.1f",
                quantile(row, 0.05),
                quantile(row, 0.50),
                quantile(row, 0.95));
}

void compare(std::string const& base, std::string const& other, std::uint64_t samples) {
    auto const profiles = hw::ProfileLibrary::load();
    std::vector const scenarios{estimator::read_scenario(base, profiles),
                                estimator::read_scenario(other, profiles)};
    auto const& first = scenarios.front();
    auto const year_ends = estimator::year_end_steps(first);
    estimator::RunOptions options;
    options.samples = samples;
    auto const wanted = [&](std::string_view, std::string_view metric, int step) {
        return metric == "lag_months"
               && std::find(year_ends.begin(), year_ends.end(), step)
                      != year_ends.end();
    };
    auto const pairs = estimator::compare_scenarios(scenarios, options, wanted);
    std::printf("%-24s  %-20s  %-20s  %s\n",
                "p5, p50, p95",
                base.c_str(),
                other.c_str(),
                "difference");
    for (auto const& row : pairs.front().rows) {
        std::printf("%-18s step %d", row.base.path.c_str(), row.base.step);
        print(row.base);
        print(row.other);
        print(row.difference);
        std::printf("\n");
    }
}

}  // namespace

int main(int argc, char** argv) try {
    Kokkos::ScopeGuard const threads(argc, argv);
    compare(argc > 2 ? argv[1] : "baseline",
            argc > 2 ? argv[2] : "ascend_stalls",
            argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 10'000);
} catch (std::exception const& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
}
