// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/cuda/gpu_runtime.hpp"
#include "estimator/engine/device_memory.hpp"
#include "estimator/engine/device_runner.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/sample_set.hpp"
#include "estimator/engine/sobol_plan.hpp"
#include "estimator/engine/start_statistics.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/support/random_scenario.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <numeric>
#include <vector>

using namespace leadtime;
using namespace leadtime::tests;

namespace {

/// Whole samples on the GPU against the host's, then their bins.
void check_samples(estimator::Model const& model, estimator::SampleSet const& set) {
    constexpr std::uint64_t seed = 7;
    estimator::HostRunner host(model.shared_plan(), seed);
    auto& gpus = estimator::gpu_runtime();
    std::vector<estimator::DeviceDescription> found;
    REQUIRE(gpus.find(found).status == estimator::DeviceStatus::ok);
    estimator::DeviceRunner gpu(
        {{&gpus, 0, "cuda:0", found[0].threads_at_once}}, model.plan(), seed);
    std::vector<int> every(model.plan().outputs.size());
    std::iota(every.begin(), every.end(), 0);
    std::vector<float> expected(every.size() * set.size());
    std::vector<float> got(expected.size());
    host.gather(set, every, expected);
    gpu.gather(set, every, got);
    CHECK(same_bits(got, expected));

    estimator::Statistics const empty =
        estimator::start_statistics(model, host, seed, 100'000);
    estimator::Statistics of_host = empty;
    estimator::Statistics of_gpu = empty;
    host.add(set, of_host);
    gpu.add(set, of_gpu);
    CHECK(difference_between(of_host, of_gpu).empty());
}

void check_model(estimator::Model const& model, std::uint64_t samples) {
    check_samples(model, {0, samples});
}

estimator::Model model_of(std::string const& file) {
    return estimator::Model(
        estimator::read_scenario(file, hwprofiles::ProfileLibrary::load()));
}

}  // namespace

TEST_CASE("cuda: formulas, distributions and bins have the CPU's bits (catchup30)",
          "[cuda]") {
    check_model(model_of(source_path("scenarios/reproduce/catchup30.toml")), 64);
}

TEST_CASE("cuda: whole paths have the CPU's bits (minimal)", "[cuda]") {
    check_model(model_of(source_path("scenarios/minimal.toml")), 32);
}

TEST_CASE("cuda: samples of a list, and how often they count, have the CPU's bits",
          "[cuda]") {
    check_samples(model_of(source_path("scenarios/minimal.toml")),
                  estimator::SampleSet({0, 5, 64, 65, 1000, 1u << 20},
                                       {1, 7, 1, 1'048'575, 3, 2}));
}

TEST_CASE("cuda: whole paths have the CPU's bits (baseline)", "[cuda]") {
    check_model(model_of("baseline"), 8);
}

TEST_CASE("cuda: turned Sobol points have the CPU's bits (minimal)", "[cuda]") {
    auto const model = model_of(source_path("scenarios/minimal.toml"));
    auto const layout = estimator::sobol_layout(tests::executor(), model, 1);
    REQUIRE(!layout.reflections.empty());
    check_model(model.with_plan(estimator::with_sobol(model.plan(), layout, 6)), 32);
}

TEST_CASE("cuda: random scenarios have the CPU's bits", "[cuda]") {
    for (std::uint64_t number = 1; number <= 4; ++number) {
        CAPTURE(number);
        check_model(estimator::Model(estimator::read_scenario_text(
                        random_scenario_toml(number),
                        "random.toml",
                        hwprofiles::ProfileLibrary::load())),
                    8);
    }
}
