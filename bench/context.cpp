// SPDX-License-Identifier: Apache-2.0
#include "bench/context.hpp"

#include "estimator/engine/tile_kernels.hpp"
#include "estimator/output/build_info.hpp"

#include <Kokkos_Core.hpp>
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

namespace bench {
namespace {

std::string environment(char const* name) {
    char const* value = std::getenv(name);
    return value ? value : "unset";
}

}  // namespace

void add_context() {
    auto const& info = leadtime::estimator::build_info();
    auto const add = [](char const* key, std::string const& value) {
        benchmark::AddCustomContext(key, value);
    };
    add("leadtime_version", std::string(info.version));
    add("git_hash", std::string(info.git_hash));
    add("git_dirty", info.git_dirty ? "true" : "false");
    add("compiler", std::string(info.compiler));
    add("build_type", std::string(info.build_type));
    add("flags", std::string(info.flags));
    add("kernels", leadtime::estimator::best_kernels().name);
    add("kokkos_version", std::string(info.kokkos_version));
    add("kokkos_device", Kokkos::DefaultExecutionSpace::name());
    add("kokkos_host", Kokkos::DefaultHostExecutionSpace::name());
    add("kokkos_concurrency",
        std::to_string(Kokkos::DefaultExecutionSpace().concurrency()));
    add("omp_num_threads", environment("OMP_NUM_THREADS"));
    add("omp_proc_bind", environment("OMP_PROC_BIND"));
}

}  // namespace bench
