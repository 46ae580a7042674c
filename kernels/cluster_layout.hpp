// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster_step.hpp"

/// The layout the model chooses itself (docs/cluster.md, "Automatic layout").
namespace leadtime::kernels {

/// Rounding of floats must not double a factor that is already enough.
inline constexpr float layout_tolerance = 1.0f - 1e-5f;  // > 2^-24 in a few operations

/// Pipeline stages for a tensor and expert split, from the memory the weights and
/// gradients need: half of it, and never counting on more than 48 GB, so that more
/// memory never makes the pipeline shorter and the step longer.
template <class Real>
LEADTIME_FUNCTION Real cluster_stages(ClusterHardware<Real> const& hardware,
                                      ClusterJob<Real> const& job,
                                      ClusterShared<Real> const& shared,
                                      Real tensor,
                                      Real expert,
                                      Real chips) {
    Real const local = shared.dense_params / tensor + job.routed_params / expert;
    Real const room = at_most(hardware.mem_bytes, 48e9f) * 0.5f;  // docs/cluster.md 2.6
    Real const needed = power_of_two_above(at_least(local * 6.0f / room, 1.0f));
    Real const room_for = power_of_two_below(at_least(chips / tensor, 1.0f));
    return minimum(minimum(needed, job.layers), room_for);
}

/// Virtual stages, context parallel and micro-batch for a split, section 2.6.
template <class Real>
LEADTIME_FUNCTION ClusterLayout<Real> complete_layout(
    ClusterJob<Real> const& job, Real tensor, Real pipeline, Real expert, Real chips) {
    Real const one = broadcast<Real>(1.0f);
    ClusterLayout<Real> layout;
    layout.tensor = tensor;
    layout.pipeline = pipeline;
    layout.expert = expert;
    layout.micro_batch = one;
    layout.is_sharded = one < one;
    layout.virtual_stages =
        clamp(job.layers * 0.5f / pipeline, one, broadcast<Real>(6.0f));  // 2.6
    // context parallel until every stage has work, at most 16
    Real const split = tensor * pipeline;
    Real const batches = job.batch_tokens * split / (chips * job.sequence_tokens);
    Real const wanted = at_least(pipeline * 0.25f, 1.0f) / batches;  // 2.6
    Real const context = at_most(
        power_of_two_above(at_least(wanted * layout_tolerance, 1.0f)), 16.0f);  // 2.6
    layout.context =
        minimum(context, power_of_two_below(at_least(chips / split, 1.0f)));
    return layout;
}

/// a unless b fits and a does not, or b is faster.
template <class Real>
LEADTIME_FUNCTION ClusterStep<Real> better_step(ClusterStep<Real> const& a,
                                                ClusterStep<Real> const& b) {
    auto const faster = b.step_s < a.step_s;
    auto const take_b = (b.is_feasible && !a.is_feasible)
                        || (faster && (b.is_feasible || !a.is_feasible));
    return select_step(take_b, b, a);
}

/// The better of two layouts of a dense job: FSDP where every accelerator has a
/// sequence, else tensor parallel widened within the domain; or tensor parallel within
/// a server.
template <class Real>
LEADTIME_FUNCTION ClusterStep<Real> dense_step(ClusterHardware<Real> const& hardware,
                                               ClusterConstants<Real> const& constants,
                                               ClusterJob<Real> const& job,
                                               ClusterShared<Real> const& shared,
                                               Real chips) {
    Real const one = broadcast<Real>(1.0f);
    Real const slowdown = cluster_slowdown(constants, chips);
    Real const sequences = job.batch_tokens / (chips * job.sequence_tokens);
    Real const domain = hardware.domain_chips;
    Real const t = minimum(at_most(domain, 8.0f), chips);  // 2.6
    Real const p = cluster_stages(hardware, job, shared, t, one, chips);

    ClusterLayout<Real> sharded;
    sharded.tensor = sharded.pipeline = sharded.virtual_stages = one;
    sharded.expert = sharded.context = one;
    sharded.micro_batch = at_most(sequences, 8.0f);  // 2.6
    sharded.is_sharded = one <= one;
    Real const wanted = broadcast<Real>(0.5f) / (sequences * t);  // 2.6
    Real const widest = at_most(domain, 64.0f) / t;               // 2.6
    Real const wider =
        power_of_two_above(at_least(minimum(wanted, widest) * layout_tolerance, 1.0f));
    auto const wide = complete_layout(
        job, minimum(t * wider, chips), at_least(p / wider, 1.0f), one, chips);
    auto const first =
        select_layout(sequences >= broadcast<Real>(layout_tolerance), sharded, wide);

    return better_step(
        cluster_step(hardware,
                     constants,
                     job,
                     shared,
                     complete_layout(job, t, p, one, chips),
                     chips,
                     slowdown),
        cluster_step(hardware, constants, job, shared, first, chips, slowdown));
}

/// The better of tensor parallel 1 and 2 with experts spread as far as usual.
template <class Real>
LEADTIME_FUNCTION ClusterStep<Real> moe_step(ClusterHardware<Real> const& hardware,
                                             ClusterConstants<Real> const& constants,
                                             ClusterJob<Real> const& job,
                                             ClusterShared<Real> const& shared,
                                             Real chips) {
    Real const slowdown = cluster_slowdown(constants, chips);
    Real const usual = select(job.total_params > broadcast<Real>(1e11f),       // 2.6
                              broadcast<Real>(32.0f),                          // 2.6
                              broadcast<Real>(8.0f));                          // 2.6
    Real const wide = select(hardware.domain_chips >= broadcast<Real>(64.0f),  // 2.6
                             broadcast<Real>(64.0f),                           // 2.6
                             usual);
    Real const wanted = minimum(job.experts, wide);
    auto const with_tensor = [&](float tensor) {
        Real const t = minimum(broadcast<Real>(tensor), chips);
        Real const p = cluster_stages(hardware, job, shared, t, wanted, chips);
        Real const too_many =
            power_of_two_above(at_least(wanted * p / chips * layout_tolerance, 1.0f));
        Real const e = at_least(wanted / too_many, 1.0f);
        auto const layout = complete_layout(job, t, p, e, chips);
        return cluster_step(hardware, constants, job, shared, layout, chips, slowdown);
    };
    return better_step(with_tensor(1.0f), with_tensor(2.0f));  // 2.6
}

/// The step with the layout the model chooses for `chips` >= 1 accelerators.
///
/// Where there is less than a sequence for each accelerator, more of them can slow the
/// job; so fewer are tried too: B/s times powers of two, and the domain times powers of
/// two, whatever the number offered, so that the throughput never falls with it (by
/// more than 0.1 %). Only there does this cost more than two layouts.
template <class Real>
LEADTIME_FUNCTION ClusterStep<Real>
automatic_step(ClusterHardware<Real> const& hardware,
               ClusterConstants<Real> const& constants,
               ClusterJob<Real> const& job,
               ClusterShared<Real> const& shared,
               Real chips) {
    Real const one = broadcast<Real>(1.0f);
    auto const step_on = [&](Real count) {
        return job.is_moe ? moe_step(hardware, constants, job, shared, count)
                          : dense_step(hardware, constants, job, shared, count);
    };
    Real const sequences = job.batch_tokens / job.sequence_tokens;
    if (!any_lane(sequences < chips)) {
        return step_on(chips);
    }
    // with a tiny batch every number is a compromise: only round ones are used
    auto const is_tiny =
        sequences < chips && sequences < broadcast<Real>(128.0f);  // 2.6
    Real const doublings = power_of_two_below(
        at_least(chips / sequences * (2.0f - layout_tolerance), 1.0f));
    Real const round = at_least(minimum(sequences * doublings, chips), 1.0f);
    ClusterStep<Real> best = step_on(select(is_tiny, round, chips));
    auto const try_fewer = [&](Real fewer) {
        auto const is_starved = sequences < chips && fewer < chips && fewer >= one;
        if (any_lane(is_starved)) {  // else nothing below is selected
            auto const other = step_on(select(is_starved, fewer, chips));
            best = select_step(is_starved, better_step(best, other), best);
        }
    };
    constexpr int guard_steps = 14;  // none of 30,000 cases of 2.12 chose a later one
    Real by_batch = sequences;
    for (int i = 0; i < guard_steps; ++i) {
        try_fewer(by_batch);
        by_batch = by_batch * 2.0f;
    }
    // gradients leave the domain beyond these
    Real from_domain = hardware.domain_chips;
    for (int i = 0; i < guard_steps; ++i) {
        try_fewer(select(is_tiny, from_domain, broadcast<Real>(0.0f)));
        from_domain = from_domain * 2.0f;
    }
    constexpr int domain_steps = 4;  // down to N/16
    Real const domains = at_least(chips / hardware.domain_chips, 1.0f);
    Real by_domain = hardware.domain_chips * power_of_two_below(domains);
    for (int i = 0; i < domain_steps; ++i) {
        try_fewer(by_domain);
        by_domain = by_domain * 0.5f;
    }
    return best;
}

}  // namespace leadtime::kernels
