// SPDX-License-Identifier: Apache-2.0
// catchup30 in plain C++, one sample after another with the standard library's
// distributions, all values kept and order statistics by nth_element. One thread.
// Prints JSON: samples/s and the checked quantiles.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

namespace {

constexpr int quarters = 40;
constexpr double goal = 1e27;
using Engine = std::mt19937_64;

double lognormal(Engine& engine, double low, double high) {
    double const mu = (std::log(low) + std::log(high)) / 2.0;
    double const sigma = (std::log(high) - std::log(low)) / (2.0 * 1.6448536269514722);
    return std::lognormal_distribution<double>(mu, sigma)(engine);
}
double normal(Engine& engine, double mean, double sd) {
    return std::normal_distribution<double>(mean, sd)(engine);
}
double uniform(Engine& engine, double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(engine);
}
double beta(Engine& engine, double a, double b) {
    double const x = std::gamma_distribution<double>(a)(engine);
    double const y = std::gamma_distribution<double>(b)(engine);
    return x / (x + y);
}
int choice(Engine& engine, std::initializer_list<double> weights) {
    return std::discrete_distribution<int>(weights)(engine);
}

struct Shared {
    double price_growth, goodput, decade_loss, pue, electricity, power, tightened;
    int tightening;
};

struct Actor {
    double budget, budget_growth, price, peak, peak_growth, supply, supply_growth,
        failures, mfu, share;
    int life;
};

Actor draw_actor(Engine& e, bool restricted) {
    constexpr int lives[] = {16, 20, 24};
    if (restricted) {
        return {lognormal(e, 0.2e9, 1.2e9),
                normal(e, 0.40, 0.15),
                lognormal(e, 15e3, 30e3),
                lognormal(e, 0.3e15, 0.8e15),
                normal(e, 0.25, 0.10),
                lognormal(e, 5e3, 4e4),
                normal(e, 0.30, 0.18),
                beta(e, 4, 26),
                beta(e, 12, 28),
                beta(e, 6, 6),
                lives[choice(e, {0.4, 0.4, 0.2})]};
    }
    return {lognormal(e, 0.8e9, 4e9),
            normal(e, 0.35, 0.12),
            lognormal(e, 30e3, 45e3),
            lognormal(e, 0.8e15, 2e15),
            normal(e, 0.30, 0.08),
            lognormal(e, 1.2e4, 6e4),
            normal(e, 0.25, 0.10),
            beta(e, 4, 46),
            beta(e, 20, 30),
            beta(e, 3, 7),
            lives[choice(e, {0.25, 0.5, 0.25})]};
}

/// Fills run and cost by quarter; gives the quarter of the first run of 1e27 FLOP.
double simulate(Actor const& a,
                Shared const& shared,
                bool restricted,
                double* runs,
                double* costs) {
    double const survive = std::pow(1.0 - a.failures, 0.25);
    double const lasting = std::pow(survive, a.life);
    double const energy = shared.power * shared.pue * shared.electricity * 2190.0;
    double bought[quarters];
    double added[quarters];
    double fleet = 0.0;
    double flops = 0.0;
    double cost = 0.0;
    double reached = quarters;
    for (int t = 0; t < quarters; ++t) {
        double const y = t / 4.0;
        double const price = a.price * std::exp(shared.price_growth * y);
        double cap = a.supply * std::exp(a.supply_growth * y);
        if (restricted && t >= shared.tightening) {
            cap *= shared.tightened;
        }
        double buy = std::min(a.budget * std::exp(a.budget_growth * y) / price, cap);
        cost += buy * price;
        if (t == 0) {
            buy += 2.0 * a.supply;
        }
        bought[t] = buy;
        added[t] = buy * a.peak * std::exp(a.peak_growth * y);
        fleet = survive * fleet + buy;
        flops = survive * flops + added[t];
        if (t >= a.life) {
            fleet -= lasting * bought[t - a.life];
            flops -= lasting * added[t - a.life];
        }
        cost += fleet * energy;
        double const decades = std::max(0.0, std::log10(a.share * fleet / 1e4));
        runs[t] = 8.64e6 * a.share * flops * a.mfu * shared.goodput
                  * std::max(0.2, 1.0 - shared.decade_loss * decades);
        costs[t] = cost;
        if (reached == quarters && runs[t] >= goal) {
            reached = t == 0 ? 0.0
                             : t - 1
                                   + (std::log(goal) - std::log(runs[t - 1]))
                                         / (std::log(runs[t]) - std::log(runs[t - 1]));
        }
    }
    return reached;
}

}  // namespace

int main(int argc, char* argv[]) {
    std::size_t const n =
        argc > 1 ? static_cast<std::size_t>(std::atof(argv[1])) : 200'000;
    auto const begin = std::chrono::steady_clock::now();
    Engine engine(1);
    std::vector<std::vector<double>> series(4 * quarters + 3, std::vector<double>(n));
    for (std::size_t i = 0; i < n; ++i) {
        constexpr int tightenings[] = {8, 16, 24, 99};
        Shared const shared{normal(engine, 0.03, 0.05),
                            uniform(engine, 0.85, 0.97),
                            uniform(engine, 0.01, 0.05),
                            uniform(engine, 1.08, 1.35),
                            lognormal(engine, 0.04, 0.10),
                            uniform(engine, 0.9, 1.6),
                            uniform(engine, 0.4, 1.0),
                            tightenings[choice(engine, {0.25, 0.25, 0.20, 0.30})]};
        double reached[2];
        for (int r = 0; r < 2; ++r) {
            double runs[quarters];
            double costs[quarters];
            reached[r] =
                simulate(draw_actor(engine, r == 1), shared, r == 1, runs, costs);
            for (int t = 0; t < quarters; ++t) {
                series[static_cast<std::size_t>(r * quarters + t)][i] = runs[t];
                series[static_cast<std::size_t>((2 + r) * quarters + t)][i] = costs[t];
            }
        }
        series[160][i] = reached[0];
        series[161][i] = reached[1];
        series[162][i] = reached[1] - reached[0];
    }
    std::vector<std::vector<double>> quantiles;
    for (auto& values : series) {
        std::vector<double> own;
        for (double const p : {0.05, 0.50, 0.95, 0.99}) {
            auto const rank =
                static_cast<std::ptrdiff_t>(p * static_cast<double>(n - 1));
            std::nth_element(values.begin(), values.begin() + rank, values.end());
            own.push_back(values[static_cast<std::size_t>(rank)]);
        }
        quantiles.push_back(own);
    }
    std::chrono::duration<double> const elapsed =
        std::chrono::steady_clock::now() - begin;
    auto const print = [&](char const* name, std::size_t row) {
        auto const& q = quantiles[row];
        std::printf(", \"%s\": [%.9g, %.9g, %.9g, %.9g]", name, q[0], q[1], q[2], q[3]);
    };
    std::printf("{\"samples\": %zu, \"seconds\": %.6f", n, elapsed.count());
    print("run_U_39", 39);
    print("T_U", 160);
    print("lag", 162);
    std::puts("}");
}
