// SPDX-License-Identifier: Apache-2.0
// The median lag of each path at the year ends: median_lag [SCENARIO]
#include "estimator/reader/read_scenario.hpp"
#include "estimator/study/estimate.hpp"

#include <Kokkos_Core.hpp>

#include <cstdio>

int main(int argc, char** argv) {
    using namespace leadtime;
    Kokkos::ScopeGuard const threads(argc, argv);
    auto const scenario = estimator::read_scenario(argc > 1 ? argv[1] : "baseline",
                                                   hw::ProfileLibrary::load());
    estimator::RunOptions options;
    options.samples = 2000;
    auto const result = estimator::estimate(scenario, options);
    for (auto const& row : result.rows) {
        int const month = result.start_month + result.last_month(row.step);
        if (row.metric == "lag_months" && month % 12 == 11) {
            std::printf("%s %d %.9g\n", row.path.c_str(), month / 12, row.quantiles[3]);
        }
    }
}
