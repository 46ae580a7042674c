// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/distribution.hpp"
#include "estimator/quantities/number.hpp"

#include <string>
#include <vector>

namespace leadtime::estimator {

/// Parameters that make no distribution. `parameter` is the key a scenario uses for it,
/// or
/// "" where several are at odds.
struct DistributionError {
    std::string parameter;
    std::string problem;
    std::string reason;
    std::string suggestion;
};

// The families. Parameters must be finite; each function throws DistributionError where
// they make no distribution.

/// Uniform on [min, max].
Distribution make_uniform(double min, double max);
/// log X uniform on [log min, log max]; min > 0.
Distribution make_loguniform(double min, double max);
Distribution make_normal(double mean, double sd);
/// log X normal with mean mu and standard deviation sigma.
Distribution make_lognormal(double mu, double sigma);
/// X = median exp(sigma z), with sigma_below for z < 0 and sigma_above otherwise.
Distribution
make_split_lognormal(double median, double sigma_below, double sigma_above);
/// X = median + sd z, with sd_below for z < 0 and sd_above otherwise.
Distribution make_split_normal(double median, double sd_below, double sd_above);
/// min <= mode <= max, min < max.
Distribution make_triangular(double min, double mode, double max);
/// Beta on [min, max] with alpha = 1 + lambda (mode - min) / (max - min) and
/// beta = 1 + lambda (max - mode) / (max - min).
Distribution make_pert(double min, double mode, double max, double lambda = 4);
Distribution make_beta(double alpha, double beta, double min = 0, double max = 1);
/// Mean shape * scale, variance shape * scale^2.
Distribution make_gamma(double shape, double scale);
/// location + scale * T with T of Student's t distribution, df > 0.
Distribution make_student_t(double df, double location = 0, double scale = 1);
/// Weights need not sum to 1; equal values are merged.
Distribution make_discrete(std::vector<double> const& values,
                           std::vector<double> const& weights);
/// 1 with probability p, else 0.
Distribution make_bernoulli(double p);
/// Equal weights.
Distribution make_empirical(std::vector<double> values);
Distribution make_mixture(std::vector<Distribution> components,
                          std::vector<double> weights);

/// The distribution given that min <= X <= max (either may be infinite): mass outside
/// is redrawn inside, not moved to the edge.
Distribution truncate(Distribution const& base, double min, double max);
/// 0 with probability p, else drawn from `base`.
Distribution with_zero_probability(Distribution const& base, double p);

/// The quantile function's mean and variance by Gauss-Legendre panels over the score,
/// split at `breaks`, for |z| <= 9.
std::pair<double, double> integrate_moments(Distribution::Model const& model,
                                            std::vector<double> const& breaks);

}  // namespace leadtime::estimator
