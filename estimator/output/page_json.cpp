// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/page_json.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace leadtime::estimator {

std::string safe_in_script(std::string_view json) {
    std::string safe;
    safe.reserve(json.size() + json.size() / 16);
    for (std::size_t i = 0; i < json.size(); ++i) {
        auto const rest = json.substr(i, 3);
        if (json[i] == '<' || json[i] == '>' || json[i] == '&') {
            fmt::format_to(
                std::back_inserter(safe), "\\u{:04x}", static_cast<unsigned>(json[i]));
        } else if (rest == "\xE2\x80\xA8" || rest == "\xE2\x80\xA9") {
            safe += rest == "\xE2\x80\xA8" ? "\\u2028" : "\\u2029";
            i += 2;
        } else {
            safe += json[i];
        }
    }
    return safe;
}

std::string page_text(nlohmann::ordered_json const& json) {
    return safe_in_script(
        json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void append_number(std::string& out, double value) {
    if (std::isnan(value)) {
        out += "null";
    } else if (std::isinf(value)) {
        out += value < 0 ? "-1e999" : "1e999";
    } else {
        fmt::format_to(std::back_inserter(out), "{:.7g}", value);
    }
}

void append_numbers(std::string& out, std::vector<double> const& values) {
    auto const is_same = [&](double x) {
        return x == values.front() || (std::isnan(x) && std::isnan(values.front()));
    };
    if (!values.empty() && std::all_of(values.begin(), values.end(), is_same)) {
        append_number(out, values.front());
        return;
    }
    out += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        out += i > 0 ? "," : "";
        append_number(out, values[i]);
    }
    out += ']';
}

}  // namespace leadtime::estimator
