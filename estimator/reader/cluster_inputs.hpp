// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cluster/priors.hpp"
#include "estimator/reader/accelerators.hpp"
#include "estimator/reader/quantities.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>

namespace leadtime::estimator::detail {

/// A key of the cluster model and the quantity of its priors that is the default.
struct ClusterKey {
    InputSpec spec;
    ClusterQuantity quantity;
};

/// Keys by kernels::ClusterInput; they may stand in `[cluster]`, `[ecosystem.NAME]` and
/// the tables of accelerators.
std::array<ClusterKey, kernels::cluster_input_count> const& cluster_keys();

/// `[cluster]` and `[ecosystem.NAME]`.
struct ClusterTables {
    std::optional<AcceleratorTable> all;
    std::map<std::string, AcceleratorTable> ecosystems;
};

ClusterTables read_cluster_tables(ReaderState& state, text::TableReader& root);

/// What a `[job]` or `[path.NAME.job]` says.
struct JobTable {
    std::array<std::optional<Input>, kernels::job_input_count> inputs;
    text::ConfigIssue place;
    bool used = false;
};

std::optional<JobTable> read_job_table(ReaderState& state, text::TableReader& parent);

/// Gives the accelerators of a path that state no `mfu` or no `goodput` the cluster
/// model's inputs, and the path its job. Each input is taken from the path's table of
/// the accelerator, the scenario's, that of its ecosystem, `[cluster]`, the profile and
/// the medians of docs/cluster.md: the first that has it.
void use_cluster_model(ReaderState& state,
                       Path& path,
                       std::optional<hwprofiles::Precision> precision,
                       AcceleratorTables const& own,
                       AcceleratorTables const& shared,
                       ClusterTables& cluster,
                       std::optional<JobTable>& own_job,
                       std::optional<JobTable>& shared_job);

/// Warns of tables that nobody used.
void warn_of_unused(ReaderState& state,
                    ClusterTables const& cluster,
                    std::optional<JobTable> const& job);

}  // namespace leadtime::estimator::detail
