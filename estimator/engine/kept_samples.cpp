// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/kept_samples.hpp"

#include "estimator/engine/bad_number.hpp"

namespace leadtime::estimator {

std::vector<float> keep_samples(SampleRunner& runner,
                                Model const& model,
                                std::uint64_t seed,
                                std::uint64_t samples,
                                std::span<int const> outputs,
                                Control const& control,
                                std::string const& context) {
    std::vector<float> values(outputs.size() * samples);
    runner.gather({0, samples}, outputs, values, control);
    check_values(model, seed, outputs, values, context);
    return values;
}

std::vector<float> keep_samples(Executor const& executor,
                                Model const& model,
                                std::uint64_t seed,
                                std::uint64_t samples,
                                std::span<int const> outputs,
                                Control const& control,
                                std::string const& context) {
    Model const needed = model.only(outputs);
    auto const runner = executor.runner(needed, seed);
    return keep_samples(*runner, needed, seed, samples, outputs, control, context);
}

}  // namespace leadtime::estimator
