// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/manifest.hpp"

#include "estimator/output/build_info.hpp"
#include "estimator/output/program_json.hpp"

#include <nlohmann/json.hpp>

namespace leadtime::estimator {

std::string manifest_json(Result const& result, ManifestExtras const& extras) {
    using Json = nlohmann::ordered_json;
    auto const& build = build_info();
    Json program = program_json();
    program["compiler"] = build.compiler;
    program["build_type"] = build.build_type;
    program["flags"] = build.flags;
    program["kokkos_version"] = build.kokkos_version;
    Json const profiles_dir =
        extras.profiles_dir.empty() ? Json() : Json(extras.profiles_dir);
    Json const json{{"format", "leadtime-manifest"},
                    {"format_version", 1},
                    {"leadtime", program},
                    {"scenario",
                     {{"name", result.scenario_name},
                      {"file", result.scenario_file},
                      {"hash", result.scenario_hash},
                      {"overrides", extras.overrides},
                      {"profiles_dir", profiles_dir}}},
                    {"seed", result.seed},
                    {"samples", result.samples},
                    {"sampler", result.sampler},
                    {"replicates", result.replicates},
                    {"quantiles", result.quantile_source()},
                    {"quantile_levels", result.levels.reported_levels()},
                    {"determinism", result.determinism},
                    {"backend", result.backend},
                    {"wall_time_s", result.wall_time_s},
                    {"written_at", extras.written_at},
                    {"files", extras.files},
                    {"sha256", extras.hashes},
                    {"notes", result.notes}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace leadtime::estimator
