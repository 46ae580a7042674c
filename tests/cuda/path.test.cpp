// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/host_runner.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/sample_set.hpp"
#include "estimator/engine/sobol_plan.hpp"
#include "estimator/engine/start_statistics.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/cuda/device.hpp"
#include "tests/support/random_scenario.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <list>
#include <numeric>
#include <vector>

using namespace leadtime;
using namespace leadtime::tests;

namespace {

/// A plan whose arrays lie on the device.
struct DevicePlan {
    std::list<cuda::Array<std::byte>> arrays;
    kernels::Plan view;

    explicit DevicePlan(estimator::Plan const& plan) {
        view = plan.view([&](void const* array, std::size_t bytes) -> void const* {
            auto const* const first = static_cast<std::byte const*>(array);
            return arrays.emplace_back(std::vector<std::byte>(first, first + bytes))
                .data();
        });
    }
};

void check_statistics(estimator::Statistics const& expected,
                      std::vector<std::uint32_t> const& counts,
                      std::vector<kernels::SharedMoments> const& moments) {
    CHECK(counts == expected.counts);
    int different = 0;
    for (std::size_t i = 0; i < moments.size(); ++i) {
        kernels::Moments const got = kernels::moments_of(moments[i]);
        kernels::Moments const& want = expected.moments[i];
        different += got.sum != want.sum || !(got.squares == want.squares)
                     || !(got.tail == want.tail) || got.count != want.count
                     || got.minimum != want.minimum || got.maximum != want.maximum;
    }
    CHECK(different == 0);
}

/// Whole samples on the device against the product's own run, then their bins.
void check_samples(estimator::Model const& model, estimator::SampleSet const& set) {
    estimator::Plan const& plan = model.plan();
    constexpr std::uint64_t seed = 7;
    estimator::HostRunner runner(model.shared_plan(), seed);
    std::vector<int> every(plan.outputs.size());
    std::iota(every.begin(), every.end(), 0);
    std::vector<float> expected(every.size() * set.size());
    runner.gather(set, every, expected);
    DevicePlan const device(plan);
    auto const n = static_cast<std::size_t>(set.size());
    auto const samples = static_cast<int>(n);
    cuda::Array<float> workspace(static_cast<std::size_t>(device.view.workspace_rows)
                                 * n);
    cuda::Array<float> outputs(static_cast<std::size_t>(device.view.output_rows) * n);
    cuda::Array<std::uint64_t> const numbers(
        std::vector<std::uint64_t>(set.numbers().begin(), set.numbers().end()));
    cuda::Array<std::uint32_t> const multiplicities(std::vector<std::uint32_t>(
        set.multiplicities().begin(), set.multiplicities().end()));
    cuda::launch(kernels::SampleThread{device.view,
                                       workspace.data(),
                                       outputs.data(),
                                       samples,
                                       seed,
                                       set.is_list()
                                           ? kernels::SampleNumbers(numbers.data())
                                           : kernels::SampleNumbers(set.number(0))},
                 samples);
    auto const got = outputs.read();
    REQUIRE(got.size() == expected.size());
    CHECK(std::memcmp(got.data(), expected.data(), got.size() * sizeof(float)) == 0);

    estimator::Statistics statistics =
        estimator::start_statistics(model, runner, seed, 100'000);
    // The first is left out: what is binned need not begin with the batch.
    runner.add(set.part(1, n), statistics);
    cuda::Array<kernels::Axis> const axes(statistics.axes);
    cuda::Array<int> const rows(statistics.rows);
    cuda::Array<std::uint32_t> counts(statistics.counts.size());
    cuda::Array<kernels::SharedMoments> moments(statistics.axes.size());
    cuda::launch(kernels::BinThread{axes.data(),
                                    rows.data(),
                                    outputs.data(),
                                    counts.data(),
                                    moments.data(),
                                    samples,
                                    1,
                                    samples,
                                    set.multiplicities().empty()
                                        ? nullptr
                                        : multiplicities.data()},
                 static_cast<int>(kernels::BinThread::threads_for(
                     static_cast<int>(statistics.axes.size()), samples - 1)));
    check_statistics(statistics, counts.read(), moments.read());
}

void check_model(estimator::Model const& model, int samples) {
    check_samples(model, {0, static_cast<std::uint64_t>(samples)});
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
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        CAPTURE(seed);
        check_model(estimator::Model(estimator::read_scenario_text(
                        random_scenario_toml(seed),
                        "random.toml",
                        hwprofiles::ProfileLibrary::load())),
                    8);
    }
}
