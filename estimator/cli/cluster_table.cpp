// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_table.hpp"

#include "estimator/cli/cluster_cells.hpp"
#include "text/aligned_table.hpp"
#include "text/display_text.hpp"
#include "text/number_format.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace leadtime::estimator {
namespace {

void write_notes(std::vector<std::string> const& flags,
                 ClusterMachine const& machine,
                 std::ostream& out) {
    for (auto const& flag : flags) {
        out << "note: " << text::escape_controls(flag) << '\n';
    }
    for (auto const& text : machine.assumptions) {
        out << "assumed: " << text::escape_controls(text) << '\n';
    }
}

/// What is trained, in words.
std::string job_text(ClusterAnswer const& answer) {
    auto const& question = answer.task.question;
    if (!question.planned) {
        return question.model.name;
    }
    auto const& plan = *question.planned;
    auto const size = size_of(plan, answer.point.figures.flop_per_token);
    return plan.is_moe ? fmt::format("A mixture of {} parameters, {} of them active",
                                     text::scaled_text(size.total),
                                     text::scaled_text(size.active))
                       : fmt::format("A dense model of {} parameters",
                                     text::scaled_text(size.total));
}

void write_title(ClusterAnswer const& answer, std::ostream& out) {
    auto const found = answer.find("accelerators")->centre();
    auto const count = std::isfinite(found) ? found : answer.point.figures.chips;
    auto const& machine = answer.task.question.machine;
    auto const& joined = answer.task.joined;
    out << fmt::format("{} on {} x {}",
                       text::escape_controls(job_text(answer)),
                       cell("accelerators", joined ? count - joined->chips : count),
                       text::escape_controls(machine.name));
    if (joined) {
        out << fmt::format(" and {} x {}",
                           cell("accelerators", joined->chips),
                           text::escape_controls(joined->machine.name));
    }
    out << ", " << machine.precision;
    if (answer.task.sought != ClusterSought::days) {
        out << fmt::format(" in {:.4g} days", answer.task.days);
    }
    out << "\n\n";
}

void write_metrics(ClusterAnswer const& answer, bool has_point, std::ostream& out) {
    text::TextTable table;
    table.add_column("", "", text::TextTable::Align::left);
    table.add_column("", has_point ? "median inputs" : "");
    for (auto const* heading : {"p5", "p50", "p95"}) {
        table.add_column("", answer.drawn.empty() ? "" : heading);
    }
    for (auto const& metric : answer.metrics) {
        std::vector<std::string> row{label_of(metric.key, answer.task),
                                     has_point ? cell(metric.key, metric.point) : ""};
        auto const& range = metric.range;
        for (auto const value : {range ? range->low : 0,
                                 range ? range->median : 0,
                                 range ? range->high : 0}) {
            row.push_back(range ? cell(metric.key, value) : "");
        }
        table.add_row(std::move(row));
    }
    out << table.render(false);
}

}  // namespace

std::string equal_words(ClusterQuestion const& asked) {
    switch (asked.equal) {
    case ClusterEqual::time:
        return "in the same time";
    case ClusterEqual::count:
        return "with as many accelerators";
    case ClusterEqual::usd:
        return fmt::format("for the same money ({})", to_string(asked.task.usd_method));
    case ClusterEqual::power:
        break;
    }
    return "at the same power";
}

void write_answer(ClusterAnswer const& answer,
                  ClusterQuestion const& asked,
                  std::ostream& out) {
    auto const& machine = answer.task.question.machine;
    write_title(answer, out);
    write_metrics(answer, asked.wants_point, out);
    out << fmt::format("\nfits            {}{}\n",
                       answer.point.figures.is_feasible ? "yes" : "no",
                       answer.drawn.empty()
                           ? ""
                           : fmt::format(" (in {:.0f} % of the samples)",
                                         100 * answer.feasible_fraction));
    out << "layout          " << layout_text(answer.point.figures.split) << '\n';
    out << "MFU counts      "
        << (answer.task.question.attention_count < 1 ? "causal attention (half)"
                                                     : "all of the attention")
        << ", no recomputation\n";
    out << "USD             amortised: depreciation, network and energy; upfront: the "
           "accelerators bought\n";
    if (!machine.price_source.empty()) {
        out << "prices          " << text::escape_controls(machine.price_source)
            << '\n';
    }
    out << "time goes to    ";
    for (std::size_t i = 0; i < answer.shares.size(); ++i) {
        auto const& [name, share] = answer.shares[i];
        if (share >= 0.0005) {
            out << fmt::format("{}{} {:.1f} %", i > 0 ? ", " : "", name, 100 * share);
        }
    }
    out << "\n";
    write_notes(answer.flags, machine, out);
}

void write_sweep(std::vector<ClusterAnswer> const& answers,
                 ClusterQuestion const& asked,
                 std::ostream& out) {
    auto const& machine = asked.task.question.machine;
    out << fmt::format("{} on {}, {} (MFU of {:.0f} TFLOP/s dense), median inputs\n\n",
                       text::escape_controls(job_text(answers.front())),
                       text::escape_controls(machine.name),
                       machine.precision,
                       peak_of(machine) / 1e12);
    text::TextTable table;
    for (auto const* heading :
         {"chips", "used", "MFU", "tokens/s", "goodput", "days", "fits"}) {
        table.add_column("", heading);
    }
    table.add_column("", "largest loss", text::TextTable::Align::left);
    for (auto const& answer : answers) {
        auto const& point = answer.point.figures;
        table.add_row({text::grouped_text(static_cast<std::uint64_t>(point.chips)),
                       text::grouped_text(static_cast<std::uint64_t>(point.chips_used)),
                       cell("mfu_fraction", point.mfu),
                       cell("tokens_per_s", point.tokens_per_s),
                       cell("goodput_fraction", point.goodput),
                       cell("duration_days", point.days()),
                       point.is_feasible ? "yes" : "no",
                       answer.largest_loss()});
    }
    out << table.render(false) << '\n';
    write_notes(asked.flags, machine, out);
}

void write_side_by_side(ClusterAnswer const& base,
                        std::vector<ClusterRival> const& rivals,
                        ClusterQuestion const& asked,
                        std::ostream& out) {
    bool const is_job_sought =
        base.task.sought == ClusterSought::job && asked.equal != ClusterEqual::time;
    std::string const result = is_job_sought ? "flop" : "duration_days";
    auto const cost = fmt::format("{}_usd", to_string(base.task.usd_method));
    out << fmt::format("\nside by side, {} (p50, p5 to p95)\n\n", equal_words(asked));
    text::TextTable table;
    table.add_column("", "", text::TextTable::Align::left);
    for (auto const* heading : {"accelerators",
                                "for one",
                                is_job_sought ? "FLOP" : "days",
                                is_job_sought ? "of the first's" : "times the first's",
                                "MFU",
                                "goodput"}) {
        table.add_column("", heading);
    }
    table.add_column("", label_of(cost, base.task));
    table.add_column("", "MW");
    auto const add = [&](ClusterAnswer const& answer, ClusterRival const* rival) {
        auto const& machine = answer.task.question.machine;
        table.add_row(
            {machine.short_name(),
             range_cell(answer.find("accelerators")),
             rival == nullptr ? "" : ratio_cell(rival->per_base, "accelerators"),
             range_cell(answer.find(result)),
             rival == nullptr ? "" : ratio_cell(rival->per_base, result),
             range_cell(answer.find("mfu_fraction")),
             range_cell(answer.find("goodput_fraction")),
             range_cell(answer.find(cost)),
             range_cell(answer.find("facility_mw"))});
    };
    add(base, nullptr);
    for (auto const& rival : rivals) {
        add(rival.answer, &rival);
    }
    out << table.render(false);
    for (auto const& rival : rivals) {
        auto const& machine = rival.answer.task.question.machine;
        std::vector<std::string> flags;
        for (auto const& flag : rival.answer.flags) {
            flags.push_back(machine.id + ": " + flag);
        }
        write_notes(flags, machine, out);
    }
}

void write_frontier(std::vector<FrontierPoint> const& points,
                    ClusterQuestion const& asked,
                    std::ostream& out) {
    out << fmt::format("FLOP of the largest run, {} (p50, p5 to p95)\n\n",
                       equal_words(asked));
    text::TextTable table;
    table.add_column("", "days");
    auto const per_line = asked.others.size() + 1;
    for (std::size_t i = 0; i < per_line; ++i) {
        table.add_column("", points[i].machine->short_name());
    }
    for (std::size_t i = 0; i < points.size(); i += per_line) {
        std::vector<std::string> row{text::plain_text(points[i].days)};
        for (std::size_t j = i; j < i + per_line; ++j) {
            row.push_back(range_cell(&points[j].flop));
        }
        table.add_row(std::move(row));
    }
    out << table.render(false);
    write_notes(asked.flags, asked.task.question.machine, out);
}

}  // namespace leadtime::estimator
