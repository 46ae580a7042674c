// SPDX-License-Identifier: Apache-2.0
#include "tests/cuda/device.hpp"
#include "tests/support/cluster_cases.hpp"
#include "tests/support/same_bits.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

using namespace leadtime;
using namespace leadtime::tests;

namespace {

bool same(float a, float b) {
    return same_bits(a, b) || (std::isnan(a) && std::isnan(b));
}

/// Any bit patterns at all, and the corners.
std::vector<float> any_floats(std::uint32_t count, std::uint32_t stream) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    std::vector<float> values{0.0f,
                              -0.0f,
                              1.0f,
                              -1.0f,
                              infinity,
                              -infinity,
                              88.72f,
                              -87.34f,
                              -103.9f,
                              1e-45f,
                              1.17549435e-38f,
                              3.4e38f,
                              std::numeric_limits<float>::quiet_NaN()};
    for (std::uint32_t i = 0; values.size() < count; ++i) {
        auto const words = kernels::philox4x32({{i, stream, 0, 0}}, 5, 6);
        values.push_back(
            kernels::real_of_bits(static_cast<std::int32_t>(words.word[0])));
        // and values of the size that models have
        float const u = static_cast<float>(words.word[1]) * 0x1p-32f;
        values.push_back((u - 0.5f) * 200.0f);
    }
    values.resize(count);
    return values;
}

}  // namespace

TEST_CASE("cuda: random words are the CPU's", "[cuda]") {
    for (std::uint64_t const first : {0ull, 64ull, (1ull << 32) - 64, 1ull << 40}) {
        constexpr int count = 192;
        cuda::Array<std::uint32_t> words(std::size_t{count});
        cuda::launch(WordThread{0x123456789abcdefull, first, 77u, 3u, words.data()},
                     count);
        auto const got = words.read();
        for (int group = 0; group < count / kernels::samples_per_group; ++group) {
            std::uint32_t expected[kernels::samples_per_group];
            kernels::random_words(0x123456789abcdefull,
                                  first / kernels::samples_per_group
                                      + static_cast<std::uint64_t>(group),
                                  77u,
                                  3u,
                                  expected);
            CHECK(std::equal(std::begin(expected),
                             std::end(expected),
                             got.begin()
                                 + std::ptrdiff_t{group} * kernels::samples_per_group));
        }
    }
}

TEST_CASE("cuda: every maths function has the CPU's bits", "[cuda]") {
    constexpr std::uint32_t count = 8192;
    auto const a = any_floats(count, 1);
    auto const b = any_floats(count, 2);
    cuda::Array<float> const device_a(a);
    cuda::Array<float> const device_b(b);
    cuda::Array<float> out(std::size_t{count});
    for (int f = 0; f < static_cast<int>(Function::count); ++f) {
        auto const function = static_cast<Function>(f);
        cuda::launch(
            FunctionThread{function, device_a.data(), device_b.data(), out.data()},
            count);
        auto const got = out.read();
        constexpr int width = 8;
        int different = 0;
        for (std::uint32_t i = 0; i < count; i += width) {
            using Wide = kernels::Pack<width>;
            Wide const expected = evaluate<Wide>(function,
                                                 kernels::load<Wide>(a.data() + i),
                                                 kernels::load<Wide>(b.data() + i));
            for (std::uint32_t lane = 0; lane < width; ++lane) {
                if (!same(got[i + lane], expected.v[lane])) {
                    UNSCOPED_INFO("f(" << a[i + lane] << ", " << b[i + lane]
                                       << ") = " << got[i + lane] << " on the device, "
                                       << expected.v[lane] << " on the CPU");
                    ++different;
                }
            }
        }
        CAPTURE(f);
        CHECK(different == 0);
    }
}

TEST_CASE("cuda: the cluster model has the CPU's bits", "[cuda]") {
    std::vector<ClusterQuestion> questions;
    int turn = 0;
    for (auto const& accelerator : cases::accelerators()) {
        for (auto const& shape : cases::shapes()) {
            float const chips = std::ldexp(1.37f, 3 + turn++ % 15);
            if (turn % 3 == 0) {
                questions.push_back({cases::hardware_of<float>(accelerator, 0),
                                     cases::constants<float>(),
                                     cases::operations<float>(),
                                     cases::job_of<float>(shape, 4096, 4e6f, false),
                                     chips});
            }
        }
    }
    std::size_t const count = questions.size();
    cuda::Array<ClusterQuestion> const asked(questions);
    cuda::Array<float> answers(count * cluster_numbers);
    cuda::launch(ClusterThread{asked.data(), answers.data()}, static_cast<int>(count));
    auto const got = answers.read();
    int different = 0;
    for (std::size_t i = 0; i < count; ++i) {
        float expected[cluster_numbers];
        answer_cluster(questions[i], expected);
        for (std::size_t n = 0; n < cluster_numbers; ++n) {
            different += same(got[i * cluster_numbers + n], expected[n]) ? 0 : 1;
        }
    }
    CAPTURE(count);
    CHECK(count > 20);
    CHECK(different == 0);
}
