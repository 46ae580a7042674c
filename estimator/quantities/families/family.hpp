// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/families/families.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator {

using Keys = std::vector<std::string>;
using FamilyParameters = std::map<std::string, double>;

/// The numbers at a family's keys; its options' fallbacks where a scenario has none.
class Given {
  public:
    explicit Given(FamilyParameters numbers)
        : numbers_(std::move(numbers)) {}

    /// Throws: std::out_of_range for a key that no way and no option of the family has.
    double operator()(std::string const& key) const { return numbers_.at(key); }

  private:
    FamilyParameters numbers_;
};

/// P(X <= value) = p is wanted; `upper` is 1 - p without cancellation.
struct WantedQuantile {
    double p = 0;
    double upper = 0;
    double value = 0;
};
/// Precondition of all that take it: p ascending and distinct.
using Wanted = std::vector<WantedQuantile>;

/// One way to give a distribution: all of these keys.
struct Way {
    /// What is read at the keys, other than a number each.
    enum class Reads { numbers, values, weighted_values, file, components };

    Way(Keys all, Distribution (*function)(Given const&))
        : keys(std::move(all))
        , build(function) {}
    Way(Keys all, Reads what)
        : keys(std::move(all))
        , reads(what) {}

    Keys keys;
    /// Throws: DistributionError. Null: the reader knows what `reads` needs.
    Distribution (*build)(Given const&) = nullptr;
    Reads reads = Reads::numbers;
};

/// A key that may stand beside each of the ways.
struct FamilyOption {
    std::string key;
    std::optional<double> fallback = {};  ///< none: quantiles need it
};

/// How a family meets quantiles: exactly, or best in the sense of least squares. Values
/// ascend and are at least so many; misses are checked by fit_quantiles().
struct QuantileFit {
    std::size_t least = 2;
    /// Throws: DistributionError, where quantiles leave the support.
    Distribution (*fit)(Wanted const&, Given const&) = nullptr;
};

/// A family of distributions that a scenario may name: all that is known of it. One
/// file of this folder makes each; list.hpp has them all.
struct Family {
    std::string name = {};   ///< `dist` of a scenario
    std::string words = {};  ///< in messages; empty: the name
    std::vector<Way> ways = {};
    std::vector<FamilyOption> options = {};
    std::optional<QuantileFit> fit = {};  ///< none: quantiles do not say which
    bool is_logarithmic = false;          ///< makes no sense for dates

    std::string const& spoken() const { return words.empty() ? name : words; }
    /// `numbers`, and the fallbacks of the options that are not among them.
    Given given(FamilyParameters numbers) const {
        for (auto const& option : options) {
            if (option.fallback) {
                numbers.emplace(option.key, *option.fallback);
            }
        }
        return Given(std::move(numbers));
    }
};

}  // namespace leadtime::estimator
