// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_question.hpp"

#include "estimator/cli/app.hpp"
#include "estimator/cli/cluster_job.hpp"
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

/// The prices of a machine where the user gives none.
ClusterPrices read_prices(ClusterOptions const& options,
                          ClusterMachine const& machine) {
    auto prices = prices_of(machine);
    if (options.price) {
        prices.price_usd = read_price("--price", *options.price);
    }
    if (options.rent) {
        prices.rental_usd_per_h = read_price("--rent", *options.rent);
    }
    if (options.power_price) {
        prices.electricity_usd_per_kwh =
            read_price("--power-price", *options.power_price);
    }
    prices.pue = read_option("--pue", options.pue, 1, 10).value_or(prices.pue);
    return prices;
}

/// Refuses to count money or power of a machine whose price or power is not known.
void check_known(std::string const& id,
                 DrawnPrices const& prices,
                 std::optional<CostMethod> money,
                 bool needs_power) {
    auto const need = [&](bool is_known, char const* what, char const* remedy) {
        if (!is_known) {
            throw UsageError(
                fmt::format("the {} of {} is not known: give {}", what, id, remedy));
        }
    };
    if (money == CostMethod::rental) {
        need(prices.rental_usd_per_h.has_value(),
             "rent",
             "--rent, or a profile with rental_usd_per_h");
    } else if (money) {
        need(prices.price_usd.has_value(),
             "price",
             "--price, or a profile with price_usd");
    }
    if (needs_power || money == CostMethod::amortised) {
        need(prices.system_w.has_value(),
             "system power",
             "a profile with system_w or tdp_w");
    }
}

/// Refuses money and power that are not enough for one accelerator.
void check_enough(ClusterTask const& task) {
    if (task.is_bounded
        && bounded_chips(task, medians_of(task.prices), task.days) < 1) {
        throw UsageError(fmt::format("{} is not enough for one {}",
                                     task.usd ? "--usd" : "--power",
                                     task.question.machine.id));
    }
}

void read_bounds(ClusterOptions const& options, ClusterTask& task) {
    task.usd = read_option("--usd", options.usd, 1, 1e15);
    task.usd_method = read_choice("--cost", options.cost, cost_methods);
    if (options.power) {
        task.facility_w = read_power("--power", *options.power);
    }
    if (auto const days = read_option("--days", options.days, least_days, most_days)) {
        task.days = *days;
    }
    if (task.usd && task.sought == ClusterSought::days && options.count.empty()
        && task.usd_method != CostMethod::upfront) {
        throw UsageError(fmt::format(
            "--usd by {} cost needs --days: accelerator-hours cost the same however many "
            "do them (or --cost upfront)",
            to_string(task.usd_method)));
    }
    task.is_bounded =
        options.count.empty() && !options.sweep && task.sought != ClusterSought::count;
    check_known(task.question.machine.id,
                medians_of(task.prices),
                task.usd ? std::optional(task.usd_method) : std::nullopt,
                task.facility_w.has_value());
    check_enough(task);
}

ClusterEqual read_equal(ClusterOptions const& options, ClusterTask const& task) {
    constexpr std::array all{ClusterEqual::time,
                             ClusterEqual::count,
                             ClusterEqual::usd,
                             ClusterEqual::power};
    if (options.equal) {
        return read_choice("--equal", *options.equal, all);
    }
    // a bound is what they share
    return task.is_bounded    ? (task.usd ? ClusterEqual::usd : ClusterEqual::power)
           : options.frontier ? ClusterEqual::count
                              : ClusterEqual::time;
}

/// The words between commas, at least one.
std::vector<std::string> parts_of(std::string const& text) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        auto const end = std::min(text.find(',', begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

void read_frontier(ClusterOptions const& options, ClusterQuestion& result) {
    if (options.frontier) {
        for (auto const& part : parts_of(*options.frontier)) {
            result.frontier_days.push_back(
                read_option("--frontier", part, least_days, most_days));
        }
        std::sort(result.frontier_days.begin(), result.frontier_days.end());
        result.task.days = result.frontier_days.front();
    }
}

void read_others(ClusterOptions const& options,
                 hwprofiles::ProfileLibrary const& library,
                 hwprofiles::Precision precision,
                 ClusterQuestion& result) {
    if (!options.vs) {
        if (options.equal) {
            throw UsageError("--equal goes with --vs");
        }
        return;
    }
    if (result.is_sweep || options.layout) {
        throw UsageError("--vs goes without --sweep and --layout");
    }
    if (options.price || options.rent) {
        throw UsageError(
            "--price and --rent are of one accelerator: --vs takes those of "
            "the profiles (--profiles DIR may have others)");
    }
    result.equal = read_equal(options, result.task);
    if (options.frontier && result.equal == ClusterEqual::time) {
        throw UsageError(
            "--frontier goes with --equal count, usd or power: in the same "
            "time all train the same");
    }
    for (auto const& name : parts_of(*options.vs)) {
        result.others.push_back(cluster_machine(library.find(name), precision));
    }
    auto const& task = result.task;
    auto const check = [&](ClusterMachine const& machine) {
        bool const counts_usd = result.equal == ClusterEqual::usd
                                || (task.is_bounded && task.usd.has_value());
        check_known(machine.id,
                    medians_of(prices_of(machine)),
                    counts_usd ? std::optional(task.usd_method) : std::nullopt,
                    result.equal == ClusterEqual::power);
    };
    check(task.question.machine);
    std::for_each(result.others.begin(), result.others.end(), check);
}

/// `--with NAME:COUNT`.
void read_joined(ClusterOptions const& options,
                 hwprofiles::ProfileLibrary const& library,
                 hwprofiles::Precision precision,
                 ClusterQuestion& result) {
    if (!options.with) {
        return;
    }
    auto& task = result.task;
    if (options.count.empty() || options.layout || options.vs || options.frontier
        || options.price || options.rent) {
        throw UsageError("--with goes with --count, and without --layout, --vs, "
                         "--frontier, --price and --rent");
    }
    auto const colon = options.with->find(':');
    if (colon == std::string::npos) {
        throw UsageError(fmt::format("--with \"{}\" is not NAME:COUNT", *options.with));
    }
    JoinedPool pool;
    pool.machine =
        cluster_machine(library.find(options.with->substr(0, colon)), precision);
    pool.chips = read_option(
        "--with", options.with->substr(colon + 1), 1, max_cluster_chips, true);
    pool.prices = prices_of(pool.machine, task.prices);
    auto const worth = joined_worth(task.question.machine, pool.machine);
    if (!worth) {
        throw UsageError(fmt::format(
            "{} and {} do not train together: they are of other makers, or more than two "
            "generations apart (docs/model.md 3)",
            task.question.machine.id,
            pool.machine.id));
    }
    if (pool.machine.precision != task.question.machine.precision) {
        throw UsageError(fmt::format("{} has no {}: a run has one precision",
                                     pool.machine.id,
                                     task.question.machine.precision));
    }
    pool.worth = *worth;
    task.joined = std::move(pool);
}

void read_grid(ClusterOptions const& options, ClusterQuestion& result) {
    if (!options.grid) {
        return;
    }
    for (auto const& grid : grids) {
        if (*options.grid == grid.id) {
            result.grid_kg_per_kwh = grid.kg_per_kwh;
            return;
        }
    }
    result.grid_kg_per_kwh = read_option("--grid", options.grid, 0, 10);
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

std::string_view to_string(ClusterEqual equal) {
    switch (equal) {
    case ClusterEqual::time:
        return "time";
    case ClusterEqual::count:
        return "count";
    case ClusterEqual::usd:
        return "usd";
    case ClusterEqual::power:
        break;
    }
    return "power";
}

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
    task.prices = read_prices(options, question.machine);
    read_frontier(options, result);
    read_bounds(options, task);
    read_grid(options, result);
    read_layout(options, question);
    read_joined(options, library, precision, result);
    read_others(options, library, precision, result);
    return result;
}

}  // namespace leadtime::estimator
