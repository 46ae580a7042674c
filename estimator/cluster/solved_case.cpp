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

/// Of the job; of a stated one about so many.
double flop_of(ClusterTask const& task) {
    auto const& question = task.question;
    return question.planned ? question.planned->flop
                            : 6 * question.model.matmul_params
                                  * question.model.training_tokens.value_or(1);
}

/// What a task draws from: spreads of its own machine and of the one that joins.
struct TaskSpreads {
    explicit TaskSpreads(ClusterTask const& task)
        : own(detail::spreads_of(task.question)) {
        if (task.joined) {
            auto question = task.question;
            question.machine = task.joined->machine;
            other = detail::spreads_of(question);
        }
    }

    ClusterSpreads own;
    std::optional<ClusterSpreads> other;
};

/// Inputs and prices of one sample, or the medians; of the pool that joins, where one does.
struct TaskDraw {
    ClusterValues own{};
    DrawnPrices prices{};
    ClusterValues other{};
    DrawnPrices other_prices{};
};

TaskDraw medians_of(ClusterTask const& task, TaskSpreads const& spreads) {
    TaskDraw drawn{detail::medians_of(spreads.own), medians_of(task.prices), {}, {}};
    if (task.joined) {
        drawn.other = detail::medians_of(*spreads.other);
        drawn.other_prices = medians_of(task.joined->prices);
    }
    return drawn;
}

TaskDraw draw(ClusterTask const& task,
              TaskSpreads const& spreads,
              std::uint64_t seed,
              std::uint64_t sample) {
    TaskDraw drawn{detail::draw(spreads.own, task.question.machine, seed, sample),
                   draw(task.prices, seed, sample),
                   {},
                   {}};
    if (task.joined) {
        auto const& pool = *task.joined;
        drawn.other = detail::draw(*spreads.other, pool.machine, seed, sample);
        drawn.other_prices = draw(pool.prices, seed, sample);
    }
    return drawn;
}

/// Accelerators that the model is asked about: those given, bought, or worth as much with
/// the pool that joins, which changes what is drawn.
double start_chips(ClusterTask const& task, TaskDraw& drawn, double days) {
    auto const chips = task.is_bounded
                           ? std::max(1.0, bounded_chips(task, drawn.prices, days))
                           : task.question.chips;
    return task.joined ? join(*task.joined, chips, drawn.other, drawn.own) : chips;
}

/// With what it costs, over all accelerators where two pools do it.
ClusterOutcome
outcome_of(ClusterTask const& task, TaskDraw const& drawn, ClusterFigures figures) {
    ClusterOutcome outcome;
    if (task.joined) {
        auto const& pool = *task.joined;
        auto const own = task.question.chips;
        outcome.bill = bill_of(drawn.prices, own, figures.duration_s)
                       + bill_of(drawn.other_prices, pool.chips, figures.duration_s);
        figures = joined_figures(pool, own, drawn.other, drawn.own, figures);
    } else {
        outcome.bill = bill_of(drawn.prices, figures.chips, figures.duration_s);
    }
    outcome.figures = figures;
    return outcome;
}

}  // namespace

double bounded_chips(ClusterTask const& task, DrawnPrices const& prices, double days) {
    double most = max_cluster_chips;
    if (task.usd) {
        auto const each = prices.usd_each(task.usd_method, 24 * days);
        most = std::min(most, *task.usd / each.value_or(0));
    }
    if (task.facility_w) {
        most = std::min(most, *task.facility_w / prices.facility_w().value_or(0));
    }
    return std::floor(most);
}

ClusterOutcome evaluate_task(ClusterTask const& task) {
    auto drawn = medians_of(task, TaskSpreads(task));
    auto const wanted_s = task.days * seconds_per_day;
    auto chips = start_chips(task, drawn, task.days);
    auto flop = flop_of(task);
    // where a search begins: a fifth of the peak, whatever the task says
    auto const peak_index = static_cast<std::size_t>(ClusterQuantity::peak_flop_per_s);
    auto const work = 0.2 * static_cast<double>(drawn.own[peak_index]) * wanted_s;
    if (task.sought == ClusterSought::count) {
        chips = std::clamp(flop / work, 1.0, max_cluster_chips);
    } else if (task.sought == ClusterSought::job) {
        flop = std::clamp(chips * work, least_job_flop, most_job_flop);
    }
    auto const answer = solve<float>(task,
                                     detail::inputs_of(drawn.own),
                                     {static_cast<float>(chips),
                                      static_cast<float>(flop),
                                      static_cast<float>(wanted_s)});
    auto outcome =
        outcome_of(task,
                   drawn,
                   detail::figures_of(
                       answer.result,
                       static_cast<double>(answer.chips),
                       task.question.model.sites,
                       [](float value) { return static_cast<double>(value); },
                       [](bool value) { return value; }));
    outcome.is_met = answer.is_met;
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
    TaskSpreads const spreads(task);
    std::vector<ClusterOutcome> outcomes;
    outcomes.reserve(count);
    for (std::uint64_t first = 0; first < count; first += width) {
        std::array<TaskDraw, width> drawn;
        std::array<std::array<float, width>, ClusterSpreads::size> lanes;
        std::array<float, width> chips;
        std::array<float, width> flop;
        std::array<float, width> wanted_s;
        for (std::size_t lane = 0; lane < width; ++lane) {
            auto const sample = first + lane;
            auto const of = [&](std::vector<double> const& own, double shared) {
                return own.empty() ? shared
                                   : own[std::min<std::size_t>(sample, own.size() - 1)];
            };
            drawn[lane] = draw(task, spreads, seed, sample);
            auto const days = of(targets.days, task.days);
            auto const started = start_chips(task, drawn[lane], days);
            wanted_s[lane] = static_cast<float>(days * seconds_per_day);
            chips[lane] = static_cast<float>(task.sought == ClusterSought::count
                                                 ? begin.figures.chips
                                                 : of(targets.chips, started));
            flop[lane] = static_cast<float>(task.sought == ClusterSought::job
                                                ? begin.figures.flop
                                                : of(targets.flop, flop_of(task)));
            for (std::size_t i = 0; i < ClusterSpreads::size; ++i) {
                lanes[i][lane] = drawn[lane].own[i];
            }
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
            auto outcome = outcome_of(task,
                                      drawn[lane],
                                      detail::figures_of(answer.result,
                                                         of(answer.chips),
                                                         task.question.model.sites,
                                                         of,
                                                         is));
            outcome.is_met = is(answer.is_met);
            outcomes.push_back(outcome);
        }
    }
    return outcomes;
}

}  // namespace leadtime::estimator
