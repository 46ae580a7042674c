// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_money.hpp"

#include "estimator/cli/app.hpp"
#include "estimator/cli/option_values.hpp"

#include <fmt/format.h>

namespace leadtime::estimator {
namespace {

/// The prices of a machine where the user gives none.
ClusterPrices read_prices(ClusterOptions const& options,
                          ClusterMachine const& machine) {
    auto prices = prices_of(machine);
    if (options.price) {
        prices.price_usd = read_price("--price", *options.price);
    }
    if (options.rent) {
        prices.rental_usd_per_h = read_price("--rent", *options.rent);
    }
    if (options.power_price) {
        prices.electricity_usd_per_kwh =
            read_price("--power-price", *options.power_price);
    }
    prices.pue = read_option("--pue", options.pue, 1, 10).value_or(prices.pue);
    return prices;
}

/// Refuses money and power that are not enough for one accelerator.
void check_enough(ClusterTask const& task) {
    if (task.is_bounded
        && bounded_chips(task, medians_of(task.prices), task.days) < 1) {
        throw UsageError(fmt::format("{} is not enough for one {}",
                                     task.usd ? "--usd" : "--power",
                                     task.question.machine.id));
    }
}

void read_bounds(ClusterOptions const& options, ClusterTask& task) {
    task.usd = read_option("--usd", options.usd, 1, 1e15);
    task.usd_method = read_choice("--cost", options.cost, cost_methods);
    if (options.power) {
        task.facility_w = read_power("--power", *options.power);
    }
    if (task.usd && task.sought == ClusterSought::days && options.count.empty()
        && task.usd_method != CostMethod::upfront) {
        throw UsageError(fmt::format(
            "--usd by {} cost needs --days: accelerator-hours cost the same however many "
            "do them (or --cost upfront)",
            to_string(task.usd_method)));
    }
    task.is_bounded =
        options.count.empty() && !options.sweep && task.sought != ClusterSought::count;
    check_known(task.question.machine.id,
                medians_of(task.prices),
                task.usd ? std::optional(task.usd_method) : std::nullopt,
                task.facility_w.has_value());
    check_enough(task);
}

void read_grid(ClusterOptions const& options, ClusterQuestion& result) {
    if (!options.grid) {
        return;
    }
    for (auto const& grid : grids) {
        if (*options.grid == grid.id) {
            result.grid_kg_per_kwh = grid.kg_per_kwh;
            return;
        }
    }
    result.grid_kg_per_kwh = read_option("--grid", options.grid, 0, 10);
}

}  // namespace

void check_known(std::string const& id,
                 DrawnPrices const& prices,
                 std::optional<CostMethod> money,
                 bool needs_power) {
    auto const need = [&](bool is_known, char const* what, char const* remedy) {
        if (!is_known) {
            throw UsageError(
                fmt::format("the {} of {} is not known: give {}", what, id, remedy));
        }
    };
    if (money == CostMethod::rental) {
        need(prices.rental_usd_per_h.has_value(),
             "rent",
             "--rent, or a profile with rental_usd_per_h");
    } else if (money) {
        need(prices.price_usd.has_value(),
             "price",
             "--price, or a profile with price_usd");
    }
    if (needs_power || money == CostMethod::amortised) {
        need(prices.system_w.has_value(),
             "system power",
             "a profile with system_w or tdp_w");
    }
}

void read_cluster_money(ClusterOptions const& options, ClusterQuestion& result) {
    auto& task = result.task;
    task.prices = read_prices(options, task.question.machine);
    read_bounds(options, task);
    read_grid(options, result);
}

}  // namespace leadtime::estimator
