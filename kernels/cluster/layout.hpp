// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster/step.hpp"

/// The layout the model chooses itself (docs/cluster.md, "Automatic layout").
namespace leadtime::kernels {

/// Rounding of floats must not double a factor that is already enough.
inline constexpr float layout_tolerance = 1.0f - 1e-5f;  // > 2^-24 in a few operations

/// The largest whole number <= x, for x >= 0; at most 2^24.
template <class Real>
LEADTIME_FUNCTION Real whole_below(Real x) {
    return to_real(truncate_to_int(at_most(x, 16777216.0f)));  // 2^24
}

/// The smallest whole number >= x, but for rounding, for 0 <= x < 2^24.
template <class Real>
LEADTIME_FUNCTION Real whole_above(Real x) {
    Real const whole = whole_below(x);
    return select(whole < x * layout_tolerance, whole + 1.0f, whole);
}

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
    Real const needed = whole_above(at_least(local * 6.0f / room, 1.0f));
    Real const most = at_least(minimum(chips / tensor, job.layers), 1.0f);
    return minimum(needed, whole_below(most));
}

/// Virtual stages, context parallel and micro-batch for a split, section 2.6.
template <class Real>
LEADTIME_FUNCTION ClusterLayout<Real> complete_layout(ClusterJob<Real> const& job,
                                                      Real tensor,
                                                      Real pipeline,
                                                      Real expert,
                                                      Real chips,
                                                      float eagerness) {
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
    Real const wanted = at_least(pipeline * 0.25f, 1.0f) / batches * eagerness;  // 2.6
    Real const context = at_most(
        power_of_two_above(at_least(wanted * layout_tolerance, 1.0f)), 16.0f);  // 2.6
    layout.context =
        minimum(context, power_of_two_below(at_least(chips / split, 1.0f)));
    return layout;
}

/// How early context and tensor parallel double: with eagerness u they do where a stage
/// has less than u times the micro-batches it needs (context), or a group less than u/2
/// of a sequence (tensor), docs/cluster.md 2.6.
struct Eagerness {
    float early;  ///< tried alone, or first
    float late;   ///< tried too where the search is thorough
};
inline constexpr Eagerness dense_eagerness{8.0f, 4.0f};
inline constexpr Eagerness moe_eagerness{16.0f, 4.0f};

template <class Real>
LEADTIME_FUNCTION typename Lanes<Real>::Mask
is_other_layout(ClusterLayout<Real> const& a, ClusterLayout<Real> const& b) {
    return a.context != b.context || a.tensor != b.tensor;
}

/// Calls `try_layout(is_on, layout)` with several kinds of layout, each with both
/// eagernesses where the search is thorough. `is_tried(kind)` is the mask of the samples
/// that try it, all of them for the first; `layout_of(kind, eagerness)` the layout.
/// Skipped is what no sample tries, and an eagerness that changes no layout.
template <class Real, class IsTried, class LayoutOf, class TryLayout>
LEADTIME_FUNCTION void each_kind(int kinds,
                                 Eagerness eagerness,
                                 bool is_thorough,
                                 IsTried const& is_tried,
                                 LayoutOf const& layout_of,
                                 TryLayout const& try_layout) {
    ClusterLayout<Real> early{};
    for (int i = 0; i < 2 * kinds; i += is_thorough ? 1 : 2) {
        auto is_on = is_tried(i / 2);
        if (!any_lane(is_on)) {
            continue;
        }
        auto const layout =
            layout_of(i / 2, i % 2 == 0 ? eagerness.early : eagerness.late);
        if (i % 2 == 0) {
            early = layout;
        } else {
            is_on = is_on && is_other_layout(layout, early);
        }
        if (any_lane(is_on)) {
            try_layout(is_on, layout);
        }
    }
}

/// `stages` cut to a part of them, whole and at least one.
template <class Real>
LEADTIME_FUNCTION Real part_of_stages(Real stages, Real part) {
    return whole_above(at_least(stages * part, 1.0f));
}

/// The layouts of a dense job: tensor parallel within a server, with a shorter
/// pipeline too where that is long; FSDP over groups that have a sequence each; and where
/// that takes more than one accelerator, tensor parallel widened within the domain.
template <class Real, class TryLayout>
LEADTIME_FUNCTION void each_dense_layout(ClusterHardware<Real> const& hardware,
                                         ClusterJob<Real> const& job,
                                         ClusterShared<Real> const& shared,
                                         Real chips,
                                         bool is_thorough,
                                         TryLayout const& try_layout) {
    enum Kind { server, half, quarter, widened, sharded, kinds };
    Real const one = broadcast<Real>(1.0f);
    Real const sequences = job.batch_tokens / (chips * job.sequence_tokens);
    Real const t = minimum(at_most(hardware.domain_chips, 8.0f), chips);  // 2.6
    Real const p = cluster_stages(hardware, job, shared, t, one, chips);
    Real const widest = at_most(hardware.domain_chips, 64.0f) / t;  // 2.6
    auto const everywhere = one <= one;
    auto const is_starved = sequences < broadcast<Real>(layout_tolerance);
    auto const is_long = p > broadcast<Real>(32.0f);  // 2.6

    auto const fsdp = [&] {
        Real const group =
            power_of_two_above(at_least(layout_tolerance / sequences, 1.0f));
        ClusterLayout<Real> layout;
        layout.tensor = minimum(minimum(group, t * widest), chips);
        layout.pipeline = layout.virtual_stages = one;
        layout.expert = layout.context = one;
        layout.micro_batch =
            clamp(sequences * layout.tensor, one, broadcast<Real>(8.0f));  // 2.6
        layout.is_sharded = one <= one;
        return layout;
    };
    each_kind<Real>(
        kinds,
        dense_eagerness,
        is_thorough,
        [&](int kind) {
            return kind == widened                   ? is_starved
                   : kind == half || kind == quarter ? is_long
                                                     : everywhere;
        },
        [&](int kind, float eagerness) {
            if (kind == sharded) {
                return fsdp();
            }
            Real tensor = t;
            Real part = broadcast<Real>(kind == half      ? 0.5f
                                        : kind == quarter ? 0.25f
                                                          : 1.0f);  // 2.6
            if (kind == widened) {
                Real const wanted =
                    broadcast<Real>(0.5f * eagerness) / (sequences * t);  // 2.6
                Real const wider = power_of_two_above(
                    at_least(minimum(wanted, widest) * layout_tolerance, 1.0f));
                tensor = minimum(t * wider, chips);
                part = one / wider;
            }
            return complete_layout(
                job, tensor, part_of_stages(p, part), one, chips, eagerness);
        },
        try_layout);
}

/// `experts` halved until they are no more than `room`, at least 1.
template <class Real>
LEADTIME_FUNCTION Real experts_within(Real experts, Real room) {
    Real const too_many =
        power_of_two_above(at_least(experts / room * layout_tolerance, 1.0f));
    return at_least(experts / too_many, 1.0f);
}

/// The layouts of a mixture of experts: tensor parallel 1 with experts spread as far as
/// usual; and with experts spread widely, so that each of them sees enough tokens: tensor
/// parallel 2, widened within the domain until each group has its share of a sequence,
/// with a shorter pipeline too where that is long. Where the search is thorough, also the
/// first with micro-batches of 8 in a pipeline half as long, and the second with experts
/// spread as usual.
template <class Real, class TryLayout>
LEADTIME_FUNCTION void each_moe_layout(ClusterHardware<Real> const& hardware,
                                       ClusterJob<Real> const& job,
                                       ClusterShared<Real> const& shared,
                                       Real chips,
                                       bool is_thorough,
                                       TryLayout const& try_layout) {
    enum Kind { alone, spread, half, quarter, batched, widened, kinds };
    Real const one = broadcast<Real>(1.0f);
    Real const sequences = job.batch_tokens / (chips * job.sequence_tokens);
    auto const is_rack = hardware.domain_chips >= broadcast<Real>(64.0f);  // 2.6
    Real const usual = select(is_rack,
                              broadcast<Real>(64.0f),                            // 2.6
                              select(job.total_params > broadcast<Real>(1e11f),  // 2.6
                                     broadcast<Real>(32.0f),                     // 2.6
                                     broadcast<Real>(8.0f)));                    // 2.6
    Real const most = select(is_rack && sequences >= broadcast<Real>(layout_tolerance),
                             broadcast<Real>(64.0f),    // 2.6
                             broadcast<Real>(256.0f));  // 2.6
    Real const few = minimum(job.experts, usual);
    // where there is room for it with some 32 stages
    Real const many = select(chips >= job.experts * (32.0f * layout_tolerance),  // 2.6
                             minimum(job.experts, most),
                             few);
    Real const widest = at_most(hardware.domain_chips, 64.0f) * 0.5f;  // 2.6
    auto const width = [&](float eagerness) {
        Real const wanted_wider =
            minimum(broadcast<Real>(0.25f * eagerness) / sequences, widest);  // 2.6
        Real const wider =
            power_of_two_above(at_least(wanted_wider * layout_tolerance, 1.0f));
        return minimum(wider * 2.0f, chips);
    };
    auto const stages = [&](Real t, Real experts) {
        return cluster_stages(hardware, job, shared, t, experts, chips);
    };
    each_kind<Real>(
        is_thorough ? kinds : batched,
        moe_eagerness,
        is_thorough,
        [&](int kind) {
            if (kind == batched) {
                Real const p = part_of_stages(stages(one, few), broadcast<Real>(0.5f));
                // in servers all of them: more accelerators never change its split
                Real const least = select(is_rack, broadcast<Real>(8.0f), few * p);
                return least <= chips * (2.0f - layout_tolerance);  // 2.6
            }
            if (kind == half || kind == quarter) {
                return stages(width(moe_eagerness.early), many)
                       > broadcast<Real>(16.0f);  // 2.6
            }
            return one <= one;
        },
        [&](int kind, float eagerness) {
            bool const is_batched = is_thorough && kind == batched;
            Real const t = kind == alone || is_batched ? one : width(eagerness);
            bool const is_near = kind == alone || (is_thorough && kind >= batched);
            Real const wanted = is_near ? few : many;
            float const part = kind == half || is_batched ? 0.5f
                               : kind == quarter          ? 0.25f
                                                          : 1.0f;
            Real const p =
                part_of_stages(stages(t, wanted), broadcast<Real>(part));  // 2.6
            auto layout = complete_layout(
                job, t, p, experts_within(wanted, chips / p), chips, eagerness);
            if (is_batched) {
                layout.context = one;
                layout.micro_batch = broadcast<Real>(8.0f);  // 2.6
            }
            return layout;
        },
        try_layout);
}

/// Less than any layout's time for a step on `chips` accelerators, times `chips`: the
/// arithmetic and the memory traffic alone, with the largest matrix multiplications.
template <class Real>
LEADTIME_FUNCTION Real least_chip_seconds(ClusterConstants<Real> const& constants,
                                          ClusterJob<Real> const& job,
                                          ClusterShared<Real> const& shared) {
    Real const matmul_s =
        (shared.gemm_s + shared.attention_s + shared.head_s) / shared.quality
        + shared.routed_s;
    return job.batch_tokens * (matmul_s + shared.vector_s)
           * (constants.system_overhead + 1.0f) * 0.999f;  // rounding
}

/// Calls `consider(is_on, step)` with the steps on exactly `chips` >= 1 accelerators that
/// the model chooses from; the first is for all samples.
/// The best is kept by who asked: two of them at once would not fit a GPU's registers.
template <class Real, class Consider>
LEADTIME_FUNCTION void each_layout(ClusterHardware<Real> const& hardware,
                                   ClusterConstants<Real> const& constants,
                                   ClusterJob<Real> const& job,
                                   ClusterShared<Real> const& shared,
                                   Real chips,
                                   bool is_thorough,
                                   Consider const& consider) {
    Real const slowdown = cluster_slowdown(constants, chips);
    auto const try_layout = [&](auto is_on, ClusterLayout<Real> const& layout) {
        consider(
            is_on,
            cluster_step(hardware, constants, job, shared, layout, chips, slowdown));
    };
    if (job.is_moe) {
        each_moe_layout(hardware, job, shared, chips, is_thorough, try_layout);
    } else {
        each_dense_layout(hardware, job, shared, chips, is_thorough, try_layout);
    }
}

}  // namespace leadtime::kernels
