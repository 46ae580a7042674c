// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/model.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// The uncertain inputs of a model as independent uniform numbers: what samplers of
/// others may give in place of ours.
namespace leadtime::estimator {

/// One independent score of a model. Correlations, and knots that follow from the one
/// before, are weighted sums of these, made after they are drawn.
struct ModelInput {
    std::string name;   ///< `ascend_cards`, or of a knot `ascend_cards@2027-01`
    std::string month;  ///< of the knot, `YYYY-MM`; empty for a whole quantity
    QuantityIndex quantity = 0;
    std::uint32_t knot = 0;
    int score = 0;  ///< its number in the plan
};

/// All of them, in the order of the plan's scores.
std::vector<ModelInput> model_inputs(Model const& model);

/// Those that have these names, in their order. Throws: RunError with a suggestion, and
/// for a name that is given twice.
std::vector<ModelInput> find_inputs(Model const& model,
                                    std::span<std::string const> names);

/// The uniform number that a random word stands for, the centre of one of 2^32 cells:
/// in (0, 1), without rounding. And back: the word of the cell in which a number lies.
/// Precondition: 0 < uniform < 1.
double uniform_of_word(std::uint32_t word);
std::uint32_t word_of_uniform(double uniform);

/// What Philox draws for some inputs in the samples from `first_sample` on:
/// to[place * inputs.size() + input].
void draw_uniforms(Model const& model,
                   std::span<ModelInput const> inputs,
                   std::uint64_t seed,
                   std::uint64_t first_sample,
                   std::span<double> to);

}  // namespace leadtime::estimator
