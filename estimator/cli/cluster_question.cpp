// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_question.hpp"

#include "estimator/cli/app.hpp"
#include "estimator/cluster/layout_text.hpp"
#include "estimator/quantities/plain_number.hpp"
#include "hwprofiles/profile_library.hpp"
#include "text/months.hpp"
#include "text/suggestion.hpp"

#include <fmt/format.h>
#include <stdexcept>
#include <string_view>

namespace leadtime::estimator {
namespace {

double read_number(std::string_view option,
                   std::string const& text,
                   double from,
                   double to,
                   bool is_whole) {
    try {
        return read_plain_number(option, text, from, to, is_whole);
    } catch (std::invalid_argument const& error) {
        throw UsageError(error.what());
    }
}

hwprofiles::Precision read_precision(std::string const& word) {
    if (auto const precision = hwprofiles::precision_from(word)) {
        return *precision;
    }
    std::vector<std::string> known;
    for (auto const precision : hwprofiles::all_precisions) {
        known.emplace_back(to_string(precision));
    }
    throw UsageError(text::with_hint(
        fmt::format("--precision \"{}\" is not known (bf16, fp8 or fp4)", word),
        word,
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
                                  max_cluster_chips,
                                  true);
    auto const to =
        read_number("--sweep", text.substr(colon + 1), from, max_cluster_chips, true);
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

ClusterTeam read_team(std::string const& word) {
    if (word == "frontier") {
        return ClusterTeam::frontier;
    }
    if (word == "ordinary") {
        return ClusterTeam::ordinary;
    }
    if (word == "unknown") {
        return ClusterTeam::unknown;
    }
    throw UsageError(
        text::with_hint("--team \"" + word + "\" is not frontier, ordinary or unknown",
                        word,
                        std::vector<std::string>{"frontier", "ordinary", "unknown"}));
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
        result.counts = {
            read_number("--count", options.count, 1, max_cluster_chips, true)};
    }
    result.samples = static_cast<std::uint64_t>(
        read_number("--samples", options.samples, 0, 1e7, true));
    result.seed = static_cast<std::uint64_t>(
        read_number("--seed", options.seed, 0, 4294967295.0, true));
    question.team = read_team(options.team);
    auto const read = [](std::string_view option,
                         std::optional<std::string> const& text,
                         double from,
                         double to) {
        return text ? std::optional(read_number(option, *text, from, to, false))
                    : std::nullopt;
    };
    if (options.date) {
        auto const months = text::parse_date(*options.date);
        if (!months) {
            throw UsageError(fmt::format("--date \"{}\" is not a date (write YYYY-MM)",
                                         *options.date));
        }
        question.year = *months / 12;
    }
    question.masked_failures = read("--masked", options.masked, 0, 1);
    question.learners = read("--learners", options.learners, 1, 1e6);
    question.hot_spares = read("--spares", options.spares, 0, 0.5);
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
        try {
            read_cluster_layout(*options.layout, question.chips, question);
        } catch (std::invalid_argument const& error) {
            throw UsageError(fmt::format("--layout {}", error.what()));
        }
    }
    return result;
}

}  // namespace leadtime::estimator
