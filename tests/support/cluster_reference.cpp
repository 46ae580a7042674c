// SPDX-License-Identifier: Apache-2.0
#include "tests/support/cluster_reference.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace leadtime::reference {
namespace {

double at(Symbols const& x, char const* name) {
    return x.at(name);
}

bool is_moe(Symbols const& x) {
    return at(x, "P_exp") > 0;
}

double ceiling_power(double value) {
    double power = 1;
    while (power < value) {
        power *= 2;
    }
    return power;
}

double floor_power(double value) {
    double power = 1;
    while (power * 2 <= value) {
        power *= 2;
    }
    return power;
}

Step better(Step const& a, Step const& b) {
    if (a.feasible != b.feasible) {
        return a.feasible ? a : b;
    }
    return b.seconds < a.seconds ? b : a;
}

/// Stages so that 6 bytes a parameter fill half of the memory, of which 48 GB count.
double stages(Symbols const& x, double t, double e, double chips) {
    auto const dense = at(x, "P_tot") - at(x, "P_exp");
    auto const bytes = 6 * (dense / t + at(x, "P_exp") / e);
    auto const p = ceiling_power(bytes / (0.5 * std::min(at(x, "Mem"), 48e9)));
    auto const room = floor_power(std::max(1.0, chips / t));
    return std::min({p, at(x, "L"), room});
}

Layout complete(Symbols const& x, double t, double p, double e, double chips) {
    Layout layout;
    layout.t = t;
    layout.p = p;
    layout.e = e;
    layout.v = std::clamp(at(x, "L") / (2 * p), 1.0, 6.0);
    auto const micro_batches = [&] {
        return at(x, "B") * t * p * layout.cp / (chips * at(x, "s"));
    };
    while (layout.cp < 16 && micro_batches() < std::max(1.0, p / 4) * (1 - 1e-5)) {
        layout.cp *= 2;
    }
    layout.cp = std::min(layout.cp, floor_power(std::max(1.0, chips / (t * p))));
    return layout;
}

Step on_exactly(Symbols const& x, double chips) {
    auto const domain = at(x, "S");
    auto const per_chip = at(x, "B") / (chips * at(x, "s"));
    if (is_moe(x)) {
        auto const usual = at(x, "P_tot") > 1e11 ? 32.0 : 8.0;
        auto const wanted = std::min(at(x, "E"), domain >= 64 ? 64.0 : usual);
        auto const with = [&](double t, double p) {
            auto e = wanted;
            while (e > 1 && e * p * (1 - 1e-5) > chips) {
                e /= 2;
            }
            return cluster_step(x, complete(x, t, p, std::max(e, 1.0), chips), chips);
        };
        auto wide = 2.0;
        while (wide < std::min(domain, 64.0) * (1 - 1e-5)
               && per_chip * wide < 0.5 * (1 - 1e-5)) {
            wide *= 2;
        }
        wide = std::min(wide, chips);
        auto const p = stages(x, wide, wanted, chips);
        auto best = better(with(1, stages(x, 1, wanted, chips)), with(wide, p));
        if (p > 16) {
            best = better(best, with(wide, p / 2));
            best = better(best, with(wide, p / 4));
        }
        return best;
    }
    auto t = std::min({8.0, domain, chips});
    auto p = stages(x, t, 1, chips);
    auto plain = cluster_step(x, complete(x, t, p, 1, chips), chips);
    if (p > 32) {
        for (auto const part : {2, 4}) {
            auto const layout = complete(x, t, p / part, 1, chips);
            plain = better(plain, cluster_step(x, layout, chips));
        }
    }
    if (per_chip >= 1 - 1e-5) {
        Layout sharded;
        sharded.fsdp = true;
        sharded.b = std::min(8.0, per_chip);
        return better(plain, cluster_step(x, sharded, chips));
    }
    while (t < std::min(domain, 64.0) * (1 - 1e-5) && per_chip * t < 0.5 * (1 - 1e-5)) {
        t *= 2;
        p = std::max(1.0, p / 2);
    }
    t = std::min(t, chips);
    return better(plain, cluster_step(x, complete(x, t, p, 1, chips), chips));
}

}  // namespace

Step cluster_step(Symbols const& x, Layout const& layout, double chips) {
    auto const [t, p, v, e, cp, b, fsdp] = layout;
    bool const moe = is_moe(x);
    auto const L = at(x, "L");
    auto const d = at(x, "d");
    auto const s = at(x, "s");
    auto const S = at(x, "S");
    auto const P_exp = at(x, "P_exp");
    auto const P_dense = at(x, "P_tot") - P_exp;
    auto const dp = std::max(1.0, chips / (t * p * cp));
    auto n = at(x, "B") / (dp * b * s);
    auto const rho = std::min(1.0, n);
    n = std::max(1.0, n);

    // 2.2
    auto const P_loc = P_dense / (t * p) + P_exp / (e * p);
    auto shard = P_dense / chips;
    if (moe) {
        shard += P_exp / (e * p * std::max(1.0, chips / (e * p)));
    }
    auto state = 6 * P_loc + 12 * shard;
    if (fsdp) {
        shard = at(x, "P_tot") / chips;
        state = 18 * shard + 8 * at(x, "P_tot") / L;
    }
    auto const f_act = moe ? (at(x, "k") + at(x, "k_sh")) * at(x, "f_e") : at(x, "f");
    auto const a_1 = (12 + 4 * f_act / d) * (at(x, "low") > 0 ? 0.75 : 1);
    auto const in_flight = p > 1 ? std::min(p, n) * (1 + (p - 1) / (p * v)) : 1;
    auto const A = s * b * d * a_1 * L / (p * t * cp) * in_flight;
    auto const A_min =
        2 * s * b * d * L * in_flight / (p * t * cp) + s * b * d * a_1 / (t * cp);
    auto const H = 6 * s * b * at(x, "V") / (t * cp);
    auto const saved = std::max(A - A_min, 1.0);
    auto const phi =
        std::clamp((state + A + H - 0.94 * at(x, "Mem")) / saved, at(x, "rec"), 1.0);
    auto const r = 1 + phi / 3 + 0.02 * (1 - phi);

    // 2.3
    auto const width =
        moe ? std::sqrt(d * at(x, "f_e")) : std::sqrt(d * at(x, "f") / t);
    auto const n_t =
        b * s / cp * (moe ? std::max(1.0, at(x, "k") * e / at(x, "E")) : 1.0);
    auto const eps = at(x, "g") * at(x, "q") * width / (width + at(x, "x0")) * n_t
                     / (n_t + at(x, "n0")) * (moe ? at(x, "g_moe") : 1.0);
    auto const C_p = at(x, "C") * at(x, "e") * eps;
    auto const C_16 = at(x, "C16") * at(x, "e16") * eps;
    auto const head = 6 * at(x, "V") * d;
    auto const t_c = ((6 * at(x, "P_mm") - head) * r / C_p
                      + (head + 7.5 * at(x, "a") * L * at(x, "d_a") * s * r) / C_16)
                     * (moe ? 1 + at(x, "imb") : 1.0);
    auto bytes = at(x, "c_v") * L * d;
    if (moe) {
        bytes += at(x, "c_m") * at(x, "k") * at(x, "L_m") * d;
    }
    auto const t_v = bytes * (at(x, "low") > 0 ? at(x, "l_p") : 1) * (1 + 0.3 * phi)
                     / (0.8 * at(x, "Wh"));
    auto const tok = at(x, "B") / (chips * rho);
    auto const T_c = tok * (t_c + t_v);

    // 2.4
    auto const up = at(x, "Wu") * at(x, "eta_u");
    auto const out = (at(x, "Wo") > 0 ? at(x, "Wo") : at(x, "Wu")) * at(x, "eta_o");
    auto const link = [&](double group) { return group <= S ? up : out; };
    auto const n_tr = 8 * (1 + phi / 2) * (moe ? 0.5 : 1.0);
    double T_tp = 0;
    if (t > 1) {
        T_tp = tok * L * n_tr * 2 * d * (t - 1) / link(t) * (1 - at(x, "o_tp"))
               + n * (L / p) * n_tr * at(x, "alpha_u");
    }
    auto const T_cp = tok * L * 2 * d * (cp - 1) / link(t * cp) * (1 - at(x, "o_tp"));
    double T_ep = 0;
    if (moe && e > 1) {
        auto const f_in = std::min(1.0, S / e);
        auto const k_n = std::min(at(x, "k_n"), std::max(1.0, e / S));
        T_ep =
            tok * at(x, "L_m") * 7 * d
                * (std::min(at(x, "k"), e) * f_in * (1 - 1 / std::min(S, e)) / up
                   + k_n * (1 - f_in) / out)
                * (1 - at(x, "o_ep"))
            + n * at(x, "L_m") / p * 4 * (e > S ? at(x, "alpha_o") : at(x, "alpha_u"));
    }
    auto const beta = (p - 1) * (1 - at(x, "z")) / (v * n);
    double T_pp = 0;
    if (p > 1) {
        T_pp = 0.15 * 4 * n * v * b * s * d / (t * cp * out)
               + (2 * n * v + 2 * (p - 1)) * at(x, "alpha_o");
    }
    auto const busy = std::max(T_c + T_tp + T_cp + T_ep, 80e-6 * L * n / p);
    auto const T_w = busy - T_tp - T_cp - T_ep;
    double T_d = 0;
    double window = 0;
    if (fsdp) {
        T_d = 6 * n * at(x, "P_tot") * (1 - 1 / chips) / std::min(up, S * out);
        window = 0.9 * T_w;
    } else {
        auto volume = 4 * P_dense / (t * p) * (1 - 1 / (dp * cp));
        if (moe) {
            volume += 4 * P_exp / (e * p) * std::max(0.0, 1 - e * p / chips);
        }
        auto const r_in = std::max(1.0, std::min(S / (t * cp), dp));
        T_d = volume / (dp * cp * t > S ? std::min(up, r_in * out) : up);
        window = std::min(0.5 * T_w, T_w / n * std::max(1.0, p / 2));
    }
    auto const o_dp = at(x, "o_dp");
    auto const T_dx = (1 - o_dp) * T_d + std::max(0.0, o_dp * T_d - window)
                      + 8 * at(x, "alpha_o") * std::log2(dp);
    auto const T_o = 30 * shard / (0.7 * at(x, "Wh"));

    // 2.5
    auto const s_N =
        1 + at(x, "sigma") * std::sqrt(2 * std::log(std::max(chips / 8, 1.0) + 1))
        + at(x, "kappa") * std::log2(std::max(1.0, chips / 64));
    Step step;
    step.seconds = busy * (1 + beta) * s_N * (1 + at(x, "eps_sys")) + T_pp + T_dx + T_o;
    step.compute = T_c;
    step.tensor = T_tp + T_cp;
    step.expert = T_ep;
    step.latency = busy - T_c - T_tp - T_cp - T_ep;
    step.pipeline = busy * beta + T_pp;
    step.data = T_dx;
    step.phi = phi;
    step.memory = state + A - phi * saved + H;
    step.chips = chips;
    step.feasible =
        step.memory <= at(x, "Mem") && (at(x, "Wo") > 0 || chips <= at(x, "S"));
    return step;
}

Step cluster_automatic(Symbols const& x,
                       double chips,
                       std::function<double(double)> const& lost_time) {
    auto const sequences = at(x, "B") / at(x, "s");
    if (sequences >= chips) {
        return on_exactly(x, chips);
    }
    bool const is_tiny = sequences < 128;
    auto first = chips;
    if (is_tiny) {
        auto const doublings = floor_power(chips / sequences * (1 + 1e-5));
        first = std::max(1.0, std::min(chips, sequences * doublings));
    }
    auto best = on_exactly(x, first);
    auto used = first;
    std::vector<double> fewer;
    for (int i = 0; i < 24; ++i) {
        fewer.push_back(sequences * std::pow(2.0, i));
        if (is_tiny) {
            fewer.push_back(at(x, "S") * std::pow(2.0, i));
        }
    }
    auto const domains = floor_power(std::max(1.0, chips / at(x, "S")));
    for (int i = 0; i < 4; ++i) {
        fewer.push_back(at(x, "S") * domains / std::pow(2.0, i));
    }
    for (auto const count : fewer) {
        if (count < chips && count >= 1) {
            auto const step = on_exactly(x, count);
            bool const is_faster =
                step.seconds * lost_time(count) < best.seconds * lost_time(used);
            if (step.feasible == best.feasible ? is_faster : step.feasible) {
                best = step;
                used = count;
            }
        }
    }
    return best;
}

double goodput(double chips,
               double mtbf_h,
               double job_failures_per_h,
               double checkpoint_s,
               double save_s,
               double restart_s,
               double& tau) {
    auto const lambda = (chips / mtbf_h + job_failures_per_h) / 3600;
    auto const M = 1 / lambda;
    auto const x = std::sqrt(checkpoint_s / (2 * M));
    auto const daly =
        checkpoint_s < 2 * M
            ? std::sqrt(2 * checkpoint_s * M) * (1 + x / 3 + x * x / 9) - checkpoint_s
            : M;
    tau = std::max({daly, save_s, 1.0});
    auto const cycle = std::min(lambda * (tau + checkpoint_s), 700.0);
    return lambda * tau * std::exp(-std::min(lambda * restart_s, 700.0))
           / std::expm1(cycle);
}

}  // namespace leadtime::reference
