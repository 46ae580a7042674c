// SPDX-License-Identifier: Apache-2.0
#include "estimator/backtest/backtest.hpp"
#include "estimator/cluster/evaluation.hpp"
#include "estimator/cluster/training_cost.hpp"
#include "estimator/quantities/portable_math.hpp"
#include "hwprofiles/profile_library.hpp"
#include "text/csv_fields.hpp"
#include "text/months.hpp"

#include <array>
#include <cmath>
#include <map>
#include <optional>

namespace leadtime::estimator {
namespace {

/// Accelerator names of Epoch AI's tables and what their cost method takes for them.
struct CostHardware {
    std::string_view name;     ///< start of the name
    std::string_view profile;  ///< ours
    std::string_view hardware_class;
    double tdp_w;
    double server_factor;  ///< 2405.21015: server over accelerator power
};

constexpr std::array cost_hardware{
    CostHardware{"NVIDIA Tesla V100", "v100_sxm2_32gb", "V100", 300, 1.67},
    CostHardware{"NVIDIA A100 SXM4 40 GB", "a100_sxm_40gb", "A100", 400, 2.03},
    CostHardware{"NVIDIA A100", "a100_sxm_80gb", "A100", 400, 2.03},
    CostHardware{"NVIDIA H100", "h100_sxm", "H100", 700, 1.82},
};

CostHardware const* hardware_of(std::string_view name) {
    if (name.find(',') != std::string_view::npos) {
        return nullptr;  // a mixed cluster
    }
    for (auto const& hardware : cost_hardware) {
        if (name.starts_with(hardware.name)) {
            return &hardware;
        }
    }
    return nullptr;
}

/// US industrial electricity, USD/kWh, of a year (EIA, as Epoch AI uses it).
double electricity_of(int year) {
    constexpr std::array prices{0.0667, 0.0718, 0.0832, 0.0806, 0.0771, 0.0826};
    auto const index = std::min(std::max(year - 2020, 0), 5);
    return prices[static_cast<std::size_t>(index)];
}

TrainingCost cost_of(CostHardware const& hardware,
                     std::string const& date,
                     double value_usd,
                     double chip_hours) {
    TrainingCostInputs inputs;
    inputs.chip_hours = chip_hours;
    inputs.value_usd = value_usd;
    inputs.server_w = hardware.tdp_w * hardware.server_factor;
    auto const month = std::stoi(date.substr(5, 2));
    auto const year = std::stoi(date.substr(0, 4));
    // published at least two months after training, which itself takes as long
    inputs.electricity_usd_per_kwh = electricity_of(month > 4 ? year : year - 1);
    return training_cost(inputs);
}

/// Columns of training_runs.csv that are read.
enum Column : std::size_t {
    date = 1,
    model = 2,
    params_total = 5,
    params_active = 6,
    tokens = 7,
    flop = 8,
    hardware_name = 9,
    chips = 10,
    hours = 11,
    chip_hours = 12,
    cost = 16,
    team = 22,
};

/// Who trained, from the table; where it does not say, either.
ClusterTeam team_of(std::string const& word) {
    return word == "frontier"   ? ClusterTeam::frontier
           : word == "ordinary" ? ClusterTeam::ordinary
                                : ClusterTeam::unknown;
}

/// A dense decoder of so many parameters, of which nothing else is published: width 128
/// times the layers (GPT-3 128, Llama 3.1 130, Llama 2 102), four times wider inside.
ClusterModel generic_model(double params, double token_count, int year) {
    ClusterModel generic;
    generic.layers = portable::pow(params / (12.0 * 128 * 128), 1.0 / 3.0);
    generic.width = 128 * generic.layers;
    generic.attention_width = generic.width;
    generic.ffn_width = 4 * generic.width;
    generic.vocabulary = 50e3;
    generic.matmul_params = params;
    generic.total_params = params + generic.vocabulary * generic.width;
    generic.sequence_tokens = year < 2023 ? 2048 : 4096;
    generic.batch_tokens = 4194304;  // most published runs of 2020 to 2023
    generic.training_tokens = token_count;
    generic.critical_batch_tokens = 1e15;  // the tokens are those that were spent
    return generic;
}

struct Costs {
    double value_usd;
    double published_usd;
};

std::map<std::string, Costs> epoch_costs() {
    std::map<std::string, Costs> costs;
    auto const rows = text::parse_csv(cluster_data("epoch_training_cost.csv"));
    for (std::size_t i = 1; i < rows.size(); ++i) {
        costs[rows[i][0]] = {std::stod(rows[i][4]), std::stod(rows[i][9])};
    }
    return costs;
}

bool is_usable(std::vector<std::string> const& run) {
    auto const has = [&](Column column) { return !run[column].empty(); };
    return has(params_total) && has(tokens) && has(chips) && has(hours)
           && hardware_of(run[hardware_name]) != nullptr;
}

void add_run(std::vector<std::string> const& run,
             std::map<std::string, Costs> const& costs,
             hwprofiles::ProfileLibrary const& library,
             std::uint64_t samples,
             std::uint64_t seed,
             std::vector<TrainingLine>& lines) {
    auto const& hardware = *hardware_of(run[hardware_name]);
    auto const number = [&](Column column) { return std::stod(run[column]); };
    bool const is_moe = !run[params_active].empty();
    ClusterCase question;
    question.machine =
        cluster_machine(library.find(hardware.profile), hwprofiles::Precision::bf16);
    question.model = generic_model(number(is_moe ? params_active : params_total),
                                   number(tokens),
                                   std::stoi(run[date].substr(0, 4)));
    question.chips = number(chips);
    question.team = team_of(run[team]);
    question.year = text::parse_date(run[date].substr(0, 7)).value() / 12;

    TrainingLine line{.model = run[model],
                      .date = run[date],
                      .hardware = std::string(hardware.profile),
                      .chips = number(chips),
                      .quantity = {},
                      .interval = {},
                      .hardware_class = std::string(hardware.hardware_class),
                      .is_moe = is_moe};
    std::vector<double> flops;
    std::vector<double> durations_h;
    for (auto const& figures : sample_cluster(question, samples, seed)) {
        flops.push_back(figures.flop);
        durations_h.push_back(figures.duration_s / 3600);
    }
    // `predicted` times `factor`
    auto const add = [&](std::string quantity,
                         double actual,
                         std::vector<double> const& predicted,
                         double factor) {
        auto const range = range_of(predicted);
        line.quantity = std::move(quantity);
        line.actual = actual;
        line.interval = {
            range.low * factor, range.median * factor, range.high * factor};
        line.pit = pit_of(predicted, actual / factor);
        lines.push_back(line);
    };
    if (!run[flop].empty()) {
        add("flop", number(flop), flops, 1);
    }
    auto const stated =
        run[chip_hours].empty() ? number(chips) * number(hours) : number(chip_hours);
    add("chip_hours", stated, durations_h, question.chips);
    add("days", number(hours) / 24, durations_h, 1.0 / 24);
    auto const priced = costs.find(run[model]);
    if (!run[cost].empty() && priced != costs.end()) {
        auto const per_chip_hour =
            cost_of(hardware, run[date], priced->second.value_usd, 1.0).total_usd();
        add("cost_usd", number(cost), durations_h, question.chips * per_chip_hour);
    }
}

}  // namespace

std::vector<TrainingLine> backtest_training(std::uint64_t samples, std::uint64_t seed) {
    auto const library = hwprofiles::ProfileLibrary::load();
    auto const costs = epoch_costs();
    auto const runs = text::parse_csv(cluster_data("training_runs.csv"));
    std::vector<TrainingLine> lines;
    for (std::size_t i = 1; i < runs.size(); ++i) {
        if (is_usable(runs[i])) {
            add_run(runs[i], costs, library, samples, seed, lines);
        }
    }
    return lines;
}

std::vector<CostLine> backtest_costs() {
    std::vector<CostLine> lines;
    auto const rows = text::parse_csv(cluster_data("epoch_training_cost.csv"));
    for (std::size_t i = 1; i < rows.size(); ++i) {
        // model,published,hardware,chip_hours,value,...,published_capex_energy
        auto const& row = rows[i];
        auto const* hardware = hardware_of(row[2]);
        if (hardware == nullptr) {
            continue;
        }
        auto const ours =
            cost_of(*hardware, row[1], std::stod(row[4]), std::stod(row[3]));
        lines.push_back({row[0], ours.total_usd(), std::stod(row[9])});
    }
    return lines;
}

}  // namespace leadtime::estimator
