// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/layout_text.hpp"

#include "estimator/quantities/plain_number.hpp"
#include "text/suggestion.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>
#include <vector>

namespace leadtime::estimator {

void read_cluster_layout(std::string const& layout,
                         double count,
                         ClusterCase& question) {
    ClusterSplit split;
    auto& model = question.model;
    std::vector<std::string> const known{
        "tp", "pp", "vp", "ep", "cp", "mbs", "fsdp", "recompute", "zb", "knode"};
    bool has_split = false;
    for (std::size_t begin = 0; begin <= layout.size();) {
        auto const end = std::min(layout.find(',', begin), layout.size());
        auto const word = layout.substr(begin, end - begin);
        begin = end + 1;
        auto const equals = std::min(word.find('='), word.size());
        auto const key = word.substr(0, equals);
        auto const value = equals < word.size() ? word.substr(equals + 1) : "";
        auto const factor = [&](double to) {
            return read_plain_number(key, value, 1, to, true);
        };
        has_split = has_split || (key != "recompute" && key != "zb" && key != "knode");
        if (key == "tp") {
            split.tensor = factor(max_cluster_chips);
        } else if (key == "pp") {
            split.pipeline = factor(max_cluster_chips);
        } else if (key == "vp") {
            split.virtual_stages = factor(1000);
        } else if (key == "ep") {
            split.expert = factor(max_cluster_chips);
        } else if (key == "cp") {
            split.context = factor(max_cluster_chips);
        } else if (key == "mbs") {
            split.micro_batch = factor(1e6);
        } else if (key == "fsdp") {
            split.is_sharded = true;
        } else if (key == "recompute") {
            question.recompute_floor = 1;
        } else if (key == "zb") {
            model.hidden_bubble = read_plain_number("zb", value, 0, 1, false);
        } else if (key == "knode") {
            model.remote_domains = read_plain_number("knode", value, 1, 1e4, false);
        } else {
            throw std::invalid_argument(text::with_hint(
                fmt::format("\"{}\" is not known ({})", key, fmt::join(known, ", ")),
                key,
                known));
        }
    }
    if (!has_split) {
        return;
    }
    auto const group = split.tensor * split.pipeline * split.context;
    if (count < group) {
        throw std::invalid_argument(fmt::format(
            "{} needs at least {} accelerators, not {}", layout, group, count));
    }
    if (split.pipeline > model.layers) {
        throw std::invalid_argument(
            fmt::format("pp={} is more than the {} layers of {}",
                        split.pipeline,
                        model.layers,
                        model.name));
    }
    if (split.expert > 1 && (!model.is_moe() || split.expert > model.experts)) {
        throw std::invalid_argument(
            fmt::format("ep={} is more than the experts of {} ({})",
                        split.expert,
                        model.name,
                        model.is_moe() ? model.experts : 0));
    }
    if (split.expert * split.pipeline > count) {
        throw std::invalid_argument(
            fmt::format("{} needs at least {} accelerators, not {}",
                        layout,
                        split.expert * split.pipeline,
                        count));
    }
    if (split.is_sharded && (split.pipeline > 1 || split.expert > 1)) {
        throw std::invalid_argument("fsdp goes with tp, cp and mbs only");
    }
    question.split = split;
}

}  // namespace leadtime::estimator
