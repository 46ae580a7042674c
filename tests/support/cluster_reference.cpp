// SPDX-License-Identifier: Apache-2.0
#include "tests/support/cluster_reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

// names are the symbols of docs/cluster.md
// NOLINTBEGIN(readability-identifier-naming)
namespace leadtime::reference {
namespace {

double at(Symbols const& x, char const* name) {
    return x.at(name);
}

bool is_moe(Symbols const& x) {
    return at(x, "P_exp") > 0;
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
    auto const p = std::ceil(bytes / (0.5 * std::min(at(x, "Mem"), 48e9)) - 1e-5);
    auto const most = std::floor(std::max(1.0, std::min(chips / t, at(x, "L"))));
    return std::min(std::max(p, 1.0), most);
}

Layout complete(
    Symbols const& x, double t, double p, double e, double chips, double eagerness) {
    Layout layout;
    layout.t = t;
    layout.p = p;
    layout.e = e;
    layout.v = std::clamp(at(x, "L") / (2 * p), 1.0, 6.0);
    auto const micro_batches = [&] {
        return at(x, "B") * t * p * layout.cp / (chips * at(x, "s"));
    };
    while (layout.cp < 16
           && micro_batches() < eagerness * std::max(1.0, p / 4) * (1 - 1e-5)) {
        layout.cp *= 2;
    }
    layout.cp = std::min(layout.cp, floor_power(std::max(1.0, chips / (t * p))));
    return layout;
}

double part_of(double p, double part) {
    return std::ceil(std::max(1.0, p * part) - 1e-5);
}

Step mixture_on_exactly(Symbols const& x, double chips, bool is_thorough) {
    auto const domain = at(x, "S");
    auto const per_chip = at(x, "B") / (chips * at(x, "s"));
    auto const halved = [](double e, double most) {
        while (e > 1 && e * (1 - 1e-5) > most) {
            e /= 2;
        }
        return std::max(e, 1.0);
    };
    auto const usual = domain >= 64 ? 64.0 : at(x, "P_tot") > 1e11 ? 32.0 : 8.0;
    auto const few = std::min(at(x, "E"), usual);
    auto const most = domain >= 64 && per_chip >= 1 - 1e-5 ? 64.0 : 256.0;
    auto const many =
        chips >= 32 * at(x, "E") * (1 - 1e-5) ? std::min(at(x, "E"), most) : few;
    auto const width = [&](double eagerness) {
        auto t = 2.0;
        while (t < std::min(domain, 64.0) * (1 - 1e-5)
               && per_chip * t < 0.5 * eagerness * (1 - 1e-5)) {
            t *= 2;
        }
        return std::min(t, chips);
    };
    auto const with = [&](double t, double e, double part, double eagerness) {
        auto const p = part_of(stages(x, t, e, chips), part);
        return cluster_step(
            x, complete(x, t, p, halved(e, chips / p), chips, eagerness), chips);
    };
    bool const is_long = stages(x, width(16), many, chips) > 16;
    auto best = with(1, few, 1, 16);
    for (auto const eagerness :
         is_thorough ? std::vector{16.0, 4.0} : std::vector{16.0}) {
        best = better(best, with(1, few, 1, eagerness));
        for (auto const part : {1.0, 0.5, 0.25}) {
            if (part == 1 || is_long) {
                best = better(best, with(width(eagerness), many, part, eagerness));
            }
        }
        if (is_thorough) {
            best = better(best, with(width(eagerness), few, 1, eagerness));
        }
    }
    auto const p = part_of(stages(x, 1, few, chips), 0.5);
    if (is_thorough && (domain >= 64 ? 8 : few * p) <= chips * (1 + 1e-5)) {
        auto layout = complete(x, 1, p, halved(few, chips / p), chips, 4);
        layout.cp = 1;
        layout.b = 8;
        best = better(best, cluster_step(x, layout, chips));
    }
    return best;
}

Step dense_on_exactly(Symbols const& x, double chips, bool is_thorough) {
    auto const domain = at(x, "S");
    auto const per_chip = at(x, "B") / (chips * at(x, "s"));
    auto const t = std::min({8.0, domain, chips});
    auto const p = stages(x, t, 1, chips);
    auto const widest = std::max(t, std::min(domain, 64.0));
    Layout sharded;
    sharded.fsdp = true;
    while (sharded.t < 1 / per_chip * (1 - 1e-5)) {
        sharded.t *= 2;
    }
    sharded.t = std::min({sharded.t, widest, chips});
    sharded.b = std::clamp(per_chip * sharded.t, 1.0, 8.0);
    auto best = cluster_step(x, sharded, chips);
    for (auto const eagerness :
         is_thorough ? std::vector{8.0, 4.0} : std::vector{8.0}) {
        for (auto const part : {1.0, 0.5, 0.25}) {
            if (part == 1 || p > 32) {
                auto const layout =
                    complete(x, t, part_of(p, part), 1, chips, eagerness);
                best = better(best, cluster_step(x, layout, chips));
            }
        }
        if (per_chip < 1 - 1e-5) {
            auto wider = 1.0;
            while (wider < widest / t * (1 - 1e-5)
                   && per_chip * t * wider < 0.5 * eagerness * (1 - 1e-5)) {
                wider *= 2;
            }
            auto const layout = complete(x,
                                         std::min(t * wider, chips),
                                         part_of(p, 1 / wider),
                                         1,
                                         chips,
                                         eagerness);
            best = better(best, cluster_step(x, layout, chips));
        }
    }
    return best;
}

Step on_exactly(Symbols const& x, double chips, bool is_thorough) {
    return is_moe(x) ? mixture_on_exactly(x, chips, is_thorough)
                     : dense_on_exactly(x, chips, is_thorough);
}

/// 8 times powers of 2^(1/8), or of 2^(1/2), in whole servers, below a number.
std::vector<double> ladder_below(double chips, bool is_coarse) {
    // the kernel's own figures: a rung must be the same in single precision
    constexpr float powers[] = {1.0f,
                                1.09050773f,
                                1.18920712f,
                                1.29683955f,
                                1.41421356f,
                                1.54221083f,
                                1.68179283f,
                                1.83400809f};
    std::vector<double> rungs;
    for (double power = 8; power < chips; power *= 2) {
        for (std::size_t i = 0; i < 8; i += is_coarse ? 4 : 1) {
            auto const rung = power * static_cast<double>(powers[i]);
            auto const number = rung < 16777216 ? 8 * std::floor(rung / 8) : rung;
            if (number < chips) {
                rungs.push_back(number);
            }
        }
    }
    return rungs;
}

/// `unit` times powers of two below a number.
std::vector<double> multiples_below(double unit, double chips) {
    std::vector<double> numbers;
    for (; unit < chips * (1 - 1e-5); unit *= 2) {
        numbers.push_back(unit);
    }
    return numbers;
}

double largest(std::vector<double> const& numbers) {
    return numbers.empty() ? 0 : *std::max_element(numbers.begin(), numbers.end());
}

std::vector<double> joined(std::vector<double> a, std::vector<double> const& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
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
        state = 18 * shard + 8 * at(x, "P_tot") / (L * t);
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
    auto const width = std::sqrt(d * at(x, "f") / t);
    auto const n_t = b * s / cp;
    auto const eps = at(x, "g") * at(x, "q") * width / (width + at(x, "x0")) * n_t
                     / (n_t + at(x, "n0"));
    auto const head = 6 * at(x, "V") * d;
    auto const routed = moe ? 6 * P_exp * at(x, "k") / at(x, "E") : 0.0;
    auto const C_p = at(x, "C") * at(x, "e");
    auto const C_16 = at(x, "C16") * at(x, "e16");
    auto t_c = ((6 * at(x, "P_mm") - head - routed) * r / C_p
                + (head + 7.5 * at(x, "a") * L * at(x, "d_a") * s * r) / C_16)
               / eps;
    auto const l_p = at(x, "low") > 0 ? at(x, "l_p") : 1;
    auto bytes = at(x, "c_v") * L * d;
    double T_x = 0;
    if (moe) {
        auto const x_e = std::sqrt(d * at(x, "f_e"));
        auto const n_e = n_t * at(x, "k") * e / (at(x, "E") * t);
        auto const eps_e = at(x, "g") * at(x, "q") * at(x, "g_moe") * x_e
                           / (x_e + at(x, "x0")) * n_e / (n_e + at(x, "n0"));
        t_c += routed * r / (C_p * eps_e) * (1 + at(x, "imb"));
        bytes += at(x, "c_m") * at(x, "k") * at(x, "L_m") * d / at(x, "g_moe");
        T_x = 320e-6 * l_p * at(x, "L_m") * at(x, "E") / at(x, "g_moe") * n / (e * p);
    }
    auto const t_v = bytes * l_p * (1 + 0.3 * phi) / (0.8 * at(x, "Wh"));
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
    auto const work = T_c + T_tp + T_cp + T_ep;
    auto const T_lat = 80e-6 * L * n / p + T_x;
    auto const busy = moe ? std::hypot(work, T_lat) : std::max(work, T_lat);
    auto const T_window = busy - T_tp - T_cp - T_ep;
    double T_d = 0;
    double window = 0;
    if (fsdp) {
        T_d = 6 * n * at(x, "P_tot") / t * (1 - t / chips)
              / std::min(up, std::max(S / t, 1.0) * out);
        window = 0.9 * T_window;
    } else {
        auto volume = 4 * P_dense / (t * p) * (1 - 1 / (dp * cp));
        if (moe) {
            volume += 4 * P_exp / (e * p) * std::max(0.0, 1 - e * p / chips);
        }
        auto const r_in = std::max(1.0, std::min(S / (t * cp), dp));
        T_d = volume / (dp * cp * t > S ? std::min(up, r_in * out) : up);
        window = std::min(0.5 * T_window, T_window / n * std::max(1.0, p / 2));
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
                       std::function<double(double)> const& lost_time,
                       std::optional<FailureLoss> const& near) {
    auto const sequences = at(x, "B") / at(x, "s");
    auto const numbers_below = [&](double count) {
        auto numbers = joined(ladder_below(count, near.has_value()),
                              multiples_below(sequences, count));
        return near ? numbers : joined(numbers, multiples_below(at(x, "S"), count));
    };
    auto first = chips;
    if (sequences < 128) {
        auto const round = largest(numbers_below(chips * (1 + 1e-5)));
        first = round >= 1 ? round : chips;
    }
    auto const alone = on_exactly(x, first, !near);
    auto numbers = numbers_below(first);
    if (near) {
        auto const shrinking = alone.compute + alone.expert;
        std::sort(numbers.rbegin(), numbers.rend());
        numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
        numbers.resize(shrinking > 0.75 * alone.seconds
                           ? 0
                           : std::min<std::size_t>(numbers.size(), 3));
        auto const w = near->p + near->q / 2;
        auto const scale = first * shrinking / (alone.seconds - shrinking);
        auto const turn = 2 / (w + std::sqrt(w * w + 4 * w / scale));
        auto const above = largest(ladder_below(turn * std::sqrt(2.0), true));
        auto const below = largest(ladder_below(above, true));
        if (turn < first) {
            numbers.push_back(above);
            numbers.push_back(below);
        }
    }
    auto best = alone;
    auto used = first;
    for (auto const count : numbers) {
        if (count < first && count >= 1) {
            auto const step = on_exactly(x, count, !near);
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

double goodput(Failures const& failures, double chips, double& tau) {
    auto const masked_per_h = failures.masked * chips / failures.mtbf_h;
    auto const stopping_per_h =
        chips / failures.mtbf_h - masked_per_h + failures.job_failures_per_h;
    auto const lambda = std::max(stopping_per_h, 1e-9) / 3600;
    auto const M = 1 / lambda;
    auto const delta = failures.checkpoint_s;
    auto const x = std::sqrt(delta / (2 * M));
    auto const daly =
        delta < 2 * M ? std::sqrt(2 * delta * M) * (1 + x / 3 + x * x / 9) - delta : M;
    tau = std::max({daly, failures.save_s, 1.0});
    auto const cycle = std::min(lambda * (tau + delta), 700.0);
    auto const stopped = lambda * tau
                         * std::exp(-std::min(lambda * failures.restart_s, 700.0))
                         / std::expm1(cycle);
    auto const stalled = masked_per_h / 3600 * failures.stall_s / failures.learners;
    auto const missing =
        std::max(failures.replica_loss - failures.hot_spares, 0.0) * failures.masked;
    return stopped / (1 + stalled) / (1 + missing);
}

FailureLoss failure_loss(Failures const& failures) {
    auto const back_s =
        failures.restart_s + failures.checkpoint_s + failures.save_s / 2;
    auto const interval_s =
        std::max(failures.save_s, std::sqrt(2 * failures.checkpoint_s * back_s));
    auto const mtbf_s = 3600 * failures.mtbf_h;
    return {(1 - failures.masked)
                * (failures.restart_s + failures.checkpoint_s + interval_s / 2)
                / mtbf_s,
            failures.masked * failures.stall_s / (failures.learners * mtbf_s)};
}

double most_useful_chips(Failures const& failures, double most) {
    auto const log_useful = [&](double log_chips) {
        double tau = 0;
        return log_chips + std::log(goodput(failures, std::exp(log_chips), tau));
    };
    auto low = 0.0;
    auto high = std::log(most);
    for (int i = 0; i < 200; ++i) {  // ternary search: one maximum
        auto const a = low + (high - low) / 3;
        auto const b = high - (high - low) / 3;
        if (log_useful(a) < log_useful(b)) {
            low = a;
        } else {
            high = b;
        }
    }
    return std::exp(high);
}

double useful_chips(Failures const& failures, double most) {
    auto const [p, q] = failure_loss(failures);
    auto const first = 2 / std::max(p + std::sqrt(p * p + 4 * p * q), 1e-30);
    auto const log_useful = [&](double chips) {
        double tau = 0;
        return std::log(chips * std::max(goodput(failures, chips, tau), 1e-30));
    };
    auto best = first;
    for (auto const step : {0.25, 0.15}) {
        auto const middle = log_useful(best);
        auto const low = log_useful(best / (1 + step));
        auto const high = log_useful(best * (1 + step));
        auto const bend = std::max(2 * middle - low - high, 1e-6);
        best *= std::pow(1 + step, std::clamp((high - low) / (2 * bend), -2.0, 2.0));
    }
    return std::min(most, std::max(best, first / 2));
}

}  // namespace leadtime::reference
// NOLINTEND(readability-identifier-naming)
