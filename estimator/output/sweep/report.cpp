// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/sweep/report.hpp"

#include "estimator/output/page_json.hpp"
#include "estimator/output/sweep/files.hpp"
#include "text/number_format.hpp"

#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

namespace leadtime::estimator {
namespace {

using Json = nlohmann::ordered_json;

// More would be slow to open, and no cell of a picture could be seen.
constexpr std::size_t most_cells_of_a_page = 20'000;
constexpr std::size_t most_numbers_of_a_page = 200'000;  // cells times outputs

/// The statistics that the page shows.
bool is_shown(std::string_view name) {
    static std::set<std::string_view> const names{"mean",
                                                  "mean_se",
                                                  "sd",
                                                  "p05",
                                                  "p25",
                                                  "p50",
                                                  "p75",
                                                  "p95",
                                                  "p05_se",
                                                  "p25_se",
                                                  "p50_se",
                                                  "p75_se",
                                                  "p95_se",
                                                  "share_below",
                                                  "share_above"};
    return names.contains(name);
}

char const* name_of(KeyScale scale) {
    return scale == KeyScale::log      ? "log"
           : scale == KeyScale::linear ? "linear"
                                       : "ordinal";
}

Json header(FinishedSweep const& sweep) {
    return {{"format", "leadtime-sweep-report"},
            {"format_version", 1},
            {"leadtime", sweep.program},
            {"scenario",
             {{"name", sweep.scenario_name},
              {"description", sweep.scenario_description},
              {"file", sweep.scenario_file}}},
            {"start_month", sweep.start_month ? Json(*sweep.start_month) : Json()},
            {"overrides", sweep.overrides},
            {"seed", std::to_string(sweep.seed)},  // above 2^53 no number of JavaScript
            {"samples", sweep.samples},
            {"design", sweep.is_grid ? "grid" : "latin hypercube"},
            {"cells", sweep.cells}};
}

/// A grid's values as they were written; those of a hypercube, which are numbers, once.
void append_key(std::string& out, SweptKey const& key, bool is_grid) {
    out += fmt::format(
        "{{\"key\":{},\"scale\":\"{}\"", page_text(key.key), name_of(key.scale));
    if (is_grid || key.numbers.empty()) {
        out += ",\"values\":" + page_text(key.values);
    }
    out += ",\"numbers\":[";
    for (std::size_t i = 0; i < key.numbers.size(); ++i) {
        fmt::format_to(
            std::back_inserter(out), "{}{:.12g}", i > 0 ? "," : "", key.numbers[i]);
    }
    out += "]}";
}

void append_output(std::string& out,
                   SweptOutput const& output,
                   QuantileLevels const& levels) {
    out += fmt::format(
        "{{\"output\":{},\"path\":{},\"metric\":{},\"unit\":{},\"month\":{}",
        page_text(output.output),
        page_text(output.path),
        page_text(output.metric),
        page_text(output.unit),
        page_text(output.month));
    auto const names = sweep_statistics(levels);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (is_shown(names[i])) {
            out += ",\"" + names[i] + "\":";
            append_numbers(out, output.numbers[i]);
        }
    }
    out += '}';
}

}  // namespace

std::string sweep_page_problem(std::size_t cells, std::size_t outputs) {
    if (cells <= most_cells_of_a_page && outputs <= most_numbers_of_a_page / cells) {
        return {};
    }
    return fmt::format("a page holds at most {} cells, and {} cells times outputs; the "
                       "sweep has {} cells and {} outputs",
                       text::grouped_text(most_cells_of_a_page),
                       text::grouped_text(most_numbers_of_a_page),
                       text::grouped_text(cells),
                       text::grouped_text(outputs));
}

std::string sweep_report_json(FinishedSweep const& sweep) {
    auto out = page_text(header(sweep));
    out.pop_back();  // the closing brace
    out += ",\n\"keys\":[";
    for (std::size_t i = 0; i < sweep.keys.size(); ++i) {
        out += i > 0 ? ",\n" : "\n";
        append_key(out, sweep.keys[i], sweep.is_grid);
    }
    out += "],\n\"outputs\":[";
    for (std::size_t i = 0; i < sweep.outputs.size(); ++i) {
        out += i > 0 ? ",\n" : "\n";
        append_output(out, sweep.outputs[i], sweep.levels);
    }
    return out + "]}";
}

std::string sweep_report_json(std::filesystem::path const& directory) {
    auto sweep = read_sweep_description(directory);
    auto const problem = sweep_page_problem(sweep.cells, sweep.outputs.size());
    if (!problem.empty()) {
        throw SweepFileError(problem);
    }
    read_sweep_numbers(directory, sweep);
    return sweep_report_json(sweep);
}

}  // namespace leadtime::estimator
