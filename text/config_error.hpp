// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::text {

/// A place in a text a user wrote. Columns count code points, as editors do.
struct SourcePlace {
    std::string
        file;        ///< path as given, or `--set KEY=VALUE`; empty when there is none
    int line = 0;    ///< 1-based; 0 when the whole file is meant
    int column = 0;  ///< 1-based; 0 when the whole file is meant
};

/// One thing wrong with what a user wrote.
struct ConfigIssue {
    SourcePlace place;
    std::string key;          ///< dotted path of the key, for programs; not printed
    std::string problem;      ///< what is wrong, without "error:"
    std::string reason;       ///< why, printed in parentheses; may be empty
    std::string suggestion;   ///< what to do, for example `did you mean "x"?`
    std::string source_line;  ///< the line at `place`, or a piece of it; may be empty
    int caret_width = 1;      ///< code points to underline
    int source_column = 1;    ///< where in the line the piece begins
};

/// The issue as printed: `file:line:column: error: problem (reason)`, then the source
/// line and a caret with the suggestion. No trailing line feed. The source line is cut
/// to 120 terminal columns around the caret, other parts to 2,000 bytes; control
/// characters are escaped everywhere.
std::string format(ConfigIssue const& issue);

/// Everything wrong with the user's input, thrown once; `main` prints what() and
/// exits 2.
class ConfigError : public std::exception {
  public:
    explicit ConfigError(ConfigIssue issue);
    /// Precondition: `issues` is not empty.
    explicit ConfigError(std::vector<ConfigIssue> issues);

    /// All issues in the order they are printed.
    std::vector<ConfigIssue> const& issues() const noexcept { return issues_; }
    /// All issues through format(), one after another, without a trailing line feed.
    char const* what() const noexcept override { return text_.c_str(); }

  private:
    std::vector<ConfigIssue> issues_;
    std::string text_;
};

/// Nobody reads more at once, and a file of nothing but errors costs no more than this.
inline constexpr std::size_t most_issues = 100;

/// Collects the issues of one or several files, so that a reader reports all of them.
class IssueList {
  public:
    /// Throws: ConfigError with all of them, once there are `most_issues`.
    void add(ConfigIssue issue);
    /// Takes over the issues of an error thrown by an inner reader. Throws: as above.
    void add(ConfigError const& error);

    bool empty() const noexcept { return issues_.empty(); }
    std::size_t size() const noexcept { return issues_.size(); }
    std::vector<ConfigIssue> const& issues() const noexcept { return issues_; }

    /// Throws a ConfigError with everything collected, sorted by place within each
    /// file; does nothing when the list is empty.
    void throw_if_any() const;

  private:
    std::vector<ConfigIssue> sorted() const;
    void throw_if_full();

    std::vector<ConfigIssue> issues_;
};

}  // namespace leadtime::text
