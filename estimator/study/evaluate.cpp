// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/evaluate.hpp"

#include "estimator/engine/bad_number.hpp"
#include "estimator/engine/errors.hpp"
#include "estimator/engine/sample_runner.hpp"
#include "estimator/study/buying_policy.hpp"
#include "kernels/lanes/normal.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace leadtime::estimator {
namespace {

/// Scores are laid out for so many samples at a time: 64 kB an input.
constexpr std::size_t piece_samples = std::size_t{16} * batch_samples;

float score_of(double uniform) {
    return kernels::normal_score<float>(
        static_cast<std::int32_t>(word_of_uniform(uniform)));
}

[[noreturn]] void refuse(ModelInput const& input, std::size_t sample, double uniform) {
    throw RunError(fmt::format("the uniform number of input \"{}\" is {} in sample {}: "
                               "it must lie between 0 and 1, and be neither (scramble "
                               "or shift points that contain 0)",
                               input.name,
                               uniform,
                               sample));
}

/// The plan with the scores of the samples [begin, end) of the table.
Plan with_scores(Plan plan,
                 std::span<ModelInput const> inputs,
                 UniformTable const& uniforms,
                 SampleRange piece,
                 std::uint64_t first_sample) {
    plan.first_given_sample = first_sample + piece.begin;
    plan.given_samples = static_cast<int>(piece.size());
    plan.given_scores.resize(inputs.size() * piece.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        plan.score_draws[static_cast<std::size_t>(inputs[i].score)].given_column =
            static_cast<int>(i);
        float* const scores = plan.given_scores.data() + i * piece.size();
        for (std::size_t s = 0; s < piece.size(); ++s) {
            double const uniform = uniforms.at(piece.begin + s, i);
            if (!(uniform > 0.0 && uniform < 1.0)) {
                refuse(inputs[i], piece.begin + s, uniform);
            }
            scores[s] = score_of(uniform);
        }
    }
    return plan;
}

}  // namespace

std::vector<float> evaluate(Executor const& executor,
                            Model const& model,
                            std::span<ModelInput const> inputs,
                            UniformTable const& uniforms,
                            std::span<int const> outputs,
                            std::uint64_t seed,
                            std::uint64_t first_sample,
                            Control const& control) {
    Model const needed = with_found_policies(model.only(outputs), executor);
    std::size_t const samples = uniforms.samples;
    std::vector<float> values(outputs.size() * samples);
    if (inputs.empty()) {
        auto const runner = executor.runner(needed, seed);
        runner->gather(
            {first_sample, first_sample + samples}, outputs, values, control);
        check_values(needed, seed, outputs, values, {}, first_sample);
        return values;
    }
    std::vector<float> part;
    control.in_pieces(samples, [&](std::uint64_t begin) {
        SampleRange const piece{
            begin, std::min<std::uint64_t>(begin + piece_samples, samples)};
        Model const given = needed.with_plan(
            with_scores(needed.plan(), inputs, uniforms, piece, first_sample));
        part.resize(outputs.size() * piece.size());
        executor.runner(given, seed)
            ->gather({first_sample + piece.begin, first_sample + piece.end},
                     outputs,
                     part,
                     control.quiet());
        check_values(given, seed, outputs, part, {}, first_sample + piece.begin);
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            auto const own = std::span(part).subspan(i * piece.size(), piece.size());
            std::ranges::copy(own, values.data() + i * samples + piece.begin);
        }
        return piece.end;
    });
    return values;
}

}  // namespace leadtime::estimator
