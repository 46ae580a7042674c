// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/events.hpp"

#include "estimator/quantities/distribution_reader.hpp"
#include "estimator/quantities/families/families.hpp"
#include "estimator/reader/formula_nodes.hpp"
#include "estimator/reader/quantities.hpp"
#include "estimator/reader/regimes.hpp"

#include <array>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {

namespace {

/// What a date and a hazard have in common, and where it is from.
class EventReader {
  public:
    EventReader(ReaderState& state, text::TableReader& table, std::string name)
        : state_(state)
        , table_(table) {
        event_.name = std::move(name);
        event_.active = state.names.at(event_.name);
        event_.place = state.scenario.quantities[event_.active].place;
    }

    void read() {
        event_.description = table_.optional_string("description").value_or("");
        event_.provenance = read_provenance(table_);
        bool const has_date = table_.has("date");
        event_.by_hazard = table_.has("hazard_per_year");
        date_ = input({"date", "date", -unlimited});
        hazard_ = input({"hazard_per_year", "1/year"});
        probability_ = input({"probability", "1", 0, 1});
        duration_ = input({"duration_months", "month"});
        from_ = read_day("from");
        repeats_ = table_.optional_bool("repeats");
        read_force();
        table_.finish();
        if (!has_date && !event_.by_hazard) {
            table_.fail_table(
                fmt::format("event \"{}\" has neither a date nor a hazard",
                            event_.name),
                {},
                "add date = \"2026-03 to 2027-06\" or hazard_per_year = 0.1");
        } else if (has_date && event_.by_hazard) {
            table_.fail_key(
                "hazard_per_year",
                fmt::format("event \"{}\" has both a date and a hazard", event_.name),
                {},
                "give one of the two");
        } else if (has_date) {
            for (auto const* key : {"from", "repeats"}) {
                if (table_.table().contains(key)) {
                    table_.fail_key(
                        key, fmt::format("\"{}\" needs \"hazard_per_year\"", key));
                }
            }
        } else if (repeats_.value_or(false) && !duration_) {
            table_.fail_key("repeats",
                            "\"repeats\" needs \"duration_months\"",
                            "an event that never ends cannot come again");
        }
        define();
        state_.scenario.events.push_back(std::move(event_));
    }

  private:
    ReaderState& state_;
    text::TableReader& table_;
    Event event_;
    std::optional<Input> date_;
    std::optional<Input> hazard_;
    std::optional<Input> probability_;
    std::optional<Input> duration_;
    std::optional<double> from_;
    std::optional<bool> repeats_;
    std::optional<double> forced_date_;

    std::optional<Input> input(InputSpec const& spec) {
        return read_named_unit(state_, table_, spec, event_.provenance);
    }

    std::optional<double> read_day(char const* key) {
        auto const* node = table_.raw(key);
        return node == nullptr
                   ? std::nullopt
                   : read_scalar(table_, *node, key, true, state_.scenario.start_month);
    }

    void read_force() {
        static std::array<std::string, 2> const words{"off", "on"};
        auto const word = table_.optional_string("force");
        if (!word) {
            return;
        }
        event_.force = *word;
        auto const read = parse_value_text(*word, true, state_.scenario.start_month);
        if (auto const* date = std::get_if<ValueText>(&read);
            date != nullptr && date->values.size() == 1) {
            forced_date_ = date->values[0];
        } else if (*word == "on" && event_.by_hazard) {
            table_.fail(
                *table_.raw("force"),
                fmt::format("\"on\" needs a date, and event \"{}\" has a hazard",
                            event_.name),
                {},
                "write the month in which it comes: force = \"2027-01\"");
        } else if (*word != "on" && *word != "off") {
            table_.fail(*table_.raw("force"),
                        fmt::format("unknown force \"{}\"", *word),
                        "it is off, on, or the date when the event comes",
                        text::did_you_mean(*word, words));
        }
    }

    std::string key(char const* word) const { return table_.path_of(word); }

    Expression node(Input const& value) const { return input_node(state_, value); }

    /// 1 in the samples in which the event may come.
    Expression occurs() {
        auto const name = key("occurs");
        auto const index = declare_quantity(state_, name);
        auto& quantity = state_.scenario.quantities[index];
        quantity.value = make_uniform(0, 1);
        quantity.unit = known_unit("1");
        quantity.is_inline = true;
        quantity.place = event_.place;
        quantity.provenance.source = "random draw";
        quantity.value_text = "U(0, 1), below the probability: it occurs";
        return call_node(Op::less, {name_node(name), node(*probability_)});
    }

    void give(Expression formula, std::string text) {
        declare_formula(state_,
                        event_.name,
                        std::move(formula),
                        std::move(text),
                        event_.place,
                        event_.provenance);
    }

    void define() {
        if (event_.force == "off") {
            give(constant_series(false), "0 (forced off)");
        } else if (date_ || forced_date_) {
            define_by_date();
        } else if (hazard_) {
            define_by_hazard();
        } else {
            state_.broken.insert(event_.active);
        }
    }

    void define_by_date() {
        Expression const date = forced_date_ ? date_node(*forced_date_) : node(*date_);
        std::string const date_text =
            forced_date_ ? fmt::format("'{}'", event_.force) : key("date");
        Expression active = call_node(Op::since, {date});
        std::string text = fmt::format("since({})", date_text);
        if (duration_) {
            Expression const end = call_node(
                Op::add,
                {date, call_node(Op::max, {number_node(0), node(*duration_)})});
            active = call_node(Op::sub, {active, call_node(Op::since, {end})});
            text += fmt::format(" - since({} + {})", date_text, key("duration_months"));
        }
        if (probability_ && event_.force.empty()) {
            active = call_node(Op::mul, {occurs(), active});
            text = fmt::format(
                "({} < {}) * ({})", key("occurs"), key("probability"), text);
        }
        give(std::move(active), std::move(text));
    }

    void define_by_hazard() {
        Expression hazard = node(*hazard_);
        std::string text = fmt::format("hazard {}", key("hazard_per_year"));
        if (from_) {
            hazard =
                call_node(Op::mul, {hazard, call_node(Op::since, {date_node(*from_)})});
        }
        if (probability_) {
            hazard = call_node(Op::mul, {hazard, occurs()});
        }
        bool const again = duration_ && repeats_.value_or(true);
        auto const noise = declare_noise(state_, key("noise"), event_.place);
        Expression active =
            call_node(Op::hazard_event,
                      {std::move(hazard),
                       duration_ ? node(*duration_) : number_node(unlimited),
                       name_node(state_.scenario.quantities[noise].name)});
        active.number = again ? 1.0 : 0.0;
        if (duration_) {
            text += fmt::format(", for {}", key("duration_months"));
        }
        text += again ? "" : ", once";
        give(std::move(active), std::move(text));
    }
};

}  // namespace

void read_events(ReaderState& state, text::TableReader& root) {
    std::vector<std::string> names;
    auto all = root.child("event");
    if (all) {
        for (auto const& entry : all->entries()) {
            if (is_new_name(state, *all, entry, "an event")) {
                auto const index = declare_quantity(state, entry.key);
                state.scenario.quantities[index].place = all->place_of(*entry.node);
                state.scenario.quantities[index].is_inline = true;
                names.push_back(entry.key);
            }
        }
    }
    auto const regimes = declare_regimes(state, root);
    read_regimes(state, root, regimes);
    for (auto const& name : names) {
        if (auto table = all->child(name)) {
            EventReader(state, *table, name).read();
        } else {
            state.broken.insert(state.names.at(name));
        }
    }
}

void warn_of_unread_events(ReaderState& state) {
    auto const warn = [&](text::SourcePlace const& place,
                          std::string const& key,
                          std::string problem) {
        text::ConfigIssue warning;
        warning.place = place;
        warning.key = key;
        warning.problem = std::move(problem);
        state.scenario.warnings.push_back(std::move(warning));
    };
    for (auto const& event : state.scenario.events) {
        if (!state.used.contains(event.active)) {
            warn(event.place,
                 "event." + event.name,
                 fmt::format("event \"{}\" is never used", event.name));
        }
    }
    for (auto const& regime : state.scenario.regimes) {
        bool used = false;
        for (auto const active : regime.active) {
            used = used || state.used.contains(active);
        }
        if (!used) {
            warn(regime.place,
                 "regime." + regime.name,
                 fmt::format("regime \"{}\" is never used", regime.name));
        }
    }
}

}  // namespace leadtime::estimator::detail
