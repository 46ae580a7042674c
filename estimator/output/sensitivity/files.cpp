// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/program_json.hpp"
#include "estimator/output/sensitivity/output.hpp"
#include "text/csv_fields.hpp"
#include "text/number_format.hpp"

#include <nlohmann/json.hpp>

namespace leadtime::estimator {
namespace {

using Json = nlohmann::ordered_json;

/// Adds lines of one output.
class CsvLines {
  public:
    CsvLines(std::string& text, SelectedOutput const& output)
        : text_(text)
        , prefix_(text::csv_field(output.name) + ',' + text::csv_field(output.info.unit)
                  + ',') {}

    void add(char const* method,
             std::string const& input,
             std::string const& statistic,
             double value) {
        text_ += prefix_ + method + ',' + text::csv_field(input) + ',' + statistic + ','
                 + text::exact_number(value) + '\n';
    }
    void add(char const* method,
             std::string const& input,
             std::string const& statistic,
             Estimate const& value) {
        add(method, input, statistic, value.value);
        add(method, input, statistic + "_se", value.standard_error);
    }

  private:
    std::string& text_;
    std::string prefix_;
};

void add_estimate(Json& json, std::string const& name, Estimate const& value) {
    json[name] = value.value;
    json[name + "_se"] = value.standard_error;
}

Json summary_json(SelectedOutput const& output, OutputSummary const& summary) {
    return {{"output", output.name},
            {"path", output.info.path.empty() ? Json() : Json(output.info.path)},
            {"metric", output.info.metric},
            {"month", output.month.empty() ? Json() : Json(output.month)},
            {"unit", output.info.unit},
            {"mean", summary.mean},
            {"sd", summary.standard_deviation},
            {"median", summary.median},
            {"tail_index", summary.tail_index},
            {"share_below", summary.share_below},
            {"share_above", summary.share_above},
            {"stand_in_below", summary.stand_in_below},
            {"stand_in_above", summary.stand_in_above}};
}

Json output_json(SensitivityResult const& result, OutputSensitivity const& output) {
    Json json = summary_json(output.output, output.summary);
    json["given_data"] = Json::array();
    for (std::size_t const i : ranked_inputs(output)) {
        GivenDataIndices const& indices = output.given_data[i];
        Json entry{{"input", result.inputs[i].name}};
        add_estimate(entry, "first_order", indices.first_order);
        add_estimate(entry, "rank", indices.rank);
        add_estimate(entry, "delta", indices.delta);
        json["given_data"].push_back(std::move(entry));
    }
    json["pick_freeze"] = Json::array();
    for (std::size_t g = 0; g < output.pick_freeze.size(); ++g) {
        Json entry{{"group", result.groups[g].name}};
        add_estimate(entry, "first_order", output.pick_freeze[g].first_order);
        add_estimate(entry, "total", output.pick_freeze[g].total);
        json["pick_freeze"].push_back(std::move(entry));
    }
    json["tornado"] = Json::array();
    for (std::size_t i = 0; i < output.tornado.size(); ++i) {
        Json entry{{"input", result.bars[i]},
                   {"low", result.bar_values[i].first},
                   {"high", result.bar_values[i].second}};
        add_estimate(entry, "median_at_p5", output.tornado[i].at_p5);
        add_estimate(entry, "median_at_p95", output.tornado[i].at_p95);
        json["tornado"].push_back(std::move(entry));
    }
    return json;
}

Json decision_json(SensitivityResult const& result, DecisionValue const& decision) {
    Json json{{"unit", decision.options.front().info.unit},
              {"best", decision.best},
              {"options", Json::array()},
              {"evppi", Json::array()}};
    add_estimate(json, "evpi", decision.perfect);
    for (std::size_t d = 0; d < decision.options.size(); ++d) {
        json["options"].push_back(
            summary_json(decision.options[d], decision.summaries[d]));
    }
    for (std::size_t i = 0; i < decision.partial.size(); ++i) {
        Json entry{{"input", result.inputs[i].name}};
        add_estimate(entry, "value", decision.partial[i]);
        json["evppi"].push_back(std::move(entry));
    }
    return json;
}

}  // namespace

std::string sensitivity_csv(SensitivityResult const& result) {
    std::string text = "output,unit,method,input,statistic,value\n";
    for (OutputSensitivity const& output : result.outputs) {
        CsvLines lines(text, output.output);
        lines.add("sample", "", "mean", output.summary.mean);
        lines.add("sample", "", "sd", output.summary.standard_deviation);
        lines.add("sample", "", "median", output.summary.median);
        lines.add("sample", "", "share_below", output.summary.share_below);
        lines.add("sample", "", "share_above", output.summary.share_above);
        for (std::size_t i = 0; i < result.inputs.size(); ++i) {
            std::string const& name = result.inputs[i].name;
            GivenDataIndices const& indices = output.given_data[i];
            lines.add("given_data", name, "first_order", indices.first_order);
            lines.add("given_data", name, "rank", indices.rank);
            lines.add("given_data", name, "delta", indices.delta);
        }
        for (std::size_t g = 0; g < output.pick_freeze.size(); ++g) {
            std::string const& name = result.groups[g].name;
            lines.add(
                "pick_freeze", name, "first_order", output.pick_freeze[g].first_order);
            lines.add("pick_freeze", name, "total", output.pick_freeze[g].total);
        }
        for (std::size_t i = 0; i < output.tornado.size(); ++i) {
            TornadoBar const& bar = output.tornado[i];
            lines.add("tornado", result.bars[i], "median_at_p5", bar.at_p5);
            lines.add("tornado", result.bars[i], "median_at_p95", bar.at_p95);
        }
    }
    if (result.decision) {
        SelectedOutput decision = result.decision->options.front();
        decision.name = "decision";
        CsvLines lines(text, decision);
        lines.add("value_of_information", "", "evpi", result.decision->perfect);
        for (std::size_t i = 0; i < result.decision->partial.size(); ++i) {
            lines.add("value_of_information",
                      result.inputs[i].name,
                      "evppi",
                      result.decision->partial[i]);
        }
    }
    return text;
}

std::string sensitivity_json(SensitivityResult const& result) {
    Json json{{"format", "leadtime-sensitivity"},
              {"format_version", 1},
              {"leadtime", program_json()},
              {"scenario",
               {{"name", result.scenario_name},
                {"file", result.scenario_file},
                {"hash", result.scenario_hash}}},
              {"seed", result.seed},
              {"samples", result.options.samples},
              {"pick_freeze_samples", result.options.pick_freeze},
              {"tornado_samples", result.options.tornado},
              {"model_runs", result.model_runs},
              {"backend", result.backend},
              {"ordering", "Thrust, " + result.ordering},
              {"wall_time_s", result.wall_time_s},
              {"inputs", Json::array()},
              {"groups", Json::array()},
              {"outputs", Json::array()}};
    for (Factor const& input : result.inputs) {
        json["inputs"].push_back(
            {{"name", input.name},
             {"month", input.month.empty() ? Json() : Json(input.month)},
             {"correlated_with", input.correlated_with}});
    }
    for (FactorGroup const& group : result.groups) {
        json["groups"].push_back({{"name", group.name}, {"members", group.members}});
    }
    for (OutputSensitivity const& output : result.outputs) {
        json["outputs"].push_back(output_json(result, output));
    }
    json["decision"] =
        result.decision ? decision_json(result, *result.decision) : Json();
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace leadtime::estimator
