// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hwprofiles/profile.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::hwprofiles {

/// All accelerator profiles at hand, found by id, alias or name. Names match without
/// regard to ASCII case, and `-` or a blank counts as `_`.
class ProfileLibrary {
  public:
    /// An empty library, for tests.
    ProfileLibrary() = default;

    /// The profiles compiled into the program, then those of a folder when one is
    /// given. Throws: ConfigError with every problem of every file.
    static ProfileLibrary load(std::optional<std::string> const& profiles_dir = {});

    /// Adds every `*.toml` of a folder; a file whose stem is a known id replaces that
    /// profile. Throws: ConfigError when the folder is missing or has no `*.toml`, and
    /// with every problem of every file.
    void add_directory(std::string const& directory);

    /// Adds or replaces one profile.
    void add(Profile profile);

    /// The profile, or null. The pointer holds until the library changes.
    Profile const* lookup(std::string_view name) const;

    /// The profile. Throws: ConfigError `unknown accelerator "x"` with a suggestion.
    Profile const& find(std::string_view name) const;

    /// `did you mean "h100_sxm"?`, or empty; for readers that report the place
    /// themselves.
    std::string suggestion_for(std::string_view name) const;

    /// Sorted by vendor, year of release, id.
    std::span<Profile const> profiles() const noexcept { return profiles_; }

  private:
    std::vector<Profile> profiles_;
};

}  // namespace leadtime::hwprofiles
