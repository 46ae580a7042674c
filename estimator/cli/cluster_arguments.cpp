// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_arguments.hpp"

namespace leadtime::estimator {

void add_cluster_command(CLI::App& app, ClusterOptions& options) {
    auto& cluster = *app.add_subcommand(
        "cluster",
        "What a cluster does with a training job, or what a job takes: MFU, days, "
        "accelerators, costs, limits");
    auto const add = [&](char const* name, auto& value, char const* help) {
        return cluster.add_option(name, value, help)->type_name("TEXT");
    };
    add("--accelerator", options.accelerator, "Accelerator, such as h100_sxm")
        ->type_name("NAME");
    add("--count", options.count, "Accelerators, such as 16384 or 1e5")->type_name("N");
    add("--model", options.model, "Built-in model, such as llama3_405b")
        ->type_name("NAME");
    add("--job", options.job, "Model and job in a TOML file")->type_name("FILE");
    add("--flop", options.flop, "FLOP to train with; the shape follows")
        ->type_name("F");
    add("--params", options.params, "Parameters of the model; the shape follows")
        ->type_name("P");
    add("--active", options.active, "Parameters that a token meets; else all")
        ->type_name("P");
    cluster.add_flag(
        "--dense", options.dense, "No mixture (of --flop, or a job sought)");
    add("--days", options.days, "Time that it may take")->type_name("D");
    add("--frontier", options.frontier, "Days: what each of them trains (30,90,365)")
        ->type_name("D,...");
    add("--figures", options.figures, "Draws the frontier there, as SVG and PNG")
        ->type_name("DIR");
    add("--usd", options.usd, "Money that it may cost: bounds the accelerators")
        ->type_name("USD");
    add("--cost", options.cost, "What --usd counts: amortised, rental or upfront")
        ->default_str("amortised");
    add("--power",
        options.power,
        "What the site delivers, such as 100MW: bounds them too")
        ->type_name("W");
    add("--with", options.with, "More accelerators that train with them: h200_sxm:4096")
        ->type_name("NAME:N");
    add("--vs", options.vs, "Accelerators to stand beside it: ascend_910c,h20")
        ->type_name("NAMES");
    add("--equal",
        options.equal,
        "What these have in common: time, count, usd or power");
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
    add("--price", options.price, "USD an accelerator: 25k, or 20k to 30k");
    add("--rent", options.rent, "USD an hour of an accelerator, likewise");
    add("--power-price", options.power_price, "USD/kWh, likewise")
        ->default_str("0.0826");
    add("--pue", options.pue, "Power usage effectiveness")->default_str("1.1");
    add("--grid", options.grid, "us, china, or kg of CO2 a kWh; else both countries'");
    add("--sites", options.sites, "Sites that train together")->type_name("N");
    add("--site-link", options.site_link, "Link of a site, byte/s")->type_name("B/s");
    add("--inner-steps", options.inner_steps, "Steps between exchanges of sites")
        ->type_name("H");
    cluster.add_flag("--point", options.point, "Print the values at median inputs too");
    add("--sweep", options.sweep, "count=64:262144 for a scaling curve");
    cluster.add_flag("--json", options.json, "Print one JSON document");
    add("--profiles",
        options.profiles_dir,
        "Folder of profiles that add to or replace the built-in ones")
        ->type_name("DIR");
    cluster.footer("Example:\n"
                   "  leadtime cluster --accelerator h100_sxm --count 16384 "
                   "--model llama3_405b \\\n      --layout tp=8,pp=16,vp=4\n"
                   "  leadtime cluster --accelerator h100_sxm --flop 1e27 --days 90 "
                   "--vs ascend_910c");
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
