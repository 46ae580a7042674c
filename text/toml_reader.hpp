// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/config_error.hpp"
#include "text/suggestion.hpp"
#include "text/toml_document.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::text {

/// What a number may be. Numbers are always finite.
struct NumberRange {
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
    bool min_excluded = false;
};
inline constexpr NumberRange any_number{};
inline constexpr NumberRange positive_number{.min = 0, .min_excluded = true};
inline constexpr NumberRange non_negative_number{.min = 0};
inline constexpr NumberRange fraction_number{.min = 0, .max = 1};

/// `found` text for messages: `a table`, `the string "abc"`, `-3`.
std::string describe(toml::node const& node);

/// Appends a key to a dotted path, quoting it where TOML would need quotes.
std::string join_key(std::string_view path, std::string_view key);

/// Reads one table and notices what nobody asked for.
///
/// Every getter notes its key as known. Problems go to the IssueList and the getter
/// returns nothing (or the stated default), so that one pass reports all of them; call
/// finish() last, and IssueList::throw_if_any() when the whole file has been read.
/// The document, table and list must outlive the reader.
class TableReader {
  public:
    /// A key with its node, as entries() lists them.
    struct Entry {
        std::string key;
        toml::node const* node;
    };

    /// `key_path` is the dotted path of the table, empty for the root.
    TableReader(Document const& document,
                toml::table const& table,
                std::string key_path,
                IssueList& issues);

    /// Whether the key is there; notes it as known.
    bool has(std::string_view key);
    /// The node at the key, or null; notes it as known.
    toml::node const* raw(std::string_view key);
    /// As raw(); reports `missing key` when it is not there.
    toml::node const* required(std::string_view key);

    std::optional<std::string> optional_string(std::string_view key);
    /// The string, or "" with an issue. An empty string is refused.
    std::string required_string(std::string_view key);
    /// An integer or float within the range; NaN and infinities are refused.
    std::optional<double> optional_number(std::string_view key, NumberRange range = {});
    /// The number, or NaN with an issue.
    double required_number(std::string_view key, NumberRange range = {});
    /// A TOML integer within [min, max]; a float such as 8.0 is refused.
    std::optional<std::int64_t>
    optional_integer(std::string_view key,
                     std::int64_t min = std::numeric_limits<std::int64_t>::min(),
                     std::int64_t max = std::numeric_limits<std::int64_t>::max());
    std::optional<bool> optional_bool(std::string_view key);
    /// An array of strings, or one string, which counts as an array of one.
    std::optional<std::vector<std::string>> optional_strings(std::string_view key);
    toml::array const* optional_array(std::string_view key);
    toml::table const* optional_table(std::string_view key);

    /// A reader for a child table. The caller finishes it.
    std::optional<TableReader> child(std::string_view key);
    /// Readers for the elements of an array of tables, with paths `key[0]`, `key[1]`,
    /// ...
    std::vector<TableReader> children(std::string_view key);

    /// All keys in the order of the file (overrides that add keys come last), all noted
    /// as known: for tables whose keys are names the user chooses.
    std::vector<Entry> entries();

    /// Checks a number found by other means; `name` is how messages call it.
    std::optional<double>
    check_number(toml::node const& node, std::string_view name, NumberRange range = {});
    /// Reports `"name" must be <expected> (found ...)` at the node.
    void
    fail_type(toml::node const& node, std::string_view name, std::string_view expected);
    /// Reports a problem at a node.
    void fail(toml::node const& node,
              std::string problem,
              std::string reason = {},
              std::string suggestion = {});
    /// Reports a problem at a key of this table, or at the table when it is not there.
    void fail_key(std::string_view key,
                  std::string problem,
                  std::string reason = {},
                  std::string suggestion = {});
    /// Reports a problem with this table as a whole, at its header.
    void fail_table(std::string problem,
                    std::string reason = {},
                    std::string suggestion = {});

    /// Reports every key of the table that was never asked for.
    void finish();

    SourcePlace place_of(toml::node const& node) const;
    /// Dotted path of a key of this table.
    std::string path_of(std::string_view key) const { return join_key(key_path_, key); }
    std::string const& key_path() const noexcept { return key_path_; }
    toml::table const& table() const noexcept { return *table_; }
    Document const& document() const noexcept { return *document_; }
    IssueList& issues() noexcept { return *issues_; }

  private:
    toml::key const* find_key(std::string_view key) const;

    Document const* document_;
    toml::table const* table_;
    std::string key_path_;
    IssueList* issues_;
    std::set<std::string, std::less<>> known_;
};

}  // namespace leadtime::text
