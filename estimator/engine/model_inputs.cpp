// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/model_inputs.hpp"

#include "estimator/engine/all_threads.hpp"
#include "estimator/engine/errors.hpp"
#include "kernels/lanes/philox.hpp"
#include "text/hash.hpp"
#include "text/suggestion.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace leadtime::estimator {

std::vector<ModelInput> model_inputs(Model const& model) {
    Scenario const& scenario = model.scenario();
    std::map<std::uint32_t, QuantityIndex> by_id;
    for (QuantityIndex i = 0; i < scenario.quantities.size(); ++i) {
        by_id.emplace(text::fnv1a_32(scenario.quantities[i].name), i);
    }
    auto const& draws = model.plan().score_draws;
    std::map<std::uint32_t, int> scores;  // by id
    for (kernels::ScoreDraw const& draw : draws) {
        ++scores[draw.id];
    }
    std::vector<ModelInput> inputs;
    for (std::size_t i = 0; i < draws.size(); ++i) {
        ModelInput input;
        input.quantity = by_id.at(draws[i].id);
        input.knot = draws[i].knot;
        input.score = static_cast<int>(i);
        Quantity const& quantity = scenario.quantities[input.quantity];
        input.name = quantity.name;
        if (scores[draws[i].id] > 1) {
            double const month = quantity.knots[input.knot].month;
            input.month = calendar_name(scenario, static_cast<int>(std::floor(month)));
            input.name += "@" + input.month;
        }
        inputs.push_back(std::move(input));
    }
    return inputs;
}

std::vector<ModelInput> find_inputs(Model const& model,
                                    std::span<std::string const> names) {
    auto const all = model_inputs(model);
    std::vector<ModelInput> found;
    for (std::string const& name : names) {
        auto const is_it = [&](ModelInput const& input) { return input.name == name; };
        auto const input = std::ranges::find_if(all, is_it);
        if (input == all.end()) {
            std::vector<std::string> known;
            for (ModelInput const& other : all) {
                known.push_back(other.name);
            }
            auto const suggestion = text::did_you_mean(name, known);
            throw RunError(fmt::format("there is no drawn input \"{}\"{}",
                                       name,
                                       suggestion.empty() ? "" : ": " + suggestion));
        }
        if (std::ranges::any_of(found, is_it)) {
            throw RunError(fmt::format("the input \"{}\" is given twice", name));
        }
        found.push_back(*input);
    }
    return found;
}

double uniform_of_word(std::uint32_t word) {
    double const tail = (static_cast<double>(word >> 1) + 0.5) * 0x1p-32;
    return (word & 1) != 0 ? 1.0 - tail : tail;
}

std::uint32_t word_of_uniform(double uniform) {
    bool const is_upper = uniform > 0.5;
    double const tail = is_upper ? 1.0 - uniform : uniform;  // exact in either half
    auto const cell = std::min(static_cast<std::uint32_t>(tail * 0x1p32), 0x7fffffffu);
    return cell << 1 | static_cast<std::uint32_t>(is_upper);
}

void draw_uniforms(Model const& model,
                   std::span<ModelInput const> inputs,
                   std::uint64_t seed,
                   std::uint64_t first_sample,
                   std::span<double> to) {
    std::size_t const samples = inputs.empty() ? 0 : to.size() / inputs.size();
    on_all_threads("leadtime::draw_uniforms", samples, [&](std::size_t place) {
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            kernels::ScoreDraw const& draw =
                model.plan().score_draws[static_cast<std::size_t>(inputs[i].score)];
            to[place * inputs.size() + i] = uniform_of_word(
                kernels::random_word(seed, first_sample + place, draw.id, draw.knot));
        }
    });
}

}  // namespace leadtime::estimator
