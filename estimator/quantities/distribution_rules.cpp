// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_rules.hpp"

#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/portable_math.hpp"
#include "estimator/quantities/quantile_fit.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>

namespace leadtime::estimator {

std::vector<FamilyRule> const& family_rules() {
    static std::vector<FamilyRule> const rules = {
        {"normal", {{"mean", "sd"}}, {}},
        {"lognormal",
         {{"mu", "sigma"}, {"median", "sigma"}, {"mean", "sd"}},
         {},
         true,
         true},
        {"split_normal", {{"median", "sd_below", "sd_above"}}, {}},
        {"split_lognormal", {{"median", "sigma_below", "sigma_above"}}, {}, true, true},
        {"uniform", {{"min", "max"}, {"mean", "sd"}}, {}},
        {"loguniform", {{"min", "max"}}, {}, true, true},
        {"triangular", {{"min", "mode", "max"}}, {}},
        {"pert", {{"min", "mode", "max"}}, {"lambda"}},
        {"beta", {{"alpha", "beta"}, {"mean", "sd"}}, {"min", "max"}},
        {"gamma", {{"shape", "scale"}, {"mean", "sd"}}, {}, true, true},
        {"student_t", {{"df", "location", "scale"}, {"df", "mean", "sd"}}, {"df"}},
        {"fixed", {{"value"}}, {}, false},
        {"bernoulli", {{"p"}}, {}, false},
        {"discrete", {{"values", "weights"}}, {}, false},
        {"empirical", {{"values"}, {"file", "column"}}, {}, false},
        {"mixture", {{"components", "weights"}}, {}, false},
    };
    return rules;
}

std::string list_ways(FamilyRule const& rule) {
    std::vector<std::string> ways;
    for (auto const& way : rule.ways) {
        ways.push_back(quote(way));
    }
    if (rule.takes_quantiles) {
        bool const three = rule.name.starts_with("split_") || rule.name == "triangular"
                           || rule.name == "pert";
        ways.emplace_back(three ? "quantiles such as \"p5\", \"p50\" and \"p95\""
                                : "quantiles such as \"p5\" and \"p95\"");
    }
    return fmt::format("{}", fmt::join(ways, ", or "));
}

std::string quote(Keys const& keys) {
    std::string text;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (i > 0) {
            text += i + 1 == keys.size() ? " and " : ", ";
        }
        text += fmt::format("\"{}\"", keys[i]);
    }
    return text;
}

bool is_position(std::string_view key) {
    static constexpr std::string_view positions[] = {
        "value", "min", "max", "mean", "median", "mode", "location", "low", "high"};
    return std::find(std::begin(positions), std::end(positions), key)
           != std::end(positions);
}

bool is_width(std::string_view key) {
    return key == "sd" || key == "sd_below" || key == "sd_above" || key == "scale";
}

std::optional<double> quantile_percent(std::string key) {
    if (key.size() < 2 || key[0] != 'p' || key[1] < '0' || key[1] > '9') {
        return std::nullopt;
    }
    std::replace(key.begin(), key.end(), '_', '.');
    double percent = 0;
    auto const [end, error] =
        std::from_chars(key.data() + 1, key.data() + key.size(), percent);
    if (error != std::errc{} || end != key.data() + key.size()) {
        return std::nullopt;
    }
    return percent;
}

double
parameter(FamilyParameters const& parameters, std::string const& key, double fallback) {
    auto const found = parameters.find(key);
    return found == parameters.end() ? fallback : found->second;
}

Distribution build_family(FamilyRule const& rule,
                          Keys const& way,
                          FamilyParameters const& parameters) {
    auto const get = [&](std::string const& key, double fallback = 0) {
        return parameter(parameters, key, fallback);
    };
    auto const& name = rule.name;
    bool const by_moments = way.back() == "sd";
    if (by_moments) {
        FitOptions options;
        options.df = get("df");
        if (name == "beta") {
            options.min = get("min", 0);
            options.max = get("max", 1);
        }
        return fit_moments(name, get("mean"), get("sd"), options);
    }
    if (name == "fixed") {
        return Distribution(get("value"));
    }
    if (name == "bernoulli") {
        return make_bernoulli(get("p"));
    }
    if (name == "uniform") {
        return make_uniform(get("min"), get("max"));
    }
    if (name == "loguniform") {
        return make_loguniform(get("min"), get("max"));
    }
    if (name == "triangular") {
        return make_triangular(get("min"), get("mode"), get("max"));
    }
    if (name == "pert") {
        return make_pert(get("min"), get("mode"), get("max"), get("lambda", 4));
    }
    if (name == "beta") {
        return make_beta(get("alpha"), get("beta"), get("min", 0), get("max", 1));
    }
    if (name == "gamma") {
        return make_gamma(get("shape"), get("scale"));
    }
    if (name == "student_t") {
        return make_student_t(get("df"), get("location"), get("scale"));
    }
    if (name == "split_normal") {
        return make_split_normal(get("median"), get("sd_below"), get("sd_above"));
    }
    if (name == "split_lognormal") {
        return make_split_lognormal(
            get("median"), get("sigma_below"), get("sigma_above"));
    }
    if (way.front() == "mu") {
        return make_lognormal(get("mu"), get("sigma"));
    }
    detail::expect_positive(get("median"), "median");
    return make_lognormal(portable::log(get("median")), get("sigma"));
}

}  // namespace leadtime::estimator
