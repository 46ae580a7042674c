// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_others.hpp"

#include "estimator/cli/app.hpp"
#include "estimator/cli/cluster_money.hpp"
#include "estimator/cli/option_values.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace leadtime::estimator {
namespace {

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

void read_other_accelerators(ClusterOptions const& options,
                             hwprofiles::ProfileLibrary const& library,
                             hwprofiles::Precision precision,
                             ClusterQuestion& result) {
    read_joined(options, library, precision, result);
    read_others(options, library, precision, result);
}

}  // namespace leadtime::estimator
