// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// One key that a sweep varies, as --vary says: `KEY=A:B:N`, `KEY=A:B:N:log` or
/// `KEY=V,V,...`; of a Latin hypercube `KEY=A:B` or `KEY=A:B:log`.
struct VariedKey {
    std::string key;
    std::vector<std::string> values;  ///< as for --set; of a grid, in order
    double low = 0.0;                 ///< of a range
    double high = 0.0;
    bool is_range = false;
    bool is_log = false;
};

/// A key's value as a number (`1k`, `35%`, `0.2`); nothing where it is none, as
/// `2M to 3M`.
std::optional<double> key_number(std::string const& text);

/// The cells of a sweep, numbered from 0; nothing is held for each of them.
class SweepDesign {
  public:
    /// A full grid over all values; the last key varies fastest. Throws: RunError.
    static SweepDesign grid(std::vector<std::string> const& vary);
    /// A Latin hypercube: every key's range is cut into `cells` strata (of its
    /// logarithm, for log), and each stratum is met once, at a random place, in a
    /// random order; a function of the seed and the keys' names. Throws: RunError.
    static SweepDesign latin_hypercube(std::vector<std::string> const& vary,
                                       std::size_t cells,
                                       std::uint64_t seed);

    std::size_t cells() const { return cells_; }
    bool is_grid() const { return is_grid_; }
    std::vector<VariedKey> const& keys() const { return keys_; }
    /// Number of a key's value in a cell (a hypercube's cells have values of their
    /// own).
    std::size_t index(std::size_t cell, std::size_t key) const;
    /// The value of a key in a cell, as for --set.
    std::string const& value(std::size_t cell, std::size_t key) const {
        return keys_[key].values[index(cell, key)];
    }

  private:
    std::vector<VariedKey> keys_;
    std::size_t cells_ = 1;
    bool is_grid_ = true;
};

}  // namespace leadtime::estimator
