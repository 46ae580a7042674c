// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/distribution.hpp"

#include <optional>
#include <vector>

namespace leadtime::estimator {

/// The normal correlation that gives two continuous distributions this rank
/// correlation: 2 sin(pi rank / 6).
double normal_correlation(double rank);

/// Spearman's rank correlation of two distributions joined by a normal copula. Equal
/// values share the mean of their ranks; values with less than half a percent of the
/// probability count as continuous.
///
/// Error:   1e-6 of the rank correlation, 1e-4 where values below half a percent are
///          many.
/// Method:  the covariance of mean ranks is an integral of the bivariate normal density
///          over the correlation (Plackett, Biometrika 41 (1954) 351), here over its
///          arc sine.
class RankLink {
  public:
    RankLink(Distribution const& a, Distribution const& b);

    /// Nothing where |rank| is more than what is reached with equal or opposite scores.
    std::optional<double> normal_for(double rank) const;
    /// The rank correlation of a normal one in [-1, 1].
    double rank_of(double normal) const;

  private:
    /// How mean ranks rise with the score: by jumps at the ends of atoms, like Phi
    /// between.
    struct Margin {
        struct Jump {
            double score;
            double height;
        };
        struct Segment {
            double low;
            double high;
        };
        explicit Margin(Distribution const& distribution);

        std::vector<Jump> jumps;
        std::vector<Segment> segments;
        double deviation = 0;  ///< standard deviation of the mean ranks
    };

    double slope(double angle) const;
    double integral(double from, double to) const;

    Margin a_;
    Margin b_;
};

}  // namespace leadtime::estimator
