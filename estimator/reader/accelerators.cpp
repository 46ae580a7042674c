// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/accelerators.hpp"

#include "estimator/quantities/unit_words.hpp"
#include "estimator/reader/cluster_inputs.hpp"
#include "estimator/reader/quantities.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

/// What stands for a key that nobody states.
enum class Silence { is_error, has_default, asks_profile, asks_cluster_model };

struct AcceleratorKey {
    AcceleratorInput input;
    InputSpec spec;
    Silence silence;
    double fallback = 0.0;  ///< the default
};

constexpr auto accelerator_keys = std::to_array<AcceleratorKey>({
    {AcceleratorInput::mfu, {"mfu", "1", 0, 1}, Silence::asks_cluster_model},
    {AcceleratorInput::goodput, {"goodput", "1", 0, 1}, Silence::asks_cluster_model},
    {AcceleratorInput::price, {"price", "USD/chip"}, Silence::is_error},
    {AcceleratorInput::rental_price,
     {"rental_price", "USD/(chip h)"},
     Silence::is_error},
    {AcceleratorInput::it_power, {"it_power", "W/chip"}, Silence::asks_profile},
    {AcceleratorInput::max_cluster,
     {"max_cluster", "chips"},
     Silence::has_default,
     unlimited},
    {AcceleratorInput::software_ready,
     {"software_ready", "date", -unlimited},
     Silence::has_default,
     always_ready},
    {AcceleratorInput::port_delay, {"port_delay", "month"}, Silence::has_default},
    {AcceleratorInput::abort, {"abort", "1", 0, 1}, Silence::has_default},
    {AcceleratorInput::retry_delay, {"retry_delay", "month"}, Silence::has_default},
});

static_assert(has_each_input_once<AcceleratorInput>(accelerator_keys),
              "an input lacks its row above");

/// What stands for a key that is not stated; nothing where it is required.
std::optional<double> fallback_of(AcceleratorKey const& key,
                                  hwprofiles::Profile const& profile) {
    switch (key.silence) {
    case Silence::is_error:
        return std::nullopt;
    case Silence::has_default:
    case Silence::asks_cluster_model:
        return key.fallback;
    case Silence::asks_profile:
        if (auto const known = profile.system_w_or_fallback()) {
            return known->value_w;
        }
        return std::nullopt;
    }
    return std::nullopt;
}

// H100 SXM, dense, as in hwprofiles/profile.cpp: the basis of H100-equivalents.
constexpr double h100_bf16_flop_per_s = 989e12;
constexpr double h100_8bit_flop_per_s = 1979e12;
constexpr double h100_tpp = 1979.0 * 8.0;

double bits_of(hwprofiles::Precision precision) {
    switch (precision) {
    case hwprofiles::Precision::fp4:
        return 4;
    case hwprofiles::Precision::fp8:
    case hwprofiles::Precision::int8:
        return 8;
    case hwprofiles::Precision::bf16:
        return 16;
    case hwprofiles::Precision::tf32:
    case hwprofiles::Precision::fp32:
        return 32;
    }
    return 0;
}

/// H100-equivalents per chip; a rate that the profile lacks comes from the other one
/// (model.md 2), and of a chip without any rate from the peak that the scenario gives.
void set_equivalents(AcceleratorUse& use,
                     hwprofiles::Profile const& profile,
                     hwprofiles::Precision precision) {
    auto bf16 = profile.h100e_bf16();
    auto eight_bit = profile.h100e_8bit();
    if (!bf16 && !eight_bit) {
        double const bf16_rate = use.peak_flop_per_s * bits_of(precision) / 16;
        bf16 = bf16_rate / h100_bf16_flop_per_s;
        if (bits_of(precision) <= 8) {
            eight_bit = 2 * bf16_rate / h100_8bit_flop_per_s;
        }
    }
    use.h100e_bf16 =
        bf16 ? *bf16 : *eight_bit * h100_8bit_flop_per_s / 2 / h100_bf16_flop_per_s;
    use.h100e_8bit = eight_bit.value_or(use.h100e_bf16);
    use.h100e_tpp = profile.h100e_tpp().value_or(use.peak_flop_per_s / 1e12
                                                 * bits_of(precision) / h100_tpp);
}

void set_peak(ReaderState& state,
              AcceleratorUse& use,
              hwprofiles::Profile const& profile,
              hwprofiles::Precision precision,
              std::optional<double> given,
              std::string const& path_name,
              toml::node const& user) {
    auto const choice = profile.best_precision_for(precision);
    if (given) {
        use.peak_flop_per_s = *given;
        use.precision = hwprofiles::to_string(precision);
    } else if (choice) {
        use.peak_flop_per_s = choice->flop_per_s;
        use.precision = hwprofiles::to_string(choice->precision);
        use.precision_fell_back = choice->fell_back;
        if (choice->fell_back) {
            state.scenario.notes.push_back(
                fmt::format("path {}: {}", path_name, choice->explanation));
        }
    } else {
        state.issues.add(state.issue_at(
            user,
            {},
            fmt::format("accelerator \"{}\" has no known peak to train with",
                        profile.id),
            fmt::format("wanted: {}", hwprofiles::to_string(precision)),
            fmt::format("give peak = ... (FLOP/s) in [accelerator.{}]", profile.id)));
        return;
    }
    set_equivalents(use, profile, precision);
}

/// Whether a table says that a key comes from the cluster model, as if no other table
/// stated it.
bool is_left_to_the_model(text::TableReader& table, AcceleratorKey const& key) {
    auto const* node =
        key.silence == Silence::asks_cluster_model ? table.raw(key.spec.key) : nullptr;
    auto const* text = node != nullptr ? node->as_string() : nullptr;
    return text != nullptr && text->get() == "cluster_model";
}

}  // namespace

AcceleratorTables read_accelerator_tables(ReaderState& state,
                                          text::TableReader& parent) {
    AcceleratorTables tables;
    auto all = parent.child("accelerator");
    if (!all) {
        return tables;
    }
    for (auto const& entry : all->entries()) {
        auto const* profile = state.profiles.lookup(entry.key);
        auto one = all->child(entry.key);
        if (profile == nullptr) {
            all->fail_key(entry.key,
                          fmt::format("unknown accelerator \"{}\"", entry.key),
                          {},
                          state.profiles.suggestion_for(entry.key));
        }
        if (!one) {
            continue;
        }
        AcceleratorTable table;
        table.place = state.issue_at(*entry.node, one->key_path(), {});
        auto const provenance = read_provenance(*one);
        for (auto const& key : accelerator_keys) {
            if (is_left_to_the_model(*one, key)) {
                table.modelled.emplace(key.spec.key);
            } else if (auto const input =
                           read_input(state, *one, key.spec, provenance)) {
                table.inputs.emplace(key.spec.key, *input);
            }
        }
        for (auto const& key : cluster_keys()) {
            if (auto const input = read_input(state, *one, key.spec, provenance)) {
                table.inputs.emplace(key.spec.key, *input);
            }
        }
        table.ecosystem = one->optional_string("ecosystem").value_or("");
        if (auto const peak = read_fixed(state, *one, {"peak", "FLOP/s", 1e-9})) {
            table.peak_flop_per_s = *peak / seconds_per_month;
        }
        one->finish();
        if (profile != nullptr
            && !tables.emplace(profile->id, std::move(table)).second) {
            all->fail_key(entry.key,
                          fmt::format("accelerator \"{}\" is given twice", profile->id),
                          "names and aliases mean the same");
        }
    }
    return tables;
}

namespace {

/// Accelerators of a vendor are an ecosystem where no table says otherwise.
std::string ecosystem_of(std::string vendor) {
    std::ranges::transform(vendor, vendor.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return vendor == "huawei" ? "ascend" : vendor;
}

}  // namespace

AcceleratorUse use_accelerator(ReaderState& state,
                               hwprofiles::Profile const& profile,
                               std::optional<hwprofiles::Precision> precision,
                               std::string const& path_name,
                               AcceleratorTables& shared,
                               AcceleratorTables& own,
                               toml::node const& user) {
    AcceleratorUse use;
    use.profile = profile.id;
    use.generation = profile.generation;
    use.ecosystem = ecosystem_of(profile.vendor);
    state.accelerator_users.emplace(path_name + "." + profile.id,
                                    state.issue_at(user, {}, {}));
    std::optional<double> peak;
    bool has_ecosystem = false;  // the path's own table goes first
    std::vector<AcceleratorTable*> tables;
    for (auto* all : {&own, &shared}) {
        if (auto const found = all->find(profile.id); found != all->end()) {
            found->second.used = true;
            tables.push_back(&found->second);
            if (!has_ecosystem && !found->second.ecosystem.empty()) {
                use.ecosystem = found->second.ecosystem;
                has_ecosystem = true;
            }
            if (!peak) {
                peak = found->second.peak_flop_per_s;
            }
        }
    }
    std::vector<std::string> missing;
    auto const find = [&](std::string_view key) -> Input const* {
        for (auto const* table : tables) {
            if (auto const found = table->inputs.find(key);
                found != table->inputs.end()) {
                return &found->second;
            }
            if (table->modelled.contains(key)) {
                break;
            }
        }
        return nullptr;
    };
    for (auto const& key : accelerator_keys) {
        auto const* given = find(key.spec.key);
        auto const fallback = fallback_of(key, profile);
        if (given == nullptr && !fallback) {
            missing.push_back(fmt::format("\"{}\"", key.spec.key));
        }
        use.inputs[key.input] =
            given != nullptr ? *given : Input{std::nullopt, fallback.value_or(0.0)};
    }
    if (!missing.empty()) {
        state.issues.add(state.issue_at(user,
                                        {},
                                        fmt::format("accelerator \"{}\" lacks {}",
                                                    profile.id,
                                                    fmt::join(missing, ", ")),
                                        fmt::format("path \"{}\" uses it", path_name),
                                        fmt::format("give {} in [accelerator.{}]",
                                                    missing.size() == 1 ? "it" : "them",
                                                    profile.id)));
    }
    if (precision) {
        set_peak(state, use, profile, *precision, peak, path_name, user);
    }
    return use;
}

void warn_of_unused(ReaderState& state,
                    AcceleratorTables const& tables,
                    char const* nobody) {
    for (auto const& [id, table] : tables) {
        if (table.used) {
            continue;
        }
        auto warning = table.place;
        warning.problem = fmt::format("accelerator \"{}\" is never used", id);
        warning.reason = nobody;
        state.scenario.warnings.push_back(std::move(warning));
    }
}

}  // namespace leadtime::estimator::detail
