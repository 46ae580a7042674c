// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_job.hpp"

#include "estimator/cli/app.hpp"
#include "estimator/cli/option_values.hpp"

#include <fmt/format.h>
#include <stdexcept>

namespace leadtime::estimator {
namespace {

/// The model of --model or --job.
ClusterModel read_model(ClusterOptions const& options) {
    if (!options.job) {
        return find_cluster_model(options.model);
    }
    if (!options.model.empty()) {
        throw UsageError("--model and --job exclude each other (a job may say "
                         "model = \"...\")");
    }
    return read_cluster_model(
        text::load_document(*options.job, text::FileKind::regular_or_open),
        *options.job);
}

void read_stated_job(ClusterOptions const& options, ClusterQuestion& result) {
    auto& model = result.task.question.model;
    model = read_model(options);
    if (auto const batch = read_option("--batch", options.batch_tokens, 1, 1e12)) {
        model.batch_tokens = *batch;
    }
    if (auto const sequence =
            read_option("--sequence", options.sequence_tokens, 1, 1e8, true)) {
        model.sequence_tokens = *sequence;
    }
    if (auto const tokens = read_option("--tokens", options.training_tokens, 1, 1e18)) {
        model.training_tokens = *tokens;
    }
    if (!model.training_tokens) {
        model.training_tokens = 20 * model.matmul_params;
        result.flags.emplace_back("training tokens not known: 20 for each active "
                                  "parameter (Chinchilla); give --tokens");
    }
}

/// Sizes of models, from 400M on: smaller ones are all embeddings.
constexpr double least_params = 4e8;
constexpr double most_params = 1e15;

void read_planned_job(ClusterOptions const& options, ClusterQuestion& result) {
    auto& question = result.task.question;
    auto const sequence =
        read_option("--sequence", options.sequence_tokens, 128, 1e6, true)
            .value_or(JobDefaults::sequence_tokens);
    auto tokens = read_option("--tokens", options.training_tokens, 1, 1e18);
    try {
        if (options.params) {
            auto const params =
                read_option("--params", *options.params, least_params, most_params);
            auto const active =
                read_option("--active", options.active, least_params, params)
                    .value_or(params);
            if (!tokens) {
                tokens = 20 * active;
                if (result.task.sought != ClusterSought::job) {
                    result.flags.emplace_back(
                        "training tokens not known: 20 for each active parameter "
                        "(Chinchilla); give --tokens");
                }
            }
            question.planned =
                planned_job(ModelSize{params, active}, *tokens, sequence);
        } else {
            auto const flop =
                options.flop ? read_option(
                    "--flop", *options.flop, least_job_flop, most_job_flop)
                             : 1e25;  // where a search begins
            question.planned = planned_job(flop, !options.dense, tokens, sequence);
            if (result.task.sought == ClusterSought::job) {
                question.planned->params.reset();  // they follow from what is found
            }
        }
    } catch (std::invalid_argument const& error) {
        throw UsageError(error.what());
    }
    question.planned->batch_tokens =
        read_option("--batch", options.batch_tokens, 1, 1e12);
}

void read_sites(ClusterOptions const& options, ClusterModel& model) {
    if (auto const sites = read_option("--sites", options.sites, 1, 1e4, true)) {
        model.sites = *sites;
    }
    if (auto const link = read_option("--site-link", options.site_link, 1, 1e15)) {
        model.site_link_bytes_per_s = *link;
    }
    if (auto const steps = read_option("--inner-steps", options.inner_steps, 1, 1e6)) {
        model.inner_steps = *steps;
    }
    if (model.sites <= 1 && (options.site_link || options.inner_steps)) {
        throw UsageError("--site-link and --inner-steps go with --sites");
    }
    if (model.sites > 1 && !(model.site_link_bytes_per_s > 0)) {
        throw UsageError("--sites needs --site-link, the link of a site in byte/s");
    }
}

}  // namespace

bool has_shape(ClusterOptions const& options) {
    return options.job || !options.model.empty();
}

void read_cluster_job(ClusterOptions const& options, ClusterQuestion& result) {
    if (has_shape(options)) {
        read_stated_job(options, result);
    } else {
        read_planned_job(options, result);
    }
    read_sites(options, result.task.question.model);
}

}  // namespace leadtime::estimator
