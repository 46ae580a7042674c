// SPDX-License-Identifier: Apache-2.0
// How one key of a scenario moves the last lag, as CSV:
// sweep_lag [SCENARIO KEY VALUE...]
//
// sweep_lag baseline quantity.remote_access_law.value 0 0.5 1 runs the baseline three
// times on the same draws and prints the lag at its end, p5, p50 and p95 in months.
#include "estimator/leadtime.hpp"

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

void sweep(std::string const& file,
           std::string const& key,
           std::vector<std::string> const& values) {
    auto const executor = leadtime::make_executor();
    leadtime::ScenarioSource const source(file);
    std::printf("%s,path,p5,p50,p95\n", key.c_str());
    for (auto const& value : values) {
        leadtime::Model const model(source.read({key + "=" + value}));
        leadtime::RunOptions options;
        options.samples = 2000;
        auto const result = leadtime::estimate(model, *executor, options);
        for (auto const& path : result.paths) {
            if (auto const* lag = result.find(path, "lag_months", result.steps - 1)) {
                std::printf("%s,%s,%.4g,%.4g,%.4g\n",
                            value.c_str(),
                            path.c_str(),
                            lag->quantiles[1],
                            lag->quantiles[3],
                            lag->quantiles[5]);
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv) try {
    leadtime::Runtime const runtime;
    if (argc > 3) {
        sweep(argv[1], argv[2], {argv + 3, argv + argc});
    } else {
        sweep("baseline", "quantity.remote_access_law.value", {"0", "0.5", "1"});
    }
} catch (std::exception const& error) {  // such as every mistake of the scenario
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
}
