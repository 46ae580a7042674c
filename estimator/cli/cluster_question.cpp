// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_question.hpp"

#include "estimator/cli/app.hpp"
#include "estimator/cli/cluster_job.hpp"
#include "estimator/cli/cluster_money.hpp"
#include "estimator/cli/cluster_others.hpp"
#include "estimator/cli/option_values.hpp"
#include "estimator/cluster/layout_text.hpp"
#include "hwprofiles/profile_library.hpp"
#include "text/months.hpp"
#include "text/suggestion.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <stdexcept>
#include <string_view>

namespace leadtime::estimator {
namespace {

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

constexpr double least_days = 1e-3;
constexpr double most_days = 1e5;

/// `count=64:262144`: doublings from the first, and the last.
std::vector<double> read_sweep(std::string const& text) {
    std::string_view const prefix = "count=";
    auto const colon = text.find(':');
    if (!text.starts_with(prefix) || colon == std::string::npos) {
        throw UsageError("--sweep \"" + text + "\" is not count=FROM:TO");
    }
    auto const from = read_option("--sweep",
                                  text.substr(prefix.size(), colon - prefix.size()),
                                  1,
                                  max_cluster_chips,
                                  true);
    auto const to =
        read_option("--sweep", text.substr(colon + 1), from, max_cluster_chips, true);
    std::vector<double> counts;
    for (double count = from; count < to; count *= 2) {
        counts.push_back(count);
    }
    counts.push_back(to);
    return counts;
}

ClusterTeam read_team(std::string const& word) {
    constexpr std::array<std::string_view, 3> known{"frontier", "ordinary", "unknown"};
    constexpr std::array teams{
        ClusterTeam::frontier, ClusterTeam::ordinary, ClusterTeam::unknown};
    return teams[read_choice("--team", word, std::span(known))];
}

/// Which of job, count and days is sought, from which are given.
ClusterSought read_sought(ClusterOptions const& options) {
    bool const has_size = options.params && options.training_tokens;
    bool const has_job = has_shape(options) || options.flop || options.params;
    bool const has_count = !options.count.empty() || options.sweep;
    bool const has_bound = options.usd || options.power;
    if (options.figures && !options.frontier) {
        throw UsageError("--figures goes with --frontier");
    }
    if (options.active && !options.params) {
        throw UsageError("--active goes with --params");
    }
    if (options.dense && (has_shape(options) || options.params)) {
        throw UsageError("--dense goes with --flop, or with a job that is sought; with "
                         "--params leave --active out");
    }
    if (options.frontier) {
        if (has_job || options.days || options.sweep || !(has_count || has_bound)) {
            throw UsageError("--frontier asks what each of some days trains: it goes "
                             "with --count, --usd or --power, without --days, --sweep "
                             "and a job");
        }
        return ClusterSought::job;
    }
    if (int{has_shape(options)} + int{options.flop.has_value()}
            + int{options.params.has_value()}
        > 1) {
        throw UsageError("--model or --job, --flop and --params exclude each other");
    }
    if (!has_job && options.training_tokens) {
        throw UsageError("--tokens goes with --model, --job, --flop or --params");
    }
    bool const leaves_tokens = options.params && !has_size;
    if (options.days && has_count) {
        if (has_job && !leaves_tokens) {
            throw UsageError("--count, --days and the job leave nothing to solve for: "
                             "leave one of them out");
        }
        return ClusterSought::job;
    }
    if (options.days && has_job) {
        return ClusterSought::count;
    }
    if (options.days) {
        if (!has_bound) {
            throw UsageError("--days alone leaves two things open: give a job "
                             "(--model NAME, --job FILE, --flop F or --params P), or "
                             "accelerators (--count N, --usd USD or --power W)");
        }
        return ClusterSought::job;
    }
    if (!has_job) {
        throw UsageError("--model NAME or --job FILE, --flop F, --params P or --days D "
                         "is missing (see leadtime cluster --help)");
    }
    if (!has_count && !has_bound) {
        throw UsageError("--count N or --sweep count=FROM:TO, --days D, --usd USD or "
                         "--power W is missing (see leadtime cluster --help)");
    }
    return ClusterSought::days;
}

/// `--days`, or those of `--frontier`.
void read_days(ClusterOptions const& options, ClusterQuestion& result) {
    if (auto const days = read_option("--days", options.days, least_days, most_days)) {
        result.task.days = *days;
    }
    if (options.frontier) {
        for (auto const& part : parts_of(*options.frontier)) {
            result.frontier_days.push_back(
                read_option("--frontier", part, least_days, most_days));
        }
        std::sort(result.frontier_days.begin(), result.frontier_days.end());
        result.task.days = result.frontier_days.front();
    }
}

void read_operations(ClusterOptions const& options, ClusterCase& question) {
    question.team = read_team(options.team);
    if (options.date) {
        auto const months = text::parse_date(*options.date);
        if (!months) {
            throw UsageError(fmt::format("--date \"{}\" is not a date (write YYYY-MM)",
                                         *options.date));
        }
        question.year = *months / 12;
    }
    question.masked_failures = read_option("--masked", options.masked, 0, 1);
    question.learners = read_option("--learners", options.learners, 1, 1e6);
    question.hot_spares = read_option("--spares", options.spares, 0, 0.5);
}

void read_layout(ClusterOptions const& options, ClusterCase& question) {
    if (!options.layout) {
        return;
    }
    if (question.planned || options.count.empty()) {
        throw UsageError("--layout goes with --model or --job, and with --count");
    }
    try {
        read_cluster_layout(*options.layout, question.chips, question);
    } catch (std::invalid_argument const& error) {
        throw UsageError(fmt::format("--layout {}", error.what()));
    }
}

}  // namespace

ClusterQuestion read_cluster_question(ClusterOptions const& options) {
    ClusterQuestion result;
    auto& task = result.task;
    auto& question = task.question;
    if (options.accelerator.empty()) {
        throw UsageError("--accelerator NAME is missing (see leadtime cluster --help)");
    }
    task.sought = read_sought(options);
    if (options.sweep) {
        result.is_sweep = true;
        result.counts = read_sweep(*options.sweep);
        if (options.layout || !options.count.empty()) {
            throw UsageError("--sweep goes without --count and --layout");
        }
        if (options.days || options.usd || options.power) {
            throw UsageError("--sweep goes without --days, --usd and --power");
        }
    } else if (!options.count.empty()) {
        result.counts = {
            read_option("--count", options.count, 1, max_cluster_chips, true)};
    }
    result.samples = static_cast<std::uint64_t>(
        read_option("--samples", options.samples, 0, 1e7, true));
    result.seed = static_cast<std::uint64_t>(
        read_option("--seed", options.seed, 0, 4294967295.0, true));
    result.wants_point = options.point || result.samples == 0;
    read_operations(options, question);
    auto const precision = read_precision(options.precision);
    read_cluster_job(options, result);
    auto const library = hwprofiles::ProfileLibrary::load(options.profiles_dir);
    question.machine = cluster_machine(library.find(options.accelerator), precision);
    if (!result.counts.empty()) {  // else they are sought, or bought
        question.chips = result.counts.front();
    }
    if (question.machine.fell_back) {
        result.flags.push_back(question.machine.fallback_reason);
    }
    read_days(options, result);
    read_cluster_money(options, result);
    read_layout(options, question);
    read_other_accelerators(options, library, precision, result);
    return result;
}

}  // namespace leadtime::estimator
