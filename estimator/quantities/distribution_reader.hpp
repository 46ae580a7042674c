// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/distribution.hpp"
#include "estimator/quantities/number.hpp"
#include "estimator/quantities/unit.hpp"
#include "text/toml_reader.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace leadtime::estimator {

/// Reads what a scenario gives as a value: a number, a text such as "20k to 27k"
/// (number.hpp), or a table.
///
/// A table says `dist = "beta"` and gives parameters, `mean` and `sd`, or quantiles
/// (`p5`, `p2_5`, `"p97.5"`, `median`, or `low` and `high` with `ci`, default 0.9), and
/// may add `truncate = [lo, hi]` and `zero_probability`, applied in this order, and
/// where quantiles are given a `tolerance` (default 0.01). Without `dist` it holds
/// either a `value`, itself a number, text or table, or quantiles that mean the same as
/// "a to b" and "a to b to c". Numbers inside may be texts too ("20k"); for the unit
/// `date` positions are texts such as "2026-03" and widths are months.
///
/// `name` is what messages call the value. Returns nothing after adding what is wrong
/// to the issues of `owner`.
std::optional<Distribution> read_distribution(text::TableReader& owner,
                                              toml::node const& node,
                                              std::string_view name,
                                              Unit const& unit,
                                              int start_month);

/// The same from a table whose other keys belong to the caller, who calls finish().
std::optional<Distribution>
read_distribution_table(text::TableReader& table, Unit const& unit, int start_month);

/// One number: a TOML number or a text such as "20k" or "35%"; a date where `is_date`.
/// `suffixes` are those of its unit, where it has one.
std::optional<double> read_scalar(text::TableReader& owner,
                                  toml::node const& node,
                                  std::string_view name,
                                  bool is_date,
                                  int start_month,
                                  Suffixes const& suffixes = {});

/// Reports an error in the text of a string node, at its place within the string.
void report_value_error(text::TableReader& owner,
                        toml::node const& node,
                        ValueTextError const& error);

/// The region of `length` bytes at `offset` of a string node: exact for one-line
/// strings without escapes, the whole node otherwise.
toml::source_region text_region(text::Document const& document,
                                toml::node const& node,
                                std::size_t offset,
                                std::size_t length);

}  // namespace leadtime::estimator
