// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// The levels that every run computes, and reports where no others are asked for.
/// Tables, pages and figures are made of them.
inline constexpr std::array<double, 7> quantile_levels{
    0.01, 0.05, 0.25, 0.50, 0.75, 0.95, 0.99};

inline constexpr std::size_t most_quantile_levels = 32;  ///< that can be asked for
inline constexpr double least_quantile_level = 1e-9;     ///< and 1 minus that the most

/// `p5`, `p99.9`: a level in percent.
std::string quantile_name(double level);

/// The levels of a run in the order in which rows have them: quantile_levels, then
/// those asked for beside them, ascending.
class QuantileLevels {
  public:
    /// Those of quantile_levels alone, all reported.
    QuantileLevels();
    /// Precondition: no problem_with_levels(asked).
    explicit QuantileLevels(std::vector<double> const& asked);

    std::size_t size() const { return all_.size(); }
    double operator[](std::size_t i) const { return all_[i]; }
    std::vector<double> const& all() const { return all_; }
    /// Places of the levels to report, by ascending level.
    std::vector<std::size_t> const& reported() const { return reported_; }
    /// Places of all levels, by ascending level.
    std::vector<std::size_t> const& ascending() const { return ascending_; }
    /// The levels to report, ascending.
    std::vector<double> reported_levels() const;
    bool is_reported(std::size_t i) const;
    /// Whether the levels to report are quantile_levels.
    bool are_standard() const;

  private:
    std::vector<double> all_;
    std::vector<std::size_t> reported_;
    std::vector<std::size_t> ascending_;
};

/// What is wrong with a list of levels, in words.
struct LevelProblem {
    std::optional<std::size_t> place;  ///< the entry at fault, where it is one
    std::string problem;
    std::string reason;
};

/// The first problem: none or too many of them, one that does not lie between 0 and 1,
/// or one that is there twice.
std::optional<LevelProblem> problem_with_levels(std::vector<double> const& levels);

}  // namespace leadtime::estimator
