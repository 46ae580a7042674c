// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "hwprofiles/profile_library.hpp"
#include "text/config_error.hpp"

#include "tests/support/random_scenario.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <gnu/libc-version.h>
#include <string>
#include <type_traits>
#include <vector>

/// plan_bits SCENARIO... SEEDS: compiles scenarios, and as many random ones as SEEDS
/// says, and prints a hash of every array of their plans. It calls no Kokkos, so that
/// it starts under any C library; plan_bits.test.py compares what two of them make of
/// it.
namespace {

using namespace leadtime;

/// FNV-1a, 64 bits (RFC 9923), of a list's values without the padding between them.
template <class T>
std::uint64_t hash(std::vector<T> const& list) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::uint64_t value = 14695981039346656037U;
    for (T element : list) {
        if constexpr (std::is_class_v<T>) {
            __builtin_clear_padding(&element);
        }
        unsigned char bytes[sizeof(T)];
        std::memcpy(bytes, &element, sizeof(T));
        for (unsigned char const byte : bytes) {
            value = (value ^ byte) * 1099511628211U;
        }
    }
    return value;
}

void print(std::string const& name, estimator::Plan const& plan) {
    auto const line = [&](char const* array, auto const& list) {
        std::printf("%s %s %zu %016llx\n",
                    name.c_str(),
                    array,
                    list.size(),
                    static_cast<unsigned long long>(hash(list)));
    };
    line("score_draws", plan.score_draws);
    line("score_terms", plan.score_terms);
    line("value_draws", plan.value_draws);
    line("pieces", plan.pieces);
    line("coefficients", plan.coefficients);
    line("step_scores", plan.step_scores);
    line("step_values", plan.step_values);
    line("constants", plan.constants);
    line("prologue", plan.prologue);
    line("step", plan.step);
    line("after_paths", plan.after_paths);
    line("end_of_step", plan.end_of_step);
    line("epilogue", plan.epilogue);
    line("series_weight", plan.series_weight);
    line("paths", plan.paths);
    line("channels", plan.channels);
    line("pools", plan.pools);
    line("clusters", plan.clusters);
    line("jobs", plan.jobs);
    line("chip_groups", plan.chip_groups);
    line("history_months", plan.history_months);
    line("history_flop", plan.history_flop);
    line("milestones", plan.milestones);
    line("progress", plan.progress);
    line("comparisons", plan.comparisons);
    line("fractions", plan.fractions);
}

int run(std::vector<std::string> const& arguments) {
    std::fprintf(stderr, "C library %s\n", gnu_get_libc_version());
    auto const profiles = hwprofiles::ProfileLibrary::load();
    for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
        auto const scenario = estimator::read_scenario(arguments[i], profiles);
        print(arguments[i].substr(arguments[i].rfind('/') + 1),
              estimator::compile(scenario));
    }
    int const seeds = std::atoi(arguments.back().c_str());
    for (int seed = 1; seed <= seeds; ++seed) {
        auto const text = tests::random_scenario_toml(static_cast<std::uint64_t>(seed));
        print("random-" + std::to_string(seed),
              estimator::compile(
                  estimator::read_scenario_text(text, "random.toml", profiles)));
    }
    return 0;
}

}  // namespace

int main(int count, char** words) {
    if (count < 2) {
        std::fputs("usage: plan_bits SCENARIO... SEEDS\n", stderr);
        return 2;
    }
    try {
        return run({words + 1, words + count});
    } catch (std::exception const& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
