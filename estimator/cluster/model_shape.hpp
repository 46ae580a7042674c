// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/toml_document.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// The shape of a transformer decoder and how it is trained: `scenarios/models/*.toml`,
/// or a job of the user. Symbols are those of docs/cluster.md.
struct ClusterModel {
    std::string id;  ///< file stem
    std::string name;
    std::vector<std::string> aliases;
    std::string source;
    double layers = 0;
    double width = 0;            ///< d
    double attention_width = 0;  ///< d_a
    double ffn_width = 0;        ///< f
    double vocabulary = 0;
    double matmul_params = 0;  ///< P_mm
    double total_params = 0;   ///< P_tot
    double full_attention_share = 1;
    double experts = 1;
    double experts_active = 1;
    double experts_shared = 0;
    double expert_width = 0;
    double moe_layers = 0;
    double routed_params = 0;  ///< P_exp; 0 where dense

    // [training]
    double sequence_tokens = 0;
    double batch_tokens = 0;
    std::optional<double> training_tokens;
    std::optional<double> critical_batch_tokens;
    double hidden_bubble = 0;              ///< z
    std::optional<double> remote_domains;  ///< upper bound of k_n

    // [sites]
    double sites = 1;
    double site_link_bytes_per_s = 0;
    double site_round_trip_s = 0;
    double inner_steps = 1;

    bool is_moe() const { return routed_params > 0; }
};

/// Reads a model or a job. A job may say `model = "llama3_405b"` and then only what
/// differs. Throws: text::ConfigError with every problem of the text.
ClusterModel read_cluster_model(text::Document const& document, std::string id);

/// Ids of the models compiled into the program, sorted.
std::vector<std::string> cluster_model_ids();

/// A built-in model by id or alias; case does not matter, `-`, `.` and blanks count as
/// `_`. Throws: text::ConfigError `unknown model "x"` with a suggestion.
ClusterModel find_cluster_model(std::string_view name);

}  // namespace leadtime::estimator
