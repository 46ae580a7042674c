// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// A file is no result.nc of ours; what() is a sentence that names it.
class ResultFileError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// How much a NetcdfFile gives out in all, whatever the file claims to hold.
struct NetcdfLimits {
    std::size_t values = std::size_t{1} << 24;      ///< numbers
    std::size_t text_bytes = std::size_t{1} << 26;  ///< of all texts together
    std::size_t names = 200'000;                    ///< length of a dimension
};

/// A netCDF-4 file that somebody else may have written, open for reading. Nothing is
/// read into memory before its type, its dimensions and its size are known to be those
/// expected. All members throw ResultFileError.
class NetcdfFile {
  public:
    /// Refuses what is no netCDF-4 file, and one with groups, types of its own or
    /// dimensions without a fixed length, which we never write.
    explicit NetcdfFile(std::string path, NetcdfLimits limits = {});
    ~NetcdfFile();
    NetcdfFile(NetcdfFile const&) = delete;
    NetcdfFile& operator=(NetcdfFile const&) = delete;

    [[noreturn]] void fail(std::string const& why) const;

    /// Length of a dimension, at most `limits.names`; 0 where there is none.
    std::size_t size(char const* dimension) const;

    /// A text attribute of the file; nothing where it has none of that name.
    std::optional<std::string> attribute(char const* name);
    /// The same; it must have it.
    std::string text(char const* name);
    /// A whole number from `least` to `most`; nothing where it has none of that name.
    std::optional<std::uint64_t>
    whole(char const* name, std::uint64_t least, std::uint64_t most) const;
    /// A finite number within `most` of 0; nothing where it has none of that name.
    std::optional<double> real(char const* name, double most) const;

    using Dimensions = std::vector<std::string>;
    /// The numbers of a variable over exactly these dimensions; none where it has no
    /// such variable.
    std::vector<double> doubles(std::string const& name, Dimensions const& dimensions);
    /// The texts of a variable over these dimensions, at most one.
    std::vector<std::string> strings(std::string const& name,
                                     Dimensions const& dimensions);
    /// Texts that are names: printable, not empty, each once.
    std::vector<std::string> names(std::string const& name,
                                   Dimensions const& dimensions);

  private:
    struct Variable {
        int id = -1;
        std::size_t count = 1;
    };

    void check(int status, std::string const& what) const;
    void refuse_foreign_structure() const;
    std::optional<Variable>
    find(std::string const& name, int type, Dimensions const& dimensions) const;
    void refuse_filters(std::string const& name, Variable const& variable) const;
    void take(std::size_t& left, std::size_t n, char const* what) const;

    std::string path_;
    NetcdfLimits left_;
    int id_ = -1;
};

}  // namespace leadtime::estimator
