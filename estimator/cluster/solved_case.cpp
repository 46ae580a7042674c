// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/solved_case.hpp"

#include "estimator/cluster/crossing.hpp"
#include "estimator/cluster/drawn_inputs.hpp"

#include <algorithm>
#include <cmath>

namespace leadtime::estimator {
namespace {

using detail::ClusterInputs;
using detail::SampleReal;

constexpr double seconds_per_day = 86400;

/// What lanes start from, and what they end with.
template <class Real>
struct LaneCase {
    Real chips;  ///< given, or where to begin
    Real flop;   ///< likewise
    Real wanted_s;
};
template <class Real>
struct LaneAnswer {
    kernels::ClusterResult<Real> result;
    Real chips;
    typename kernels::Lanes<Real>::Mask is_met;
};

template <class Real>
LaneAnswer<Real> solve(ClusterTask const& task,
                       ClusterInputs<Real> const& inputs,
                       LaneCase<Real> const& given) {
    using namespace kernels;
    auto const run = [&](Real chips, Real flop) {
        return detail::run_kernel(task.question, inputs, chips, flop);
    };
    Real const wanted_s = given.wanted_s;
    auto const excess_of = [&](Real duration_s) {
        auto const ends = duration_s < broadcast<Real>(__builtin_inff());
        return select(ends,
                      logarithm(select(ends, duration_s / wanted_s, wanted_s)),
                      broadcast<Real>(__builtin_inff()));
    };
    Real const zero = broadcast<Real>(0.0f);
    LaneAnswer<Real> answer{{}, given.chips, zero <= zero};
    Real flop = given.flop;
    if (task.sought == ClusterSought::count) {
        Real const most = broadcast<Real>(static_cast<float>(max_cluster_chips));
        auto const found = detail::crossing(
            zero, logarithm(most), logarithm(given.chips), false, [&](Real u) {
                return excess_of(run(exponential(u), flop).duration_s);
            });
        answer.chips = minimum(whole_above(at_least(exponential(found.u), 1.0f)), most);
        answer.is_met = found.is_met;
    } else if (task.sought == ClusterSought::job) {
        Real const high = logarithm(broadcast<Real>(static_cast<float>(most_job_flop)));
        Real const low = logarithm(broadcast<Real>(static_cast<float>(least_job_flop)));
        // days rise with the job: its logarithm is counted downwards
        auto const found =
            detail::crossing(-high, -low, -logarithm(flop), true, [&](Real u) {
                return excess_of(run(given.chips, exponential(-u)).duration_s);
            });
        flop = exponential(-found.u);
        answer.is_met = found.is_met;
    }
    answer.result = run(answer.chips, flop);
    if (task.sought == ClusterSought::count && any_lane(!answer.is_met)) {
        Real const best =
            whole_above(answer.result.step.chips_used * inputs.operations.sites
                        / (broadcast<Real>(1.0f) - inputs.operations.hot_spares));
        answer.chips = select(answer.is_met, answer.chips, minimum(best, answer.chips));
        answer.result = run(answer.chips, flop);
    }
    return answer;
}

double chips_of(ClusterTask const& task, DrawnPrices const& prices, double days) {
    return task.is_bounded ? std::max(1.0, bounded_chips(task, prices, days))
                           : task.question.chips;
}

/// Of the job; of a stated one about so many.
double flop_of(ClusterTask const& task) {
    auto const& question = task.question;
    return question.planned ? question.planned->flop
                            : 6 * question.model.matmul_params
                                  * question.model.training_tokens.value_or(1);
}

/// Of the pool that joins, where one does: what is drawn of its hardware.
std::optional<ClusterSpreads> other_spreads(ClusterTask const& task) {
    if (!task.joined) {
        return {};
    }
    auto question = task.question;
    question.machine = task.joined->machine;
    return detail::spreads_of(question);
}

/// What the run costs, and its figures over all accelerators where two pools do it.
void set_bill(ClusterOutcome& outcome,
              ClusterTask const& task,
              DrawnPrices const& prices,
              ClusterValues const& others,
              ClusterValues const& values,
              DrawnPrices const& other_prices) {
    auto const duration_s = outcome.figures.duration_s;
    if (!task.joined) {
        outcome.bill = bill_of(prices, outcome.figures.chips, duration_s);
        return;
    }
    auto const own = task.question.chips;
    outcome.bill = bill_of(prices, own, duration_s)
                   + bill_of(other_prices, task.joined->chips, duration_s);
    outcome.figures =
        joined_figures(*task.joined, own, others, values, outcome.figures);
}

}  // namespace

double bounded_chips(ClusterTask const& task, DrawnPrices const& prices, double days) {
    double most = max_cluster_chips;
    if (task.usd) {
        auto const hours = 24 * days;
        auto const each = task.usd_method == CostMethod::upfront
                              ? prices.price_usd.value_or(0)
                              : prices.hourly_usd(task.usd_method).value_or(0) * hours;
        most = std::min(most, *task.usd / each);
    }
    if (task.facility_w) {
        most = std::min(most, *task.facility_w / prices.facility_w().value_or(0));
    }
    return std::floor(most);
}

ClusterOutcome evaluate_task(ClusterTask const& task) {
    auto values = detail::medians_of(detail::spreads_of(task.question));
    auto const other = other_spreads(task);
    auto const prices = medians_of(task.prices);
    auto const wanted_s = task.days * seconds_per_day;
    // where a search begins: a fifth of the peak, whatever the task says
    auto const peak_index = static_cast<std::size_t>(ClusterQuantity::peak_flop_per_s);
    auto const work = 0.2 * static_cast<double>(values[peak_index]) * wanted_s;
    auto chips = chips_of(task, prices, task.days);
    auto const others = other ? detail::medians_of(*other) : ClusterValues{};
    if (task.joined) {
        chips = join(*task.joined, chips, others, values);
    }
    auto flop = flop_of(task);
    if (task.sought == ClusterSought::count) {
        chips = std::clamp(flop / work, 1.0, max_cluster_chips);
    } else if (task.sought == ClusterSought::job) {
        flop = std::clamp(chips * work, least_job_flop, most_job_flop);
    }
    auto const answer = solve<float>(task,
                                     detail::inputs_of(values),
                                     {static_cast<float>(chips),
                                      static_cast<float>(flop),
                                      static_cast<float>(wanted_s)});
    ClusterOutcome outcome;
    outcome.figures = detail::figures_of(
        answer.result,
        static_cast<double>(answer.chips),
        task.question.model.sites,
        [](float value) { return static_cast<double>(value); },
        [](bool value) { return value; });
    outcome.is_met = answer.is_met;
    set_bill(outcome,
             task,
             prices,
             others,
             values,
             task.joined ? medians_of(task.joined->prices) : DrawnPrices{});
    return outcome;
}

std::vector<ClusterOutcome> sample_task(ClusterTask const& task,
                                        std::uint64_t count,
                                        std::uint64_t seed,
                                        SampleTargets const& targets) {
    constexpr std::size_t width = kernels::Lanes<SampleReal>::width;
    // searches begin where the medians end
    auto const begin =
        task.sought == ClusterSought::days ? ClusterOutcome{} : evaluate_task(task);
    auto const spreads = detail::spreads_of(task.question);
    auto const other = other_spreads(task);
    std::vector<ClusterOutcome> outcomes;
    outcomes.reserve(count);
    for (std::uint64_t first = 0; first < count; first += width) {
        std::array<std::array<float, width>, ClusterSpreads::size> lanes;
        std::array<float, width> chips;
        std::array<float, width> flop;
        std::array<float, width> wanted_s;
        std::array<DrawnPrices, width> prices;
        std::array<DrawnPrices, width> other_prices{};
        std::array<ClusterValues, width> own_values;
        std::array<ClusterValues, width> others{};
        for (std::size_t lane = 0; lane < width; ++lane) {
            auto const sample = first + lane;
            auto& values = own_values[lane];
            values = detail::draw(spreads, task.question.machine, seed, sample);
            prices[lane] = draw(task.prices, seed, sample);
            auto const of = [&](std::vector<double> const& own, double shared) {
                return own.empty() ? shared
                                   : own[std::min<std::size_t>(sample, own.size() - 1)];
            };
            auto const days = of(targets.days, task.days);
            wanted_s[lane] = static_cast<float>(days * seconds_per_day);
            chips[lane] = static_cast<float>(
                task.sought == ClusterSought::count
                    ? begin.figures.chips
                    : of(targets.chips, chips_of(task, prices[lane], days)));
            if (task.joined) {
                auto const& pool = *task.joined;
                others[lane] = detail::draw(*other, pool.machine, seed, sample);
                other_prices[lane] = draw(pool.prices, seed, sample);
                chips[lane] = static_cast<float>(
                    join(pool, task.question.chips, others[lane], values));
            }
            for (std::size_t i = 0; i < values.size(); ++i) {
                lanes[i][lane] = values[i];
            }
            flop[lane] = static_cast<float>(task.sought == ClusterSought::job
                                                ? begin.figures.flop
                                                : of(targets.flop, flop_of(task)));
        }
        auto const inputs =
            detail::make_inputs<SampleReal>([&](ClusterQuantity quantity) {
                return kernels::load<SampleReal>(
                    lanes[static_cast<std::size_t>(quantity)].data());
            });
        auto const answer =
            solve<SampleReal>(task,
                              inputs,
                              {kernels::load<SampleReal>(chips.data()),
                               kernels::load<SampleReal>(flop.data()),
                               kernels::load<SampleReal>(wanted_s.data())});
        auto const last = std::min<std::uint64_t>(width, count - first);
        for (std::size_t lane = 0; lane < last; ++lane) {
            auto const of = [&](SampleReal const& value) {
                std::array<float, width> out;
                kernels::store(out.data(), value);
                return static_cast<double>(out[lane]);
            };
            auto const is = [&](auto const& mask) {
                return of(kernels::truth<SampleReal>(mask)) > 0.5;
            };
            ClusterOutcome outcome;
            outcome.figures = detail::figures_of(
                answer.result, of(answer.chips), task.question.model.sites, of, is);
            outcome.is_met = is(answer.is_met);
            set_bill(outcome,
                     task,
                     prices[lane],
                     others[lane],
                     own_values[lane],
                     other_prices[lane]);
            outcomes.push_back(outcome);
        }
    }
    return outcomes;
}

}  // namespace leadtime::estimator
