// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/sample_set.hpp"

#include "estimator/engine/executor.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/engine/sobol_plan.hpp"
#include "estimator/engine/start_statistics.hpp"
#include "kernels/statistics/bins.hpp"

#include "tests/support/random_scenario.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace leadtime;
using namespace leadtime::estimator;
using tests::difference_between;
using tests::same_bits;

namespace {

constexpr std::uint64_t seed = 7;

std::vector<Model> models() {
    std::vector<Model> all;
    all.emplace_back(
        ScenarioSource(tests::source_path("scenarios/minimal.toml")).read());
    for (std::uint64_t number = 1; number <= 3; ++number) {
        all.emplace_back(read_scenario_text(tests::random_scenario_toml(number),
                                            "random.toml",
                                            ProfileLibrary::load()));
    }
    Model const& minimal = all.front();
    auto const layout = sobol_layout(tests::executor(), minimal, seed);
    all.push_back(minimal.with_plan(with_sobol(minimal.plan(), layout, 8)));
    return all;
}

std::vector<std::unique_ptr<SampleRunner>> runners(Model const& model) {
    std::vector<std::unique_ptr<SampleRunner>> all;
    for (TileKernels const* const kernels :
         {&best_kernels(), &pack8_kernels(), &single_lane_kernels()}) {
        all.push_back(
            std::make_unique<HostRunner>(model.shared_plan(), seed, *kernels));
    }
    all.push_back(make_executor({"kokkos", ""})->runner(model, seed));
    return all;
}

std::vector<std::uint64_t> numbers_of(SampleRange range) {
    std::vector<std::uint64_t> numbers(range.size());
    std::iota(numbers.begin(), numbers.end(), range.begin);
    return numbers;
}

/// Samples of all outputs: [output][place].
std::vector<float>
outputs_of(SampleRunner& runner, Model const& model, SampleSet const& samples) {
    std::vector<int> rows(model.outputs().size());
    std::iota(rows.begin(), rows.end(), 0);
    std::vector<float> values(rows.size() * samples.size());
    runner.gather(samples, rows, values);
    return values;
}

/// A few hundred of the first samples, each of them some times.
SampleSet some_of(std::uint64_t among, std::uint32_t most_times) {
    std::mt19937 random(3);
    std::vector<std::uint64_t> numbers;
    std::vector<std::uint32_t> times;
    for (std::uint64_t number = 0; number < among; ++number) {
        if (random() % 5 == 0) {
            numbers.push_back(number);
            times.push_back(1 + static_cast<std::uint32_t>(random() % most_times));
        }
    }
    return SampleSet(std::move(numbers), std::move(times));
}

}  // namespace

TEST_CASE("sample set: a list of a range has the bits of the range",
          "[estimator][run]") {
    SampleRange const range{33, 1500};
    SampleSet const list(numbers_of(range));
    SampleSet const ones(numbers_of(range),
                         std::vector<std::uint32_t>(range.size(), 1));
    for (Model const& model : models()) {
        auto const all = runners(model);
        Statistics const empty = start_statistics(model, *all[0], seed, 3000);
        Statistics expected = empty;
        all[0]->add(range, expected);
        auto const values = outputs_of(*all[0], model, range);
        for (auto const& runner : all) {
            CAPTURE(runner->description());
            CHECK(same_bits(outputs_of(*runner, model, list), values));
            for (SampleSet const* const set : {&list, &ones}) {
                Statistics got = empty;
                runner->add(*set, got);
                CHECK(difference_between(got, expected) == "");
            }
        }
    }
}

TEST_CASE("sample set: scattered samples are those of the range that has them",
          "[estimator][run]") {
    SampleSet const set = some_of(2000, 1);
    for (Model const& model : models()) {
        auto const all = runners(model);
        SampleRange const range{0, 2000};
        auto const values = outputs_of(*all[0], model, range);
        std::vector<float> expected;
        for (std::size_t row = 0; row < model.outputs().size(); ++row) {
            for (std::uint64_t const number : set.numbers()) {
                expected.push_back(values[row * range.size() + number]);
            }
        }
        for (auto const& runner : all) {
            CAPTURE(runner->description());
            CHECK(same_bits(outputs_of(*runner, model, set), expected));
        }
    }
}

TEST_CASE("sample set: a sample counts as often as its multiplicity says",
          "[estimator][run]") {
    SampleSet const set = some_of(1500, 5);
    for (Model const& model : models()) {
        auto const all = runners(model);
        Statistics const empty = start_statistics(model, *all[0], seed, 3000);
        // One by one, over and over.
        Statistics expected = empty;
        for (std::uint64_t place = 0; place < set.size(); ++place) {
            std::uint64_t const number = set.number(place);
            for (std::uint32_t i = 0; i < set.multiplicities()[place]; ++i) {
                all[0]->add({number, number + 1}, expected);
            }
        }
        auto const total = set.total();
        CHECK(expected.samples == total.samples);
        expected.squared_multiplicities = total.squares;
        for (auto const& runner : all) {
            CAPTURE(runner->description());
            Statistics got = empty;
            runner->add(set, got);
            CHECK(difference_between(got, expected) == "");
            Statistics in_parts = empty;
            for (std::uint64_t begin = 0; begin < set.size(); begin += 77) {
                runner->add(set.part(begin, std::min(begin + 77, set.size())),
                            in_parts);
            }
            CHECK(difference_between(in_parts, expected) == "");
        }
        CHECK(expected.effective_samples() < static_cast<double>(total.samples));
    }
}

TEST_CASE("sample set: effective samples are fewer where some count more",
          "[estimator][run]") {
    auto const effective = [](std::vector<std::uint32_t> const& times) {
        Statistics statistics((std::vector<kernels::Axis>()));
        SampleSet const set(numbers_of({0, times.size()}), times);
        statistics.begin_adding(set.total());
        return statistics.effective_samples();
    };
    CHECK(effective({1, 1, 1, 1}) == 4.0);
    CHECK(effective({3, 3, 3, 3}) == 4.0);
    CHECK(effective({3, 1}) == 1.6);  // 16 / 10
    CHECK(effective({1'000, 1}) < 1.01);
}

TEST_CASE("sample set: what is no set is refused", "[estimator][run]") {
    using Numbers = std::vector<std::uint64_t>;
    using Times = std::vector<std::uint32_t>;
    auto const message = [](Numbers numbers, Times times) -> std::string {
        try {
            SampleSet const set(std::move(numbers), std::move(times));
        } catch (std::invalid_argument const& error) {
            return error.what();
        }
        return "";
    };
    CHECK(message({2, 3, 9}, {}).empty());
    CHECK(message({2, 2}, {}) == "SampleSet: sample numbers ascend");
    CHECK(message({2, 1}, {}) == "SampleSet: sample numbers ascend");
    CHECK(message({1, 2}, {1}) == "SampleSet: a multiplicity for each number");
    CHECK(message({1, 2}, {1, 0}) == "SampleSet: multiplicities are 1 to 1048575");
    CHECK(message({1, 2}, {1, 1'048'576})
          == "SampleSet: multiplicities are 1 to 1048575");
    CHECK(message({1, 2}, {1, 1'048'575}).empty());
}

TEST_CASE("statistics: counts and sums go beyond 2^32 samples", "[estimator][run]") {
    // Values far from the centre, so that a 64-bit sum would overflow as well.
    std::vector<float> values;
    std::mt19937 random(11);
    for (int i = 0; i < 1000; ++i) {
        values.push_back(100.0f + static_cast<float>(random() % 4096) / 64.0f);
    }
    values.push_back(std::numeric_limits<float>::infinity());
    values.push_back(1e30f);  // of the tail
    kernels::Axis axis = make_axis(std::span(values).first(1001));
    Statistics const empty({axis});
    constexpr std::uint32_t times = kernels::largest_multiplicity;
    std::vector<std::uint32_t> const multiplicities(values.size(), times);
    auto const add = [&](Statistics& to) {
        to.begin_adding({values.size() * times, values.size() * times});
        kernels::bin_multiples(to.axes[0],
                               values.data(),
                               multiplicities.data(),
                               static_cast<int>(values.size()),
                               to.counts.data(),
                               to.moments[0]);
    };
    constexpr std::uint64_t passes = 40;  // 4.2e10 samples
    Statistics once = empty;
    add(once);
    Statistics whole = empty;
    Statistics parts[2] = {empty, empty};
    for (std::uint64_t pass = 0; pass < passes; ++pass) {
        add(whole);
        add(parts[pass < 7 ? 0 : 1]);
    }
    parts[1].merge(parts[0]);
    for (Statistics const* const all : {&whole, &parts[1]}) {
        CHECK(all->samples == passes * values.size() * times);
        CHECK(all->finite_samples(0) == passes * (values.size() - 1) * times);
        CHECK(all->special(0, kernels::bin_plus_infinity) == passes * times);
        bool same = true;
        auto const counts = all->bin_counts(0);
        auto const one = once.bin_counts(0);
        for (int bin = 0; bin < static_cast<int>(all->counts.size()); ++bin) {
            same = same && counts[bin] == passes * one[bin];
        }
        CHECK(same);
        CHECK(all->mean(0) == once.mean(0));
        // n - 1 of many more samples.
        CHECK(std::abs(all->standard_deviation(0) / once.standard_deviation(0) - 1.0)
              < 1e-9);
        for (double const p : {0.01, 0.5, 0.99}) {
            CHECK(std::abs(all->distribution(0).quantile(p)
                           - once.distribution(0).quantile(p))
                  < 0.01);
        }
    }
}
