// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/replay.hpp"

#include "estimator/engine/tile_kernels.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <tuple>

namespace leadtime::estimator {

using kernels::Code;
using kernels::Instruction;

Replay::Replay(Plan const& plan, std::uint64_t seed, std::uint64_t sample)
    : plan_(plan) {
    add_list(plan.prologue, When::before);
    add_list(plan.step, When::step);
    add_list(plan.after_paths, When::after_paths);
    add_list(plan.epilogue, When::end);
    for (Instruction const& save : plan.end_of_step) {
        saved_[save.state] = save.a;
        keep(save.a);
    }
    for (QuantityRow const& quantity : plan.quantity_rows) {
        quantities_.emplace(quantity.row, quantity);
        keep(quantity.row);
    }
    for (auto const& [name, row] : plan.metric_rows) {
        keep(row);
    }
    for (auto const* const rows : {&plan.column_rows, &plan.scalar_rows}) {
        for (int const row : *rows) {
            keep(row);
        }
    }
    auto const values_of = [&](std::span<float const> workspace) {
        std::vector<float> values;
        for (int const row : kept_) {
            values.push_back(workspace[static_cast<std::size_t>(row)]);
        }
        return values;
    };
    replay_sample(
        plan.view(),
        seed,
        sample,
        {[&](int, std::span<float const> workspace) {
             steps_.push_back(values_of(workspace));
         },
         [&](std::span<float const> workspace) { end_ = values_of(workspace); }});
}

void Replay::add_list(std::vector<Instruction> const& list, When when) {
    int order = 0;
    for (Instruction const& i : list) {
        for (int const row : {i.a, i.b, i.c}) {
            keep(row);
        }
        if (i.code == Code::watch) {
            watched_.push_back(i.a);
            continue;
        }
        if (i.code == Code::regime) {
            for (int k = 0; k < i.parameter * (i.parameter - 1); ++k) {
                keep(i.a + k);
            }
        }
        if (i.code == Code::crossing) {
            crossings_[i.state] = &i;
        }
        keep(i.out);
        makers_[i.out] = {&i, when, order++};
    }
}

void Replay::keep(int row) {
    if (row >= 0 && places_.emplace(row, kept_.size()).second) {
        kept_.push_back(row);
    }
}

bool Replay::is_without_month(int row) const {
    auto const found = makers_.find(row);
    if (found != makers_.end()) {
        return found->second.when == When::before || found->second.when == When::end;
    }
    return std::ranges::any_of(plan_.value_draws,
                               [&](auto const& draw) { return draw.row == row; });
}

float Replay::at(Moment where) const {
    auto const found = makers_.find(where.row);
    bool const has_month =
        found == makers_.end()
        || (found->second.when != When::before && found->second.when != When::end);
    std::size_t const place = places_.at(where.row);
    // What no instruction makes stays as it is, or is a path's, which has its months.
    return has_month && !steps_.empty() ? steps_[std::min(
               static_cast<std::size_t>(where.step), steps_.size() - 1)][place]
                                        : end_[place];
}

bool Replay::has(Fault fault, Moment where) const {
    float const value = at(where);
    return fault == Fault::not_a_number ? std::isnan(value) : std::isinf(value);
}

/// What made the watch mark this sample: all of the first such step.
std::vector<Moment> Replay::watched_roots() const {
    int const steps = std::max(1, static_cast<int>(steps_.size()));
    for (int step = 0; step < steps; ++step) {
        std::vector<Moment> found;
        for (int const row : watched_) {
            if (!std::isfinite(at({row, step}))) {
                found.push_back({row, step});
            }
        }
        if (!found.empty()) {
            return found;
        }
    }
    return {};
}

std::vector<Moment> Replay::output_roots(int output) const {
    int const columns = static_cast<int>(plan_.column_rows.size());
    int const in_steps = columns * plan_.reported_steps();
    if (output < in_steps) {
        auto const column = static_cast<std::size_t>(output % columns);
        int const row = plan_.column_rows[column];
        int const last = plan_.last_month(output / columns);
        int const first =
            plan_.column_means[column] != 0 ? last + 1 - plan_.months_per_report : last;
        std::vector<Moment> roots;
        for (int month = first; row >= 0 && month <= last; ++month) {
            roots.push_back({row, month});
        }
        return roots;
    }
    auto const scalar = static_cast<std::size_t>(output - in_steps);
    return scalar < plan_.scalar_rows.size()
               ? std::vector<Moment>{{plan_.scalar_rows[scalar], plan_.steps - 1}}
               : std::vector<Moment>{};
}

/// What operations with a memory are made of.
std::vector<Moment> Replay::read_over_time(Instruction const& i, int step) const {
    std::vector<Moment> read;
    Moment const before{i.out, step - 1};
    switch (i.code) {
    case Code::previous:
        if (step > 0) {
            read.push_back({saved_.at(i.state), step - 1});
        }
        return read;
    case Code::capture:
        return {{i.a, i.parameter}};
    case Code::delay: {
        float const delay = at({i.b, step});
        if (std::isnan(delay)) {
            return {{i.b, step}};
        }
        double const place =
            std::floor(static_cast<float>(step) - std::max(delay, 0.0f));
        for (double const s : {place, place + 1.0}) {
            if (s >= 0.0 && s <= step) {
                read.push_back({i.a, static_cast<int>(s)});
            }
        }
        return read;
    }
    case Code::crossing_month: {
        Instruction const& crossing = *crossings_.at(i.a);
        for (int s = 0; s < static_cast<int>(steps_.size()); ++s) {
            read.push_back({crossing.a, s});
            read.push_back({crossing.b, s});
            if (std::isnan(at(read.back())) || std::isnan(at({crossing.a, s}))) {
                break;
            }
        }
        return read;
    }
    case Code::regime:
        for (int k = 0; k < i.parameter * (i.parameter - 1); ++k) {
            read.push_back({i.a + k, step});
        }
        break;
    default:
        if (kernels::operation_of(i.code)->arity > 1) {
            read.push_back({i.b, step});
        }
        read.push_back({i.a, step});
    }
    if (step > 0) {
        read.push_back(before);
    }
    return read;
}

/// What counts for an instruction's result: not the branch that is not taken.
std::vector<Moment> Replay::read_by(Instruction const& i, int step) const {
    float const a = at({i.a, step});
    switch (i.code) {
    case Code::choose:
        return std::isnan(a)
                   ? std::vector<Moment>{{i.a, step}}
                   : std::vector<Moment>{{i.a, step}, {a > 0.5f ? i.b : i.c, step}};
    case Code::logical_and:
    case Code::logical_or:
        return std::isnan(a) ? std::vector<Moment>{{i.a, step}}
                             : std::vector<Moment>{{i.a, step}, {i.b, step}};
    case Code::series_step:
    case Code::series_linear:
    case Code::series_log:
        return {};
    case Code::capture:
    case Code::crossing_month:
        return read_over_time(i, step);
    default:
        break;
    }
    auto const* operation = kernels::operation_of(i.code);
    if (operation != nullptr && operation->memory == kernels::Memory::kept) {
        return read_over_time(i, step);
    }
    return {{i.a, step}, {i.b, step}, {i.c, step}};
}

std::optional<Birth> Replay::find_birth(int output, Fault fault) const {
    auto const watched = watched_roots();
    if (watched.empty()) {
        return search(output_roots(output), fault);
    }
    auto const birth = search(watched, Fault::not_a_number);
    return birth ? birth : search(watched, Fault::infinite);
}

std::optional<Birth> Replay::search(std::vector<Moment> const& roots,
                                    Fault fault) const {
    struct Visit {
        Moment where;
        std::optional<QuantityRow> quantity;
    };
    std::vector<Visit> open;
    for (Moment const& root : roots) {
        open.push_back({root, {}});
    }
    std::set<Moment> seen;
    std::optional<Birth> first;
    std::tuple<int, int, int> first_order;
    while (!open.empty()) {
        Visit visit = open.back();
        open.pop_back();
        int const row = visit.where.row;
        auto const made = makers_.find(row);
        bool const is_made = made != makers_.end();
        if (is_made && made->second.when == When::before) {
            visit.where.step = 0;
        }
        if (!has(fault, visit.where) || !seen.insert(visit.where).second) {
            continue;
        }
        if (auto const own = quantities_.find(row); own != quantities_.end()) {
            visit.quantity = own->second;
        }
        bool is_birth = true;
        if (is_made) {
            Instruction const& i = *made->second.instruction;
            for (Moment const& from : read_by(i, visit.where.step)) {
                if (has(fault, from)) {
                    is_birth = false;
                    open.push_back({from, visit.quantity});
                }
            }
        }
        When const when = is_made ? made->second.when : When::step;
        std::tuple const order(when == When::before ? -1
                               : when == When::end  ? plan_.steps
                                                    : visit.where.step,
                               static_cast<int>(when),
                               is_made ? made->second.order : -1);
        if (is_birth && (!first || order < first_order)) {
            first = Birth{fault,
                          visit.where,
                          visit.quantity,
                          is_made ? made->second.instruction : nullptr};
            first_order = order;
        }
    }
    return first;
}

}  // namespace leadtime::estimator
