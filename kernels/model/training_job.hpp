// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster/planned_job.hpp"
#include "kernels/lanes/rows.hpp"
#include "kernels/plan/plan.hpp"

/// How a path plans its jobs (kernels/cluster/planned_job.hpp), from its rows.
namespace leadtime::kernels {

/// `value_of(input)` is the row's value.
template <class Real, class ValueOf>
LEADTIME_FUNCTION JobPlanning<Real> job_planning(ValueOf const& value_of) {
    auto const get = [&](JobInput input, float low, float high) {
        return clamp(value_of(input), broadcast<Real>(low), broadcast<Real>(high));
    };
    JobPlanning<Real> in;  // limits: docs/model.md 7
    in.is_moe = truth<Real>(get(JobInput::is_moe, 0.0f, 1.0f) > broadcast<Real>(0.5f));
    in.tokens_per_param = get(JobInput::tokens_per_param, 1.0f, 1e5f);
    in.sparsity = get(JobInput::sparsity, 1.0f, 1e3f);
    in.experts_active = get(JobInput::experts_active, 1.0f, 1e3f);
    in.remote_domains = get(JobInput::remote_domains, 1.0f, 1e3f);
    in.sequence_tokens = get(JobInput::sequence_tokens, 128.0f, 1e6f);
    in.critical_batch = get(JobInput::critical_batch, 1e4f, 1e11f);
    in.critical_batch_exponent = get(JobInput::critical_batch_exponent, 0.0f, 1.0f);
    in.batch_ratio = get(JobInput::batch_ratio, 0.01f, 10.0f);
    in.hidden_bubble = get(JobInput::hidden_bubble, 0.0f, 1.0f);
    return in;
}

/// The same of one path, for the samples of a pack.
template <class Real>
LEADTIME_FUNCTION JobPlanning<Real> job_planning(JobPlan const& job, Rows rows) {
    return job_planning<Real>([&](JobInput input) {
        return rows.get<Real>(job.rows[static_cast<int>(input)]);
    });
}

}  // namespace leadtime::kernels
