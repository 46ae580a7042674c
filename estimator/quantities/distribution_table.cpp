// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_table.hpp"

#include "estimator/quantities/families/list.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace leadtime::estimator {
namespace detail {

std::optional<Distribution> DistributionTable::read() {
    auto const before = table_.issues().size();
    try {
        auto base = read_base();
        auto const range = read_truncation();
        auto const p_zero =
            table_.optional_number("zero_probability", text::fraction_number);
        if (!base || table_.issues().size() != before) {
            return std::nullopt;
        }
        if (range) {
            base = truncate(*base, range->first, range->second);
        }
        return p_zero ? with_zero_probability(*base, *p_zero) : *base;
    } catch (DistributionError const& error) {
        report(error);
        return std::nullopt;
    }
}

std::optional<double> DistributionTable::scalar(std::string const& key, bool position) {
    auto const* node = table_.raw(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    return read_scalar(table_,
                       *node,
                       key,
                       unit_.is_date && position,
                       start_month_,
                       position || is_width(key) ? suffixes_in(unit_) : Suffixes{});
}

void DistributionTable::report(DistributionError const& error) {
    auto key = error.parameter;
    if (auto const found = quantile_keys_.find(key); found != quantile_keys_.end()) {
        key = found->second;
    }
    if (key.empty() || !table_.has(key)) {
        table_.fail_table(error.problem, error.reason, error.suggestion);
    } else {
        table_.fail_key(key, error.problem, error.reason, error.suggestion);
    }
}

/// Collects `pNN`, `low`, `high` and where it counts `median`, by ascending
/// probability.
bool DistributionTable::find_quantiles(bool median_counts) {
    bool good = true;
    auto const add = [&](std::string const& key, double percent) {
        table_.has(key);
        if (!(percent > 0 && percent < 100)) {
            table_.fail_key(key,
                            fmt::format("\"{}\" is not a quantile", key),
                            "the number must lie between 0 and 100");
            good = false;
            return;
        }
        auto const value = scalar(key, true);
        good = good && value.has_value();
        auto const name = quantile_key(percent / 100);
        if (!quantile_keys_.emplace(name, key).second) {
            table_.fail_key(key,
                            fmt::format("\"{}\" and \"{}\" are the same quantile",
                                        quantile_keys_[name],
                                        key));
            good = false;
        }
        if (good) {
            quantiles_.push_back({percent / 100, (100 - percent) / 100, *value});
        }
    };
    Keys keys;
    for (auto const& [key, node] : table_.table()) {
        keys.emplace_back(key.str());
    }
    for (auto const& key : keys) {
        if (auto const percent = quantile_percent(key)) {
            add(key, *percent);
        }
    }
    bool const has_low = table_.has("low");
    bool const has_high = table_.has("high");
    auto const ci =
        table_.optional_number("ci", {.min = 0, .max = 0.999999, .min_excluded = true});
    if (has_low != has_high) {
        table_.fail_table(fmt::format("missing key \"{}\"", has_low ? "high" : "low"),
                          "\"low\" and \"high\" go together");
        good = false;
    } else if (has_low) {
        double const tail = 100 * (1 - ci.value_or(0.9)) / 2;
        add("low", tail);
        add("high", 100 - tail);
    } else if (ci) {
        table_.fail_key("ci", "\"ci\" needs \"low\" and \"high\"");
        good = false;
    }
    if (median_counts && !quantile_keys_.empty() && table_.has("median")) {
        add("median", 50);
    }
    std::sort(quantiles_.begin(), quantiles_.end(), [](auto const& a, auto const& b) {
        return a.p < b.p;
    });
    return good;
}

FitOptions DistributionTable::fit_options(Family const& family) {
    FitOptions options;
    auto const tolerance = table_.optional_number(
        "tolerance", {.min = 0, .max = 0.2, .min_excluded = true});
    options.tolerance = tolerance.value_or(options.tolerance);
    for (auto const& option : family.options) {
        if (!option.fallback && !table_.has(option.key)) {
            table_.fail_table(
                fmt::format("missing key \"{}\"", option.key),
                fmt::format("a {} distribution needs it", family.spoken()));
        }
    }
    options.parameters = parameters_;
    return options;
}

std::optional<Distribution> DistributionTable::fit(Family const& family) {
    auto const before = table_.issues().size();
    auto const options = fit_options(family);
    if (table_.issues().size() != before) {
        return std::nullopt;
    }
    return fit_quantiles(family, quantiles_, options);
}

Way const* DistributionTable::choose_way(Family const& family) {
    Way const* chosen = nullptr;
    for (auto const& way : family.ways) {
        bool all = true;
        for (auto const& key : way.keys) {
            all = table_.has(key) && all;  // every key is noted as known
        }
        if (all && chosen == nullptr) {
            chosen = &way;
        }
    }
    return chosen;
}

void DistributionTable::refuse_other_ways(Family const& family,
                                          Keys const& way,
                                          std::string const& beside) {
    auto const contains = [](Keys const& keys, std::string const& key) {
        return std::find(keys.begin(), keys.end(), key) != keys.end();
    };
    Keys refused;
    for (auto const& other : family.ways) {
        for (auto const& key : other.keys) {
            bool const is_option = std::ranges::any_of(
                family.options, [&](FamilyOption const& o) { return o.key == key; });
            bool const allowed = contains(way, key) || is_option
                                 || contains(refused, key)
                                 || (way.empty() && key == "median");
            if (allowed || !table_.has(key)) {
                continue;
            }
            refused.push_back(key);
            table_.fail_key(
                key, fmt::format("\"{}\" cannot be given beside {}", key, beside));
        }
    }
}

std::optional<Distribution> DistributionTable::read_family(Family const& family) {
    auto const before = table_.issues().size();
    if (unit_.is_date && family.is_logarithmic) {
        table_.fail_key(
            "dist",
            fmt::format("a date cannot have a {} distribution", family.name),
            {},
            "write \"normal\" or \"split_normal\"");
        table_.entries();  // nothing else can be judged
        return std::nullopt;
    }
    auto const* way = choose_way(family);
    for (auto const& option : family.options) {
        if (auto const value = scalar(option.key, is_position(option.key))) {
            parameters_[option.key] = *value;
        }
    }
    if (family.fit) {
        for (auto const* key : {"p5", "p50", "p95", "tolerance"}) {
            table_.has(key);
        }
        if (!find_quantiles(true)) {
            return std::nullopt;
        }
        if (!quantiles_.empty()) {
            refuse_other_ways(family, {}, "quantiles");
            if (table_.issues().size() != before) {
                return std::nullopt;
            }
            return fit(family);
        }
        if (table_.has("tolerance")) {
            table_.fail_key("tolerance", "\"tolerance\" needs quantiles");
            return std::nullopt;
        }
    }
    if (way == nullptr) {
        table_.fail_table(
            fmt::format("a {} distribution needs {}", family.name, list_ways(family)));
        return std::nullopt;
    }
    refuse_other_ways(family, way->keys, quote(way->keys));
    switch (way->reads) {
    case Way::Reads::components:
        return read_mixture();
    case Way::Reads::values:
    case Way::Reads::weighted_values:
        return read_values(way->reads == Way::Reads::weighted_values);
    case Way::Reads::file:
        return read_file();
    case Way::Reads::numbers:
        break;
    }
    for (auto const& key : way->keys) {
        if (auto const value = scalar(key, is_position(key))) {
            parameters_[key] = *value;
        }
    }
    if (table_.issues().size() != before) {
        return std::nullopt;
    }

    return way->build(family.given(parameters_));
}

/// A table without `dist`.
std::optional<Distribution> DistributionTable::read_undeclared() {
    if (auto const* node = table_.raw("value")) {
        return read_distribution(table_, *node, "value", unit_, start_month_);
    }
    if (!find_quantiles(true)) {
        return std::nullopt;
    }
    if (quantiles_.empty()) {
        table_.required("dist");
        table_.entries();  // without a family no key can be judged
        return std::nullopt;
    }
    bool const is_log = !unit_.is_date && quantiles_.front().value > 0;
    std::string const name = is_log ? "lognormal" : "normal";
    bool const is_split = quantiles_.size() == 3 && quantiles_[1].p == 0.5;
    return fit(*find_family(is_split ? "split_" + name : name));
}

std::optional<Distribution> DistributionTable::read_base() {
    if (!table_.has("dist")) {
        return read_undeclared();
    }
    auto const name = table_.required_string("dist");
    Keys known;
    for (auto const& family : families()) {
        if (family.name == name) {
            return read_family(family);
        }
        known.push_back(family.name);
    }
    table_.entries();  // without a family no key can be judged
    if (!name.empty()) {
        table_.fail(*table_.raw("dist"),
                    fmt::format("unknown distribution \"{}\"", name),
                    fmt::format("known are {}", fmt::join(known, ", ")),
                    text::did_you_mean(name, known));
    }
    return std::nullopt;
}

}  // namespace detail

std::optional<Distribution>
read_distribution_table(text::TableReader& table, Unit const& unit, int start_month) {
    return detail::DistributionTable(table, unit, start_month).read();
}

}  // namespace leadtime::estimator
