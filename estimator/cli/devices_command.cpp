// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/devices_command.hpp"

#include "estimator/engine/executor.hpp"
#include "text/aligned_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace leadtime::estimator {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(std::string const& text) {
    return text.empty() ? Json() : Json(text);
}

Json json_of(DeviceList const& list) {
    Json devices = Json::array();
    for (DeviceInfo const& device : list.devices) {
        devices.push_back(
            {{"device", device.device},
             {"name", device.name},
             {"architecture", text_or_null(device.architecture)},
             {"memory_bytes",
              device.memory_bytes == 0 ? Json() : Json(device.memory_bytes)}});
    }
    return {{"devices", devices}, {"without_gpu", text_or_null(list.without_gpu)}};
}

std::string table_of(DeviceList const& list) {
    text::TextTable table;
    table.add_column("", "--device", text::TextTable::Align::left);
    table.add_column("", "name", text::TextTable::Align::left);
    table.add_column("", "architecture", text::TextTable::Align::left);
    table.add_column("memory", "GB");
    for (DeviceInfo const& device : list.devices) {
        table.add_row(
            {device.device,
             device.name,
             device.architecture,
             device.memory_bytes == 0
                 ? std::string()
                 : fmt::format("{:.1f}",
                               static_cast<double>(device.memory_bytes) / 1e9)});
    }
    return table.render(false);
}

}  // namespace

int run_devices(bool json, std::ostream& out) {
    DeviceList const list = list_devices();
    if (json) {
        out << json_of(list).dump(2) << '\n';
        return 0;
    }
    out << table_of(list);
    if (!list.without_gpu.empty()) {
        out << "\nNo GPU: " << list.without_gpu << ".\n";
    }
    return 0;
}

}  // namespace leadtime::estimator
