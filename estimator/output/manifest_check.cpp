// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/manifest_check.hpp"

#include "estimator/output/file_handle.hpp"
#include "text/sha256.hpp"

#include <cstddef>
#include <fcntl.h>
#include <map>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

namespace leadtime::estimator {
namespace {

constexpr std::size_t most_manifest_bytes = std::size_t{16} << 20;

/// Hashes of a manifest by name; none where it is not ours or has none.
std::map<std::string, std::string> hashes_in(int folder) {
    auto const json = nlohmann::json::parse(
        text_of(folder, "manifest.json", most_manifest_bytes), nullptr, false);
    std::map<std::string, std::string> hashes;
    if (!json.is_object()
        || json.value("format", nlohmann::json()) != "leadtime-manifest"
        || !json.contains("sha256") || !json["sha256"].is_object()) {
        return hashes;
    }
    for (auto const& [name, hash] : json["sha256"].items()) {
        bool const is_plain = !name.empty() && name != "." && name != ".."
                              && name.find('/') == std::string::npos
                              && name.find('\0') == std::string::npos;
        if (is_plain && hash.is_string()) {
            hashes.emplace(name, hash.get<std::string>());
        }
    }
    return hashes;
}

enum class Found { none, same, other };

Found compare(int folder, std::string const& name, std::string const& expected) {
    FileHandle const file(
        ::openat(folder, name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return Found::none;
    }
    text::Sha256 hash;
    std::vector<char> chunk(std::size_t{1} << 18);
    for (;;) {
        auto const n = ::read(file.get(), chunk.data(), chunk.size());
        if (n < 0) {
            return Found::none;
        }
        if (n == 0) {
            return hash.finish() == expected ? Found::same : Found::other;
        }
        hash.add({chunk.data(), static_cast<std::size_t>(n)});
    }
}

}  // namespace

std::vector<std::string> manifest_files(int folder) {
    std::vector<std::string> names;
    for (auto const& [name, hash] : hashes_in(folder)) {
        if (compare(folder, name, hash) == Found::same) {
            names.push_back(name);
        }
    }
    if (!names.empty()) {
        names.emplace_back("manifest.json");
    }
    return names;
}

std::optional<std::string> foreign_file(std::filesystem::path const& folder) {
    auto const open = open_folder(folder);
    if (!open) {
        return std::nullopt;
    }
    for (auto const& [name, hash] : hashes_in(open.get())) {
        if (compare(open.get(), name, hash) == Found::other) {
            return name;
        }
    }
    return std::nullopt;
}

}  // namespace leadtime::estimator
