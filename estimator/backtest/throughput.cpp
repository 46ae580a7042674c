// SPDX-License-Identifier: Apache-2.0
#include "estimator/backtest/backtest.hpp"
#include "estimator/cluster/evaluation.hpp"
#include "text/csv_fields.hpp"

#include <sstream>
#include <stdexcept>

namespace leadtime::estimator {
namespace {

/// The published layout: `t=8 p=8 v=3`, `fsdp=True b=8 rec=full`, `knode=3.2 zb=0.5`.
void read_layout(std::string const& text, ClusterCase& question) {
    ClusterSplit split;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        auto const equals = word.find('=');
        auto const key = word.substr(0, equals);
        auto const value = word.substr(equals + 1);
        if (key == "fsdp") {
            split.is_sharded = true;
        } else if (key == "rec") {
            question.recompute_floor = 1;
        } else if (key == "knode") {
            question.model.remote_domains = std::stod(value);
        } else if (key == "zb") {
            question.model.hidden_bubble = std::stod(value);
        } else {
            auto& factor = key == "t"    ? split.tensor
                           : key == "p"  ? split.pipeline
                           : key == "v"  ? split.virtual_stages
                           : key == "e"  ? split.expert
                           : key == "cp" ? split.context
                           : key == "b"
                               ? split.micro_batch
                               : throw std::runtime_error("unknown layout key " + key);
            factor = std::stod(value);
        }
    }
    question.split = split;
}

std::string class_of(std::string const& accelerator) {
    if (accelerator == "A100") {
        return "A100";
    }
    if (accelerator == "A910B") {
        return "Ascend";
    }
    return accelerator.find("B200") != std::string::npos ? "Blackwell" : "H100";
}

PredictedRange interval_of(ClusterCase question,
                           double mfu_per_token_rate,
                           std::uint64_t samples,
                           std::uint64_t seed) {
    question.team_quality.reset();
    std::vector<double> drawn;
    for (auto const& figures : sample_cluster(question, samples, seed)) {
        drawn.push_back(figures.tokens_per_s * mfu_per_token_rate);
    }
    return range_of(std::move(drawn));
}

ThroughputLine backtest(std::vector<std::string> const& cells,
                        std::uint64_t samples,
                        std::uint64_t seed) {
    // row,label,accelerator,model,count,batch_tokens,sequence_length,precision_bits,
    // layout,reported_kind,reported_value,attention_convention_c,source
    ClusterCase question;
    ThroughputLine line;
    line.row = std::stoi(cells[0]);
    line.label = cells[1];
    line.accelerator = cells[2];
    line.hardware_class = class_of(cells[2]);
    line.precision_bits = std::stoi(cells[7]);
    line.source = cells[12];
    question.machine = calibrated_machine(cells[2], line.precision_bits);
    question.model = find_cluster_model(cells[3]);
    question.model.training_tokens.reset();  // the rate is tested, not the run
    question.chips = line.chips = std::stod(cells[4]);
    question.model.batch_tokens = std::stod(cells[5]);
    question.model.sequence_tokens = std::stod(cells[6]);
    question.attention_count = std::stod(cells[11]);
    question.team_quality = calibrated_team_quality(cells[2]);
    line.is_moe = question.model.is_moe();
    read_layout(cells[8], question);

    auto const peak16 =
        question.machine.spreads[ClusterQuantity::peak16_flop_per_s].median;
    auto const given = evaluate_cluster(question);
    auto const per_chip = given.flop_per_token / line.chips / peak16;
    auto const value = std::stod(cells[10]);
    line.reported_mfu = cells[9] == "mfu" ? value
                        : cells[9] == "time"
                            ? per_chip * question.model.batch_tokens / value
                            : per_chip * value * line.chips;
    line.given_mfu = given.tokens_per_s * per_chip;
    line.given_interval = interval_of(question, per_chip, samples, seed);
    question.split.reset();
    question.recompute_floor = 0;
    line.automatic_mfu = evaluate_cluster(question).tokens_per_s * per_chip;
    line.automatic_interval = interval_of(question, per_chip, samples, seed);
    return line;
}

}  // namespace

std::vector<ThroughputLine> backtest_throughput(std::uint64_t samples,
                                                std::uint64_t seed) {
    auto const rows = text::parse_csv(cluster_data("throughput_rows.csv"));
    std::vector<ThroughputLine> lines;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        lines.push_back(backtest(rows[i], samples, seed));
    }
    return lines;
}

}  // namespace leadtime::estimator
