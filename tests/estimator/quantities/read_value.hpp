// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/distribution_reader.hpp"

#include <optional>
#include <string>
#include <vector>

/// What the reader makes of `x = VALUE` in a file s.toml.
struct ReadValue {
    std::optional<leadtime::estimator::Distribution> distribution;
    std::vector<std::string> errors;
};

inline ReadValue read_value(std::string const& value, std::string const& unit) {
    using namespace leadtime;
    auto const document = text::parse_document("x = " + value, "s.toml");
    text::IssueList issues;
    text::TableReader root(document, document.root, "", issues);
    std::string problem;
    std::string suggestion;
    ReadValue read;
    read.distribution = estimator::read_distribution(
        root,
        *root.raw("x"),
        "x",
        estimator::parse_unit(unit, {}, problem, suggestion).value(),
        2026 * 12);
    for (auto const& issue : issues.issues()) {
        read.errors.push_back(text::format(issue));
    }
    return read;
}
