// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/rank_correlation.hpp"

#include "estimator/quantities/gauss_legendre.hpp"
#include "estimator/quantities/portable_math.hpp"
#include "estimator/quantities/root.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace leadtime::estimator {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double half_pi = std::numbers::pi / 2;
constexpr double inverse_two_pi = 0.5 * std::numbers::inv_pi;
constexpr double least_atom = 0.005;

double density(double z) {
    return std::numbers::inv_sqrtpi / std::numbers::sqrt2 * portable::exp(-0.5 * z * z);
}

/// An atom as the probabilities of what is below it, and of it and what is below.
struct Atom {
    std::pair<double, double> below;  ///< and its complement
    std::pair<double, double> up_to;
};

std::vector<Atom> atoms_of(Distribution const& distribution) {
    std::vector<Atom> atoms;
    Shape const& shape = distribution.shape();
    if (shape.kind == ShapeKind::steps) {
        double last = 0;
        for (std::size_t i = 0; i <= shape.cumulative.size(); ++i) {
            double const next = i < shape.cumulative.size() ? shape.cumulative[i] : 1.0;
            atoms.push_back({{last, 1 - last}, {next, 1 - next}});
            last = next;
        }
        return atoms;
    }
    for (double const x : distribution.model().atoms()) {
        atoms.push_back(
            {distribution.cdf(std::nextafter(x, -infinity)), distribution.cdf(x)});
    }
    return atoms;
}

/// Where the integrals over the angle are cut, finer towards a right angle.
std::vector<double> angle_edges(double sign) {
    constexpr int halvings = 12;
    constexpr int parts = 4;
    std::vector<double> edges;
    double rest = half_pi;
    for (int k = 0; k < halvings; ++k) {
        for (int i = 0; i < parts; ++i) {
            edges.push_back(sign * (half_pi - rest * (1 - 0.5 * i / parts)));
        }
        rest /= 2;
    }
    edges.push_back(sign * (half_pi - rest));
    edges.push_back(sign * half_pi);
    return edges;
}

}  // namespace

double normal_correlation(double rank) {
    return 2.0 * portable::sin(std::numbers::pi * rank / 6.0);
}

RankLink::Margin::Margin(Distribution const& distribution) {
    double cubes = 0;
    std::pair<double, double> last{0, 1};
    auto const add_segment = [&](std::pair<double, double> const& end) {
        if (end.first - last.first > 1e-12) {
            segments.push_back({normal_score(last.first, last.second),
                                normal_score(end.first, end.second)});
        }
    };
    auto const add_jump = [&](std::pair<double, double> const& at, double height) {
        double const z = normal_score(at.first, at.second);
        if (!std::isfinite(z)) {
            return;
        }
        if (!jumps.empty() && std::abs(jumps.back().score - z) < 1e-12) {
            jumps.back().height += height;
        } else {
            jumps.push_back({z, height});
        }
    };
    for (auto const& [below, up_to] : atoms_of(distribution)) {
        double const p = up_to.first - below.first;
        if (p < least_atom) {
            continue;
        }
        add_segment(below);
        add_jump(below, 0.5 * p);
        add_jump(up_to, 0.5 * p);
        last = up_to;
        cubes += p * p * p;
    }
    add_segment({1, 0});
    deviation = std::sqrt(std::max(0.0, 1 - cubes) / 12);
}

RankLink::RankLink(Distribution const& a, Distribution const& b)
    : a_(a)
    , b_(b) {}

/// The derivative of the mean ranks' covariance by the arc sine of the correlation.
double RankLink::slope(double angle) const {
    double const r = portable::sin(angle);
    double const s = portable::cos(angle);
    double const total = 1 + s * s;
    // A jump at t against all that is continuous between two scores.
    auto const against = [&](double t, std::vector<Margin::Segment> const& segments) {
        if (segments.empty()) {
            return 0.0;
        }
        double const centre = r * t / total;
        double const steepness = std::sqrt(total) / s;
        double mass = 0;
        for (auto const& [low, high] : segments) {
            mass += normal_cdf((high - centre) * steepness).first
                    - normal_cdf((low - centre) * steepness).first;
        }
        return s * density(t) * density(r * t / std::sqrt(total)) / std::sqrt(total)
               * mass;
    };
    double sum = 0;
    for (auto const& [t, height] : a_.jumps) {
        for (auto const& [u, other] : b_.jumps) {
            double const exponent = -(t * t - 2 * r * t * u + u * u) / (2 * s * s);
            sum += height * other * inverse_two_pi * portable::exp(exponent);
        }
        sum += height * against(t, b_.segments);
    }
    for (auto const& [u, height] : b_.jumps) {
        sum += height * against(u, a_.segments);
    }
    for (auto const& [low, high] : a_.segments) {
        constexpr double edge = 8;
        constexpr double panel = 0.25;
        double const from = std::max(low, -edge);
        double const to = std::min(high, edge);
        int const panels =
            std::max(1, static_cast<int>(std::ceil((to - from) / panel)));
        double const half = 0.5 * (to - from) / panels;
        for (int k = 0; half > 0 && k < panels; ++k) {
            for (auto const& [node, weight] : gauss_legendre_5) {
                double const t = from + half * (2 * k + 1 + node);
                sum += half * weight * density(t) * against(t, b_.segments);
            }
        }
    }
    return sum;
}

double RankLink::integral(double from, double to) const {
    double const half = 0.5 * (to - from);
    double sum = 0;
    for (auto const& [node, weight] : gauss_legendre_5) {
        sum += half * weight * slope(from + half * (1 + node));
    }
    return sum;
}

double RankLink::rank_of(double normal) const {
    double const size = a_.deviation * b_.deviation;
    if (normal == 0 || size == 0) {
        return 0;
    }
    if (a_.jumps.empty() && b_.jumps.empty()) {
        return 6 * std::numbers::inv_pi * portable::asin(normal / 2);
    }
    double const angle = portable::asin(normal);
    double sum = 0;
    double last = 0;
    for (double const edge : angle_edges(normal < 0 ? -1 : 1)) {
        if (std::abs(edge) >= std::abs(angle)) {
            break;
        }
        sum += integral(last, edge);
        last = edge;
    }
    return (sum + integral(last, angle)) / size;
}

std::optional<double> RankLink::normal_for(double rank) const {
    double const size = a_.deviation * b_.deviation;
    bool const is_continuous = a_.jumps.empty() && b_.jumps.empty();
    if (rank == 0 || size == 0 || is_continuous) {
        return normal_correlation(rank);
    }
    double const wanted = rank * size;
    double const sign = rank < 0 ? -1 : 1;
    double sum = 0;
    double last = 0;
    for (double const edge : angle_edges(sign)) {
        double const part = integral(last, edge);
        if (sign * (sum + part) < sign * wanted) {
            sum += part;
            last = edge;
            continue;
        }
        auto const miss = [&](double angle) {
            return sum + integral(last, angle) - wanted;
        };
        return portable::sin(find_root(miss, last, edge));
    }
    return std::nullopt;
}

}  // namespace leadtime::estimator
