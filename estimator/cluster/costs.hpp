// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cluster/machine.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace leadtime::estimator {

/// The three ways to say what a run costs (docs/cluster.md 2.10).
enum class CostMethod { amortised, rental, upfront };
inline constexpr std::array cost_methods{
    CostMethod::amortised, CostMethod::rental, CostMethod::upfront};
std::string_view to_string(CostMethod method);

/// A country's grid: emissions of a kWh used there.
struct Grid {
    std::string_view id;    ///< `us`, `china`
    std::string_view name;  ///< for tables
    double kg_per_kwh;      ///< CO2
    std::string_view source;
};
/// Average, not marginal; of grids that most clusters of this program stand on.
inline constexpr std::array<Grid, 2> grids{
    {{"us",
      "US grid",
      0.366,
      "EIA, State Electricity Profiles 2023: 1,532 Mt CO2 of 4,183 TWh"},
     {"china",
      "China's grid",
      0.5366,
      "Ministry of Ecology and Environment, national average of 2022, published "
      "2024-12-26 (0.5856 without green power traded; the IEA had 9 % more for 2021)"}}};

/// What accelerators and their energy cost; prices not known are absent.
struct ClusterPrices {
    std::optional<Spread> price_usd;         ///< an accelerator
    std::optional<Spread> rental_usd_per_h;  ///< of one
    std::optional<double> system_w;          ///< of one, full load, without PUE
    Spread electricity_usd_per_kwh;
    double load_fraction;  ///< mean over full-load power
    double pue;            ///< power usage effectiveness, >= 1
};

/// Prices of a machine; where its profile states no range, one by its confidence.
ClusterPrices prices_of(ClusterMachine const& machine);

/// The same where energy costs what it does in `site`.
ClusterPrices prices_of(ClusterMachine const& machine, ClusterPrices const& site);

/// The same at one sample of their spread, or at the medians.
struct DrawnPrices {
    std::optional<double> price_usd;
    std::optional<double> rental_usd_per_h;
    std::optional<double> system_w;
    double electricity_usd_per_kwh;
    double load_fraction;
    double pue;

    /// Of an hour of one accelerator, USD; upfront has none.
    std::optional<double> hourly_usd(CostMethod method) const;
    /// Of one accelerator for so many hours, USD.
    std::optional<double> usd_each(CostMethod method, double hours) const;
    /// What the facility must deliver for one accelerator, W.
    std::optional<double> facility_w() const;
};
DrawnPrices medians_of(ClusterPrices const& prices);
DrawnPrices draw(ClusterPrices const& prices, std::uint64_t seed, std::uint64_t sample);

/// What a run costs and takes from the grid; what is not known is absent.
struct ClusterBill {
    std::array<std::optional<double>, cost_methods.size()> usd;  ///< by CostMethod
    double accelerator_hours;
    std::optional<double> facility_w;  ///< at full load
    std::optional<double> energy_kwh;  ///< with PUE

    std::optional<double> usd_by(CostMethod method) const {
        return usd[static_cast<std::size_t>(method)];
    }
};
/// Of two that are paid together.
ClusterBill operator+(ClusterBill const& a, ClusterBill const& b);

/// Of `chips` for `duration_s`, which may be infinite.
ClusterBill bill_of(DrawnPrices const& prices, double chips, double duration_s);

}  // namespace leadtime::estimator
