// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/executor.hpp"
#include "estimator/engine/model.hpp"
#include "kernels/plan/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace leadtime::estimator {

/// One reflection of the independent scores, z -= w (w . z) with |w|^2 = 2, in double
/// precision: what kernels::Reflection applies in single.
struct ScoreReflection {
    struct Term {
        std::size_t score = 0;
        double weight = 0.0;
    };
    std::vector<Term> terms;  ///< ascending scores

    /// Applies it to a vector over all scores.
    void apply(std::vector<double>& z) const;
};

/// A few ordinary (Philox) samples of a plan: its independent scores, and some outputs
/// as normal scores y of their ranks, so that no unit and no tail matters. Each output
/// is split into slope . z, by least squares, and a residual.
class Pilot {
  public:
    /// Runs the samples [0, samples), a multiple of 64. `outputs` are output rows.
    /// Values that are not a number rank highest: the run itself refuses them.
    Pilot(Executor const& executor,
          Model const& model,
          std::span<int const> outputs,
          std::uint64_t seed,
          std::size_t samples);

    std::size_t samples() const { return samples_; }
    std::size_t score_count() const { return scores_.size(); }
    std::size_t output_count() const { return slopes_.size(); }

    /// Applies a reflection to the scores of every sample, and to the slopes.
    void reflect(ScoreReflection const& reflection);

    /// The mean derivative of an output by each score.
    std::vector<double> const& slope(std::size_t output) const {
        return slopes_[output];
    }
    /// mean(residual (z_a z_b - [a = b])): the mean second derivative, by Stein's
    /// identity.
    double curvature(std::size_t output, std::size_t a, std::size_t b) const;

    /// The standard error of a slope or a curvature (of a = b: sqrt 2 times that).
    double error(std::size_t output) const { return errors_[output]; }

    /// The variance of the outputs that each score explains alone, by polynomials up to
    /// degree 3 less their noise, summed over the outputs.
    std::vector<double> importance() const;

  private:
    void fit(std::size_t output, std::span<std::size_t const> scores);

    std::size_t samples_;
    std::vector<std::vector<float>> scores_;      ///< [score][sample]
    std::vector<std::vector<double>> residuals_;  ///< [output][sample]
    std::vector<std::vector<double>> slopes_;     ///< [output][score]
    std::vector<double> errors_;                  ///< by output
};

}  // namespace leadtime::estimator
