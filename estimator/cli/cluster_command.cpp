// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_command.hpp"

#include "estimator/cli/cluster_answer.hpp"
#include "text/aligned_table.hpp"
#include "text/display_text.hpp"
#include "text/number_format.hpp"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace leadtime::estimator {
namespace {

using Json = nlohmann::ordered_json;

Json json_number(std::optional<double> value) {
    return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

double peak_of(ClusterQuestion const& asked) {
    return asked.question.machine.spreads[ClusterQuantity::peak_flop_per_s].median;
}

Json json_of_split(ClusterSplit const& split) {
    return {{"tensor", split.tensor},
            {"pipeline", split.pipeline},
            {"virtual_stages", split.virtual_stages},
            {"expert", split.expert},
            {"context", split.context},
            {"micro_batch", split.micro_batch},
            {"fully_sharded", split.is_sharded}};
}

Json json_of(ClusterAnswer const& answer) {
    Json point = Json::object();
    Json quantiles = Json::object();
    for (auto const& metric : answer.metrics) {
        point[metric.key] = json_number(metric.point);
        if (metric.range) {
            quantiles[metric.key] = {json_number(metric.range->low),
                                     json_number(metric.range->median),
                                     json_number(metric.range->high)};
        }
    }
    point["accelerators_used"] = answer.point.chips_used;
    point["active_fraction"] = answer.point.active_fraction;
    point["recomputed_fraction"] = answer.point.recomputed_fraction;
    point["checkpoint_interval_s"] = answer.point.checkpoint_interval_s;
    point["tokens_needed"] = answer.point.tokens_needed;
    point["largest_flop_per_s"] = answer.point.largest_flop_per_s;
    Json shares = Json::object();
    for (auto const& [name, share] : answer.shares) {
        shares[name] = share;
    }
    return {{"chips", answer.chips},
            {"feasible", answer.point.is_feasible},
            {"flags", answer.flags},
            {"point", point},
            {"quantiles", quantiles},
            {"feasible_fraction", answer.feasible_fraction},
            {"step_shares", shares},
            {"layout", json_of_split(answer.point.split)},
            {"cost_usd",
             {{"amortised", json_number(answer.costs.amortised)},
              {"rental", json_number(answer.costs.rental)},
              {"upfront", json_number(answer.costs.upfront)}}}};
}

Json json_head(ClusterQuestion const& asked) {
    auto const& machine = asked.question.machine;
    return {{"accelerator", machine.id},
            {"model", asked.question.model.id},
            {"precision", machine.precision},
            {"fell_back", machine.fell_back},
            {"reference_peak_flop_per_s", peak_of(asked)},
            {"samples", asked.samples},
            {"seed", asked.seed},
            {"price_source", machine.price_source},
            {"assumptions", machine.assumptions}};
}

/// A value of a metric for people.
std::string cell(std::string const& key, double value) {
    if (!std::isfinite(value)) {
        return "never";
    }
    if (key.ends_with("_fraction")) {
        return fmt::format("{:.1f} %", 100 * value);
    }
    if (key == "model_flop_per_s_per_accelerator") {
        return fmt::format("{:.0f} TFLOP/s", value / 1e12);
    }
    if (key == "mem_used_bytes") {
        return fmt::format("{:.1f} GB", value / 1e9);
    }
    if (key == "flop") {
        return text::power_text(value);
    }
    return text::plain_text(value);
}

std::string label_of(std::string const& key, ClusterQuestion const& asked) {
    if (key == "mfu_fraction") {
        return fmt::format("MFU of {:.0f} TFLOP/s ({} dense)",
                           peak_of(asked) / 1e12,
                           asked.question.machine.precision);
    }
    if (key == "model_flop_per_s_per_accelerator") {
        return "model FLOP/s an accelerator";
    }
    return key == "tokens_per_s"       ? "tokens/s"
           : key == "step_s"           ? "step, s"
           : key == "goodput_fraction" ? "goodput"
           : key == "duration_days"    ? "days"
           : key == "flop"             ? "FLOP"
                                       : "memory an accelerator";
}

std::string usd_cell(std::optional<double> usd) {
    return !usd                   ? "price not known"
           : !std::isfinite(*usd) ? "never done"
                                  : text::scaled_text(*usd) + " USD";
}

std::string layout_text(ClusterSplit const& split) {
    if (split.is_sharded) {
        return fmt::format("fully sharded, micro-batch {:.3g}", split.micro_batch);
    }
    return fmt::format("tp={:.4g} pp={:.4g} vp={:.3g} ep={:.4g} cp={:.4g} mbs={:.3g}",
                       split.tensor,
                       split.pipeline,
                       split.virtual_stages,
                       split.expert,
                       split.context,
                       split.micro_batch);
}

void write_notes(std::vector<std::string> const& flags,
                 ClusterQuestion const& asked,
                 std::ostream& out) {
    for (auto const& flag : flags) {
        out << "note: " << text::escape_controls(flag) << '\n';
    }
    for (auto const& text : asked.question.machine.assumptions) {
        out << "assumed: " << text::escape_controls(text) << '\n';
    }
}

void write_answer(ClusterAnswer const& answer,
                  ClusterQuestion const& asked,
                  std::ostream& out) {
    auto const& machine = asked.question.machine;
    out << fmt::format("{} on {} x {}, {}\n\n",
                       text::escape_controls(asked.question.model.name),
                       text::grouped_text(static_cast<std::uint64_t>(answer.chips)),
                       text::escape_controls(machine.name),
                       machine.precision);
    text::TextTable table;
    table.add_column("", "", text::TextTable::Align::left);
    table.add_column("", "median inputs");
    table.add_column("", "p5");
    table.add_column("", "p50");
    table.add_column("", "p95");
    for (auto const& metric : answer.metrics) {
        std::vector<std::string> row{label_of(metric.key, asked),
                                     cell(metric.key, metric.point)};
        for (int i = 0; i < 3; ++i) {
            auto const& range = metric.range;
            row.push_back(!range ? ""
                                 : cell(metric.key,
                                        i == 0   ? range->low
                                        : i == 1 ? range->median
                                                 : range->high));
        }
        table.add_row(std::move(row));
    }
    out << table.render(false);
    out << fmt::format("\nfits            {}{}\n",
                       answer.point.is_feasible ? "yes" : "no",
                       asked.samples == 0
                           ? ""
                           : fmt::format(" (in {:.0f} % of the samples)",
                                         100 * answer.feasible_fraction));
    out << "layout          " << layout_text(answer.point.split) << '\n';
    out << "cost amortised  " << usd_cell(answer.costs.amortised)
        << "  depreciation, network and energy\n";
    out << "cost rental     " << usd_cell(answer.costs.rental) << '\n';
    out << "cost upfront    " << usd_cell(answer.costs.upfront)
        << "  the accelerators bought\n";
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
    write_notes(answer.flags, asked, out);
}

void write_sweep(std::vector<ClusterAnswer> const& answers,
                 ClusterQuestion const& asked,
                 std::ostream& out) {
    auto const& machine = asked.question.machine;
    out << fmt::format("{} on {}, {} (MFU of {:.0f} TFLOP/s dense), median inputs\n\n",
                       text::escape_controls(asked.question.model.name),
                       text::escape_controls(machine.name),
                       machine.precision,
                       peak_of(asked) / 1e12);
    text::TextTable table;
    for (auto const* heading :
         {"chips", "used", "MFU", "tokens/s", "goodput", "days", "fits"}) {
        table.add_column("", heading);
    }
    table.add_column("", "largest loss", text::TextTable::Align::left);
    for (auto const& answer : answers) {
        auto const& point = answer.point;
        std::string loss;
        for (auto const& [name, share] : answer.shares) {
            if (name != "compute") {
                loss = fmt::format("{} {:.0f} %", name, 100 * share);
                break;
            }
        }
        table.add_row({text::grouped_text(static_cast<std::uint64_t>(answer.chips)),
                       text::grouped_text(static_cast<std::uint64_t>(point.chips_used)),
                       cell("mfu_fraction", point.mfu),
                       cell("tokens_per_s", point.tokens_per_s),
                       cell("goodput_fraction", point.goodput),
                       cell("duration_days", point.duration_s / 86400),
                       point.is_feasible ? "yes" : "no",
                       loss});
    }
    out << table.render(false) << '\n';
    write_notes(asked.flags, asked, out);
}

}  // namespace

int run_cluster(ClusterOptions const& options, std::ostream& out) {
    auto asked = read_cluster_question(options);
    if (asked.is_sweep) {
        asked.samples = 0;  // a curve at the medians
    }
    std::vector<ClusterAnswer> answers;
    for (auto const count : asked.counts) {
        answers.push_back(answer_cluster(asked, count));
    }
    if (options.json) {
        auto document = json_head(asked);
        if (asked.is_sweep) {
            document["sweep"] = Json::array();
            for (auto const& answer : answers) {
                document["sweep"].push_back(json_of(answer));
            }
        } else {
            document.update(json_of(answers.front()));
        }
        out << document.dump(2) << '\n';
    } else if (asked.is_sweep) {
        write_sweep(answers, asked, out);
    } else {
        write_answer(answers.front(), asked, out);
    }
    return 0;
}

}  // namespace leadtime::estimator
