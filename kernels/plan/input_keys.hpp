// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Inputs that a scenario states for paths, channels and progress, each at its own key:
/// arrays of a Scenario, and rows of a Plan, by these. estimator/reader has one row of a
/// table for each; docs/model.md 2 and 9 name the symbols.
namespace leadtime::kernels {

/// Of a path. Those marked "off" switch something on where they are given.
enum class PathInput : int {
    budget,        ///< USD/month
    initial_cash,  ///< USD
    attrition,     ///< 1/year, base 1/month
    training_share,
    largest_run_share,
    run_months,  ///< months
    power_cap,   ///< off; W
    pue,
    electricity_price,  ///< USD/(W month)
    power_load,
    life,  ///< months
    interconnect_share,
    staff_cost,           ///< USD/month
    value_decline,        ///< 1/year as log10 per year, base per month
    campaign_factor,      ///< accelerator-hours over those of the run alone
    post_training_share,  ///< of the accelerator-hours
    post_training_mfu,    ///< over that of pre-training
    planning_horizon,     ///< months that a buyer by the carrier rule looks ahead
    count
};

/// Of runs that several pools do together, where a path joins them.
enum class JoinInput : int {
    efficiency,  ///< of any joined run
    /// Value of an accelerator so far from the carrier's, at its own planned rate.
    one_generation_apart,
    two_generations_apart,
    link,             ///< value of one in another place
    mixed,            ///< value of one of another ecosystem
    site_limit,       ///< H100e (8 bit) in one campus; default unlimited
    site_efficiency,  ///< of a run over several
    count
};

/// One way to get accelerators: bought, rented by the month, or there at the start.
enum class ChannelKind : int { purchase, rental, stock };

/// What a kind of channel does: all that the model asks of it.
struct ChannelConduct {
    bool gets_chips = false;  ///< from the market, in every step, for money
    bool is_rented = false;   ///< others own its chips: priced by the hour, in a pool
                              ///< without the owner's power, failures, depreciation
    bool has_lead = false;    ///< what it gets may arrive in a later step
    bool is_there_at_start = false;  ///< with `initial` chips
};

constexpr ChannelConduct conduct_of(ChannelKind kind) {
    switch (kind) {  // no default: a new kind does not compile until it stands here
    case ChannelKind::purchase:
        return {.gets_chips = true, .has_lead = true};
    case ChannelKind::rental:
        return {.gets_chips = true, .is_rented = true};
    case ChannelKind::stock:
        return {.is_there_at_start = true};
    }
    return {};
}

/// Of a channel. Prices of rentals are USD/(chip month).
enum class ChannelInput : int {
    supply,       ///< purchase: chip/month; rental: chips at a time
    initial,      ///< stock: chips
    initial_age,  ///< stock: months
    buyer_share,
    price,         ///< USD/chip; rental USD/(chip month); default the accelerator's
    chip_price,    ///< the accelerator's price
    rental_price,  ///< the accelerator's, USD/(chip month)
    premium,
    fee,
    system_multiplier,
    share,  ///< of the cash at the month's start
    open,
    stock_open,
    lead,  ///< months
    loss,
    cap_total,          ///< chips within the window; default unlimited
    cap_pool_total,     ///< total of the shared cap it draws from
    scarcity_exponent,  ///< 0..1; default 0: the price does not respond
    scarcity_max,       ///< largest factor on the price
    max_cluster,        ///< chips; default unlimited
    count
};

/// Of an accelerator that a path uses.
enum class AcceleratorInput : int {
    mfu,             ///< where it is not given, the cluster model's
    goodput,         ///< the same
    price,           ///< USD/chip, system level
    rental_price,    ///< USD/(chip month)
    it_power,        ///< W/chip
    max_cluster,     ///< chips; default unlimited
    software_ready,  ///< date, months from start
    port_delay,      ///< months
    abort,           ///< taken as 0 or 1
    retry_delay,     ///< months
    count
};

/// Of a path's progress (docs/model.md 9). Those marked "off" switch their mechanism on
/// where they are given.
enum class ProgressInput : int {
    level,                 ///< algorithmic efficiency at the start
    doubling_time,         ///< months
    talent,                ///< factor on the path's own speed
    inference_uplift,      ///< factor
    spillover,             ///< off: share of the leader's algorithms
    spillover_lag,         ///< months
    isolation,             ///< 0..1, what is lost of the spillover
    distillation,          ///< off: factor at full access, >= 1
    distillation_access,   ///< 0..1
    distillation_ceiling,  ///< share of the leader's best
    distillation_lag,      ///< months
    open_weights,          ///< off: share of the leader's best
    open_weights_lag,      ///< months
    leak,                  ///< off: above 0 from the leak's date
    leak_gap,              ///< months
    count
};

/// Rows of inputs, by their enumeration.
template <class Key>
struct InputRows {
    int rows[static_cast<int>(Key::count)] = {};
};

}  // namespace leadtime::kernels
