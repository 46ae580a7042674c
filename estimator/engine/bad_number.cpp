// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/bad_number.hpp"

#include "estimator/engine/errors.hpp"
#include "estimator/engine/replay.hpp"
#include "estimator/quantities/number.hpp"
#include "text/display_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

namespace leadtime::estimator {
namespace {

using kernels::Code;
using kernels::Instruction;

constexpr std::size_t most_inputs = 8;

/// `month` from the start, as steps of the model are.
std::string in_month(Scenario const& scenario, int month) {
    return fmt::format(" in {}", calendar_name(scenario, month));
}

std::string output_name(OutputInfo const& output) {
    return output.path.empty() ? output.metric
                               : fmt::format("path.{}.{}", output.path, output.metric);
}

std::string describe(Scenario const& scenario, OutputInfo const& output) {
    return output.step < 0 ? output_name(output)
                           : output_name(output)
                                 + in_month(scenario, scenario.last_month(output.step));
}

/// `0 / 0`: the operation in which the fault begins, in base units; empty where that
/// would tell nothing.
std::string operation_text(Instruction const& i, Replay const& replay, int step) {
    auto const value = [&](int row) {
        return format_number(static_cast<double>(replay.at({row, step})));
    };
    auto const operand = [&](int row) {
        std::string const text = value(row);
        return text.starts_with('-') ? "(" + text + ")" : text;
    };
    auto const binary = [&](char const* symbol) {
        return fmt::format("{} {} {}", value(i.a), symbol, operand(i.b));
    };
    auto const call = [&](char const* name) {
        return fmt::format("{}({})", name, value(i.a));
    };
    switch (i.code) {
    case Code::add:
        return binary("+");
    case Code::subtract:
        return binary("-");
    case Code::multiply:
        return binary("*");
    case Code::divide:
        return binary("/");
    case Code::power:
        return fmt::format("{} ^ {}", operand(i.a), operand(i.b));
    case Code::logarithm:
        return call("log");
    case Code::logarithm10:
        return call("log10");
    case Code::square_root:
        return call("sqrt");
    case Code::exponential:
        return call("exp");
    case Code::sine:
        return call("sin");
    default:
        return {};
    }
}

class Message {
  public:
    Message(Scenario const& scenario, Plan const& plan, Replay const& replay)
        : scenario_(scenario)
        , plan_(plan)
        , replay_(replay) {}

    /// `in 2025-03` of a place in a formula; empty where it has no month.
    std::string month_of(Birth const& birth) const {
        if (birth.quantity->month) {
            return in_month(scenario_, static_cast<int>(*birth.quantity->month));
        }
        return replay_.is_without_month(birth.where.row)
                   ? ""
                   : in_month(scenario_, birth.where.step);
    }

    /// `(0 / 0 in "a / b", x.toml:3:12); its inputs: a = 0, b = 0`
    std::string reason(Birth const& birth, Quantity const& quantity) const {
        std::string text;
        std::string const operation =
            birth.instruction == nullptr
                ? ""
                : operation_text(*birth.instruction, replay_, birth.where.step);
        std::vector<std::string> parts;
        if (!quantity.formula_text.empty()) {
            parts.push_back(fmt::format("{}\"{}\"",
                                        operation.empty() ? "in " : operation + " in ",
                                        text::escape_controls(quantity.formula_text)));
        }
        text::SourcePlace const& place = quantity.formula_source.place;
        if (!place.file.empty() && place.line > 0) {
            parts.push_back(fmt::format("{}:{}:{}",
                                        text::escape_controls(place.file),
                                        place.line,
                                        place.column));
        }
        if (!parts.empty()) {
            text += fmt::format(" ({})", fmt::join(parts, ", "));
        }
        std::vector<std::string> names;
        list_names(quantity.formula, names);
        std::vector<std::string> inputs;
        for (std::string const& name : names) {
            if (auto const value = value_text(name, birth)) {
                inputs.push_back(fmt::format("{} = {}", name, *value));
            }
        }
        if (!inputs.empty()) {
            bool const all = inputs.size() <= most_inputs;
            inputs.resize(std::min(inputs.size(), most_inputs));
            text += fmt::format(
                "; its inputs: {}{}", fmt::join(inputs, ", "), all ? "" : ", ...");
        }
        return text;
    }

  private:
    static void list_names(Expression const& node, std::vector<std::string>& names) {
        if (node.op == Op::name && std::ranges::find(names, node.name) == names.end()) {
            names.push_back(node.name);
        }
        for (Expression const& argument : node.arguments) {
            list_names(argument, names);
        }
    }

    std::optional<std::string> value_text(std::string const& name,
                                          Birth const& birth) const {
        if (name == "month" || name == "year") {
            return std::nullopt;
        }
        if (auto const index = scenario_.find_quantity(name)) {
            auto const in = [&](std::optional<double> month) {
                return std::ranges::find_if(
                    plan_.quantity_rows, [&](QuantityRow const& known) {
                        return known.quantity == *index && known.month == month;
                    });
            };
            auto found = in(birth.quantity->month);
            found = found == plan_.quantity_rows.end() ? in(std::nullopt) : found;
            if (found == plan_.quantity_rows.end()) {
                return std::nullopt;
            }
            Unit const& unit = scenario_.quantities[*index].unit;
            double const value = replay_.at({found->row, birth.where.step});
            return format_number(value / unit.scale)
                   + (unit.is_date       ? " months from the start"
                      : unit.text == "1" ? ""
                                         : " " + unit.text);
        }
        auto const found = plan_.metric_rows.find(name);
        if (found == plan_.metric_rows.end()) {
            return std::nullopt;
        }
        return format_number(
            static_cast<double>(replay_.at({found->second, birth.where.step})));
    }

    Scenario const& scenario_;
    Plan const& plan_;
    Replay const& replay_;
};

}  // namespace

std::optional<std::size_t> find_bad(OutputInfo const& output,
                                    std::span<float const> values) {
    auto const found = std::ranges::find_if(
        values, [&](float const value) { return is_bad(output, value); });
    return found == values.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - values.begin()));
}

void refuse_sample(Model const& model,
                   std::uint64_t seed,
                   std::uint64_t sample,
                   int output,
                   float value,
                   std::string const& context) {
    Scenario const& scenario = model.scenario();
    Plan const& plan = model.plan();
    OutputInfo const& info = plan.outputs[static_cast<std::size_t>(output)];
    BadValuePlace const place{
        output_name(info),
        info.step < 0 ? "" : calendar_name(scenario, scenario.last_month(info.step)),
        sample,
        value};
    Fault const fault = std::isnan(value) ? Fault::not_a_number : Fault::infinite;
    auto const words = [](Fault of) {
        return of == Fault::not_a_number ? "not a number" : "infinite";
    };
    Replay const replay(plan, seed, sample);
    auto const birth = replay.find_birth(output, fault);
    if (birth && birth->quantity) {
        Quantity const& quantity = scenario.quantities[birth->quantity->quantity];
        Message const message(scenario, plan, replay);
        throw BadValueError(fmt::format("{}quantity \"{}\" is {}{} in sample {}{}",
                                        context,
                                        quantity.name,
                                        words(birth->fault),
                                        message.month_of(*birth),
                                        sample,
                                        message.reason(*birth, quantity)),
                            place);
    }
    throw BadValueError(
        fmt::format("{}{} is {} in sample {}{}; check the inputs it depends on",
                    context,
                    describe(scenario, info),
                    words(fault),
                    sample,
                    fault == Fault::infinite ? " (numbers above 3.4e38 overflow)" : ""),
        place);
}

void check_values(Model const& model,
                  std::uint64_t seed,
                  std::span<int const> outputs,
                  std::span<float const> values,
                  std::string const& context,
                  std::uint64_t first_sample) {
    std::size_t const samples = outputs.empty() ? 0 : values.size() / outputs.size();
    std::size_t first = samples;
    std::size_t bad = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        OutputInfo const& info = model.outputs()[static_cast<std::size_t>(outputs[i])];
        auto const found = find_bad(info, values.subspan(i * samples, first));
        if (found) {
            first = *found;
            bad = i;
        }
    }
    if (first < samples) {
        refuse_sample(model,
                      seed,
                      first_sample + first,
                      outputs[bad],
                      values[bad * samples + first],
                      context);
    }
}

}  // namespace leadtime::estimator
