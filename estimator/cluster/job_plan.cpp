// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/job_plan.hpp"

#include "estimator/quantities/portable_math.hpp"
#include "kernels/cluster/planned_job.hpp"

#include <cmath>
#include <stdexcept>

namespace leadtime::estimator {
namespace {

/// d of a model with so many active parameters in its layers, as the kernels have it.
double width_of(double params) {
    return portable::pow(params * (128.0 / 12.0), 1.0 / 3.0);
}

double embedding_of(double params) {
    return width_of(params) * kernels::vocabulary_size;
}

/// Model FLOP of a token, eq 1 of docs/cluster.md, attention causal.
double flop_per_token(double params, double sequence_tokens) {
    auto const width = width_of(params);
    return 6
           * (params + width * kernels::vocabulary_size
              + width / 128 * width * sequence_tokens);
}

/// The parameters at which `value_of`, which rises, is `wanted`.
template <class ValueOf>
double params_where(double wanted, ValueOf value_of) {
    double low = kernels::least_params;
    double high = 1e16;  // beyond every model asked for
    if (value_of(low) > wanted) {
        throw std::invalid_argument(
            "too small a model: its embeddings alone are larger");
    }
    for (int i = 0; i < 100; ++i) {
        auto const middle = std::sqrt(low * high);
        (value_of(middle) < wanted ? low : high) = middle;
    }
    return high;
}

}  // namespace

PlannedJob planned_job(ModelSize const& size, double tokens, double sequence_tokens) {
    PlannedJob job;
    job.is_moe = size.active < size.total;
    job.sequence_tokens = sequence_tokens;
    job.params = params_where(
        size.active, [](double params) { return params + 2 * embedding_of(params); });
    job.sparsity = (size.total - 2 * embedding_of(*job.params)) / *job.params;
    job.flop = flop_per_token(*job.params, sequence_tokens) * tokens;
    return job;
}

PlannedJob planned_job(double flop,
                       bool is_moe,
                       std::optional<double> tokens,
                       double sequence_tokens) {
    PlannedJob job;
    job.is_moe = is_moe;
    job.flop = flop;
    job.sequence_tokens = sequence_tokens;
    job.params = tokens
                     ? params_where(flop / *tokens,
                                    [&](double params) {
                                        return flop_per_token(params, sequence_tokens);
                                    })
                     : std::sqrt(flop / (6 * job.tokens_per_param));  // C = 6 r N^2
    return job;
}

ModelSize size_of(PlannedJob const& job, double flop_per_token) {
    auto const params = params_where(flop_per_token, [&](double of) {
        return estimator::flop_per_token(of, job.sequence_tokens);
    });
    auto const embeddings = 2 * embedding_of(params);
    return {params * (job.is_moe ? job.sparsity : 1) + embeddings, params + embeddings};
}

}  // namespace leadtime::estimator
