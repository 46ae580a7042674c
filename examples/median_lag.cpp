// SPDX-License-Identifier: Apache-2.0
// The median lag of each path at the year ends: median_lag [SCENARIO]
#include "estimator/leadtime.hpp"

#include <cstdio>

int main(int argc, char** argv) {
    leadtime::Runtime const runtime;
    auto const executor = leadtime::make_executor();
    leadtime::ScenarioSource const source(argc > 1 ? argv[1] : "baseline");
    leadtime::RunOptions options;
    options.samples = 2000;
    auto const result =
        leadtime::estimate(leadtime::Model(source.read()), *executor, options);
    for (auto const& row : result.rows) {
        int const month = result.start_month + result.last_month(row.step);
        if (row.metric == "lag_months" && month % 12 == 11) {
            std::printf("%s %d %.9g\n", row.path.c_str(), month / 12, row.quantiles[3]);
        }
    }
}
