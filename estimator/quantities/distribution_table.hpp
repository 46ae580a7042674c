// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/distribution_reader.hpp"
#include "estimator/quantities/distribution_rules.hpp"
#include "estimator/quantities/quantile_fit.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {

/// Reads one table; problems go to its reader.
class DistributionTable {
  public:
    DistributionTable(text::TableReader& table, Unit const& unit, int start_month)
        : table_(table)
        , unit_(unit)
        , start_month_(start_month) {}

    std::optional<Distribution> read();

  private:
    std::optional<Distribution> read_base();
    std::optional<Distribution> read_family(Family const& family);
    std::optional<Distribution> read_undeclared();
    std::optional<Distribution> read_values(bool weighted);
    std::optional<Distribution> read_mixture();
    std::optional<Distribution> read_file();
    std::optional<std::pair<double, double>> read_truncation();

    bool find_quantiles(bool median_counts);
    std::optional<Distribution> fit(Family const& family);
    FitOptions fit_options(Family const& family);
    Way const* choose_way(Family const& family);
    void
    refuse_other_ways(Family const& family, Keys const& way, std::string const& beside);

    std::optional<double> scalar(std::string const& key, bool position);
    std::optional<std::vector<double>> list(std::string const& key, bool positions);
    void report(DistributionError const& error);

    text::TableReader& table_;
    Unit const& unit_;
    int start_month_;
    FamilyParameters parameters_;
    std::vector<WantedQuantile> quantiles_;
    std::map<std::string, std::string> quantile_keys_;  // "p2.5" -> "p2_5"
};

}  // namespace leadtime::estimator::detail
