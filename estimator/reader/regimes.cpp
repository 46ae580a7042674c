// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/regimes.hpp"

#include "estimator/quantities/distribution_reader.hpp"
#include "estimator/reader/formula_nodes.hpp"
#include "estimator/reader/quantities.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

constexpr std::size_t most_states = 16;

/// Reads the states, without a word about what is wrong with them.
std::vector<std::string> states_of(toml::node const& node) {
    std::vector<std::string> states;
    auto const* table = node.as_table();
    auto const* list =
        table == nullptr ? nullptr : table->get_as<toml::array>("states");
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        if (auto const* text = list->get(i)->as_string()) {
            states.push_back(text->get());
        }
    }
    return states;
}

class RegimeReader {
  public:
    RegimeReader(ReaderState& state, text::TableReader& table, std::string name)
        : state_(state)
        , table_(table) {
        regime_.name = std::move(name);
    }

    void read(text::SourcePlace const& place) {
        regime_.place = place;
        regime_.description = table_.optional_string("description").value_or("");
        regime_.provenance = read_provenance(table_);
        auto const before = state_.issues.size();
        if (!read_states()) {
            for (auto const* key : {"start", "force", "from", "hazard_per_year"}) {
                table_.raw(key);  // known, but nothing can be said of it
            }
            table_.finish();
            return;
        }
        auto const start = read_state("start", table_.required("start") != nullptr);
        auto const forced = read_state("force", table_.has("force"));
        std::optional<double> from;
        if (auto const* node = table_.raw("from")) {
            from =
                read_scalar(table_, *node, "from", true, state_.scenario.start_month);
        }
        auto hazards = read_hazards();
        table_.finish();
        if (state_.issues.size() > before) {
            return;  // its states stay 0
        }
        if (forced) {
            regime_.force = regime_.states[*forced];
            give_states([&](std::size_t i) { return constant_series(i == *forced); },
                        "forced");
        } else {
            follow(*start, from, std::move(hazards));
        }
        state_.scenario.regimes.push_back(std::move(regime_));
    }

  private:
    ReaderState& state_;
    text::TableReader& table_;
    Regime regime_;

    /// Whether all is well with them.
    bool read_states() {
        auto const before = state_.issues.size();
        auto const* node = table_.required("states");
        auto const states = table_.optional_strings("states");
        if (node == nullptr || !states) {
            return false;
        }
        std::set<std::string> seen;
        for (auto const& state : *states) {
            if (!is_identifier(state)) {
                table_.fail(*node,
                            fmt::format("\"{}\" cannot name a state", state),
                            "names are letters, digits and _, no digit first");
            } else if (!seen.insert(state).second) {
                table_.fail(*node, fmt::format("state \"{}\" is listed twice", state));
            } else {
                regime_.states.push_back(state);
            }
        }
        if (states->size() < 2 || states->size() > most_states) {
            table_.fail(*node,
                        fmt::format("regime \"{}\" has {} state{}",
                                    regime_.name,
                                    states->size(),
                                    states->size() == 1 ? "" : "s"),
                        fmt::format("it needs 2 to {}", most_states));
        }
        return state_.issues.size() == before;
    }

    std::optional<std::size_t> find(std::string const& state) const {
        auto const found =
            std::find(regime_.states.begin(), regime_.states.end(), state);
        return found == regime_.states.end() ? std::nullopt
                                             : std::optional(static_cast<std::size_t>(
                                                 found - regime_.states.begin()));
    }

    void refuse_state(text::TableReader& table,
                      std::string const& key,
                      std::string const& state) {
        table.fail_key(
            key,
            fmt::format("unknown state \"{}\"", state),
            fmt::format("the states are {}", fmt::join(regime_.states, ", ")),
            text::did_you_mean(state, regime_.states));
    }

    std::optional<std::size_t> read_state(char const* key, bool is_given) {
        auto const state = is_given ? table_.optional_string(key) : std::nullopt;
        if (!state) {
            return std::nullopt;
        }
        auto const found = find(*state);
        if (!found) {
            refuse_state(table_, key, *state);
        }
        return found;
    }

    /// By (from, to), row by row without the diagonal; 0 where nothing is given.
    std::vector<Expression> read_hazards() {
        std::size_t const n = regime_.states.size();
        std::vector<Expression> hazards(n < 2 ? 0 : n * (n - 1), number_node(0.0));
        if (table_.required("hazard_per_year") == nullptr) {
            return hazards;
        }
        auto all = table_.child("hazard_per_year");
        if (!all) {
            return hazards;
        }
        for (auto const& entry : all->entries()) {
            auto const from = find(entry.key);
            if (!from) {
                refuse_state(*all, entry.key, entry.key);
                continue;
            }
            auto row = all->child(entry.key);
            if (!row) {
                continue;
            }
            for (auto const& way : row->entries()) {
                auto const to = find(way.key);
                if (!to) {
                    refuse_state(*row, way.key, way.key);
                } else if (*to == *from) {
                    row->fail_key(
                        way.key,
                        fmt::format("a hazard from \"{}\" to itself", way.key));
                } else if (auto const value = read_named_unit(
                               state_, *row, {way.key, "1/year"}, regime_.provenance)) {
                    hazards[*from * (n - 1) + (*to < *from ? *to : *to - 1)] =
                        input_node(state_, *value);
                }
            }
        }
        return hazards;
    }

    template <class Formula>
    void give_states(Formula const& formula, std::string const& text) {
        for (std::size_t i = 0; i < regime_.states.size(); ++i) {
            regime_.active.push_back(
                declare_formula(state_,
                                regime_.name + "." + regime_.states[i],
                                formula(i),
                                text,
                                regime_.place,
                                regime_.provenance));
        }
    }

    void follow(std::size_t start,
                std::optional<double> from,
                std::vector<Expression> hazards) {
        std::string const number = table_.path_of("number");
        auto const noise =
            declare_noise(state_, table_.path_of("noise"), regime_.place);
        std::vector<Expression> arguments{
            name_node(state_.scenario.quantities[noise].name)};
        for (auto& hazard : hazards) {
            bool const is_none = hazard.op == Op::number;
            if (from && !is_none) {
                hazard = call_node(Op::mul,
                                   {call_node(Op::since, {date_node(*from)}), hazard});
            }
            arguments.push_back(std::move(hazard));
        }
        Expression chain = call_node(Op::regime, std::move(arguments));
        chain.number = static_cast<double>(start);
        declare_formula(state_,
                        number,
                        std::move(chain),
                        fmt::format("Markov chain from {}", regime_.states[start]),
                        regime_.place,
                        regime_.provenance);
        give_states(
            [&](std::size_t i) {
                return call_node(
                    Op::equal,
                    {name_node(number), number_node(static_cast<double>(i))});
            },
            fmt::format("state of {}", table_.key_path()));
    }
};

}  // namespace

std::vector<std::string> declare_regimes(ReaderState& state, text::TableReader& root) {
    std::vector<std::string> names;
    auto all = root.child("regime");
    if (!all) {
        return names;
    }
    for (auto const& entry : all->entries()) {
        if (!is_new_name(state, *all, entry, "a regime")) {
            continue;
        }
        names.push_back(entry.key);
        for (auto const& word : states_of(*entry.node)) {
            auto const name = entry.key + "." + word;
            if (!state.names.contains(name)) {
                declare_formula(
                    state, name, number_node(0.0), {}, all->place_of(*entry.node), {});
            }
        }
    }
    return names;
}

void read_regimes(ReaderState& state,
                  text::TableReader& root,
                  std::vector<std::string> const& names) {
    auto all = root.child("regime");
    for (auto const& name : names) {
        if (auto table = all->child(name)) {
            RegimeReader(state, *table, name)
                .read(all->place_of(*all->table().get(name)));
        }
    }
}

}  // namespace leadtime::estimator::detail
