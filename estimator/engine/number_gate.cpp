// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/number_gate.hpp"

#include "estimator/engine/bad_number.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace leadtime::estimator {

BadValue first_bad(Model const& model,
                   SampleRunner& runner,
                   SampleSet const& samples,
                   SampleRunner::Visitor const& look) {
    auto const outputs = model.outputs();
    auto const rows = model.rows();
    std::vector<BadValue> found(rows.size());
    runner.visit(samples, rows, [&](std::size_t place, std::span<float const> values) {
        int const row = rows[place];
        if (auto const bad = find_bad(outputs[static_cast<std::size_t>(row)], values)) {
            found[place] = {samples.number(*bad), row, values[*bad]};
        }
        if (look) {
            look(place, values);
        }
    });
    return found.empty() ? BadValue{}
                         : *std::ranges::min_element(found, {}, &BadValue::sample);
}

void check_numbers(Model const& model,
                   SampleRunner& runner,
                   std::uint64_t seed,
                   SampleSet const& samples,
                   Statistics const& statistics) {
    auto const outputs = model.outputs();
    bool is_good = true;
    for (std::size_t i = 0; i < statistics.rows.size(); ++i) {
        auto const count = [&](kernels::SpecialBin bin) {
            return statistics.special(static_cast<int>(i), bin);
        };
        auto const& output = outputs[static_cast<std::size_t>(statistics.rows[i])];
        std::uint64_t const infinite =
            count(kernels::bin_plus_infinity) + count(kernels::bin_minus_infinity);
        is_good = is_good && count(kernels::bin_not_a_number) == 0
                  && (infinite == 0 || output.may_be_infinite);
    }
    for (std::uint64_t begin = 0; !is_good && begin < samples.size();
         begin += batch_samples) {
        std::uint64_t const end = std::min(begin + batch_samples, samples.size());
        BadValue const bad = first_bad(model, runner, samples.part(begin, end));
        if (bad.output >= 0) {
            refuse_sample(model, seed, bad.sample, bad.output, bad.value);
        }
    }
}

}  // namespace leadtime::estimator
