// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster/cluster.hpp"

#include "tests/support/cluster_reference.hpp"

#include <array>
#include <string>
#include <vector>

/// Inputs of the cluster model for tests: accelerators and jobs as floats, and the same
/// as symbols for the reference.
namespace leadtime::cases {

using kernels::broadcast;

struct Accelerator {
    std::string name;
    std::array<float, 3> peak;  ///< 16, 8, 4 bit; 0: none
    std::array<float, 3> gemm;
    float mem, mem_rate, domain, up, out;
};

struct Shape {
    std::string name;
    float matmul, total, routed, layers, moe_layers, width, attention, ffn,
        expert_width, experts, active, shared, vocabulary, full;
};

/// docs/cluster.md, "Hardware".
inline std::vector<Accelerator> accelerators() {
    return {
        {"A100", {312e12f, 0, 0}, {.87f, 0, 0}, 80e9f, 2e12f, 8, 300e9f, 25e9f},
        {"H100",
         {989e12f, 1979e12f, 0},
         {.8f, .71f, 0},
         80e9f,
         3.35e12f,
         8,
         450e9f,
         50e9f},
        {"H800",
         {989e12f, 1979e12f, 0},
         {.8f, .71f, 0},
         80e9f,
         3.35e12f,
         8,
         200e9f,
         50e9f},
        {"H20", {148e12f, 296e12f, 0}, {.9f, .9f, 0}, 96e9f, 4e12f, 8, 450e9f, 50e9f},
        {"B200",
         {2250e12f, 4500e12f, 9000e12f},
         {.78f, .76f, .6f},
         180e9f,
         8e12f,
         8,
         900e9f,
         50e9f},
        {"GB200",
         {2500e12f, 5000e12f, 10000e12f},
         {.73f, .72f, .6f},
         186e9f,
         8e12f,
         72,
         900e9f,
         50e9f},
        {"GB300",
         {2500e12f, 5000e12f, 15000e12f},
         {.75f, .73f, .5f},
         270e9f,
         8e12f,
         72,
         900e9f,
         100e9f},
        {"A910B", {353e12f, 0, 0}, {.8f, 0, 0}, 64e9f, 1.6e12f, 8, 196e9f, 25e9f},
        {"A910C", {752e12f, 0, 0}, {.8f, 0, 0}, 128e9f, 3.2e12f, 384, 392e9f, 50e9f},
        {"A950DT",
         {486e12f, 919e12f, 1783e12f},
         {.78f, .72f, .55f},
         96e9f,
         4e12f,
         1024,
         840e9f,
         50e9f},
        {"V100", {125e12f, 0, 0}, {.75f, 0, 0}, 48e9f, .9e12f, 8, 150e9f, 12.5e9f},
        {"one domain",
         {989e12f, 1979e12f, 0},
         {.8f, .71f, 0},
         80e9f,
         3.35e12f,
         64,
         450e9f,
         0}};
}

/// estimator/backtest/data and scenarios/models.
inline std::vector<Shape> shapes() {
    return {
        {"L8B", 7.50e9f, 8.03e9f, 0, 32, 0, 4096, 4096, 14336, 0, 1, 1, 0, 128256, 1},
        {"GPT175B",
         1.746e11f,
         1.752e11f,
         0,
         96,
         0,
         12288,
         12288,
         49152,
         0,
         1,
         1,
         0,
         51200,
         1},
        {"L405B",
         4.037e11f,
         4.058e11f,
         0,
         126,
         0,
         16384,
         16384,
         53248,
         0,
         1,
         1,
         0,
         128256,
         1},
        {"GPT1T",
         1.008e12f,
         1.009e12f,
         0,
         128,
         0,
         25600,
         25600,
         102400,
         0,
         1,
         1,
         0,
         51200,
         1},
        {"DSV3",
         3.607e10f,
         6.71e11f,
         6.539e11f,
         61,
         58,
         7168,
         20480,
         18432,
         2048,
         256,
         8,
         1,
         129280,
         1},
        {"OSS120",
         4.52e9f,
         1.17e11f,
         1.147e11f,
         36,
         36,
         2880,
         4096,
         2880,
         2880,
         128,
         4,
         0,
         201088,
         .55f}};
}

template <class Real>
kernels::ClusterHardware<Real> hardware_of(Accelerator const& a, int precision) {
    auto const p = static_cast<std::size_t>(
        a.peak[static_cast<std::size_t>(precision)] > 0 ? precision : 0);
    return {broadcast<Real>(a.peak[p]),
            broadcast<Real>(a.peak[0]),
            broadcast<Real>(a.gemm[p]),
            broadcast<Real>(a.gemm[0]),
            broadcast<Real>(a.mem),
            broadcast<Real>(a.mem_rate),
            broadcast<Real>(a.domain),
            broadcast<Real>(a.up),
            broadcast<Real>(a.out)};
}

/// Medians of docs/cluster.md.
template <class Real>
kernels::ClusterConstants<Real> constants(float q = 0.93f) {
    auto const r = [](float value) { return broadcast<Real>(value); };
    return {r(.92f),  r(q),      r(900),    r(166),    r(.7f),  r(.1f),  r(135),
            r(21.5f), r(1.5f),   r(.55f),   r(.47f),   r(.84f), r(.75f), r(.8f),
            r(4e-6f), r(10e-6f), r(.0077f), r(.0036f), r(.06f), r(1)};
}

template <class Real>
kernels::ClusterOperations<Real> operations() {
    auto const r = [](float value) { return broadcast<Real>(value); };
    return {{r(40e3f),
             r(1.0f / 80),
             r(8),
             r(60),
             r(480),
             r(0),
             r(60),
             r(1),
             r(.02f),
             r(0),
             r(1),
             r(.06f)},
            r(0),
            r(1),
            r(30e6f),
            r(15e12f),
            r(1),
            r(1),
            r(0),
            r(2),
            r(0),
            r(1),
            r(.03f),
            r(.01f)};
}

template <class Real>
kernels::ClusterJob<Real>
job_of(Shape const& m, float sequence, float batch, bool is_low_precision) {
    auto const r = [](float value) { return broadcast<Real>(value); };
    return {r(m.matmul),
            r(m.total),
            r(m.routed),
            r(m.layers),
            r(m.moe_layers),
            r(m.width),
            r(m.attention),
            r(m.ffn),
            r(m.expert_width),
            r(m.experts),
            r(m.active),
            r(m.shared),
            r(m.vocabulary),
            r(m.full),
            r(.5f),
            r(sequence),
            r(batch),
            r(0),
            r(m.active),
            r(0),
            m.routed > 0,
            is_low_precision};
}

inline reference::Symbols symbols_of(kernels::ClusterHardware<float> const& h,
                                     kernels::ClusterConstants<float> const& c,
                                     kernels::ClusterJob<float> const& j) {
    reference::Symbols x;
    auto const set = [&](char const* name, float value) { x[name] = value; };
    set("C", h.peak_flop_per_s), set("C16", h.peak16_flop_per_s);
    set("e", h.gemm_fraction), set("e16", h.gemm16_fraction), set("Mem", h.mem_bytes);
    set("Wh", h.mem_bytes_per_s), set("S", h.domain_chips);
    set("Wu", h.scale_up_bytes_per_s), set("Wo", h.scale_out_bytes_per_s);
    set("g", c.kernel_quality), set("q", c.team_quality), set("x0", c.width_half);
    set("n0", c.tokens_half), set("g_moe", c.moe_quality),
        set("imb", c.expert_imbalance);
    set("c_v", c.vector_bytes), set("c_m", c.permute_bytes);
    set("l_p", c.low_precision_traffic), set("o_tp", c.hidden_tensor);
    set("o_ep", c.hidden_expert), set("o_dp", c.hidden_data);
    set("eta_u", c.scale_up_fraction), set("eta_o", c.scale_out_fraction);
    set("alpha_u", c.scale_up_latency_s), set("alpha_o", c.scale_out_latency_s);
    set("sigma", c.host_spread), set("kappa", c.doubling_loss);
    set("eps_sys", c.system_overhead), set("P_mm", j.matmul_params);
    set("P_tot", j.total_params), set("P_exp", j.routed_params), set("L", j.layers);
    set("L_m", j.moe_layers), set("d", j.width), set("d_a", j.attention_width);
    set("f", j.ffn_width), set("f_e", j.expert_width), set("E", j.experts);
    set("k", j.experts_active), set("k_sh", j.experts_shared), set("V", j.vocabulary);
    set("a", j.full_attention_share), set("c", j.attention_count);
    set("s", j.sequence_tokens), set("B", j.batch_tokens), set("z", j.hidden_bubble);
    set("k_n", j.remote_domains), set("rec", j.recompute_floor);
    set("low", j.is_low_precision ? 1.0f : 0.0f);
    return x;
}

}  // namespace leadtime::cases
