// SPDX-License-Identifier: Apache-2.0
// How the lag differs between two scenarios, on the same draws, in months:
// compare_lags [BASE OTHER [SAMPLES]]
//
// compare_lags baseline ascend_stalls prints p5, p50 and p95 of each path's lag in
// either scenario at the year ends, and of their difference sample by sample.
#include "estimator/leadtime.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// One of leadtime::quantile_levels.
double quantile(leadtime::Row const& row, double level) {
    auto const& levels = leadtime::quantile_levels;
    auto const place = std::find(levels.begin(), levels.end(), level) - levels.begin();
    return row.quantiles.at(static_cast<std::size_t>(place));
}

void print(leadtime::Row const& row) {
    std::printf("  %6.1f %6.1f %6.1f",
                quantile(row, 0.05),
                quantile(row, 0.50),
                quantile(row, 0.95));
}

void compare(std::string const& base, std::string const& other, std::uint64_t samples) {
    std::vector<leadtime::Model> models;
    for (auto const& file : {base, other}) {
        models.emplace_back(leadtime::ScenarioSource(file).read());
    }
    auto const year_ends = leadtime::year_end_steps(models.front().scenario());
    leadtime::RunOptions options;
    options.samples = samples;
    auto const wanted = [&](std::string_view, std::string_view metric, int step) {
        return metric == "lag_months"
               && std::find(year_ends.begin(), year_ends.end(), step)
                      != year_ends.end();
    };
    auto const executor = leadtime::make_executor();
    auto const pairs = leadtime::compare_models(models, *executor, options, wanted);
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
    leadtime::Runtime const runtime;
    compare(argc > 2 ? argv[1] : "baseline",
            argc > 2 ? argv[2] : "ascend_stalls",
            argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 10'000);
} catch (std::exception const& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
}
