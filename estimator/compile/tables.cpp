// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/plan_builder.hpp"
#include "estimator/quantities/portable_math.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace leadtime::estimator::detail {
namespace {

constexpr double highest_score = 6.5;     // kernels draw |z| < 6.4 (2^-33 tails)
constexpr double table_tolerance = 2e-6;  // relative
constexpr int most_intervals = 64;        // of a piece; beyond that it is halved
// The narrowest piece: next to an atom the quantile function may rise without bound, in
// a range of scores that single precision cannot tell apart.
constexpr double narrowest_piece = 4e-6;
constexpr double log_of_zero = -200.0;  // exp of it is 0 in single precision

/// The function to tabulate on one piece, in base units or as their logarithm. Ends are
/// approached from inside, where the function may jump.
class PieceFunction {
  public:
    PieceFunction(Distribution const& distribution,
                  double scale,
                  bool logarithmic,
                  double low,
                  double high)
        : distribution_(distribution)
        , scale_(scale)
        , logarithmic_(logarithmic)
        , low_(low + (high - low) * 1e-9)
        , high_(high - (high - low) * 1e-9) {}

    double operator()(double z) const {
        double const x = value(z);
        if (!logarithmic_) {
            return x;
        }
        return x > 0.0 ? portable::log(x) : log_of_zero;
    }

    /// Never as a logarithm.
    double value(double z) const {
        return distribution_.quantile_of_score(std::clamp(z, low_, high_)) * scale_;
    }

  private:
    Distribution const& distribution_;
    double scale_;
    bool logarithmic_;
    double low_;
    double high_;
};

/// The cubic through f(0), f(1/3), f(2/3), f(1), by powers.
std::array<double, 4> cubic_through(std::array<double, 4> const& f) {
    return {f[0],
            (-11.0 * f[0] + 18.0 * f[1] - 9.0 * f[2] + 2.0 * f[3]) / 2.0,
            9.0 * (2.0 * f[0] - 5.0 * f[1] + 4.0 * f[2] - f[3]) / 2.0,
            9.0 * (-f[0] + 3.0 * f[1] - 3.0 * f[2] + f[3]) / 2.0};
}

double evaluate(std::array<double, 4> const& c, double x) {
    return ((c[3] * x + c[2]) * x + c[1]) * x + c[0];
}

/// Cubics of `intervals` equal parts, and the largest error seen between their nodes,
/// relative to the tolerance allowed there. Unless the fit is final, the first part that is
/// too far off is the last one tried.
struct PieceFit {
    std::vector<float> coefficients;
    double worst = 0.0;
};

PieceFit fit_piece(PieceFunction const& f,
                   double low,
                   double width,
                   int intervals,
                   bool logarithmic,
                   double scale,
                   bool is_final) {
    PieceFit fit;
    for (int i = 0; i < intervals && (is_final || fit.worst <= 1.0); ++i) {
        double const z = low + width * i;
        auto const at = [&](double part) { return f(z + width * part); };
        std::array<double, 4> const nodes{
            at(0.0), at(1.0 / 3.0), at(2.0 / 3.0), at(1.0)};
        std::array<double, 4> const cubic = cubic_through(nodes);
        for (double const part : {1.0 / 6.0, 0.5, 5.0 / 6.0}) {
            double const exact = at(part);
            double const allowed =
                table_tolerance
                * (logarithmic ? 1.0 : std::max(std::abs(exact), scale));
            fit.worst =
                std::max(fit.worst, std::abs(evaluate(cubic, part) - exact) / allowed);
        }
        for (double const c : cubic) {
            fit.coefficients.push_back(static_cast<float>(c));
        }
    }
    return fit;
}

/// Adds pieces for the scores [low, high]: one if a moderate number of cubics will do,
/// else those of both halves, so that pieces get narrow only where the function is
/// steep.
void add_pieces(PieceFunction const& f,
                double low,
                double high,
                bool logarithmic,
                double scale,
                Plan& plan) {
    PieceFit fit;
    int intervals = 1;
    for (;; intervals *= 2) {
        bool const is_final =
            intervals >= most_intervals && !(high - low > narrowest_piece);
        fit = fit_piece(
            f, low, (high - low) / intervals, intervals, logarithmic, scale, is_final);
        if (fit.worst <= 1.0 || intervals >= most_intervals) {
            break;
        }
    }
    if (fit.worst > 1.0 && high - low > narrowest_piece) {
        double const middle = 0.5 * (low + high);
        add_pieces(f, low, middle, logarithmic, scale, plan);
        add_pieces(f, middle, high, logarithmic, scale, plan);
        return;
    }
    plan.pieces.push_back({static_cast<float>(low),
                           static_cast<float>(intervals / (high - low)),
                           intervals,
                           static_cast<int>(plan.coefficients.size()),
                           static_cast<float>(f.value(low)),
                           static_cast<float>(f.value(high))});
    plan.coefficients.insert(
        plan.coefficients.end(), fit.coefficients.begin(), fit.coefficients.end());
}

}  // namespace

void tabulate(Distribution const& distribution,
              double unit_scale,
              Plan& plan,
              kernels::ValueDraw& draw) {
    Shape const& shape = distribution.shape();
    bool const logarithmic = shape.prefer_log && distribution.support_min() >= 0.0;
    double const spread =
        1e-3 * unit_scale * (distribution.quantile(0.95) - distribution.quantile(0.05));

    std::vector<double> edges{-highest_score};
    for (double const edge : shape.breaks) {
        if (edge > edges.back() + 1e-6 && edge < highest_score - 1e-6) {
            edges.push_back(edge);
        }
    }
    edges.push_back(highest_score);

    draw.shape = kernels::DrawShape::table;
    draw.finish =
        logarithmic ? kernels::DrawFinish::exponential : kernels::DrawFinish::none;
    draw.first_piece = static_cast<int>(plan.pieces.size());
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        PieceFunction const f(
            distribution, unit_scale, logarithmic, edges[i], edges[i + 1]);
        add_pieces(f, edges[i], edges[i + 1], logarithmic, spread, plan);
    }
    draw.piece_count = static_cast<int>(plan.pieces.size()) - draw.first_piece;
}

}  // namespace leadtime::estimator::detail
