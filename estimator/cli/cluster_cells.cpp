// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_cells.hpp"

#include "text/number_format.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace leadtime::estimator {
namespace {

struct Label {
    std::string_view key;
    std::string_view text;
};
constexpr Label labels[] = {
    {"duration_days", "days"},
    {"accelerators", "accelerators"},
    {"accelerators_used", "accelerators in use"},
    {"flop", "FLOP"},
    {"training_tokens", "training tokens"},
    {"model_flop_per_s_per_accelerator", "model FLOP/s an accelerator"},
    {"tokens_per_s", "tokens/s"},
    {"step_s", "step, s"},
    {"goodput_fraction", "goodput"},
    {"accelerator_hours", "accelerator-hours"},
    {"amortised_usd", "USD amortised"},
    {"rental_usd", "USD rental"},
    {"upfront_usd", "USD upfront"},
    {"amortised_usd_per_1e24_flop", "USD per 1e24 FLOP, amortised"},
    {"rental_usd_per_1e24_flop", "USD per 1e24 FLOP, rental"},
    {"facility_mw", "MW at full load"},
    {"energy_mwh", "MWh"},
    {"co2_us_t", "t CO2, US grid"},
    {"co2_china_t", "t CO2, China's grid"},
    {"co2_t", "t CO2"},
    {"mem_used_bytes", "memory an accelerator"},
};

}  // namespace

double peak_of(ClusterMachine const& machine) {
    return machine.spreads[ClusterQuantity::peak_flop_per_s].median;
}

std::string cell(std::string_view key, double value) {
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
    if (key == "accelerators" || key == "accelerators_used") {
        return text::grouped_text(static_cast<std::uint64_t>(std::round(value)));
    }
    if (key == "flop") {
        auto text = fmt::format("{:.2e}", value);  // 1.23e+25
        std::erase(text, '+');
        return text;
    }
    if (key.find("_usd") != std::string_view::npos || key == "training_tokens") {
        return text::scaled_text(value);
    }
    return text::plain_text(value);
}

std::string label_of(std::string const& key, ClusterTask const& task) {
    auto const& machine = task.question.machine;
    if (key == "mfu_fraction" && task.joined) {
        return fmt::format("MFU of all peaks ({} dense)", machine.precision);
    }
    if (key == "mfu_fraction") {
        return fmt::format("MFU of {:.0f} TFLOP/s ({} dense)",
                           peak_of(machine) / 1e12,
                           machine.precision);
    }
    for (auto const& label : labels) {
        if (label.key == key) {
            return std::string(label.text);
        }
    }
    return key;
}

std::string range_cell(ClusterMetric const* metric) {
    if (metric == nullptr) {
        return "not known";
    }
    auto centre = cell(metric->key, metric->centre());
    auto const& range = metric->range;
    if (!range || range->low == range->high) {
        return centre;
    }
    return fmt::format("{} ({} to {})",
                       centre,
                       cell(metric->key, range->low),
                       cell(metric->key, range->high));
}

std::string ratio_cell(std::vector<ClusterMetric> const& ratios, std::string_view key) {
    for (auto const& ratio : ratios) {
        if (ratio.key == key) {
            auto plain = ratio;
            plain.key = "ratio";
            return range_cell(&plain);
        }
    }
    return "not known";
}

std::string layout_text(ClusterSplit const& split) {
    if (split.is_sharded) {
        return fmt::format("fully sharded, tp={:.0f} cp={:.0f} mbs={:.0f}",
                           split.tensor,
                           split.context,
                           std::max(1.0, std::round(split.micro_batch)));
    }
    return fmt::format("tp={:.0f} pp={:.0f} vp={:.0f} ep={:.0f} cp={:.0f} mbs={:.0f}",
                       split.tensor,
                       std::round(split.pipeline),
                       std::max(1.0, std::round(split.virtual_stages)),
                       split.expert,
                       split.context,
                       std::max(1.0, std::round(split.micro_batch)));
}

}  // namespace leadtime::estimator
