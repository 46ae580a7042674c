// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace leadtime::tests {

/// Samples of a random output, of the kinds that break statistics: both signs, atoms,
/// mixtures, tails up to sigma 8, shifted, tiny, huge, discrete, nearly constant,
/// censored.
struct RandomOutput {
    std::string kind;
    std::vector<float> values;
};

RandomOutput random_output(std::uint64_t seed, std::size_t count);

}  // namespace leadtime::tests
