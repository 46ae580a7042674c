// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/joins.hpp"

#include "estimator/cluster/joined_pool.hpp"
#include "estimator/reader/quantities.hpp"

namespace leadtime::estimator::detail {
namespace {

/// A key and its default, docs/scenario-reference.md.
struct JoinKey {
    JoinInput input;
    InputSpec spec;
    double fallback;
};

constexpr auto join_keys = std::to_array<JoinKey>({
    {JoinInput::efficiency, {"efficiency", "1", 0, 1}, JoinDefaults::efficiency},
    {JoinInput::one_generation_apart,
     {"one_generation_apart", "1", 0, 1},
     JoinDefaults::one_generation_apart},
    {JoinInput::two_generations_apart,
     {"two_generations_apart", "1", 0, 1},
     JoinDefaults::two_generations_apart},
    {JoinInput::link, {"link", "1", 0, 1}, JoinDefaults::link},
    {JoinInput::mixed, {"mixed", "1", 0, 1}, JoinDefaults::mixed},
    {JoinInput::site_limit, {"site_limit", "H100e"}, unlimited},
    {JoinInput::site_efficiency,
     {"site_efficiency", "1", 0, 1},
     JoinDefaults::site_efficiency},
});

static_assert(has_each_input_once<JoinInput>(join_keys),
              "an input lacks its row above");

}  // namespace

std::optional<JoinTable> read_join_table(ReaderState& state,
                                         text::TableReader& parent) {
    auto table = parent.child("join");
    if (!table) {
        return std::nullopt;
    }
    JoinTable result;
    auto const provenance = read_provenance(*table);
    for (auto const& key : join_keys) {
        result[static_cast<std::size_t>(key.input)] =
            read_input(state, *table, key.spec, provenance);
    }
    table->finish();
    return result;
}

void use_joins(Path& path,
               std::optional<JoinTable> const& own,
               std::optional<JoinTable> const& shared) {
    if (!own && !shared) {
        return;
    }
    path.join.emplace();
    for (auto const& key : join_keys) {
        Input& input = (*path.join)[key.input];
        input.fallback = key.fallback;
        for (auto const* table : {&shared, &own}) {
            if (*table) {
                input = (**table)[static_cast<std::size_t>(key.input)].value_or(input);
            }
        }
    }
}

}  // namespace leadtime::estimator::detail
