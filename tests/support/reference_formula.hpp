// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/scenario.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::tests {

/// The metrics of one path as far as they are known.
struct ReferenceMetrics {
    std::map<std::string, std::vector<double>> by_step;  ///< grows month by month
    std::map<std::string, double> scalars;               ///< known at the end
    /// What formulas read as `path.NAME.lag` or `.lag_months`; grows month by month.
    std::vector<double> causal_lag;
};

/// By path name.
using ReferenceRecord = std::map<std::string, ReferenceMetrics>;

/// The quantities of one sample, evaluated on demand and remembered.
class ReferenceQuantities {
  public:
    /// Keeps references: both must outlive this. Formulas read path metrics in
    /// `record`.
    ReferenceQuantities(estimator::Scenario const& scenario,
                        ReferenceRecord const& record,
                        std::uint64_t seed,
                        std::uint64_t sample);

    /// The value in base units.
    /// Throws: std::logic_error where a formula needs a metric that is not known yet.
    double value(estimator::QuantityIndex index, int month);
    double value(estimator::Input const& input, int month);

    /// False where a quantity is one number per sample.
    bool depends_on_month(estimator::QuantityIndex index) const;
    /// Whether its value in a month needs the months before it, or the paths.
    bool remembers(estimator::QuantityIndex index) const;

  private:
    double
    drawn(estimator::Quantity const& quantity, std::size_t index, int month) const;
    double evaluate(estimator::Expression const& node, int month);
    double compute(estimator::Expression const& node, int month);
    double compute_over_time(estimator::Expression const& node, int month);
    double named(std::string const& name, int month);
    double path_metric(std::string const& name, int month) const;
    double delayed(estimator::Expression const& node, int month);
    double crossing(estimator::Expression const& node);
    double hazard_event(estimator::Expression const& node, int month);
    double regime(estimator::Expression const& node, int month);
    bool has_memory(estimator::Expression const& node) const;
    bool depends_on_month(estimator::Expression const& node) const;

    estimator::Scenario const& scenario_;
    ReferenceRecord const& record_;
    std::vector<std::vector<double>> scores_;
    std::map<std::string, estimator::QuantityIndex> names_;
    std::map<std::pair<estimator::QuantityIndex, int>, double> known_quantities_;
    std::map<std::pair<estimator::Expression const*, int>, double> known_nodes_;
};

}  // namespace leadtime::tests
