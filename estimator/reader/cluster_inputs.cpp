// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/cluster_inputs.hpp"

#include "estimator/cluster/job_plan.hpp"
#include "estimator/cluster/machine.hpp"
#include "estimator/quantities/unit_words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

/// A key of the job and its default, docs/scenario-reference.md.
struct JobKey {
    InputSpec spec;
    double fallback;
};

constexpr std::array<JobKey, kernels::job_input_count> job_keys{{
    {{"moe", "1", 0, 1}, JobDefaults::moe},
    {{"tokens_per_param", "1", 1, 1e5}, JobDefaults::tokens_per_param},
    {{"sparsity", "1", 1, 1e3}, JobDefaults::sparsity},
    {{"experts_active", "1", 1, 1e3}, JobDefaults::experts_active},
    {{"remote_domains", "1", 1, 1e3}, JobDefaults::remote_domains},
    {{"sequence_tokens", "tokens", 128, 1e6}, JobDefaults::sequence_tokens},
    {{"critical_batch", "tokens", 1e4, 1e11}, JobDefaults::critical_batch_tokens},
    {{"critical_batch_exponent", "1", 0, 1}, JobDefaults::critical_batch_exponent},
    {{"batch_ratio", "1", 0.01, 10}, JobDefaults::batch_ratio},
    {{"hidden_bubble", "1", 0, 1}, JobDefaults::hidden_bubble},
}};

AcceleratorTable
read_one(ReaderState& state, text::TableReader& table, toml::node const& node) {
    AcceleratorTable result;
    result.place = state.issue_at(node, table.key_path(), {});
    auto const provenance = read_provenance(table);
    for (auto const& key : cluster_keys()) {
        if (auto const input = read_input(state, table, key.spec, provenance)) {
            result.inputs.emplace(key.spec.key, *input);
        }
    }
    table.finish();
    return result;
}

/// What a key is where no table says it, in base units; nothing where the profile must
/// and does not.
std::optional<double> default_of(kernels::ClusterInput input,
                                 hwprofiles::Profile const& profile,
                                 int bits,
                                 ClusterSpreads const& priors) {
    using enum kernels::ClusterInput;
    auto const fact = [](std::optional<hwprofiles::Fact> const& known,
                         double scale = 1.0) {
        return known ? std::optional(known->value * scale) : std::nullopt;
    };
    auto const index = static_cast<std::size_t>(input);
    double const median = priors[cluster_keys()[index].quantity].median;
    switch (input) {
    case gemm_fraction:
        return estimator::gemm_fraction(profile, bits).median;
    case gemm16_fraction:
        return estimator::gemm_fraction(profile, 16).median;
    case memory:
        return fact(profile.mem_bytes);
    case memory_bandwidth:
        return fact(profile.mem_bandwidth_bytes_per_s, seconds_per_month);
    case scale_up_domain:
        return fact(profile.scale_up_domain_chips).value_or(8.0);
    case scale_up_bandwidth:
        return fact(profile.scale_up_bandwidth_bytes_per_s, seconds_per_month);
    case scale_out_bandwidth:
        return fact(profile.scale_out_bandwidth_bytes_per_s, seconds_per_month)
            .value_or(50e9 * seconds_per_month);
    case dense_discrepancy:
    case moe_discrepancy:
        return 1.0;
    case scale_up_latency:
    case scale_out_latency:
    case checkpoint_time:
    case save_time:
    case restart_time:
    case stall_time:
        return median / seconds_per_month;
    case mtbf:
        return median / hours_per_month;
    case job_failure_rate:
        return median * hours_per_month;
    default:
        return median;
    }
}

/// Notes what the model had to assume about an accelerator.
void note_assumptions(ReaderState& state,
                      Path const& path,
                      hwprofiles::Profile const& profile,
                      ClusterUse const& use) {
    auto const note = [&](kernels::ClusterInput input, bool known, char const* text) {
        if (!use.inputs[static_cast<std::size_t>(input)].quantity && !known) {
            state.scenario.notes.push_back(
                fmt::format("path {}: {}: {}", path.name, profile.id, text));
        }
    };
    using enum kernels::ClusterInput;
    note(scale_up_domain,
         profile.scale_up_domain_chips.has_value(),
         "scale-up domain not known: 8 accelerators");
    note(scale_out_bandwidth,
         profile.scale_out_bandwidth_bytes_per_s.has_value(),
         "scale-out link not known: 50 GB/s");
}

class ClusterResolver {
  public:
    ClusterResolver(ReaderState& state,
                    Path const& path,
                    hwprofiles::Precision precision,
                    AcceleratorTables const& own,
                    AcceleratorTables const& shared,
                    ClusterTables& cluster)
        : state_(state)
        , path_(path)
        , precision_(precision)
        , own_(own)
        , shared_(shared)
        , cluster_(cluster) {}

    void resolve(AcceleratorUse& use) {
        hwprofiles::Profile const& profile = *state_.profiles.lookup(use.profile);
        std::vector<AcceleratorTable const*> tables;
        for (auto const* all : {&own_, &shared_}) {
            if (auto const found = all->find(profile.id); found != all->end()) {
                tables.push_back(&found->second);
            }
        }
        auto const ecosystem = ecosystem_of(profile, tables);
        auto const choice = profile.best_precision_for(precision_);
        int const bits = cluster_bits(choice ? choice->precision : precision_);
        ClusterSpreads priors;
        set_cluster_priors(priors,
                           ecosystem == "ascend" ? ClusterEcosystem::ascend
                                                 : ClusterEcosystem::nvidia,
                           ClusterTeam::frontier,
                           false,
                           ClusterLayoutSource::chosen);
        ClusterUse result;
        result.is_low_precision = bits < 16;
        result.peak16_flop_per_s = use.peak_flop_per_s;
        if (result.is_low_precision) {
            result.peak16_flop_per_s =
                profile.peak_flop_per_s(hwprofiles::Precision::bf16)
                    .value_or(use.peak_flop_per_s / 2);
        }
        std::vector<std::string> missing;
        for (std::size_t i = 0; i < result.inputs.size(); ++i) {
            result.inputs[i] = input(i, tables, profile, bits, priors, missing);
        }
        if (!missing.empty()) {
            report(use, missing);
        }
        note_assumptions(state_, path_, profile, result);
        use.cluster = result;
    }

  private:
    /// Its table's, else by vendor; adds the tables of it and of all.
    std::string ecosystem_of(hwprofiles::Profile const& profile,
                             std::vector<AcceleratorTable const*>& tables) {
        std::string name = profile.vendor == "Huawei" ? "ascend" : "nvidia";
        for (auto const* table : tables) {
            if (!table->ecosystem.empty()) {
                name = table->ecosystem;
                check_ecosystem(name, *table);
                break;
            }
        }
        if (auto const found = cluster_.ecosystems.find(name);
            found != cluster_.ecosystems.end()) {
            found->second.used = true;
            tables.push_back(&found->second);
        }
        if (cluster_.all) {
            cluster_.all->used = true;
            tables.push_back(&*cluster_.all);
        }
        return name;
    }

    void check_ecosystem(std::string const& name, AcceleratorTable const& table) {
        std::vector<std::string> known{"ascend", "nvidia"};
        for (auto const& [other, unused] : cluster_.ecosystems) {
            known.push_back(other);
        }
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            auto issue = table.place;
            issue.problem = fmt::format("unknown ecosystem \"{}\"", name);
            issue.reason = fmt::format("there is no [ecosystem.{}]", name);
            issue.suggestion = text::did_you_mean(name, known);
            state_.issues.add(issue);
        }
    }

    Input input(std::size_t index,
                std::vector<AcceleratorTable const*> const& tables,
                hwprofiles::Profile const& profile,
                int bits,
                ClusterSpreads const& priors,
                std::vector<std::string>& missing) {
        auto const& spec = cluster_keys()[index].spec;
        for (auto const* table : tables) {
            if (auto const found = table->inputs.find(spec.key);
                found != table->inputs.end()) {
                return found->second;
            }
        }
        auto const fallback = default_of(
            static_cast<kernels::ClusterInput>(index), profile, bits, priors);
        if (!fallback) {
            missing.push_back(fmt::format("\"{}\"", spec.key));
        }
        return {std::nullopt, fallback.value_or(0.0)};
    }

    void report(AcceleratorUse const& use, std::vector<std::string> const& missing) {
        auto issue = state_.accelerator_users.at(path_.name + "." + use.profile);
        issue.problem = fmt::format("the cluster model lacks {} of \"{}\"",
                                    fmt::join(missing, ", "),
                                    use.profile);
        issue.reason = fmt::format(
            "path \"{}\" uses it without \"mfu\" and \"goodput\", and the profile does "
            "not say",
            path_.name);
        issue.suggestion =
            fmt::format("give {}, or \"mfu\" and \"goodput\", in [accelerator.{}]",
                        missing.size() == 1 ? "it" : "them",
                        use.profile);
        state_.issues.add(issue);
    }

    ReaderState& state_;
    Path const& path_;
    hwprofiles::Precision precision_;
    AcceleratorTables const& own_;
    AcceleratorTables const& shared_;
    ClusterTables& cluster_;
};

}  // namespace

std::array<ClusterKey, kernels::cluster_input_count> const& cluster_keys() {
    using enum ClusterQuantity;
    static std::array<ClusterKey, kernels::cluster_input_count> const keys{{
        {{"gemm_fraction", "1", 0, 1}, gemm_fraction},
        {{"gemm16_fraction", "1", 0, 1}, gemm16_fraction},
        {{"memory", "GB"}, mem_bytes},
        {{"memory_bandwidth", "GB/s"}, mem_bytes_per_s},
        {{"scale_up_domain", "chips", 1}, domain_chips},
        {{"scale_up_bandwidth", "GB/s"}, scale_up_bytes_per_s},
        {{"scale_out_bandwidth", "GB/s"}, scale_out_bytes_per_s},
        {{"kernel_quality", "1"}, kernel_quality},
        {{"team_quality", "1"}, team_quality},
        {{"width_half", "1"}, width_half},
        {{"tokens_half", "tokens"}, tokens_half},
        {{"moe_quality", "1"}, moe_quality},
        {{"expert_imbalance", "1"}, expert_imbalance},
        {{"vector_bytes", "1"}, vector_bytes},
        {{"permute_bytes", "1"}, permute_bytes},
        {{"low_precision_traffic", "1", 1}, low_precision_traffic},
        {{"hidden_tensor", "1", 0, 1}, hidden_tensor},
        {{"hidden_expert", "1", 0, 1}, hidden_expert},
        {{"hidden_data", "1", 0, 1}, hidden_data},
        {{"scale_up_fraction", "1", 0, 1}, scale_up_fraction},
        {{"scale_out_fraction", "1", 0, 1}, scale_out_fraction},
        {{"scale_up_latency", "s"}, scale_up_latency_s},
        {{"scale_out_latency", "s"}, scale_out_latency_s},
        {{"host_spread", "1"}, host_spread},
        {{"doubling_loss", "1"}, doubling_loss},
        {{"system_overhead", "1"}, system_overhead},
        {{"dense_discrepancy", "1"}, mfu_discrepancy},
        {{"moe_discrepancy", "1"}, mfu_discrepancy},
        {{"mtbf", "h"}, mtbf_h},
        {{"job_failure_rate", "1/h"}, job_failures_per_h},
        {{"checkpoint_time", "s"}, checkpoint_s},
        {{"save_time", "s"}, save_s},
        {{"restart_time", "s"}, restart_s},
        {{"straggler_waste", "1", 0, 1}, straggler_waste},
        {{"masked_failures", "1", 0, 1}, masked_failures},
        {{"stall_time", "s"}, stall_s},
        {{"learners", "1", 1}, learners},
        {{"replica_loss", "1"}, replica_loss},
        {{"hot_spares", "1", 0, 0.5}, hot_spares},
        {{"learner_efficiency", "1", 0, 1}, learner_efficiency},
    }};
    return keys;
}

ClusterTables read_cluster_tables(ReaderState& state, text::TableReader& root) {
    ClusterTables tables;
    if (auto table = root.child("cluster")) {
        tables.all = read_one(state, *table, *root.raw("cluster"));
    }
    if (auto all = root.child("ecosystem")) {
        for (auto const& entry : all->entries()) {
            if (auto table = all->child(entry.key)) {
                tables.ecosystems.emplace(entry.key,
                                          read_one(state, *table, *entry.node));
            }
        }
    }
    return tables;
}

std::optional<JobTable> read_job_table(ReaderState& state, text::TableReader& parent) {
    auto table = parent.child("job");
    if (!table) {
        return std::nullopt;
    }
    JobTable job;
    job.place = state.issue_at(*parent.raw("job"), table->key_path(), {});
    auto const provenance = read_provenance(*table);
    for (std::size_t i = 0; i < job_keys.size(); ++i) {
        job.inputs[i] = read_input(state, *table, job_keys[i].spec, provenance);
    }
    table->finish();
    return job;
}

void use_cluster_model(ReaderState& state,
                       Path& path,
                       std::optional<hwprofiles::Precision> precision,
                       AcceleratorTables const& own,
                       AcceleratorTables const& shared,
                       ClusterTables& cluster,
                       std::optional<JobTable>& own_job,
                       std::optional<JobTable>& shared_job) {
    bool is_used = false;
    for (auto& use : path.accelerators) {
        if ((!use.has(AcceleratorInput::mfu) || !use.has(AcceleratorInput::goodput))
            && precision && use.peak_flop_per_s > 0) {
            ClusterResolver(state, path, *precision, own, shared, cluster).resolve(use);
            is_used = true;
        }
    }
    if (!is_used) {
        if (own_job) {
            auto warning = own_job->place;
            warning.problem =
                fmt::format("the job of path \"{}\" is not used", path.name);
            warning.reason = "all its accelerators state \"mfu\" and \"goodput\"";
            state.scenario.warnings.push_back(std::move(warning));
        }
        return;
    }
    path.job.emplace();
    for (std::size_t i = 0; i < job_keys.size(); ++i) {
        auto& input = (*path.job)[i];
        input.fallback = job_keys[i].fallback;
        for (auto* table : {&shared_job, &own_job}) {
            if (*table) {
                (*table)->used = true;
                input = (*table)->inputs[i].value_or(input);
            }
        }
    }
}

void warn_of_unused(ReaderState& state,
                    ClusterTables const& cluster,
                    std::optional<JobTable> const& job) {
    auto const warn = [&](text::ConfigIssue warning, bool used, std::string_view what) {
        if (!used) {
            warning.problem = fmt::format("{} is never used", what);
            warning.reason = "no path has an accelerator that needs it";
            state.scenario.warnings.push_back(std::move(warning));
        }
    };
    if (cluster.all) {
        warn(cluster.all->place, cluster.all->used, "[cluster]");
    }
    for (auto const& [name, table] : cluster.ecosystems) {
        warn(table.place, table.used, fmt::format("[ecosystem.{}]", name));
    }
    if (job) {
        warn(job->place, job->used, "[job]");
    }
}

}  // namespace leadtime::estimator::detail
