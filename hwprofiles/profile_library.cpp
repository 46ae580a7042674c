// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/profile_library.hpp"

#include "hwprofiles/embedded.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <system_error>
#include <tuple>
#include <utility>

namespace leadtime::hwprofiles {
namespace {

std::string normalized(std::string_view name) {
    std::string result(name);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        } else if (c == '-' || c == ' ') {
            c = '_';
        }
    }
    return result;
}

/// The first four digits in a row of a release text; texts without come last.
std::string release_year(std::string const& release) {
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    for (std::size_t i = 0; i + 4 <= release.size(); ++i) {
        if (std::all_of(release.begin() + static_cast<std::ptrdiff_t>(i),
                        release.begin() + static_cast<std::ptrdiff_t>(i) + 4,
                        is_digit)) {
            return release.substr(i, 4);
        }
    }
    return "9999";
}

bool comes_before(Profile const& a, Profile const& b) {
    return std::tuple(a.vendor, release_year(a.release), a.id)
           < std::tuple(b.vendor, release_year(b.release), b.id);
}

[[noreturn]] void
refuse(std::string const& file, std::string problem, std::string suggestion) {
    throw text::ConfigError(text::ConfigIssue{.place = {.file = file},
                                              .key = {},
                                              .problem = std::move(problem),
                                              .reason = {},
                                              .suggestion = std::move(suggestion),
                                              .source_line = {}});
}

std::vector<std::string> toml_files(std::string const& directory) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (!fs::exists(directory, error)) {
        refuse(directory, "folder of profiles not found", {});
    }
    if (!fs::is_directory(directory, error)) {
        refuse(directory,
               "this is not a folder",
               "--profiles takes a folder of *.toml files");
    }
    std::vector<std::string> files;
    for (fs::directory_iterator it(directory, error), end; !error && it != end;
         it.increment(error)) {
        if (it->path().extension() == ".toml") {
            files.push_back(it->path().string());
        }
    }
    if (error) {
        refuse(directory, "the folder cannot be read: " + error.message(), {});
    }
    if (files.empty()) {
        refuse(directory, "no *.toml file in this folder of profiles", {});
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string id_of(std::string_view path) {
    return normalized(std::filesystem::path(path).stem().string());
}

/// Parses and reads one file; its problems go to the list.
void add_file(ProfileLibrary& library,
              std::string_view path,
              auto&& parse,
              text::IssueList& issues) {
    try {
        text::Document const document = parse();
        text::IssueList own;
        Profile profile = read_profile(document, id_of(path), own);
        own.throw_if_any();
        library.add(std::move(profile));
    } catch (text::ConfigError const& error) {
        issues.add(error);
    }
}

bool is_profile(std::string_view path) {
    bool const in_folder = path.find("hwprofiles/") != std::string_view::npos
                           || path.find('/') == std::string_view::npos;
    bool const is_rule = path.find("hwprofiles/rules/") != std::string_view::npos;
    return in_folder && !is_rule && path.ends_with(".toml");
}

}  // namespace

ProfileLibrary ProfileLibrary::load(std::optional<std::string> const& profiles_dir) {
    ProfileLibrary library;
    text::IssueList issues;
    for (EmbeddedFile const& file : embedded_files()) {
        if (!is_profile(file.path)) {
            continue;
        }
        auto const parse = [&] {
            return text::parse_document(file.contents, std::string(file.path));
        };
        add_file(library, file.path, parse, issues);
    }
    issues.throw_if_any();
    if (profiles_dir) {
        library.add_directory(*profiles_dir);
    }
    return library;
}

void ProfileLibrary::add_directory(std::string const& directory) {
    text::IssueList issues;
    for (std::string const& path : toml_files(directory)) {
        auto const parse = [&] { return text::load_document(path); };
        add_file(*this, path, parse, issues);
    }
    issues.throw_if_any();
}

void ProfileLibrary::add(Profile profile) {
    std::erase_if(profiles_, [&](Profile const& old) { return old.id == profile.id; });
    auto const place =
        std::upper_bound(profiles_.begin(), profiles_.end(), profile, comes_before);
    profiles_.insert(place, std::move(profile));
}

Profile const* ProfileLibrary::lookup(std::string_view name) const {
    std::string const wanted = normalized(name);
    for (auto const& profile : profiles_) {
        if (profile.id == wanted) {
            return &profile;
        }
    }
    for (auto const& profile : profiles_) {
        auto const matches = [&](std::string const& other) {
            return normalized(other) == wanted;
        };
        if (matches(profile.name)
            || std::any_of(profile.aliases.begin(), profile.aliases.end(), matches)) {
            return &profile;
        }
    }
    return nullptr;
}

std::string ProfileLibrary::suggestion_for(std::string_view name) const {
    std::vector<std::string> candidates;
    for (auto const& profile : profiles_) {
        candidates.push_back(profile.id);
    }
    for (auto const& profile : profiles_) {
        for (auto const& alias : profile.aliases) {
            candidates.push_back(normalized(alias));
        }
    }
    return text::did_you_mean(normalized(name), candidates);
}

Profile const& ProfileLibrary::find(std::string_view name) const {
    if (auto const* profile = lookup(name)) {
        return *profile;
    }
    throw text::ConfigError(
        text::ConfigIssue{.place = {},
                          .key = {},
                          .problem = fmt::format("unknown accelerator \"{}\"", name),
                          .reason = "\"leadtime profiles\" lists them",
                          .suggestion = suggestion_for(name),
                          .source_line = {}});
}

}  // namespace leadtime::hwprofiles
