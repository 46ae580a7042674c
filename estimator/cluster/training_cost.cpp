// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/training_cost.hpp"

#include "estimator/quantities/portable_math.hpp"
#include "estimator/quantities/unit_words.hpp"

#include <cmath>

namespace leadtime::estimator {
namespace {

constexpr double decline_per_year = 0.14;  // log10 of price per performance, 2405.21015
constexpr double hours_per_year = 12 * detail::hours_per_month;
constexpr double ln10 = 2.302585092994046;  // natural logarithm of 10

}  // namespace

double value_after_years(double price_usd, double years) {
    return price_usd * portable::pow(10.0, -decline_per_year * years);
}

TrainingCost training_cost(TrainingCostInputs const& inputs) {
    auto const hourly = inputs.value_usd * decline_per_year * ln10 / hours_per_year;
    auto const hardware = hourly * inputs.chip_hours;
    auto const share = inputs.interconnect_fraction;
    auto const kwh =
        inputs.server_w * inputs.load_fraction * inputs.pue * inputs.chip_hours / 1000;
    return {
        hardware, hardware * share / (1 - share), kwh * inputs.electricity_usd_per_kwh};
}

}  // namespace leadtime::estimator
