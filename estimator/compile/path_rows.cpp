// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/plan_builder.hpp"

namespace leadtime::estimator::detail {

using kernels::ChannelPlan;
using kernels::PathPlan;
using kernels::PoolPlan;

namespace {

/// Gives every input of a path its row.
class PathConnector {
  public:
    PathConnector(Scenario const& scenario,
                  FormulaCompiler& formulas,
                  Plan& plan,
                  RowAllocator& rows)
        : scenario_(scenario)
        , formulas_(formulas)
        , plan_(plan)
        , rows_(rows) {
        for (std::size_t i = 0; i < scenario.caps.size(); ++i) {
            cap_rows_.push_back(rows.allocate(2));
        }
    }

    void connect(std::size_t number) {
        Path const& path = scenario_.paths[number];
        PathPlan& out = plan_.paths[number];
        own_ = &plan_.path_rows[number];
        connect_inputs(path, out);
        out.by_carrier = path.policy && path.policy->rule == BuyingRule::carrier;
        if (out.by_carrier) {
            out.leading_group = rows_.allocate();
        }
        if (path.job) {
            kernels::JobPlan& job = plan_.jobs[static_cast<std::size_t>(out.job)];
            for (std::size_t i = 0; i < path.job->size(); ++i) {
                job.rows[i] = row((*path.job)[i]);
            }
            job.contest = rows_.allocate(kernels::contest_values);
            job.most = rows_.allocate(out.pool_count);
        }
        for (int p = 0; p < out.pool_count; ++p) {
            PoolPlan& pool = plan_.pools[static_cast<std::size_t>(out.first_pool)
                                         + static_cast<std::size_t>(p)];
            connect_pool(path.accelerators[static_cast<std::size_t>(pool.accelerator)],
                         pool);
            allocate_join(out, pool);
            if (out.by_carrier) {
                pool.buying_rate = rows_.allocate();
            }
        }
        for (std::size_t c = 0; c < path.channels.size(); ++c) {
            Channel const& channel = path.channels[c];
            connect_channel(
                channel,
                path.accelerators[channel.accelerator],
                plan_.channels[static_cast<std::size_t>(out.first_channel) + c]);
            if (out.by_carrier) {
                allocate_buying(
                    plan_.channels[static_cast<std::size_t>(out.first_channel) + c]);
            }
        }
    }

    std::vector<int> const& cap_rows() const { return cap_rows_; }

  private:
    int row(Input const& input) {
        return own_->inputs.emplace_back(formulas_.row_of(input));
    }

    template <class Key>
    void connect_all(Inputs<Key> const& in, kernels::InputRows<Key>& out) {
        int* next = out.rows;
        for (Input const& input : in) {
            *next++ = row(input);
        }
    }

    void connect_inputs(Path const& path, PathPlan& out) {
        connect_all(path.inputs, out.inputs);
        out.power_capped = path.inputs[PathInput::power_cap].quantity.has_value();
        out.exponential_depreciation = path.depreciation == Depreciation::exponential;
        if (path.join) {
            connect_all(*path.join, out.join);
            auto const may_be = [&](JoinInput input) {
                int const row = out.join.rows[static_cast<int>(input)];
                return rows_.constant_in(row).value_or(1.0) > 0.0;
            };
            out.joins = true;
            out.joins_ecosystems = may_be(JoinInput::mixed);
            out.joins_places = may_be(JoinInput::link);
        }
    }

    void allocate_join(PathPlan const& path, PoolPlan& pool) {
        if (path.joins) {
            auto& join = pool.join;
            for (int* const row : {&join.rate,
                                   &join.stopping,
                                   &join.masked,
                                   &join.offered,
                                   &join.crowd,
                                   &join.memory_share,
                                   &join.part,
                                   &join.is_joined}) {
                *row = rows_.allocate();
            }
        }
    }

    void allocate_buying(ChannelPlan& channel) {
        auto& buying = channel.buying;
        for (int* const row : {&buying.ordered,
                               &buying.have,
                               &buying.price,
                               &buying.need,
                               &buying.offer,
                               &buying.worth,
                               &buying.key,
                               &buying.money,
                               &buying.wanted,
                               &buying.allowance}) {
            *row = rows_.allocate();
        }
    }

    void connect_pool(AcceleratorUse const& use, PoolPlan& pool) {
        pool.peak_flop_per_s = static_cast<float>(use.peak_flop_per_s);
        pool.h100e_bf16 = static_cast<float>(use.h100e_bf16);
        pool.h100e_8bit = static_cast<float>(use.h100e_8bit);
        pool.h100e_tpp = static_cast<float>(use.h100e_tpp);
        pool.mfu = use.has(AcceleratorInput::mfu)
                       ? row(use.inputs[AcceleratorInput::mfu])
                       : -1;
        pool.goodput = use.has(AcceleratorInput::goodput)
                           ? row(use.inputs[AcceleratorInput::goodput])
                           : -1;
        if (use.cluster) {
            kernels::ClusterPlan cluster;
            cluster.peak16_flop_per_s =
                static_cast<float>(use.cluster->peak16_flop_per_s);
            cluster.is_low_precision = use.cluster->is_low_precision;
            for (std::size_t i = 0; i < use.cluster->inputs.size(); ++i) {
                cluster.rows[i] = row(use.cluster->inputs[i]);
            }
            pool.cluster = static_cast<int>(plan_.clusters.size());
            plan_.clusters.push_back(cluster);
        }
        pool.it_power = row(use.inputs[AcceleratorInput::it_power]);
        pool.max_cluster = row(use.inputs[AcceleratorInput::max_cluster]);
        pool.gated = use.has(AcceleratorInput::software_ready);
        pool.software_ready = row(use.inputs[AcceleratorInput::software_ready]);
        pool.port_delay = row(use.inputs[AcceleratorInput::port_delay]);
        pool.abort = row(use.inputs[AcceleratorInput::abort]);
        pool.retry_delay = row(use.inputs[AcceleratorInput::retry_delay]);
        pool.usable = rows_.allocate();
        pool.power = rows_.allocate();
        pool.merit = rows_.allocate();
        pool.switched_on = rows_.allocate();
        pool.chips = rows_.allocate();
        pool.planned = rows_.allocate();
        pool.taken = rows_.allocate();
        pool.carried = rows_.allocate();
    }

    void
    connect_channel(Channel const& in, AcceleratorUse const& use, ChannelPlan& out) {
        Inputs<ChannelInput> inputs = in.inputs;
        inputs[ChannelInput::chip_price] = use.inputs[AcceleratorInput::price];
        inputs[ChannelInput::rental_price] = use.inputs[AcceleratorInput::rental_price];
        connect_all(inputs, out.inputs);
        auto const constant = [&](ChannelInput input) {
            return rows_.constant_in(out.inputs.rows[static_cast<int>(input)]);
        };
        out.cap_from = static_cast<float>(in.cap_from);
        out.cap_to = static_cast<float>(in.cap_to);
        if (in.cap) {
            connect_cap(in, scenario_.caps[*in.cap], cap_rows_[*in.cap], out);
        }
        out.scarce = constant(ChannelInput::scarcity_exponent).value_or(1.0) != 0.0;
        out.arrives_at_once =
            !out.conduct.has_lead || constant(ChannelInput::lead).value_or(1.0) == 0.0;
        if (!out.arrives_at_once) {
            out.arrivals = rows_.allocate(plan_.steps);
        }
        out.installed = rows_.allocate();
        out.age = rows_.allocate();
        out.bought = rows_.allocate();
        out.active = rows_.allocate();
        out.value = rows_.allocate();
        out.rate = rows_.allocate();
    }

    void
    connect_cap(Channel const& in, CapPool const& cap, int rows, ChannelPlan& out) {
        out.pooled = true;
        out.pool_bought = rows;
        out.pool_rented = rows + 1;
        own_->shared.insert(own_->shared.end(), {rows, rows + 1});
        out.pool_weight = static_cast<float>(in.cap_pool_weight);
        out.pool_from = static_cast<float>(cap.from);
        out.pool_to = static_cast<float>(cap.to);
    }

    Scenario const& scenario_;
    FormulaCompiler& formulas_;
    Plan& plan_;
    RowAllocator& rows_;
    std::vector<int> cap_rows_;  ///< first of two, by cap
    PartRows* own_ = nullptr;    ///< of the path that is being connected
};

}  // namespace

void connect_paths(Scenario const& scenario,
                   FormulaCompiler& formulas,
                   Plan& plan,
                   RowAllocator& rows) {
    PathConnector connector(scenario, formulas, plan, rows);
    for (std::size_t i = 0; i < scenario.paths.size(); ++i) {
        connector.connect(i);
    }
    // Rentals count for one step: each step begins with none.
    int const none = rows.constant(0.0);
    for (int const first : connector.cap_rows()) {
        plan.step.push_back({kernels::Code::copy, first + 1, none, none, none});
    }
}

}  // namespace leadtime::estimator::detail
