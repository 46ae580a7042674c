// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// 5, 50 and 95 % of a prediction from the priors.
struct PredictedRange {
    double low = 0;
    double median = 0;
    double high = 0;
    bool holds(double value) const { return low <= value && value <= high; }
};

/// A published throughput against the model. MFU is of the 16-bit dense peak, whatever
/// the precision, as the table it is from counts.
struct ThroughputLine {
    int row = 0;
    std::string label;
    std::string accelerator;  ///< id of its profile
    std::string model;        ///< of scenarios/models
    std::string layout;       ///< as `leadtime cluster --layout` has it
    double batch_tokens = 0;
    double sequence_tokens = 0;
    double chips = 0;
    int precision_bits = 16;
    bool is_moe = false;
    std::string hardware_class;  ///< A100, H100, Blackwell or Ascend
    double reported_mfu = 0;
    double given_tokens_per_s = 0;
    double automatic_tokens_per_s = 0;
    double given_mfu = 0;               ///< published layout, every input at its median
    double automatic_mfu = 0;           ///< layout of the model
    PredictedRange given_interval;      ///< published layout, priors, frontier team
    PredictedRange automatic_interval;  ///< the same with the model's layout
    double given_pit = 0;  ///< PIT: the part of that prediction below what is reported
    double automatic_pit = 0;  ///< the same with the model's layout
    std::string source;
    std::string
        known;  ///< month of its software, `2026-06`, from mid-2025 on; else empty
    bool is_later = false;  ///< came after the first fit

    double given_error() const { return given_mfu / reported_mfu - 1; }
    double automatic_error() const { return automatic_mfu / reported_mfu - 1; }
};

/// A quantity of a published training run: "flop", "chip_hours", "days" or "cost_usd".
struct TrainingLine {
    std::string model;
    std::string date;
    std::string hardware;
    double chips = 0;
    std::string quantity;
    double actual = 0;
    PredictedRange interval;
    double pit = 0;  ///< the part of the prediction below `actual`; of FLOP none
    std::string hardware_class;
    bool is_moe = false;

    double error() const { return interval.median / actual - 1; }
};

/// Epoch AI's cost of a run against its published formula and figure, USD.
struct CostLine {
    std::string model;
    double formula_usd = 0;    ///< ours
    double published_usd = 0;  ///< capital and energy
};

/// 5, 50 and 95 % of values; sorts them.
PredictedRange range_of(std::vector<double> values);

/// Probability integral transform of an observation: the part of the predicted values
/// below it. Uniform on 0..1 over many observations where predictions are calibrated.
double pit_of(std::span<double const> predicted, double observed);

/// The rows of estimator/backtest/data/throughput_rows.csv, those from mid-2025 on with the
/// software of their month.
std::vector<ThroughputLine> backtest_throughput(std::uint64_t samples,
                                                std::uint64_t seed);

/// The runs of estimator/backtest/data/training_runs.csv that state what the model
/// needs: parameters, tokens, accelerators, and hours or accelerator-hours.
std::vector<TrainingLine> backtest_training(std::uint64_t samples, std::uint64_t seed);

/// The eleven runs of estimator/backtest/data/epoch_training_cost.csv.
std::vector<CostLine> backtest_costs();

/// A file of estimator/backtest/data/ compiled into the program.
/// Throws: std::runtime_error where it is not.
std::string_view cluster_data(std::string_view name);

}  // namespace leadtime::estimator
