// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/sensitivity/json.hpp"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace leadtime::estimator {
namespace {

using Json = nlohmann::ordered_json;

class Checker {
  public:
    explicit Checker(std::string const& file)
        : file_(file) {}

    [[noreturn]] void fail(std::string const& place, std::string const& why) const {
        throw std::runtime_error(
            fmt::format("cannot read the sensitivities in \"{}\": {} {}",
                        file_,
                        place.empty() ? "the document" : place,
                        why));
    }
    std::string
    text(Json const& object, char const* key, std::string const& place) const {
        auto const found = object.find(key);
        if (found == object.end() || !found->is_string()) {
            fail(place + "." + key, "must be a text");
        }
        return found->get<std::string>();
    }
    /// Copies a number; a missing or null one is left out unless it is needed.
    void number(Json const& from,
                Json& to,
                char const* key,
                std::string const& place,
                bool is_needed) const {
        auto const found = from.find(key);
        if (found == from.end() || found->is_null()) {
            if (is_needed) {
                fail(place + "." + key, "must be a number");
            }
            return;
        }
        if (!found->is_number() || !std::isfinite(found->get<double>())) {
            fail(place + "." + key, "must be a number");
        }
        to[key] = found->get<double>();
    }
    /// Bars of one kind, each `{input, ...numbers}`.
    Json bars(Json const& output,
              char const* key,
              std::initializer_list<char const*> numbers,
              bool are_needed,
              std::string const& place) const {
        Json list = Json::array();
        auto const found = output.find(key);
        if (found == output.end() || found->is_null()) {
            return list;
        }
        if (!found->is_array()) {
            fail(place + "." + key, "must be a list");
        }
        for (std::size_t i = 0; i < found->size(); ++i) {
            auto const here = fmt::format("{}.{}[{}]", place, key, i);
            auto const& bar = (*found)[i];
            if (!bar.is_object()) {
                fail(here, "must be a table");
            }
            Json one{{"input", text(bar, "input", here)}};
            for (auto const* name : numbers) {
                number(bar, one, name, here, are_needed);
            }
            list.push_back(std::move(one));
        }
        return list;
    }

  private:
    std::string const& file_;
};

/// The bars of one list of `leadtime sensitivity` with the keys of a report.
void add_renamed(Json const& from,
                 char const* list,
                 std::initializer_list<std::pair<char const*, char const*>> const& keys,
                 Json& to) {
    auto const found = from.find(list);
    if (found == from.end() || !found->is_array()) {
        return;
    }
    for (auto const& bar : *found) {
        Json one = Json::object();
        for (auto const& [old_key, key] : keys) {
            if (bar.is_object() && bar.contains(old_key)) {
                one[key] = bar[old_key];
            }
        }
        to.push_back(std::move(one));
    }
}

/// The document of `leadtime sensitivity` with the keys of a report; any other as it
/// is.
Json with_report_keys(Json document) {
    if (!document.is_object()
        || document.value("format", Json()) != "leadtime-sensitivity"
        || !document.contains("outputs") || !document["outputs"].is_array()) {
        return document;
    }
    for (auto& output : document["outputs"]) {
        if (!output.is_object()) {
            continue;
        }
        if (output.contains("median")) {
            output["baseline"] = output["median"];
        }
        Json tornado = Json::array();
        add_renamed(
            output,
            "tornado",
            {{"input", "input"}, {"median_at_p5", "low"}, {"median_at_p95", "high"}},
            tornado);
        Json sobol = Json::array();
        add_renamed(output,
                    "given_data",
                    {{"input", "input"},
                     {"first_order", "first"},
                     {"first_order_se", "first_se"}},
                    sobol);
        add_renamed(output,
                    "pick_freeze",
                    {{"group", "input"},
                     {"first_order", "first"},
                     {"first_order_se", "first_se"},
                     {"total", "total"},
                     {"total_se", "total_se"}},
                    sobol);
        output["tornado"] = std::move(tornado);
        output["sobol"] = std::move(sobol);
    }
    return document;
}

}  // namespace

std::string check_sensitivity(std::string const& text, std::string const& file) {
    Checker const checker(file);
    auto parsed = Json::parse(text, nullptr, false);
    if (parsed.is_discarded()) {
        checker.fail("", "is not JSON");
    }
    auto const document = with_report_keys(std::move(parsed));
    auto const outputs =
        document.is_object() ? document.find("outputs") : document.end();
    if (!document.is_object() || outputs == document.end() || !outputs->is_array()) {
        checker.fail("outputs", "must be a list");
    }
    Json checked = Json::array();
    for (std::size_t i = 0; i < outputs->size(); ++i) {
        auto const place = fmt::format("outputs[{}]", i);
        auto const& output = (*outputs)[i];
        if (!output.is_object()) {
            checker.fail(place, "must be a table");
        }
        Json one{{"output", checker.text(output, "output", place)}};
        if (output.contains("unit")) {
            one["unit"] = checker.text(output, "unit", place);
        }
        checker.number(output, one, "baseline", place, false);
        one["tornado"] = checker.bars(output, "tornado", {"low", "high"}, true, place);
        one["sobol"] = checker.bars(
            output, "sobol", {"first", "first_se", "total", "total_se"}, false, place);
        checked.push_back(std::move(one));
    }
    return Json{{"outputs", std::move(checked)}}.dump(
        -1, ' ', false, Json::error_handler_t::replace);
}

std::string read_sensitivity(std::string const& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        throw std::runtime_error(fmt::format(
            "cannot read the sensitivities in \"{}\": {}", path, std::strerror(errno)));
    }
    std::string const text{std::istreambuf_iterator<char>(in), {}};
    return check_sensitivity(text, path);
}

}  // namespace leadtime::estimator
