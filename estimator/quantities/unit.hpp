// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// Exponents of the base dimensions, e.g. USD/chip -> {USD: 1, chip: -1}. Zero
/// exponents are never stored, so equality is equality of dimensions.
struct Dimension {
    std::map<std::string, double> exponents;

    bool is_dimensionless() const { return exponents.empty(); }
    /// True for exactly time^1: plain numbers next to such a value mean months.
    bool is_time() const;
    friend bool operator==(Dimension const&, Dimension const&) = default;
};

Dimension operator*(Dimension const& a, Dimension const& b);
Dimension operator/(Dimension const& a, Dimension const& b);
Dimension power(Dimension const& a, double exponent);

/// A unit as written by a person. A value x in this unit is `x * scale + offset` in
/// base units: USD, chip, month (= 730.5 h; a year is 12 months, 8,766 h), FLOP, W and
/// every other counting word (die, stack, wafer, card, package, token, H100e, ...)
/// itself. Energy is W*month. Only the unit "date" (months since the scenario's start)
/// carries `is_date`; its values are written as "2026-03".
struct Unit {
    std::string text = "1";
    Dimension dimension;
    double scale = 1.0;
    bool is_date = false;
    bool is_percent = false;  ///< "%", "%/year": a percent sign means the unit's own
    bool has_prefix = false;  ///< "kUSD", "GW", "1e24 FLOP": it carries a factor itself
};

/// Reads `USD`, `chips/year`, `USD/(chip h)`, `W/chip`, `FLOP/s`, `TFLOP/s`, `USD/kWh`,
/// `1/year`, `%`, `1`, `date` ... Prefixes k M G T P E (and m for W only as mW is
/// refused) apply to W, Wh, FLOP, B (bytes) and USD. Singular and plural are the same.
/// `extra` holds counting words that a scenario declares (`units = ["shell"]`). On
/// failure returns nullopt and sets `problem` and `suggestion`.
std::optional<Unit> parse_unit(std::string_view text,
                               std::vector<std::string> const& extra,
                               std::string& problem,
                               std::string& suggestion);

/// The dimension in the words of base units, for messages: "chip/month", "1".
std::string describe(Dimension const& dimension);

}  // namespace leadtime::estimator
