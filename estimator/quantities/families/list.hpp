// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/families/family.hpp"

#include <string_view>
#include <vector>

namespace leadtime::estimator {

namespace detail {

Family bernoulli_family();
Family beta_family();
Family discrete_family();
Family empirical_family();
Family fixed_family();
Family gamma_family();
Family lognormal_family();
Family loguniform_family();
Family mixture_family();
Family normal_family();
Family pert_family();
Family split_lognormal_family();
Family split_normal_family();
Family student_t_family();
Family triangular_family();
Family uniform_family();

}  // namespace detail

/// All families a scenario may name, in the order in which messages list them.
inline std::vector<Family> const& families() {
    static std::vector<Family> const all{
        detail::normal_family(),
        detail::lognormal_family(),
        detail::split_normal_family(),
        detail::split_lognormal_family(),
        detail::uniform_family(),
        detail::loguniform_family(),
        detail::triangular_family(),
        detail::pert_family(),
        detail::beta_family(),
        detail::gamma_family(),
        detail::student_t_family(),
        detail::fixed_family(),
        detail::bernoulli_family(),
        detail::discrete_family(),
        detail::empirical_family(),
        detail::mixture_family(),
    };
    return all;
}

/// The family of a name, or null.
inline Family const* find_family(std::string_view name) {
    for (auto const& family : families()) {
        if (family.name == name) {
            return &family;
        }
    }
    return nullptr;
}

}  // namespace leadtime::estimator
