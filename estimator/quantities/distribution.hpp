// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {

/// How the kernel may evaluate a quantile function x(z) over the normal score z.
enum class ShapeKind {
    fixed,       ///< x = location
    affine,      ///< x = location + z * (z < 0 ? scale_below : scale_above)
    exp_affine,  ///< x = exp(location + z * (z < 0 ? scale_below : scale_above))
    steps,       ///< x = values[number of cumulative probabilities that are <= Phi(z)]
    uniform,     ///< x = location + Phi(z) * scale_above
    general      ///< tabulated from quantile_of_score
};

struct Shape {
    ShapeKind kind = ShapeKind::fixed;
    double location = 0.0;
    double scale_below = 0.0;
    double scale_above = 0.0;
    std::vector<double> values;  ///< steps: n values, ascending
    std::vector<double>
        cumulative;  ///< steps: n - 1 cumulative probabilities, ascending
    /// general: scores z where the quantile function jumps or has a kink (edges of
    /// atoms, of truncated ranges, of mixture gaps), ascending; it is smooth between
    /// them.
    std::vector<double> breaks;
    /// general: values are positive and span decades, so tabulate log x where possible.
    bool prefer_log = false;
};

/// A one-dimensional probability distribution, given by its quantile function.
///
/// Everything that draws goes through `quantile_of_score`, so truncation, mixtures,
/// fits and the copula cost nothing in the kernel. Immutable, cheap to copy.
class Distribution {
  public:
    /// One family or wrapper; implementations are in distribution_*.cpp.
    class Model {
      public:
        virtual ~Model() = default;
        /// p in (0, 1); `q` is 1 - p computed without cancellation.
        virtual double quantile(double p, double q) const = 0;
        /// The quantile at Phi(z); overridden where z is used directly.
        virtual double quantile_of_score(double z) const;
        /// P(X <= x) and P(X > x).
        virtual std::pair<double, double> cdf(double x) const = 0;
        virtual double support_min() const = 0;
        virtual double support_max() const = 0;
        virtual Shape shape() const = 0;
        virtual std::string describe() const = 0;
        virtual double mean() const = 0;
        /// NaN where the moment does not exist, infinite where it diverges.
        virtual double variance() const = 0;
        /// Values of positive probability, ascending.
        virtual std::vector<double> atoms() const { return {}; }
        /// How deeply distributions are wrapped in one another; 0: a plain family.
        virtual int depth() const { return 0; }
    };

    explicit Distribution(double fixed_value = 0.0);
    explicit Distribution(std::shared_ptr<Model const> model);

    /// The p-quantile, p in (0, 1).
    double quantile(double p) const;
    /// The quantile at Phi(z), accurate in both tails; |z| <= 8.
    double quantile_of_score(double z) const;
    /// P(X <= x) and P(X > x).
    std::pair<double, double> cdf(double x) const;
    /// Smallest and largest possible value (may be infinite).
    double support_min() const;
    double support_max() const;
    double mean() const;
    double variance() const;
    bool is_fixed() const;
    /// Worked out once; valid while this distribution or a copy of it is there.
    Shape const& shape() const;
    /// Family and parameters in words, e.g. "lognormal, p5 20,000, p95 27,000".
    std::string describe() const;
    /// The implementation, for wrappers.
    Model const& model() const;

  private:
    struct State;
    std::shared_ptr<State const> state_;
};

/// Phi(z) and 1 - Phi(z).
std::pair<double, double> normal_cdf(double z);

/// The z with Phi(z) = p, for q = 1 - p; infinite for p = 0 or q = 0.
///
/// Error:   below 1e-15 relative for |z| > 1e-3 (AS 241, one Halley step with erfc).
/// Source:  Wichura, AS 241, Applied Statistics 37 (1988) 477.
double normal_score(double p, double q);

}  // namespace leadtime::estimator
