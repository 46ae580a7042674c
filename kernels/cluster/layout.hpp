// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster/step.hpp"

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

/// Pipelines of more than `most` stages (jobs beyond those fitted) are also tried with
/// a half and a quarter of them, which take an accelerator with more memory.
template <class Real, class StepWith>
LEADTIME_FUNCTION ClusterStep<Real> with_shorter_pipelines(ClusterStep<Real> best,
                                                           Real stages,
                                                           float most,
                                                           StepWith step_with) {
    auto const is_long = stages > broadcast<Real>(most);
    if (any_lane(is_long)) {  // else nothing is selected
        for (float part = 0.5f; part >= 0.25f; part *= 0.5f) {  // 2.6
            auto const step = step_with(stages * part);
            best = select_step(is_long, better_step(best, step), best);
        }
    }
    return best;
}

/// The better of two layouts of a dense job: FSDP where every accelerator has a
/// sequence, else tensor parallel widened within the domain; or tensor parallel within
/// a server, also with a shorter pipeline where that is long.
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

    auto const step_with = [&](ClusterLayout<Real> const& layout) {
        return cluster_step(hardware, constants, job, shared, layout, chips, slowdown);
    };
    auto const plain = [&](Real stages) {
        return step_with(complete_layout(job, t, stages, one, chips));
    };
    return with_shorter_pipelines(
        better_step(plain(p), step_with(first)), p, 32.0f, plain);  // 2.6
}

/// The best of two layouts of a mixture of experts, with experts spread as far as
/// usual: tensor parallel 1; or 2, widened within the domain until each group has half
/// a sequence; the second also with a shorter pipeline where that is long.
template <class Real>
LEADTIME_FUNCTION ClusterStep<Real> moe_step(ClusterHardware<Real> const& hardware,
                                             ClusterConstants<Real> const& constants,
                                             ClusterJob<Real> const& job,
                                             ClusterShared<Real> const& shared,
                                             Real chips) {
    Real const one = broadcast<Real>(1.0f);
    Real const slowdown = cluster_slowdown(constants, chips);
    Real const usual = select(job.total_params > broadcast<Real>(1e11f),         // 2.6
                              broadcast<Real>(32.0f),                            // 2.6
                              broadcast<Real>(8.0f));                            // 2.6
    Real const spread = select(hardware.domain_chips >= broadcast<Real>(64.0f),  // 2.6
                               broadcast<Real>(64.0f),                           // 2.6
                               usual);
    Real const wanted = minimum(job.experts, spread);
    auto const step_with = [&](Real t, Real p) {
        Real const too_many =
            power_of_two_above(at_least(wanted * p / chips * layout_tolerance, 1.0f));
        Real const e = at_least(wanted / too_many, 1.0f);
        auto const layout = complete_layout(job, t, p, e, chips);
        return cluster_step(hardware, constants, job, shared, layout, chips, slowdown);
    };
    Real const sequences = job.batch_tokens / (chips * job.sequence_tokens);
    Real const widest = at_most(hardware.domain_chips, 64.0f) * 0.5f;  // 2.6
    Real const wanted_wider =
        minimum(broadcast<Real>(0.25f) / sequences, widest);  // 2.6
    Real const wider =
        power_of_two_above(at_least(wanted_wider * layout_tolerance, 1.0f));
    Real const wide = minimum(wider * 2.0f, chips);
    Real const alone = cluster_stages(hardware, job, shared, one, wanted, chips);
    Real const p = cluster_stages(hardware, job, shared, wide, wanted, chips);
    auto const best = better_step(step_with(one, alone), step_with(wide, p));
    return with_shorter_pipelines(
        best, p, 16.0f, [&](Real stages) { return step_with(wide, stages); });  // 2.6
}

/// Less than any layout's time for a step on `chips` accelerators, times `chips`: the
/// arithmetic and the memory traffic alone, with the largest matrix multiplications.
template <class Real>
LEADTIME_FUNCTION Real least_chip_seconds(ClusterConstants<Real> const& constants,
                                          ClusterJob<Real> const& job,
                                          ClusterShared<Real> const& shared) {
    Real const matmul_s =
        (shared.gemm_s + shared.attention_s + shared.head_s) / shared.quality;
    return job.batch_tokens * (matmul_s + shared.vector_s)
           * (constants.system_overhead + 1.0f) * 0.999f;  // rounding
}

/// The step with the layout the model chooses for `chips` >= 1 accelerators.
///
/// Where there is less than a sequence for each accelerator, more of them can slow the
/// job; so fewer are tried too: B/s times powers of two, and the domain times powers of
/// two, whatever the number offered, so that the throughput never falls with it (by
/// more than 0.1 %). `lost_time(count)` >= 1 multiplies the time of a step on so many
/// accelerators where they are compared: failures, for instance. They are tried from
/// the most to the least, until so few would take longer for the arithmetic alone than
/// the best found: that skips only what cannot be chosen. Only there does this cost
/// more than two layouts.
template <class Real, class LostTime>
LEADTIME_FUNCTION ClusterStep<Real>
automatic_step(ClusterHardware<Real> const& hardware,
               ClusterConstants<Real> const& constants,
               ClusterJob<Real> const& job,
               ClusterShared<Real> const& shared,
               Real chips,
               LostTime lost_time) {
    Real const one = broadcast<Real>(1.0f);
    Real const domain = hardware.domain_chips;
    Real const sequences = job.batch_tokens / job.sequence_tokens;
    auto const is_starved = sequences < chips;
    // with a tiny batch every number is a compromise: only round ones are used
    auto const is_tiny = is_starved && sequences < broadcast<Real>(128.0f);  // 2.6
    Real const ratio = chips / sequences * (2.0f - layout_tolerance);
    constexpr int guard_steps = 24;  // from 1e7 accelerators down to 1
    constexpr int domain_steps = 4;  // all, halves, quarters and eighths of them
    Real const doublings = power_of_two_below(at_least(ratio, 1.0f));
    Real const domains = power_of_two_below(at_least(chips / domain, 1.0f));
    Real const round = at_least(minimum(sequences * doublings, chips), 1.0f);
    Real by_batch = sequences * doublings;
    Real by_domain = domain * domains;
    Real const least = least_chip_seconds(constants, job, shared);

    ClusterStep<Real> best{};
    Real best_s = broadcast<Real>(0.0f);  // with the time lost
    Real count = select(is_tiny, round, chips);
    Real lost = lost_time(count);
    auto is_tried = one <= one;
    // the number offered, then pairs of B/s and the domain times powers of two
    for (int i = 0; i <= 2 * guard_steps; ++i) {
        if (any_lane(is_tried)) {  // else nothing below is selected
            Real const on = select(is_tried, count, chips);
            auto const step = job.is_moe
                                  ? moe_step(hardware, constants, job, shared, on)
                                  : dense_step(hardware, constants, job, shared, on);
            Real const step_s = step.step_s * lost;
            auto const is_better =
                is_tried
                && ((step.is_feasible && !best.is_feasible)
                    || (step_s < best_s && (step.is_feasible || !best.is_feasible)));
            best = i == 0 ? step : select_step(is_better, step, best);
            best_s = i == 0 ? step_s : select(is_better, step_s, best_s);
        }
        auto const could_win = [&](Real fewer, Real losing) {
            return is_starved && (least * losing < best_s * fewer || !best.is_feasible);
        };
        if (!any_lane(could_win(maximum(by_batch, by_domain), one))) {
            break;
        }
        bool const is_batch = i % 2 == 0;
        count = is_batch ? by_batch : by_domain;
        lost = lost_time(count);
        is_tried = could_win(count, lost) && count < chips && count >= one;
        if (is_batch) {
            by_batch = by_batch * 0.5f;
            is_tried = is_tried && count >= sequences * layout_tolerance;
        } else {
            by_domain = by_domain * 0.5f;
            if (i > 2 * domain_steps) {
                is_tried = is_tried && is_tiny && count >= domain * layout_tolerance;
            }
        }
    }
    return best;
}

/// The same where no time is lost.
template <class Real>
LEADTIME_FUNCTION ClusterStep<Real>
automatic_step(ClusterHardware<Real> const& hardware,
               ClusterConstants<Real> const& constants,
               ClusterJob<Real> const& job,
               ClusterShared<Real> const& shared,
               Real chips) {
    return automatic_step(hardware, constants, job, shared, chips, [](Real) {
        return broadcast<Real>(1.0f);
    });
}

}  // namespace leadtime::kernels
