// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_scenario_writer.hpp"

#include <array>

namespace leadtime::tests {

namespace {

/// A key of the cluster model or a job around its usual value; `spread` is the largest
/// factor away from it, 0 for shares.
struct RandomKey {
    char const* key;
    double middle;
    double spread;
};

constexpr std::array cluster_keys{RandomKey{"gemm_fraction", 0.7, 0},
                                  RandomKey{"gemm16_fraction", 0.75, 0},
                                  RandomKey{"memory", 100, 3},
                                  RandomKey{"memory_bandwidth", 4000, 2},
                                  RandomKey{"scale_up_domain", 32, 10},
                                  RandomKey{"scale_up_bandwidth", 500, 3},
                                  RandomKey{"scale_out_bandwidth", 50, 3},
                                  RandomKey{"kernel_quality", 0.92, 1.1},
                                  RandomKey{"team_quality", 0.8, 1.4},
                                  RandomKey{"width_half", 900, 2},
                                  RandomKey{"tokens_half", 166, 2},
                                  RandomKey{"moe_quality", 0.6, 1.5},
                                  RandomKey{"expert_imbalance", 0.1, 3},
                                  RandomKey{"vector_bytes", 135, 1.5},
                                  RandomKey{"permute_bytes", 21.5, 1.5},
                                  RandomKey{"low_precision_traffic", 1.22, 1.1},
                                  RandomKey{"hidden_tensor", 0.55, 0},
                                  RandomKey{"hidden_expert", 0.77, 0},
                                  RandomKey{"hidden_data", 0.84, 0},
                                  RandomKey{"scale_up_fraction", 0.75, 0},
                                  RandomKey{"scale_out_fraction", 0.8, 0},
                                  RandomKey{"scale_up_latency", 4e-6, 2},
                                  RandomKey{"scale_out_latency", 1e-5, 2},
                                  RandomKey{"host_spread", 0.0077, 2},
                                  RandomKey{"doubling_loss", 0.0036, 2},
                                  RandomKey{"system_overhead", 0.06, 2},
                                  RandomKey{"dense_discrepancy", 1, 1.3},
                                  RandomKey{"moe_discrepancy", 1, 1.6},
                                  RandomKey{"mtbf", 3e4, 5},
                                  RandomKey{"job_failure_rate", 0.012, 3},
                                  RandomKey{"checkpoint_time", 8, 5},
                                  RandomKey{"save_time", 60, 3},
                                  RandomKey{"restart_time", 480, 4},
                                  RandomKey{"straggler_waste", 0.1, 0},
                                  RandomKey{"masked_failures", 0.5, 0},
                                  RandomKey{"stall_time", 60, 3},
                                  RandomKey{"learners", 6, 1.5},
                                  RandomKey{"replica_loss", 0.02, 3},
                                  RandomKey{"hot_spares", 0.04, 1.5},
                                  RandomKey{"learner_efficiency", 0.97, 0}};

constexpr std::array job_keys{RandomKey{"tokens_per_param", 100, 8},
                              RandomKey{"sparsity", 15, 3},
                              RandomKey{"experts_active", 8, 2},
                              RandomKey{"remote_domains", 4, 2},
                              RandomKey{"sequence_tokens", 6000, 2},
                              RandomKey{"critical_batch", 3e7, 4},
                              RandomKey{"critical_batch_exponent", 0.45, 0},
                              RandomKey{"batch_ratio", 1, 2},
                              RandomKey{"hidden_bubble", 0.3, 0}};

}  // namespace

void ScenarioWriter::write_cluster_inputs(double probability) {
    for (auto const& [key, middle, spread] : cluster_keys) {
        if (choice_.chance(probability)) {
            line(key,
                 spread > 0 ? random_positive(choice_, choice_.around(middle, spread))
                            : fraction_input(middle));
        }
    }
}

void ScenarioWriter::write_job(double probability) {
    if (choice_.chance(0.7)) {
        line("moe",
             choice_.chance(0.5) ? number_text(choice_.integer(0, 1))
                                 : "{ dist = \"bernoulli\", p = 0.5 }");
    }
    for (auto const& [key, middle, spread] : job_keys) {
        if (choice_.chance(probability)) {
            line(key,
                 spread > 0 ? random_positive(choice_, choice_.around(middle, spread))
                            : fraction_input(middle));
        }
    }
}

void ScenarioWriter::write_cluster_tables() {
    text_ << "\n[cluster]\n";
    write_cluster_inputs(0.15);
    for (auto const* ecosystem : {"nvidia", "ascend"}) {
        if (choice_.chance(0.6)) {
            text_ << "\n[ecosystem." << ecosystem << "]\n";
            write_cluster_inputs(0.2);
        }
    }
    text_ << "\n[job]\n";
    write_job(0.5);
}

}  // namespace leadtime::tests
