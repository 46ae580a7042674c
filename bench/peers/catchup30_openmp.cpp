// SPDX-License-Identifier: Apache-2.0
// catchup30 as one would write it by hand for speed: single precision, Philox, 32 samples
// abreast for the compiler's lanes, all threads (OpenMP), and a histogram of each series
// in place of its values. Prints JSON as catchup30.cpp does.
#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <omp.h>
#include <vector>

namespace {

constexpr int quarters = 40;
constexpr int lanes = 32;
constexpr int series_count = 4 * quarters + 3;
constexpr float goal = 1e27f;
constexpr float ln2 = 0.693147181f;

/// Values of one input, of 32 samples.
struct alignas(64) Lane {
    float v[lanes];
};

// log2 and 2^x to some 1e-7, in plain arithmetic that compilers vectorise.
inline float log2_of(float x) {
    auto const bits = std::bit_cast<std::int32_t>(x) - 0x3f3504f3;
    float const exponent = static_cast<float>(bits >> 23);
    float const f =
        std::bit_cast<float>((bits & 0x007fffff) + 0x3f3504f3) - 1.0f;  // in +-0.42
    float const s = f / (2.0f + f);
    float const q = s * s;
    float const series =
        2.0f * s
        * (1.0f + q * (1 / 3.0f + q * (0.2f + q * (1 / 7.0f + q * (1 / 9.0f)))));
    return exponent + series * 1.44269504f;
}
inline float exp2_of(float x) {
    float const whole =
        static_cast<float>(static_cast<std::int32_t>(x + 1024.5f) - 1024);
    float const r = (x - whole) * ln2;
    float const p =
        1.0f + r * (1.0f + r * (0.5f + r * (1 / 6.0f + r * (1 / 24.0f + r / 120.0f))));
    return p * std::bit_cast<float>((static_cast<std::int32_t>(whole) + 127) << 23);
}
inline float exp_of(float x) {
    return exp2_of(x * 1.44269504f);
}

/// Philox4x32-10 (Salmon et al. 2011): four words for each sample and draw.
void philox(std::uint32_t first, std::uint32_t draw, std::uint32_t (&words)[4][lanes]) {
    for (int i = 0; i < lanes; ++i) {
        std::uint32_t a = first + static_cast<std::uint32_t>(i);
        std::uint32_t b = 0;
        std::uint32_t c = draw;
        std::uint32_t d = 0;
        std::uint32_t key0 = 1;
        std::uint32_t key1 = 0;
        for (int round = 0; round < 10; ++round) {
            std::uint64_t const p = std::uint64_t{0xD2511F53} * a;
            std::uint64_t const q = std::uint64_t{0xCD9E8D57} * c;
            a = static_cast<std::uint32_t>(q >> 32) ^ b ^ key0;
            b = static_cast<std::uint32_t>(q);
            c = static_cast<std::uint32_t>(p >> 32) ^ d ^ key1;
            d = static_cast<std::uint32_t>(p);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }
        words[0][i] = a;
        words[1][i] = b;
        words[2][i] = c;
        words[3][i] = d;
    }
}

/// Draws of 32 samples, in the order they are asked for.
class Draws {
  public:
    explicit Draws(std::uint32_t first)
        : first_(first) {}

    Lane uniform() {
        std::uint32_t const* const own = word();
        Lane u;
        for (int i = 0; i < lanes; ++i) {
            u.v[i] = (static_cast<float>(own[i] >> 8) + 0.5f) * 0x1p-24f;
        }
        return u;
    }
    Lane uniform(float low, float high) {
        Lane u = uniform();
        for (float& x : u.v) {
            x = low + (high - low) * x;
        }
        return u;
    }
    /// Box and Muller: two at a time.
    Lane normal(float mean, float deviation) {
        if (!has_spare_) {
            Lane const u = uniform();
            Lane const w = uniform();
            for (int i = 0; i < lanes; ++i) {
                float const radius =
                    std::sqrt(std::max(-2.0f * ln2 * log2_of(u.v[i]), 0.0f));
                // the angle in quarters, by series about its middle
                float const turn = w.v[i] * 4.0f;
                float const quarter = static_cast<float>(static_cast<int>(turn));
                float const x = (turn - quarter - 0.5f) * 1.57079633f;
                float const x2 = x * x;
                float const sine =
                    x * (1.0f - x2 / 6 * (1.0f - x2 / 20 * (1.0f - x2 / 42)));
                float const cosine =
                    1.0f - x2 / 2 * (1.0f - x2 / 12 * (1.0f - x2 / 30 * (1 - x2 / 56)));
                float const a = quarter == 0.0f || quarter == 3.0f ? 1.0f : -1.0f;
                float const b = quarter < 2.0f ? 1.0f : -1.0f;
                float const diagonal = 0.707106781f * radius;
                float const c = (cosine - sine) * diagonal;
                float const s = (cosine + sine) * diagonal;
                bool const is_crossed = quarter == 1.0f || quarter == 3.0f;
                score_.v[i] = a * (is_crossed ? s : c);
                spare_.v[i] = b * (is_crossed ? c : s);
            }
        }
        Lane const& score = has_spare_ ? spare_ : score_;
        has_spare_ = !has_spare_;
        Lane x;
        for (int i = 0; i < lanes; ++i) {
            x.v[i] = mean + deviation * score.v[i];
        }
        return x;
    }
    Lane lognormal(double low, double high) {
        double const middle = (std::log(low) + std::log(high)) / 2;
        double const width =
            (std::log(high) - std::log(low)) / (2 * 1.6448536269514722);
        Lane x = normal(static_cast<float>(middle), static_cast<float>(width));
        for (float& value : x.v) {
            value = exp_of(value);
        }
        return x;
    }
    Lane choice(std::vector<float> const& values, std::vector<float> const& upper) {
        Lane u = uniform();
        for (float& x : u.v) {
            float chosen = values.back();
            for (std::size_t k = upper.size(); k-- > 0;) {
                chosen = x < upper[k] ? values[k] : chosen;
            }
            x = chosen;
        }
        return u;
    }

  private:
    std::uint32_t const* word() {
        if (next_ == 4) {
            philox(first_, block_++, words_);
            next_ = 0;
        }
        return words_[next_++];
    }

    std::uint32_t first_;
    std::uint32_t block_ = 0;
    int next_ = 4;
    bool has_spare_ = false;
    std::uint32_t words_[4][lanes];
    Lane score_;
    Lane spare_;
};

/// The quantile function of a beta distribution of whole parameters, as a table.
class Beta {
  public:
    Beta(int p, int q) {
        constexpr int steps = 1 << 15;
        std::vector<double> below(steps + 1);
        for (int i = 0; i < steps; ++i) {
            double const x = (i + 0.5) / steps;
            below[static_cast<std::size_t>(i) + 1] =
                below[static_cast<std::size_t>(i)]
                + std::pow(x, p - 1) * std::pow(1 - x, q - 1);
        }
        std::size_t at = 0;
        for (int k = 0; k <= size; ++k) {
            double const share = below.back() * k / size;
            while (at + 2 < below.size() && below[at + 1] < share) {
                ++at;
            }
            double const part = (share - below[at]) / (below[at + 1] - below[at]);
            table_[static_cast<std::size_t>(k)] =
                static_cast<float>((static_cast<double>(at) + part) / steps);
        }
    }
    Lane operator()(Lane u) const {
        for (float& x : u.v) {
            float const place = x * size;
            int const k = static_cast<int>(place);
            float const* const two = table_ + k;
            x = two[0] + (two[1] - two[0]) * (place - static_cast<float>(k));
        }
        return u;
    }

  private:
    static constexpr int size = 4096;
    float table_[size + 1];
};

/// Counts of all series by the upper bits of their values: bins of 1/128 of a value.
struct Histograms {
    static constexpr int shift = 16;
    static constexpr int bins = 1 << (32 - shift);
    std::vector<std::uint32_t> counts =
        std::vector<std::uint32_t>(std::size_t{series_count} * bins);

    void add(int series, Lane const& values) {
        std::uint32_t* const own =
            counts.data() + static_cast<std::size_t>(series) * bins;
        for (float const x : values.v) {
            auto const bits = std::bit_cast<std::int32_t>(x);
            std::int32_t const ordered = bits < 0 ? bits ^ 0x7fffffff : bits;
            ++own[(static_cast<std::uint32_t>(ordered >> shift) + bins / 2u)
                  & (bins - 1u)];
        }
    }
    float quantile(int series, double p, std::size_t n) const {
        std::uint32_t const* const own =
            counts.data() + static_cast<std::size_t>(series) * bins;
        double rank = std::floor(p * static_cast<double>(n - 1)) + 0.5;
        std::int32_t bin = 0;
        while (rank > own[bin]) {
            rank -= own[bin++];
        }
        auto const edge = [](std::int32_t of) {
            std::int32_t const key = (of - bins / 2) * (1 << shift);
            return std::bit_cast<float>(key < 0 ? key ^ 0x7fffffff : key);
        };
        float const low = edge(bin);
        return low + (edge(bin + 1) - low) * static_cast<float>(rank / own[bin]);
    }
};

struct Shared {
    Lane price_growth, goodput, decade_loss, energy, tightening, tightened;
};

struct Actor {
    Lane budget, budget_growth, price, peak, peak_growth, supply, supply_growth,
        failures, life, mfu, share;
};

/// Adds run and cost by quarter; gives the quarter of the first run of 1e27 FLOP.
Lane simulate(Actor const& a, Shared const& of, bool is_restricted, Histograms& out) {
    Lane bought[quarters];
    Lane added[quarters];
    Lane survive, lasting, fleet{}, flops{}, cost{}, reached, before{};
    for (int i = 0; i < lanes; ++i) {
        float const left = log2_of(1.0f - a.failures.v[i]) * 0.25f;
        survive.v[i] = exp2_of(left);
        lasting.v[i] = exp2_of(left * a.life.v[i]);
        reached.v[i] = quarters;
    }
    for (int t = 0; t < quarters; ++t) {
        float const y = static_cast<float>(t) * 0.25f;
        Lane runs;
        Lane gone_chips;
        Lane gone_flops;
        for (int i = 0; i < lanes; ++i) {
            int const born = t - static_cast<int>(a.life.v[i]);
            gone_chips.v[i] = born >= 0 ? bought[born].v[i] : 0.0f;
            gone_flops.v[i] = born >= 0 ? added[born].v[i] : 0.0f;
        }
        for (int i = 0; i < lanes; ++i) {
            float const price = a.price.v[i] * exp_of(of.price_growth.v[i] * y);
            float cap = a.supply.v[i] * exp_of(a.supply_growth.v[i] * y);
            bool const is_tight =
                is_restricted && static_cast<float>(t) >= of.tightening.v[i];
            cap = is_tight ? cap * of.tightened.v[i] : cap;
            float buy =
                std::min(a.budget.v[i] * exp_of(a.budget_growth.v[i] * y) / price, cap);
            float paid = cost.v[i] + buy * price;
            buy = t == 0 ? buy + 2.0f * a.supply.v[i] : buy;
            float const more = buy * a.peak.v[i] * exp_of(a.peak_growth.v[i] * y);
            bought[t].v[i] = buy;
            added[t].v[i] = more;
            fleet.v[i] =
                survive.v[i] * fleet.v[i] + buy - lasting.v[i] * gone_chips.v[i];
            flops.v[i] =
                survive.v[i] * flops.v[i] + more - lasting.v[i] * gone_flops.v[i];
            paid += fleet.v[i] * of.energy.v[i];
            cost.v[i] = paid;
            float const decades =
                std::max(log2_of(a.share.v[i] * fleet.v[i] * 1e-4f) * 0.30103f, 0.0f);
            float const utilised = std::max(1.0f - of.decade_loss.v[i] * decades, 0.2f);
            runs.v[i] = 8.64e6f * a.share.v[i] * flops.v[i] * a.mfu.v[i]
                        * of.goodput.v[i] * utilised;
            float const now = log2_of(runs.v[i]);
            float const last = before.v[i];
            float const at = static_cast<float>(t - 1)
                             + (89.692049f - last) / (now - last);  // log2 of the goal
            bool const is_first = reached.v[i] == quarters && runs.v[i] >= goal;
            reached.v[i] = is_first ? (t == 0 ? 0.0f : at) : reached.v[i];
            before.v[i] = now;
        }
        int const first = is_restricted ? quarters : 0;
        out.add(first + t, runs);
        out.add(first + 2 * quarters + t, cost);
    }
    return reached;
}

}  // namespace

int main(int argc, char* argv[]) {
    std::size_t const wanted =
        argc > 1 ? static_cast<std::size_t>(std::atof(argv[1])) : 4'000'000;
    std::size_t const blocks = (wanted + lanes - 1) / lanes;
    std::size_t const n = blocks * lanes;
    auto const begin = std::chrono::steady_clock::now();
    Beta const failures_u(4, 46), failures_r(4, 26), mfu_u(20, 30), mfu_r(12, 28),
        share_u(3, 7), share_r(6, 6);
    auto const all =
        std::make_unique<Histograms[]>(static_cast<std::size_t>(omp_get_max_threads()));
#pragma omp parallel
    {
        Histograms& own = all[static_cast<std::size_t>(omp_get_thread_num())];
#pragma omp for schedule(static)
        for (std::size_t block = 0; block < blocks; ++block) {
            Draws d(static_cast<std::uint32_t>(block * lanes));
            Shared shared{d.normal(0.03f, 0.05f),
                          d.uniform(0.85f, 0.97f),
                          d.uniform(0.01f, 0.05f),
                          d.uniform(1.08f, 1.35f),
                          d.choice({8, 16, 24, 99}, {0.25f, 0.5f, 0.7f}),
                          d.uniform(0.4f, 1.0f)};
            Lane const price = d.lognormal(0.04, 0.10);
            Lane const power = d.uniform(0.9f, 1.6f);
            for (int i = 0; i < lanes; ++i) {
                shared.energy.v[i] *= price.v[i] * power.v[i] * 2190.0f;
            }
            Actor const u{d.lognormal(0.8e9, 4e9),
                          d.normal(0.35f, 0.12f),
                          d.lognormal(30e3, 45e3),
                          d.lognormal(0.8e15, 2e15),
                          d.normal(0.30f, 0.08f),
                          d.lognormal(1.2e4, 6e4),
                          d.normal(0.25f, 0.10f),
                          failures_u(d.uniform()),
                          d.choice({16, 20, 24}, {0.25f, 0.75f}),
                          mfu_u(d.uniform()),
                          share_u(d.uniform())};
            Actor const r{d.lognormal(0.2e9, 1.2e9),
                          d.normal(0.40f, 0.15f),
                          d.lognormal(15e3, 30e3),
                          d.lognormal(0.3e15, 0.8e15),
                          d.normal(0.25f, 0.10f),
                          d.lognormal(5e3, 4e4),
                          d.normal(0.30f, 0.18f),
                          failures_r(d.uniform()),
                          d.choice({16, 20, 24}, {0.4f, 0.8f}),
                          mfu_r(d.uniform()),
                          share_r(d.uniform())};
            Lane const t_u = simulate(u, shared, false, own);
            Lane const t_r = simulate(r, shared, true, own);
            Lane lag;
            for (int i = 0; i < lanes; ++i) {
                lag.v[i] = t_r.v[i] - t_u.v[i];
            }
            own.add(160, t_u);
            own.add(161, t_r);
            own.add(162, lag);
        }
    }
    for (int thread = 1; thread < omp_get_max_threads(); ++thread) {
        auto const& other = all[static_cast<std::size_t>(thread)].counts;
        std::transform(other.begin(),
                       other.end(),
                       all[0].counts.begin(),
                       all[0].counts.begin(),
                       std::plus<>());
    }
    float quantiles[series_count][4];
    constexpr double levels[] = {0.05, 0.50, 0.95, 0.99};
    for (int s = 0; s < series_count; ++s) {
        for (int k = 0; k < 4; ++k) {
            quantiles[s][k] = all[0].quantile(s, levels[k], n);
        }
    }
    std::chrono::duration<double> const elapsed =
        std::chrono::steady_clock::now() - begin;
    auto const print = [&](char const* name, int row) {
        float const* const q = quantiles[row];
        std::printf(", \"%s\": [%.9g, %.9g, %.9g, %.9g]",
                    name,
                    static_cast<double>(q[0]),
                    static_cast<double>(q[1]),
                    static_cast<double>(q[2]),
                    static_cast<double>(q[3]));
    };
    std::printf("{\"samples\": %zu, \"seconds\": %.6f", n, elapsed.count());
    print("run_U_39", 39);
    print("T_U", 160);
    print("lag", 162);
    std::puts("}");
}
