// SPDX-License-Identifier: Apache-2.0
#include "estimator/backtest/backtest.hpp"
#include "estimator/cluster/evaluation.hpp"
#include "estimator/cluster/layout_text.hpp"
#include "hwprofiles/profile_library.hpp"
#include "text/csv_fields.hpp"
#include "text/months.hpp"

namespace leadtime::estimator {
namespace {

std::string class_of(std::string const& accelerator) {
    if (accelerator.starts_with("a100")) {
        return "A100";
    }
    if (accelerator.starts_with("ascend")) {
        return "Ascend";
    }
    bool const is_blackwell = accelerator.find("b200") != std::string::npos
                              || accelerator.find("b300") != std::string::npos;
    return is_blackwell ? "Blackwell" : "H100";
}

hwprofiles::Precision precision_of(int bits) {
    return bits == 8 ? hwprofiles::Precision::fp8 : hwprofiles::Precision::bf16;
}

std::vector<double> predicted_mfus(ClusterCase const& question,
                                   double mfu_per_token_rate,
                                   std::uint64_t samples,
                                   std::uint64_t seed) {
    std::vector<double> drawn;
    for (auto const& figures : sample_cluster(question, samples, seed)) {
        drawn.push_back(figures.tokens_per_s * mfu_per_token_rate);
    }
    return drawn;
}

ThroughputLine backtest(std::vector<std::string> const& cells,
                        hwprofiles::ProfileLibrary const& library,
                        std::uint64_t samples,
                        std::uint64_t seed) {
    // row,label,accelerator,model,count,batch_tokens,sequence_length,precision_bits,
    // layout,reported_kind,reported_value,attention_convention_c,source,known,later
    ClusterCase question;
    ThroughputLine line;
    line.row = std::stoi(cells[0]);
    line.label = cells[1];
    line.accelerator = cells[2];
    line.hardware_class = class_of(cells[2]);
    line.precision_bits = std::stoi(cells[7]);
    line.source = cells[12];
    line.known = cells[13];
    line.is_later = cells[14] == "yes";
    if (!line.known.empty()) {
        question.year = text::parse_date(line.known).value() / 12;
    }
    question.machine =
        cluster_machine(library.find(cells[2]), precision_of(line.precision_bits));
    line.model = cells[3];
    line.layout = cells[8];
    question.model = find_cluster_model(cells[3]);
    question.model.training_tokens.reset();  // the rate is tested, not the run
    question.chips = line.chips = std::stod(cells[4]);
    question.model.batch_tokens = line.batch_tokens = std::stod(cells[5]);
    question.model.sequence_tokens = line.sequence_tokens = std::stod(cells[6]);
    question.attention_count = std::stod(cells[11]);
    line.is_moe = question.model.is_moe();
    read_cluster_layout(cells[8], question.chips, question);

    auto const peak16 =
        question.machine.spreads[ClusterQuantity::peak16_flop_per_s].median;
    auto const given = evaluate_cluster(question);
    auto const per_chip = given.flop_per_token / line.chips / peak16;
    auto const value = std::stod(cells[10]);
    line.reported_mfu = cells[9] == "mfu" ? value
                        : cells[9] == "time"
                            ? per_chip * question.model.batch_tokens / value
                            : per_chip * value * line.chips;
    line.given_tokens_per_s = given.tokens_per_s;
    line.given_mfu = given.tokens_per_s * per_chip;
    auto const with_given = predicted_mfus(question, per_chip, samples, seed);
    line.given_interval = range_of(with_given);
    line.given_pit = pit_of(with_given, line.reported_mfu);
    question.split.reset();
    question.recompute_floor = 0;
    line.automatic_tokens_per_s = evaluate_cluster(question).tokens_per_s;
    line.automatic_mfu = line.automatic_tokens_per_s * per_chip;
    auto const with_chosen = predicted_mfus(question, per_chip, samples, seed);
    line.automatic_interval = range_of(with_chosen);
    line.automatic_pit = pit_of(with_chosen, line.reported_mfu);
    return line;
}

}  // namespace

std::vector<ThroughputLine> backtest_throughput(std::uint64_t samples,
                                                std::uint64_t seed) {
    auto const library = hwprofiles::ProfileLibrary::load();
    auto const rows = text::parse_csv(cluster_data("throughput_rows.csv"));
    std::vector<ThroughputLine> lines;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        lines.push_back(backtest(rows[i], library, samples, seed));
    }
    return lines;
}

}  // namespace leadtime::estimator
