// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/random_values.hpp"

#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace leadtime::tests {

/// A channel as far as formulas need to know it before it is written.
struct ChannelSketch {
    std::string name;
    std::string kind;
    std::string profile;
};

struct PathSketch {
    std::string name;
    std::vector<ChannelSketch> channels;
};

/// Writes one scenario, table by table.
class ScenarioWriter {
  public:
    explicit ScenarioWriter(std::uint64_t seed, bool has_gaps = false)
        : choice_(seed)
        , later_(seed + 1'000'000)
        , buying_(seed + 2'000'000)
        , seed_(seed)
        , has_progress_(later_.chance(0.5))
        , has_cluster_(seed % 3 == 0)
        , has_gaps_(has_gaps) {}

    std::string write();

  private:
    void sketch();
    void write_header();
    void write_base_quantities();
    void write_quantity(std::string const& name,
                        std::string const& unit,
                        double middle,
                        bool is_fraction);
    void write_series(std::string const& name,
                      std::string const& unit,
                      double middle,
                      bool is_fraction);
    void write_events();
    void write_formulas();
    void write_correlations();
    void write_accelerator(std::string const& profile, double scale);
    /// Each key of the cluster model or of a job with a probability.
    void write_cluster_inputs(double probability);
    void write_job(double probability);
    void write_cluster_tables();
    void write_path(PathSketch const& path);
    void write_compare_to(PathSketch const& path);
    void write_progress(PathSketch const& path);
    void write_join();
    void write_channel(PathSketch const& path, ChannelSketch const& channel);
    void write_cap();
    void write_gaps();
    void write_outputs();
    /// One of the notations that fit a key: a value, a quantity's name, a formula (one
    /// that goes below 0 now and then where the key `has_clamp`).
    std::string input(std::string const& unit, double middle, bool has_clamp = false);
    std::string fraction_input(double middle);
    void line(std::string const& key, std::string const& value) {
        text_ << key << " = " << value << "\n";
    }
    /// With a probability; else the key keeps its default.
    void maybe(double probability, std::string const& key, std::string const& value) {
        if (choice_.chance(probability)) {
            line(key, value);
        }
    }
    static std::string quoted(std::string const& text) { return "\"" + text + "\""; }
    std::string date(int from, int to) {
        return date_text(names_.start_month + choice_.integer(from, to));
    }

    RandomChoice choice_;
    RandomChoice later_;  ///< of keys added later, so that the others stay as they were
    RandomChoice buying_;  ///< the same, of how paths buy
    std::uint64_t seed_;
    bool has_progress_;
    bool has_cluster_;  ///< accelerators may leave MFU and goodput to the model
    bool has_gaps_;     ///< some outputs are not a number in some months
    std::ostringstream text_;
    int dt_ = 1;
    int horizon_ = 0;  ///< months
    std::vector<PathSketch> paths_;
    FormulaNames names_;
    std::map<std::string, std::string> base_;  ///< unit to its base quantity
    std::vector<std::string> drawn_;           ///< uncertain, for correlations
    std::vector<std::string> formulas_;
    bool has_cap_ = false;
    std::vector<std::string> events_;  ///< series of events and regimes
};

}  // namespace leadtime::tests
