// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_outputs.hpp"

#include "tests/support/random_values.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

namespace leadtime::tests {
namespace {

class Source {
  public:
    explicit Source(std::uint64_t seed)
        : choice_(seed) {}
    RandomChoice& choice() { return choice_; }
    double uniform() { return choice_.uniform(0.0, 1.0); }
    double normal() {  // Box and Muller
        return std::sqrt(-2.0 * std::log(1.0 - uniform()))
               * std::cos(6.283185307179586 * uniform());
    }

  private:
    RandomChoice choice_;
};

using Draw = std::function<double(Source&)>;

double of_any_size(Source& source, double decades) {
    return std::pow(10.0, source.choice().uniform(-decades, decades));
}

Draw normal(Source& s) {
    double const mean = s.choice().uniform(-3.0, 3.0) * of_any_size(s, 3.0);
    double const deviation = of_any_size(s, 3.0);
    return [=](Source& own) { return mean + deviation * own.normal(); };
}

Draw lognormal(Source& s) {
    double const sigma = s.choice().uniform(0.05, 8.0);
    double const median = of_any_size(s, 6.0);
    return [=](Source& own) { return median * std::exp(sigma * own.normal()); };
}

Draw discrete(Source& s) {
    int const kinds = s.choice().integer(1, 12);
    std::vector<double> values;
    for (int i = 0; i < kinds; ++i) {
        values.push_back((s.choice().chance(0.4) ? -1.0 : 1.0)
                         * std::round(1000.0 * of_any_size(s, 3.0)) / 1000.0);
    }
    double const power = s.choice().uniform(0.5, 3.0);
    return [=](Source& own) {
        double const place = std::pow(own.uniform(), power);
        return values[static_cast<std::size_t>(place * static_cast<double>(kinds))];
    };
}

Draw constant(Source& s) {
    double const value = s.choice().uniform(-2.0, 2.0) * of_any_size(s, 6.0);
    double const spread = std::pow(10.0, s.choice().uniform(-8.0, -2.0));
    return [=](Source& own) { return value * (1.0 + spread * own.normal()); };
}

/// What gamma and beta distributions of small shapes look like.
Draw power_of_uniform(Source& s) {
    double const power = std::pow(10.0, s.choice().uniform(0.0, 3.0));
    bool const is_beta = s.choice().chance(0.5);
    return [=](Source& own) {
        double const x = std::pow(own.uniform(), power);
        return is_beta && own.choice().chance(0.5) ? 1.0 - x : x;
    };
}

Draw compound_chance(Source& s) {
    double const low = std::pow(10.0, s.choice().uniform(-6.0, -2.0));
    double const high = low * std::pow(10.0, s.choice().uniform(1.0, 4.0));
    return [=](Source& own) {
        double const x = low * std::pow(high / low, 0.5 + 0.3 * own.normal());
        return 1.0 - std::pow(1.0 - x, 10.0);
    };
}

Draw pareto(Source& s) {
    double const alpha = s.choice().uniform(0.3, 4.0);
    bool const is_lower = s.choice().chance(0.3);
    return [=](Source& own) {
        double const x = std::pow(1.0 - own.uniform(), -1.0 / alpha);
        return is_lower ? 5.0 - x : x;
    };
}

std::pair<std::string, Draw> simple(Source& s) {
    switch (s.choice().integer(0, 6)) {
    case 0:
        return {"normal", normal(s)};
    case 1:
        return {"discrete", discrete(s)};
    case 2:
        return {"nearly constant", constant(s)};
    case 3:
        return {"power of uniform", power_of_uniform(s)};
    case 4:
        return {"compound chance", compound_chance(s)};
    case 5:
        return {"pareto", pareto(s)};
    default:
        return {"lognormal", lognormal(s)};
    }
}

std::pair<std::string, Draw> any(Source& s) {
    auto const first = simple(s);
    auto const second = simple(s);
    auto const& a_name = first.first;
    auto const& a = first.second;
    auto const& b_name = second.first;
    auto const& b = second.second;
    double const share = s.choice().uniform(0.001, 0.999);
    double const size = of_any_size(s, 30.0);
    double const edge = a(s);
    switch (s.choice().integer(0, 7)) {
    case 0:
        return {a_name + " minus " + b_name,
                [=](Source& own) { return a(own) - b(own); }};
    case 1:
        return {a_name + " or minus " + b_name, [=](Source& own) {
                    return own.choice().chance(share) ? a(own) : -b(own);
                }};
    case 2:
        return {a_name + " or 0",
                [=](Source& own) { return own.choice().chance(share) ? a(own) : 0.0; }};
    case 3:
        return {a_name + " capped",
                [=](Source& own) { return std::min(a(own), edge); }};
    case 4:
        return {a_name + " of any size", [=](Source& own) { return size * a(own); }};
    case 5:
        return {"1 minus " + a_name, [=](Source& own) { return 1.0 - a(own); }};
    case 6:
        return {a_name + " censored", [=](Source& own) {
                    return own.choice().chance(share)
                               ? a(own)
                               : std::numeric_limits<double>::infinity();
                }};
    default:
        return {a_name, a};
    }
}

}  // namespace

RandomOutput random_output(std::uint64_t seed, std::size_t count) {
    Source source(seed);
    auto const [kind, draw] = any(source);
    RandomOutput output{kind, std::vector<float>(count)};
    constexpr double largest = std::numeric_limits<float>::max();
    for (float& x : output.values) {
        double const value = draw(source);
        x = static_cast<float>(
            std::isinf(value) ? value : std::clamp(value, -largest, largest));
    }
    return output;
}

}  // namespace leadtime::tests
