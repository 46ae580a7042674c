// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_question.hpp"

#include "estimator/cli/app.hpp"
#include "estimator/quantities/number.hpp"
#include "hwprofiles/profile_library.hpp"
#include "text/suggestion.hpp"

#include <cmath>
#include <fmt/format.h>
#include <string_view>

namespace leadtime::estimator {
namespace {

constexpr double max_chips = 1e7;  // validity range of docs/cluster.md

double read_number(std::string_view option,
                   std::string const& text,
                   double from,
                   double to,
                   bool is_whole) {
    auto const value = parse_value_text(text, false, 0);
    auto const* values = std::get_if<ValueText>(&value);
    if (values == nullptr || values->values.size() != 1) {
        throw UsageError(fmt::format(
            "{} \"{}\" is not a number (write 16384, 16k or 1e6)", option, text));
    }
    auto const number = values->values.front();
    if (!(number >= from && number <= to)
        || (is_whole && number != std::floor(number))) {
        throw UsageError(fmt::format("{} {} is out of range (a {}number from {} to {})",
                                     option,
                                     text,
                                     is_whole ? "whole " : "",
                                     from,
                                     to));
    }
    return number;
}

std::string with_hint(std::string const& message,
                      std::string_view word,
                      std::vector<std::string> const& known) {
    auto const hint = text::did_you_mean(word, known);
    return hint.empty() ? message : message + "; " + hint;
}

hwprofiles::Precision read_precision(std::string const& text) {
    if (auto const precision = hwprofiles::precision_from(text)) {
        return *precision;
    }
    std::vector<std::string> known;
    for (auto const precision : hwprofiles::all_precisions) {
        known.emplace_back(to_string(precision));
    }
    throw UsageError(with_hint(
        fmt::format("--precision \"{}\" is not known (bf16, fp8 or fp4)", text),
        text,
        known));
}

/// `count=64:262144`: doublings from the first, and the last.
std::vector<double> read_sweep(std::string const& text) {
    std::string_view const prefix = "count=";
    auto const colon = text.find(':');
    if (!text.starts_with(prefix) || colon == std::string::npos) {
        throw UsageError("--sweep \"" + text + "\" is not count=FROM:TO");
    }
    auto const from = read_number("--sweep",
                                  text.substr(prefix.size(), colon - prefix.size()),
                                  1,
                                  max_chips,
                                  true);
    auto const to =
        read_number("--sweep", text.substr(colon + 1), from, max_chips, true);
    std::vector<double> counts;
    for (double count = from; count < to; count *= 2) {
        counts.push_back(count);
    }
    counts.push_back(to);
    return counts;
}

ClusterModel read_model(ClusterOptions const& options) {
    if (options.job) {
        if (!options.model.empty()) {
            throw UsageError("--model and --job exclude each other (a job may say "
                             "model = \"...\")");
        }
        return read_cluster_model(
            text::load_document(*options.job, text::FileKind::regular_or_open),
            *options.job);
    }
    if (options.model.empty()) {
        throw UsageError("--model NAME or --job FILE is missing (see leadtime cluster "
                         "--help)");
    }
    return find_cluster_model(options.model);
}

ClusterTeam read_team(std::string const& text) {
    if (text == "frontier") {
        return ClusterTeam::frontier;
    }
    if (text == "ordinary") {
        return ClusterTeam::ordinary;
    }
    if (text == "unknown") {
        return ClusterTeam::unknown;
    }
    throw UsageError(
        with_hint("--team \"" + text + "\" is not frontier, ordinary or unknown",
                  text,
                  {"frontier", "ordinary", "unknown"}));
}

void read_job_options(ClusterOptions const& options, ClusterQuestion& result) {
    auto& model = result.question.model;
    if (options.batch_tokens) {
        model.batch_tokens =
            read_number("--batch", *options.batch_tokens, 1, 1e12, false);
    }
    if (options.sequence_tokens) {
        model.sequence_tokens =
            read_number("--sequence", *options.sequence_tokens, 1, 1e8, true);
    }
    if (options.training_tokens) {
        model.training_tokens =
            read_number("--tokens", *options.training_tokens, 1, 1e18, false);
    }
    if (!model.training_tokens) {
        model.training_tokens = 20 * model.matmul_params;
        result.flags.emplace_back("training tokens not known: 20 for each active "
                                  "parameter (Chinchilla); give --tokens");
    }
}

}  // namespace

void read_cluster_layout(std::string const& text, double count, ClusterCase& question) {
    ClusterSplit split;
    auto& model = question.model;
    std::vector<std::string> const known{
        "tp", "pp", "vp", "ep", "cp", "mbs", "fsdp", "recompute", "zb", "knode"};
    bool has_split = false;
    for (std::size_t begin = 0; begin <= text.size();) {
        auto const end = std::min(text.find(',', begin), text.size());
        auto const word = text.substr(begin, end - begin);
        begin = end + 1;
        auto const equals = std::min(word.find('='), word.size());
        auto const key = word.substr(0, equals);
        auto const value = equals < word.size() ? word.substr(equals + 1) : "";
        auto const factor = [&](double to) {
            return read_number("--layout " + key, value, 1, to, true);
        };
        has_split = has_split || (key != "recompute" && key != "zb" && key != "knode");
        if (key == "tp") {
            split.tensor = factor(max_chips);
        } else if (key == "pp") {
            split.pipeline = factor(max_chips);
        } else if (key == "vp") {
            split.virtual_stages = factor(1000);
        } else if (key == "ep") {
            split.expert = factor(max_chips);
        } else if (key == "cp") {
            split.context = factor(max_chips);
        } else if (key == "mbs") {
            split.micro_batch = factor(1e6);
        } else if (key == "fsdp") {
            split.is_sharded = true;
        } else if (key == "recompute") {
            question.recompute_floor = 1;
        } else if (key == "zb") {
            model.hidden_bubble = read_number("--layout zb", value, 0, 1, false);
        } else if (key == "knode") {
            model.remote_domains = read_number("--layout knode", value, 1, 1e4, false);
        } else {
            throw UsageError(with_hint(
                fmt::format(
                    "--layout \"{}\" is not known (tp, pp, vp, ep, cp, mbs, fsdp, "
                    "recompute, zb, knode)",
                    key),
                key,
                known));
        }
    }
    if (!has_split) {
        return;
    }
    auto const group = split.tensor * split.pipeline * split.context;
    if (std::fmod(count, group) != 0) {
        throw UsageError(fmt::format("--layout {} needs a multiple of {} accelerators, "
                                     "not {}",
                                     text,
                                     group,
                                     count));
    }
    if (split.pipeline > model.layers) {
        throw UsageError(fmt::format("--layout pp={} is more than the {} layers of {}",
                                     split.pipeline,
                                     model.layers,
                                     model.name));
    }
    if (split.expert > 1 && (!model.is_moe() || split.expert > model.experts)) {
        throw UsageError(
            fmt::format("--layout ep={} is more than the experts of {} ({})",
                        split.expert,
                        model.name,
                        model.is_moe() ? model.experts : 0));
    }
    if (split.expert * split.pipeline > count) {
        throw UsageError(
            fmt::format("--layout {} needs at least {} accelerators, not {}",
                        text,
                        split.expert * split.pipeline,
                        count));
    }
    if (split.is_sharded && group > 1) {
        throw UsageError("--layout fsdp goes with mbs only");
    }
    question.split = split;
}

ClusterQuestion read_cluster_question(ClusterOptions const& options) {
    ClusterQuestion result;
    auto& question = result.question;
    if (options.accelerator.empty()) {
        throw UsageError("--accelerator NAME is missing (see leadtime cluster --help)");
    }
    if (options.sweep) {
        result.is_sweep = true;
        result.counts = read_sweep(*options.sweep);
        if (options.layout || !options.count.empty()) {
            throw UsageError("--sweep goes without --count and --layout");
        }
    } else if (options.count.empty()) {
        throw UsageError("--count N or --sweep count=FROM:TO is missing (see leadtime "
                         "cluster --help)");
    } else {
        result.counts = {read_number("--count", options.count, 1, max_chips, true)};
    }
    result.samples = static_cast<std::uint64_t>(
        read_number("--samples", options.samples, 0, 1e7, true));
    result.seed = static_cast<std::uint64_t>(
        read_number("--seed", options.seed, 0, 4294967295.0, true));
    question.team = read_team(options.team);
    auto const precision = read_precision(options.precision);
    question.model = read_model(options);
    auto const library = hwprofiles::ProfileLibrary::load(options.profiles_dir);
    question.machine = cluster_machine(library.find(options.accelerator), precision);
    question.chips = result.counts.front();
    if (question.machine.fell_back) {
        result.flags.push_back(question.machine.fallback_reason);
    }
    read_job_options(options, result);
    if (options.layout) {
        read_cluster_layout(*options.layout, question.chips, question);
    }
    return result;
}

}  // namespace leadtime::estimator
