// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/app.hpp"
#include "estimator/cli/cluster_command.hpp"
#include "text/config_error.hpp"

#include <catch2/catch_test_macros.hpp>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

/// `leadtime cluster` as tests ask it.
namespace leadtime::tests {

/// What it prints.
inline std::string text_of(estimator::ClusterOptions const& asked) {
    std::ostringstream out;
    CHECK(estimator::run_cluster(asked, out) == 0);
    return out.str();
}

inline nlohmann::json json_of(estimator::ClusterOptions asked) {
    asked.json = true;
    return nlohmann::json::parse(text_of(asked));
}

/// The text of the error that it ends with; empty where it ends well.
inline std::string error_of(estimator::ClusterOptions const& asked) {
    std::ostringstream out;
    try {
        estimator::run_cluster(asked, out);
    } catch (estimator::UsageError const& error) {
        return error.what();
    } catch (text::ConfigError const& error) {
        return error.what();
    }
    return "";
}

/// Whether one of an answer's notes has the text.
inline bool says(nlohmann::json const& answer, std::string const& text) {
    for (auto const& flag : answer["flags"]) {
        if (flag.get<std::string>().find(text) != std::string::npos) {
            return true;
        }
    }
    return false;
}

}  // namespace leadtime::tests
