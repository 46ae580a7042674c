// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster/cluster.hpp"
#include "kernels/lanes/math.hpp"
#include "kernels/lanes/normal.hpp"
#include "kernels/lanes/philox.hpp"

#include <cstddef>
#include <cstdint>

/// Functors that wrap single kernels for the device test. Host and device evaluate the
/// same templates; only the launch differs.
namespace leadtime::tests {

enum class Function : int {
    exponential,
    logarithm,
    logarithm10,
    power,
    normal_score,  ///< of the bits of a
    normal_cdf,
    quotient,
    square_root,
    fused_square,
    logarithm2,
    exponential_minus_one,
    truncated,
    count
};

template <class Real>
LEADTIME_FUNCTION Real evaluate(Function function, Real a, Real b) {
    using namespace leadtime::kernels;
    switch (function) {
    case Function::exponential:
        return exponential(a);
    case Function::logarithm:
        return logarithm(a);
    case Function::logarithm10:
        return logarithm10(a);
    case Function::power:
        return power(a, b);
    case Function::normal_score:
        return normal_score<Real>(bits_of(a));
    case Function::normal_cdf:
        return normal_cdf(a);
    case Function::quotient:
        return a / b;
    case Function::square_root:
        return square_root(magnitude(a));
    case Function::fused_square:
        return fused(a, a, b);
    case Function::logarithm2:
        return logarithm2(a);
    case Function::exponential_minus_one:
        return exponential_minus_one(minimum(magnitude(a), broadcast<Real>(80.0f)));
    case Function::truncated:  // in range: beyond, processors differ
        return to_real(
            truncate_to_int(clamp(a, broadcast<Real>(-1e9f), broadcast<Real>(1e9f))));
    default:
        return a;
    }
}

/// out[i] = function(a[i], b[i]).
struct FunctionThread {
    Function function = Function::count;
    float const* a = nullptr;
    float const* b = nullptr;
    float* out = nullptr;

    LEADTIME_FUNCTION void operator()(int i) const {
        out[i] = evaluate<float>(function, a[i], b[i]);
    }
};

/// words[i] = the random word of sample first + i.
struct WordThread {
    std::uint64_t seed = 0;
    std::uint64_t first = 0;
    std::uint32_t id = 0;
    std::uint32_t knot = 0;
    std::uint32_t* words = nullptr;

    LEADTIME_FUNCTION void operator()(int i) const {
        words[i] =
            kernels::random_word(seed, first + static_cast<std::uint64_t>(i), id, knot);
    }
};

/// What the cluster model is asked, and the numbers of its answer.
struct ClusterQuestion {
    kernels::ClusterHardware<float> hardware;
    kernels::ClusterConstants<float> constants;
    kernels::ClusterOperations<float> operations;
    kernels::ClusterJob<float> job;
    float chips;
};

inline constexpr int cluster_numbers = 10;

LEADTIME_FUNCTION void answer_cluster(ClusterQuestion const& question, float* out) {
    auto const result = kernels::cluster_run(question.hardware,
                                             question.constants,
                                             question.operations,
                                             question.job,
                                             question.chips);
    out[0] = result.step_s;
    out[1] = result.mfu;
    out[2] = result.goodput;
    out[3] = result.checkpoint_interval_s;
    out[4] = result.tokens_needed;
    out[5] = result.duration_s;
    out[6] = result.flop;
    out[7] = result.largest_flop_per_s;
    out[8] = result.step.mem_used_bytes;
    out[9] = result.step.layout.pipeline;
}

struct ClusterThread {
    ClusterQuestion const* questions = nullptr;
    float* answers = nullptr;

    LEADTIME_FUNCTION void operator()(int i) const {
        answer_cluster(questions[i], answers + std::ptrdiff_t{i} * cluster_numbers);
    }
};

}  // namespace leadtime::tests
