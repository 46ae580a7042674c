// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/config_error.hpp"
#include "text/toml.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::text {

/// A text that nodes of a document come from: the file itself, or one `--set
/// KEY=VALUE`.
struct SourceText {
    SourceText(std::string given_name, std::string_view text);

    std::string name;
    std::vector<std::string> lines;  ///< without line ends
    /// Of lines that are long, by index: where every 256th character begins, so that a
    /// thousand places in one line are found in a thousand steps.
    std::map<std::size_t, std::vector<std::size_t>> marks;

    /// Where the character at a column (1-based, in code points) begins in a line.
    std::size_t byte_at(std::size_t line, std::size_t column) const;
};

/// A parsed TOML text together with its lines, so that errors can show the place.
/// Move-only: copying a toml::table would lose every position in it.
struct Document {
    std::string name;
    toml::table root;
    std::vector<SourceText> sources;  ///< the file first, then overrides in order

    Document() = default;
    Document(Document const&) = delete;
    Document& operator=(Document const&) = delete;
    Document(Document&&) = default;
    Document& operator=(Document&&) = default;
    ~Document() = default;

    /// An issue at a region of this document, with source line and caret filled in. A
    /// region without a position gives a file-level issue.
    ConfigIssue issue_at(toml::source_region const& region,
                         std::string key,
                         std::string problem,
                         std::string reason = {},
                         std::string suggestion = {}) const;

    /// Index into `sources` of the text a region lies in.
    std::size_t source_index(toml::source_region const& region) const;
    /// Where a region begins; only the file for one without a position.
    SourcePlace place_at(toml::source_region const& region) const;
    /// The source line from a region's beginning on; empty for one without a position.
    std::string_view line_from(toml::source_region const& region) const;

    /// Adds a text; of those with one name, the latest counts.
    void add_source(SourceText source);

  private:
    std::map<std::string, std::size_t, std::less<>> newest_;  ///< sources by name
};

/// Files larger than this many bytes are refused unread.
inline constexpr std::size_t max_document_bytes = std::size_t{16} << 20;

/// What may be read: a file, and where the user names it, also what is open already
/// (`/dev/stdin`, `/dev/fd/63`), be it a pipe. Another pipe would be waited for without
/// end; a device has one.
enum class FileKind { regular, regular_or_open };

/// Reads and parses a file.
/// Throws: ConfigError when it is missing, of another kind, unreadable, empty, larger
///         than max_document_bytes, not UTF-8, or not TOML.
Document load_document(std::string const& path, FileKind kind = FileKind::regular);

/// Parses a text already in memory; `name` stands for the file in errors. Same errors.
Document parse_document(std::string_view text, std::string const& name);

/// Applies one `--set KEY=VALUE` to a document.
///
/// The key is dotted and may have quoted parts; a part that is a number picks an
/// element of an array, counted from 0. Missing tables are created. The value is TOML
/// when it parses as one value, otherwise it is taken as a string: `--set start=1 to 2`
/// works. Whatever was at the key is replaced, be it a value or a table. Later errors
/// about the new value name `--set KEY=VALUE`, line 1 and the column in KEY=VALUE.
/// Throws: ConfigError for a malformed key, a key below something that is not a table,
/// an
///         array index past the end, invalid UTF-8.
void apply_override(Document& document,
                    std::string_view dotted_key,
                    std::string_view value_text);

}  // namespace leadtime::text
