// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/costs.hpp"

#include "estimator/cluster/drawn_inputs.hpp"
#include "estimator/cluster/training_cost.hpp"

namespace leadtime::estimator {
namespace {

// Names of the draws, beyond those of drawn_inputs.cpp. A price of one accelerator says
// nothing of another's, but one seed has one score for all: dear markets are dear for all.
enum PriceDraw : std::uint32_t { price_id = 1001, rental_id, electricity_id };

}  // namespace

std::string_view to_string(CostMethod method) {
    switch (method) {
    case CostMethod::amortised:
        return "amortised";
    case CostMethod::rental:
        return "rental";
    case CostMethod::upfront:
        break;
    }
    return "upfront";
}

ClusterPrices prices_of(ClusterMachine const& machine) {
    TrainingCostInputs const usual;
    return {machine.price_usd,
            machine.rental_usd_per_h,
            machine.system_w,
            certain(usual.electricity_usd_per_kwh),
            usual.load_fraction,
            usual.pue};
}

ClusterPrices prices_of(ClusterMachine const& machine, ClusterPrices const& site) {
    auto prices = prices_of(machine);
    prices.electricity_usd_per_kwh = site.electricity_usd_per_kwh;
    prices.pue = site.pue;
    return prices;
}

std::optional<double> DrawnPrices::hourly_usd(CostMethod method) const {
    switch (method) {
    case CostMethod::amortised:
        if (price_usd && system_w) {
            TrainingCostInputs inputs;
            inputs.chip_hours = 1;
            inputs.value_usd = *price_usd;
            inputs.server_w = *system_w;
            inputs.load_fraction = load_fraction;
            inputs.pue = pue;
            inputs.electricity_usd_per_kwh = electricity_usd_per_kwh;
            return training_cost(inputs).total_usd();
        }
        return {};
    case CostMethod::rental:
        return rental_usd_per_h;
    case CostMethod::upfront:
        break;
    }
    return {};
}

std::optional<double> DrawnPrices::usd_each(CostMethod method, double hours) const {
    if (method == CostMethod::upfront) {
        return price_usd;
    }
    auto const hourly = hourly_usd(method);
    return hourly ? std::optional(*hourly * hours) : std::nullopt;
}

std::optional<double> DrawnPrices::facility_w() const {
    return system_w ? std::optional(*system_w * pue) : std::nullopt;
}

DrawnPrices medians_of(ClusterPrices const& prices) {
    auto const median = [](std::optional<Spread> const& spread) {
        return spread ? std::optional(spread->median) : std::nullopt;
    };
    return {median(prices.price_usd),
            median(prices.rental_usd_per_h),
            prices.system_w,
            prices.electricity_usd_per_kwh.median,
            prices.load_fraction,
            prices.pue};
}

DrawnPrices
draw(ClusterPrices const& prices, std::uint64_t seed, std::uint64_t sample) {
    auto const value = [&](Spread const& spread, PriceDraw id) {
        return spread.low == spread.high
                   ? spread.median
                   : value_at(spread, detail::score(seed, sample, id));
    };
    auto drawn = medians_of(prices);
    if (prices.price_usd) {
        drawn.price_usd = value(*prices.price_usd, price_id);
    }
    if (prices.rental_usd_per_h) {
        drawn.rental_usd_per_h = value(*prices.rental_usd_per_h, rental_id);
    }
    drawn.electricity_usd_per_kwh =
        value(prices.electricity_usd_per_kwh, electricity_id);
    return drawn;
}

ClusterBill operator+(ClusterBill const& a, ClusterBill const& b) {
    auto const sum = [](std::optional<double> const& x,
                        std::optional<double> const& y) {
        return x && y ? std::optional(*x + *y) : std::nullopt;
    };
    ClusterBill bill{};
    for (std::size_t i = 0; i < bill.usd.size(); ++i) {
        bill.usd[i] = sum(a.usd[i], b.usd[i]);
    }
    bill.accelerator_hours = a.accelerator_hours + b.accelerator_hours;
    bill.facility_w = sum(a.facility_w, b.facility_w);
    bill.energy_kwh = sum(a.energy_kwh, b.energy_kwh);
    return bill;
}

ClusterBill bill_of(DrawnPrices const& prices, double chips, double duration_s) {
    ClusterBill bill{};
    bill.accelerator_hours = chips * duration_s / 3600;
    for (std::size_t i = 0; i < cost_methods.size(); ++i) {
        if (cost_methods[i] == CostMethod::upfront) {
            if (prices.price_usd) {
                bill.usd[i] = chips * *prices.price_usd;
            }
        } else if (auto const hourly = prices.hourly_usd(cost_methods[i])) {
            bill.usd[i] = bill.accelerator_hours * *hourly;
        }
    }
    if (auto const facility_w = prices.facility_w()) {
        bill.facility_w = chips * *facility_w;
        bill.energy_kwh =
            bill.accelerator_hours * *facility_w * prices.load_fraction / 1000;
    }
    return bill;
}

}  // namespace leadtime::estimator
