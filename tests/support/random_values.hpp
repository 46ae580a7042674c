// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace leadtime::tests {

/// Random choices, the same everywhere (the distributions of <random> are not).
class RandomChoice {
  public:
    explicit RandomChoice(std::uint64_t seed)
        : engine_(seed) {}

    double uniform(double low, double high);
    /// Both ends included.
    int integer(int low, int high);
    bool chance(double probability) { return uniform(0.0, 1.0) < probability; }
    /// Log-uniform between value / factor and value * factor.
    double around(double value, double factor);
    template <class Value>
    Value const& pick(std::vector<Value> const& values) {
        return values[static_cast<std::size_t>(
            integer(0, static_cast<int>(values.size()) - 1))];
    }

  private:
    std::mt19937_64 engine_;
};

/// A function of N(0,1) scores, always the same ones.
std::vector<float> normal_values(std::size_t count, float (*transform)(float));

/// A number as scenarios write it, six digits.
std::string number_text(double value);

/// `YYYY-MM` of year * 12 + month - 1.
std::string date_text(int month);

/// A positive value near `middle` in any notation: number, "a to b", { dist = ... }.
std::string random_positive(RandomChoice& choice, double middle);

/// The same without a chance of zero, as logarithmic series need.
std::string random_above_zero(RandomChoice& choice, double middle);

/// A value in (0, 1) near `middle`.
std::string random_fraction(RandomChoice& choice, double middle);

/// What formulas may read.
struct FormulaNames {
    std::vector<std::string> plain;         ///< dimensionless quantities, any kind
    std::vector<std::string> without_past;  ///< those that are not formulas, for at()
    std::vector<std::string> months;        ///< in months
    /// Dimensionless expressions of a month's path metrics, e.g. `path.a.ratio`.
    std::vector<std::string> path_metrics;
    int start_month = 0;
    int horizon_months = 0;
};

/// A dimensionless expression over the quantities, at most `depth` deep, finite for all
/// draws. Needs a quantity `one_month` of 1 month. Reads paths through previous() only.
std::string random_formula(RandomChoice& choice, FormulaNames const& names, int depth);

}  // namespace leadtime::tests
