// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_arguments.hpp"

namespace leadtime::estimator {

void add_cluster_command(CLI::App& app, ClusterOptions& options) {
    auto& cluster = *app.add_subcommand(
        "cluster", "What a cluster does with a training job: MFU, days, costs, limits");
    auto const add = [&](char const* name, auto& value, char const* help) {
        return cluster.add_option(name, value, help)->type_name("TEXT");
    };
    add("--accelerator", options.accelerator, "Accelerator, such as h100_sxm")
        ->type_name("NAME");
    add("--count", options.count, "Accelerators, such as 16384 or 1e5")->type_name("N");
    add("--model", options.model, "Built-in model, such as llama3_405b")
        ->type_name("NAME");
    add("--job", options.job, "Model and job in a TOML file")->type_name("FILE");
    add("--precision", options.precision, "bf16, fp8 or fp4")->default_str("bf16");
    add("--layout", options.layout, "tp=8,pp=16,vp=4 and so on; else chosen");
    add("--samples", options.samples, "Draws from the priors; 0 for none")
        ->type_name("N")
        ->default_str("2000");
    add("--seed", options.seed, "Seed of the random numbers")
        ->type_name("S")
        ->default_str("1");
    add("--team", options.team, "frontier, ordinary or unknown")
        ->default_str("frontier");
    add("--batch", options.batch_tokens, "Tokens a step")->type_name("N");
    add("--tokens", options.training_tokens, "Training tokens")->type_name("N");
    add("--sequence", options.sequence_tokens, "Tokens a sequence")->type_name("N");
    add("--date",
        options.date,
        "When it trains: software, training through failures, ordinary teams then")
        ->type_name("YYYY-MM");
    add("--masked",
        options.masked,
        "Share of failures that stop one replica only, 0 to 1; else none")
        ->type_name("F");
    add("--learners", options.learners, "Parts that do not wait for each other; else 1")
        ->type_name("M");
    add("--spares", options.spares, "Share of the accelerators held as hot spares")
        ->type_name("SHARE");
    add("--sweep", options.sweep, "count=64:262144 for a scaling curve");
    cluster.add_flag("--json", options.json, "Print one JSON document");
    add("--profiles",
        options.profiles_dir,
        "Folder of profiles that add to or replace the built-in ones")
        ->type_name("DIR");
    cluster.footer("Example:\n"
                   "  leadtime cluster --accelerator h100_sxm --count 16384 "
                   "--model llama3_405b \\\n      --layout tp=8,pp=16,vp=4");
}

void add_backtest_command(CLI::App& app, BacktestOptions& options) {
    auto& backtest = *app.add_subcommand(
        "backtest", "The cluster model against published throughputs, runs and costs");
    backtest.add_option("--samples", options.samples, "Draws from the priors")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}))
        ->default_str("4000");
    backtest.add_option("--seed", options.seed, "Seed of the random numbers")
        ->type_name("S")
        ->default_str("1");
    backtest.add_flag("--json", options.json, "Print one JSON document");
    backtest.footer("Example:\n  leadtime backtest");
}

}  // namespace leadtime::estimator
