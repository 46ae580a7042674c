// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hwprofiles/profile_library.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace leadtime::fuzz {

inline std::string_view text_of(std::uint8_t const* data, std::size_t size) {
    return {reinterpret_cast<char const*>(data), size};
}

/// Cuts a text at the first line that is `---`; the second part may be missing.
inline std::pair<std::string_view, std::string_view> halves(std::string_view text) {
    constexpr std::string_view line = "\n---\n";
    auto const cut = text.find(line);
    return cut == std::string_view::npos
               ? std::pair(text, std::string_view())
               : std::pair(text.substr(0, cut + 1), text.substr(cut + line.size()));
}

/// Keeps what a compiler could see that nobody uses.
inline void use(double value) {
    static double volatile sink = 0.0;
    sink = value;
    static_cast<void>(sink);
}

inline hwprofiles::ProfileLibrary const& profiles() {
    static auto const library = hwprofiles::ProfileLibrary::load();
    return library;
}

/// A file without a place in any folder, with new bytes for each input.
class MemoryFile {
  public:
    MemoryFile();
    ~MemoryFile();
    MemoryFile(MemoryFile const&) = delete;
    MemoryFile& operator=(MemoryFile const&) = delete;

    void write(std::string_view bytes);
    std::string const& path() const { return path_; }

  private:
    int file_ = -1;
    std::string path_;
};

}  // namespace leadtime::fuzz
