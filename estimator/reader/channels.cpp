// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/channels.hpp"

#include "estimator/reader/quantities.hpp"
#include "estimator/scenario/channel_kinds.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

/// Kinds of channels.
struct Kinds {
    bool purchase = false;
    bool rental = false;
    bool stock = false;

    bool contain(ChannelKind kind) const {
        switch (kind) {
        case ChannelKind::purchase:
            return purchase;
        case ChannelKind::rental:
            return rental;
        case ChannelKind::stock:
            return stock;
        }
        return false;
    }
};

constexpr Kinds any{.purchase = true, .rental = true, .stock = true};
constexpr Kinds only_purchase{.purchase = true};
constexpr Kinds only_stock{.stock = true};
constexpr Kinds with_money{.purchase = true, .rental = true};
constexpr Kinds owned{.purchase = true, .stock = true};

struct ChannelKey {
    ChannelInput input;
    InputSpec spec;                        ///< no key: it is found elsewhere
    std::optional<double> fallback = {};   ///< nothing: required
    Kinds used_by = any;                   ///< on others it has no effect: a warning
    Kinds known_to = any;                  ///< of others it is no key: an error
    std::string_view unit_of_rental = {};  ///< where it is another
};

constexpr auto channel_keys = std::to_array<ChannelKey>({
    {ChannelInput::initial, {"initial", "chips"}, {}, only_stock, only_stock},
    {ChannelInput::initial_age, {"initial_age", "month"}, 0.0, only_stock, only_stock},
    {ChannelInput::supply,
     {"supply", "chips/month"},
     {},
     with_money,
     with_money,
     "chips"},
    {ChannelInput::buyer_share, {"buyer_share", "1", 0, 1}, 1.0},
    {ChannelInput::premium, {"premium", "1"}, 1.0},
    {ChannelInput::fee, {"fee", "1"}, 0.0},
    {ChannelInput::system_multiplier, {"system_multiplier", "1"}, 1.0},
    {ChannelInput::share, {"share", "1", 0, 1}, 1.0, with_money},
    {ChannelInput::open, {"open", "1", 0, 1}, 1.0, with_money},
    {ChannelInput::stock_open, {"stock_open", "1", 0, 1}, 1.0, owned},
    {ChannelInput::lead, {"lead", "month"}, 0.0, only_purchase},
    {ChannelInput::loss, {"loss", "1", 0, 1}, 0.0, owned},
    {ChannelInput::cap_total, {"cap_total", "chips"}, unlimited, with_money},
    {ChannelInput::scarcity_exponent,
     {"scarcity_exponent", "1", 0, 1},
     0.0,
     with_money},
    {ChannelInput::scarcity_max, {"scarcity_max", "1", 1}, 10.0, with_money},
    {ChannelInput::max_cluster, {"max_cluster", "chips"}, unlimited},
    {ChannelInput::price, {"price", "USD/chip"}, 0.0, with_money, any, "USD/(chip h)"},
    {ChannelInput::chip_price, {}, 0.0},
    {ChannelInput::rental_price, {}, 0.0},
    {ChannelInput::cap_pool_total, {}, 0.0},
});

static_assert(has_each_input_once<ChannelInput>(channel_keys),
              "an input lacks its row above");

/// The kind of a channel; a purchase where it is missing or wrong (reported).
ChannelKind read_kind(text::TableReader& table) {
    if (table.required("kind") == nullptr) {
        return ChannelKind::purchase;
    }
    auto const word = table.optional_string("kind");
    if (!word) {
        return ChannelKind::purchase;
    }
    std::vector<std::string> words;
    for (ChannelKind const kind : all_channel_kinds) {
        words.emplace_back(word_of(kind));
        if (words.back() == *word) {
            return kind;
        }
    }
    std::string const last = words.back();
    table.fail(*table.raw("kind"),
               fmt::format("unknown kind \"{}\"", *word),
               fmt::format("it is {} or {}",
                           fmt::join(words.begin(), words.end() - 1, ", "),
                           last),
               text::did_you_mean(*word, words));
    return ChannelKind::purchase;
}

Input read_required(ReaderState& state,
                    text::TableReader& table,
                    InputSpec const& spec,
                    Provenance const& provenance) {
    if (table.required(spec.key) == nullptr) {
        return {};
    }
    return read_input(state, table, spec, provenance).value_or(Input{});
}

/// Keys that a channel of this kind may have and that change nothing.
void warn_of_no_effect(ReaderState& state, text::TableReader& table, ChannelKind kind) {
    std::vector<std::string_view> keys;
    for (auto const& key : channel_keys) {
        bool const is_known = !key.spec.key.empty() && key.known_to.contain(kind);
        if (is_known && !key.used_by.contain(kind)) {
            keys.push_back(key.spec.key);
        }
    }
    if (!kernels::conduct_of(kind).gets_chips) {
        keys.insert(keys.end(), {"cap_from", "cap_to", "cap"});
    }
    for (auto const key : keys) {
        if (!table.table().contains(key)) {
            continue;
        }
        state.scenario.warnings.push_back(state.issue_at(
            *table.raw(key),
            table.path_of(key),
            fmt::format("\"{}\" has no effect on a {}", key, word_of(kind))));
    }
}

/// The shared cap that a channel draws from.
void read_cap_name(ReaderState& state, text::TableReader& table, Channel& channel) {
    auto const name = table.optional_string("cap");
    if (!name) {
        return;
    }
    std::vector<std::string> names;
    for (auto const& cap : state.scenario.caps) {
        names.push_back(cap.name);
    }
    auto const found = std::find(names.begin(), names.end(), *name);
    if (found == names.end()) {
        table.fail(*table.raw("cap"),
                   fmt::format("unknown cap \"{}\"", *name),
                   names.empty()
                       ? std::string("there is no [cap.NAME]")
                       : fmt::format("the caps are {}", fmt::join(names, ", ")),
                   text::did_you_mean(*name, names));
        return;
    }
    channel.cap = static_cast<std::size_t>(found - names.begin());
    channel.inputs[ChannelInput::cap_pool_total] =
        state.scenario.caps[*channel.cap].total;
}

/// Reads one channel; its accelerator is found by the caller.
void read_channel(ReaderState& state, text::TableReader& table, Channel& channel) {
    channel.kind = read_kind(table);
    channel.provenance = read_provenance(table);
    channel.place = table.optional_string("place").value_or(channel.place);
    auto const& provenance = channel.provenance;
    bool const rents = kernels::conduct_of(channel.kind).is_rented;
    for (auto const& key : channel_keys) {
        if (key.spec.key.empty() || !key.known_to.contain(channel.kind)) {
            continue;
        }
        InputSpec spec = key.spec;
        if (rents && !key.unit_of_rental.empty()) {
            spec.unit = key.unit_of_rental;
        }
        channel.inputs[key.input] = key.fallback
                                        ? read_input(state, table, spec, provenance)
                                              .value_or(Input{{}, *key.fallback})
                                        : read_required(state, table, spec, provenance);
    }
    auto const from = read_month(state, table, "cap_from");
    auto const to = read_month(state, table, "cap_to");
    if (from && to && *from > *to) {
        table.fail_key("cap_to", "cap_to is before cap_from");
    }
    channel.cap_from = from.value_or(channel.cap_from);
    channel.cap_to = to.value_or(channel.cap_to);
    bool const has_cap = table.table().contains("cap_total");
    for (auto const* key : {"cap_from", "cap_to"}) {
        if (!has_cap && table.table().contains(key)) {
            table.fail_key(key, fmt::format("\"{}\" needs \"cap_total\"", key));
        }
    }
    read_cap_name(state, table, channel);
    warn_of_no_effect(state, table, channel.kind);
}

/// What one chip counts in the channel's shared cap.
void weigh_for_cap(ReaderState& state,
                   text::TableReader& table,
                   AcceleratorUse const& use,
                   Channel& channel) {
    if (!channel.cap) {
        return;
    }
    auto const& cap = state.scenario.caps[*channel.cap];
    using Basis = CapPool::Basis;
    channel.cap_pool_weight = cap.basis == Basis::chips        ? 1.0
                              : cap.basis == Basis::h100e_bf16 ? use.h100e_bf16
                              : cap.basis == Basis::h100e_8bit ? use.h100e_8bit
                                                               : use.h100e_tpp;
    if (!(channel.cap_pool_weight > 0.0)) {
        table.fail_key(
            "cap",
            fmt::format("cap \"{}\" cannot count \"{}\"", cap.name, use.profile),
            "its profile states no rate to count by",
            "give the cap basis = \"chips\"");
    }
}

/// Names of the channels in order of preference.
std::vector<std::string> read_order(text::TableReader& path_table,
                                    std::vector<std::string> const& in_file) {
    auto const wanted = path_table.optional_strings("channels");
    if (!wanted) {
        return in_file;
    }
    auto const& node = *path_table.raw("channels");
    std::set<std::string> seen;
    for (auto const& name : *wanted) {
        if (std::find(in_file.begin(), in_file.end(), name) == in_file.end()) {
            path_table.fail(node,
                            fmt::format("unknown channel \"{}\"", name),
                            {},
                            text::did_you_mean(name, in_file));
        } else if (!seen.insert(name).second) {
            path_table.fail(node, fmt::format("channel \"{}\" is listed twice", name));
        }
    }
    std::vector<std::string> forgotten;
    for (auto const& name : in_file) {
        if (!seen.contains(name)) {
            forgotten.push_back(fmt::format("\"{}\"", name));
        }
    }
    if (!forgotten.empty()) {
        path_table.fail(
            node,
            fmt::format("\"channels\" leaves out {}", fmt::join(forgotten, ", ")),
            "the order must name every channel");
    }
    bool const is_order =
        seen.size() == in_file.size() && wanted->size() == in_file.size();
    return is_order ? *wanted : in_file;
}

}  // namespace

void read_channels(ReaderState& state,
                   text::TableReader& path_table,
                   Path& path,
                   std::optional<hwprofiles::Precision> precision,
                   AcceleratorTables& shared,
                   AcceleratorTables& own) {
    auto all = path_table.child("channel");
    std::vector<std::string> names;
    if (all) {
        for (auto const& entry : all->entries()) {
            if (is_identifier(entry.key)) {
                names.push_back(entry.key);
            } else {
                all->fail_key(entry.key,
                              fmt::format("\"{}\" cannot name a channel", entry.key),
                              "names are letters, digits and _, no digit first");
            }
        }
    }
    names = read_order(path_table, names);
    if (names.empty()) {
        path_table.fail_table(fmt::format("path \"{}\" has no channel", path.name),
                              {},
                              fmt::format("add [path.{}.channel.NAME]", path.name));
        return;
    }
    for (auto const& name : names) {
        auto table = all->child(name);
        if (!table) {
            continue;
        }
        Channel channel;
        channel.name = name;
        read_channel(state, *table, channel);
        bool const has_own_price = table->has("price");
        bool const rents = kernels::conduct_of(channel.kind).is_rented;
        auto const* node = table->required("accelerator");
        auto const accelerator = table->optional_string("accelerator");
        table->finish();
        if (!accelerator) {
            continue;
        }
        auto const* profile = state.profiles.lookup(*accelerator);
        if (profile == nullptr) {
            table->fail(*node,
                        fmt::format("unknown accelerator \"{}\"", *accelerator),
                        {},
                        state.profiles.suggestion_for(*accelerator));
            continue;
        }
        auto use = std::find_if(
            path.accelerators.begin(),
            path.accelerators.end(),
            [&](AcceleratorUse const& known) { return known.profile == profile->id; });
        if (use == path.accelerators.end()) {
            path.accelerators.push_back(use_accelerator(
                state, *profile, precision, path.name, shared, own, *node));
            use = path.accelerators.end() - 1;
        }
        channel.accelerator = static_cast<std::size_t>(use - path.accelerators.begin());
        weigh_for_cap(state, *table, *use, channel);
        if (!has_own_price || !kernels::conduct_of(channel.kind).gets_chips) {
            channel.inputs[ChannelInput::price] =
                use->inputs[rents ? AcceleratorInput::rental_price
                                  : AcceleratorInput::price];
        }
        path.channels.push_back(std::move(channel));
    }
}

void read_caps(ReaderState& state, text::TableReader& root) {
    auto all = root.child("cap");
    if (!all) {
        return;
    }
    static std::array<std::string, 4> const bases{
        "chips", "h100e_bf16", "h100e_8bit", "h100e_tpp"};
    for (auto const& entry : all->entries()) {
        if (!is_identifier(entry.key)) {
            all->fail_key(entry.key,
                          fmt::format("\"{}\" cannot name a cap", entry.key),
                          "names are letters, digits and _, no digit first");
            continue;
        }
        auto table = all->child(entry.key);
        if (!table) {
            continue;
        }
        CapPool cap;
        cap.name = entry.key;
        cap.provenance = read_provenance(*table);
        if (auto const word = table->optional_string("basis")) {
            auto const found = std::find(bases.begin(), bases.end(), *word);
            if (found == bases.end()) {
                table->fail(*table->raw("basis"),
                            fmt::format("unknown basis \"{}\"", *word),
                            fmt::format("it is {}", fmt::join(bases, ", ")),
                            text::did_you_mean(*word, bases));
            } else {
                cap.basis = static_cast<CapPool::Basis>(found - bases.begin());
            }
        }
        char const* const unit = cap.basis == CapPool::Basis::chips ? "chips" : "H100e";
        cap.total = read_required(state, *table, {"total", unit}, cap.provenance);
        auto const from = read_month(state, *table, "from");
        auto const to = read_month(state, *table, "to");
        if (from && to && *from > *to) {
            table->fail_key("to", "\"to\" is before \"from\"");
        }
        cap.from = from.value_or(cap.from);
        cap.to = to.value_or(cap.to);
        table->finish();
        state.scenario.caps.push_back(std::move(cap));
    }
}

}  // namespace leadtime::estimator::detail
