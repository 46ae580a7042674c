// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace leadtime::estimator {

/// Epoch AI's cost of a training run (Cottier et al. 2024, arXiv 2405.21015):
/// depreciation of the accelerators while they train, the network's share, and energy.
/// No staff.
struct TrainingCostInputs {
    double chip_hours = 0;
    double value_usd = 0;         ///< of a chip when the run starts
    double server_w = 0;          ///< a chip with its share of the server, at full load
    double load_fraction = 0.75;  ///< average over full-load power (TPU 0.43)
    double pue = 1.1;             ///< 1.1 hyperscaler, 1.25 other
    double electricity_usd_per_kwh = 0.0826;  ///< US industrial price of 2025
    double interconnect_fraction = 0.19;      ///< of the cluster's hardware cost
};

struct TrainingCost {
    double hardware_usd;
    double interconnect_usd;
    double energy_usd;
    double total_usd() const { return hardware_usd + interconnect_usd + energy_usd; }
};

/// What a chip is still worth: its price falls tenfold in 1 / 0.14 years.
double value_after_years(double price_usd, double years);

TrainingCost training_cost(TrainingCostInputs const& inputs);

}  // namespace leadtime::estimator
