// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/scenario.hpp"

#include "tests/support/reference_formula.hpp"
#include "tests/support/reference_training.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::tests {

/// What one channel carries from month to month.
struct ReferenceChannel {
    std::vector<double> arrivals;  ///< by step, chips still to come included
    double chips = 0.0;            ///< N_c, before stock_open
    double age = 0.0;              ///< A_c, chip-months
    double ordered = 0.0;          ///< on their way
    double bought_in_window = 0.0;
    double unit_cost = 0.0;   ///< u_c of this step
    double usable = 0.0;      ///< U_c of this step
    double age_usable = 0.0;  ///< A_c k_c of this step (rental: 0)
};

/// What a shared cap has given away.
struct ReferenceCap {
    double bought = 0.0;  ///< since it began
    double rented = 0.0;  ///< in the step `step`
    int step = -1;
};

/// A channel as a buyer sees it.
struct ReferenceBid {
    std::size_t channel = 0;
    std::size_t accelerator = 0;
    bool is_rented = false;
    bool is_bought = false;
    double rate = 0.0;   ///< useful FLOP/s of a chip
    double worth = 0.0;  ///< in its group's run
    double have = 0.0;
    double price = 1.0;  ///< USD a chip until the horizon
    double need = 0.0;   ///< USD
    double offer = 0.0;  ///< USD this month
    double money = 0.0;  ///< USD until the horizon
    double lead = 0.0;
};

/// What one path carries from month to month.
struct ReferencePath {
    double cash = 0.0;
    double spend = 0.0;  ///< of this step
    double total_spend = 0.0;
    std::string leading;  ///< group of the carrier rule, last month's
    std::vector<ReferenceChannel> channels;
};

/// What a run takes of a pool.
struct ReferencePart {
    std::size_t pool = 0;
    double chips = 0.0;
    double worth = 1.0;  ///< of one, in the carrier's accelerators
};

/// The chips of one accelerator in one place through one ownership in one step.
struct ReferencePool {
    std::size_t accelerator = 0;
    bool rented = false;
    std::string place;
    std::vector<std::size_t> channels;
    double usable = 0.0;   ///< U_p
    double on = 1.0;       ///< on_p
    double power_w = 0.0;  ///< U_p w_p pue (rented: 0)
    double peak = 0.0;
    double mfu = 0.0;
    double goodput = 0.0;
    double planned_mfu = 0.0;
    std::vector<double> channel_chips;  ///< what a run can have, by channel
    double chips = 0.0;                 ///< n_p, in a run
    ReferenceOffer offer;               ///< of a run that it carries
    std::vector<ReferencePart> parts;   ///< of that run
    double planned = 0.0;               ///< FLOP that the job is sized for
    double flop = 0.0;                  ///< flop_p
    ReferenceTraining training;
};

/// The largest run of one step.
struct ReferenceRun {
    std::vector<ReferencePart> parts;
    double flop = 0.0;
    double mfu = 0.0;
    double goodput = 0.0;
    ReferenceTraining training;
    double pretraining_flop = 0.0;
};

/// Three ways to cost a run, USD.
struct ReferenceCost {
    double amortised = 0.0;
    double rental = 0.0;
    double upfront = 0.0;
};

/// One path in one sample. The three stages are model.md 2, 3 and 4.
class ReferencePathStepper {
  public:
    /// Keeps references: all must outlive this. `caps` are shared by all paths.
    ReferencePathStepper(estimator::Scenario const& scenario,
                         estimator::Path const& path,
                         ReferenceQuantities& quantities,
                         std::vector<ReferenceCap>& caps);

    /// Advances to `step` (call for 0, 1, 2, ...) and appends the metrics of that
    /// month, those against the reference path excepted.
    void advance(int step, ReferenceMetrics& metrics);

  private:
    double at(estimator::Input const& input) { return quantities_.value(input, step_); }
    double at_least(double bound, estimator::Input const& input);
    double fraction(estimator::Input const& input);
    /// h: the part of a campaign's accelerator-hours that post-training takes.
    double post_training_share();

    double base_price(estimator::Channel const& channel);
    double markup(estimator::Channel const& channel);
    void buy();
    double buy(estimator::Channel const& channel,
               ReferenceChannel& state,
               double cash_0,
               double allowance);
    std::vector<std::size_t> turns() const;
    bool is_bought(estimator::Channel const& channel) const;
    double left_of_caps(estimator::Channel const& channel,
                        ReferenceChannel const& state);
    std::string name_of_group(std::size_t accelerator,
                              bool is_rented,
                              std::string const& place) const;
    std::vector<std::string> order_of_groups() const;
    double
    planned_by_group(std::vector<ReferenceBid>& group, double means, double of_run);
    std::map<std::size_t, double> allowances(double cash);
    double draw_from_cap(estimator::Channel const& channel, double got);
    void age_fleets();
    std::vector<std::pair<bool, std::string>>
    kinds_of_pools(std::size_t accelerator) const;
    std::vector<ReferencePool> pools();
    void plan_pool(estimator::AcceleratorUse const& use, ReferencePool& pool);
    void train_pool(estimator::AcceleratorUse const& use,
                    double seconds,
                    ReferencePool& pool);
    ReferenceJob job();
    ReferenceMachine machine(estimator::AcceleratorUse const& use);
    double worth_in_run(ReferencePool const& pool, ReferencePool const& carrier);
    reference::FailureLoss losses(ReferencePool const& pool);
    double least_worth(ReferencePool const& carrier);
    void offer_alone(ReferencePool& pool);
    void offer_joined(std::vector<ReferencePool>& pools, std::size_t number);
    void append_carriers(std::vector<ReferencePool> const& pools,
                         ReferenceRun const& run,
                         ReferenceMetrics& metrics);
    void append_training(std::vector<ReferencePool> const& pools,
                         ReferenceRun const& run,
                         ReferenceMetrics& metrics);
    void switch_off(std::vector<ReferencePool>& pools);
    double gate(estimator::AcceleratorUse const& use);
    void size_runs(std::vector<ReferencePool>& pools);
    ReferenceRun largest_run(std::vector<ReferencePool> const& pools);
    ReferenceCost cost(std::vector<ReferencePool> const& pools,
                       ReferenceRun const& run);
    double chip_value(ReferencePool const& pool);
    double hourly_rate(ReferencePool const& pool);
    double hourly_depreciation(ReferencePool const& pool);
    void append(std::vector<ReferencePool> const& pools,
                ReferenceRun const& run,
                ReferenceMetrics& metrics);

    estimator::Scenario const& scenario_;
    estimator::Path const& path_;
    ReferenceQuantities& quantities_;
    std::vector<ReferenceCap>& caps_;
    ReferencePath state_;
    int step_ = 0;
};

}  // namespace leadtime::tests
