// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/sobol_plan.hpp"
#include "kernels/model/sobol.hpp"

#include <algorithm>
#include <boost/random/sobol.hpp>

namespace leadtime::estimator {

std::vector<std::uint32_t> sobol_directions(int dimensions) {
    auto const count = static_cast<std::size_t>(dimensions);
    std::vector<std::uint32_t> directions(count * kernels::sobol_bits);
    if (dimensions == 0) {
        return directions;
    }
    boost::random::sobol_engine<std::uint32_t, kernels::sobol_bits> engine(count);
    for (std::uint32_t bit = 0; bit < kernels::sobol_bits; ++bit) {
        // Boost counts in Gray code and leaves out the point 0: its point number
        // 2^(bit+1) - 2 is the direction number of this bit alone.
        engine.seed(static_cast<std::uint32_t>((std::uint64_t{2} << bit) - 2));
        for (std::size_t dimension = 0; dimension < count; ++dimension) {
            directions[dimension * kernels::sobol_bits + bit] = engine();
        }
    }
    return directions;
}

Plan with_sobol(Plan plan, SobolLayout const& layout, int samples_log2) {
    auto const& by_importance = layout.by_importance;
    int const dimensions =
        std::min(static_cast<int>(by_importance.size()), most_sobol_dimensions);
    for (int dimension = 0; dimension < dimensions; ++dimension) {
        auto const score = static_cast<std::size_t>(
            by_importance[static_cast<std::size_t>(dimension)]);
        plan.score_draws[score].sobol_dimension = dimension;
    }
    plan.sobol_directions = sobol_directions(dimensions);
    plan.sobol_replicate_shift = samples_log2;
    plan.reflections = layout.reflections;
    plan.reflection_terms = layout.terms;
    return plan;
}

}  // namespace leadtime::estimator
