// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/config_error.hpp"

#include <string>
#include <utility>

namespace leadtime::tests {

/// What a call refuses its input with, or "no error".
template <class Call>
std::string error_text(Call&& call) {
    try {
        std::forward<Call>(call)();
    } catch (text::ConfigError const& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace leadtime::tests
