// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/fitting.hpp"
#include "estimator/quantities/families/list.hpp"
#include "estimator/quantities/families/special.hpp"
#include "estimator/quantities/number.hpp"

#include <fmt/format.h>
#include <string>
#include <utility>

namespace leadtime::estimator {
namespace {

using detail::expect_finite;
using detail::expect_mode;
using detail::expect_moderate;
using detail::expect_range;

Distribution fit(Wanted const& wanted, Given const& at) {
    double const lambda = at("lambda");
    return detail::fit_triangle(wanted, [lambda](double min, double mode, double max) {
        return make_pert(min, mode, max, lambda);
    });
}

}  // namespace

Distribution make_pert(double min, double mode, double max, double lambda) {
    expect_finite({min, mode, max, max - min, lambda * (max - min)});
    expect_range(min, max);
    expect_moderate(lambda, "lambda", "\"fixed\" says the same");
    expect_mode(min, mode, max);
    double const alpha = 1 + lambda * (mode - min) / (max - min);
    double const beta = 1 + lambda * (max - mode) / (max - min);
    auto words = fmt::format("PERT, {} to {}, mode {}",
                             format_number(min),
                             format_number(max),
                             format_number(mode));
    if (lambda != 4) {
        words += fmt::format(", lambda {}", format_number(lambda));
    }
    return detail::beta_in_words(alpha, beta, min, max, std::move(words));
}

Family detail::pert_family() {
    return {
        .name = "pert",
        .words = "PERT",
        .ways = {{{"min", "mode", "max"},
                  [](Given const& at) {
                      return make_pert(at("min"), at("mode"), at("max"), at("lambda"));
                  }}},
        .options = {{"lambda", 4.0}},
        .fit = QuantileFit{.least = 3, .fit = fit},
    };
}

}  // namespace leadtime::estimator
