// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/output/file_handle.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// In a new folder that is not yet in its place: names of the files that replace or
/// remove those of the old one, a line each. After the swap it says that cleaning up
/// has not ended, and goes last.
inline constexpr char const* swap_marker = ".leadtime-files";

/// Two folders of one parent that change places: `fresh`, built under a hidden name,
/// and `old`, which has the name. No name of the old folder's other things, its
/// subfolders too, is missing in the visible folder at any moment: files get a second
/// name (a hard link) in the fresh one beforehand, what cannot have one gets a symbolic
/// link to where it will be, and is moved in its place afterwards.
struct FolderSwap {
    int fresh;
    int old;
    std::string hidden;             ///< name that the old folder has after the swap
    std::vector<std::string> ours;  ///< names that do not move along
    std::filesystem::path shown;    ///< of the visible folder, for messages
};

/// Whether everything in the old folder could be moved along, and the fresh one was
/// given its owner, mode and extended attributes.
bool can_swap(FolderSwap const& swap);

/// Gives the fresh folder the names of what is not ours. Returns: false where the file
/// system cannot.
bool carry_along(FolderSwap const& swap);

/// After the swap, or after one that a kill ended: what is not ours goes to the fresh
/// folder, what is ours goes away; of two files of one name the later stays. Throws:
/// OutputError where something could not be moved; nothing is lost then.
void bring_back(FolderSwap const& swap);

/// Removes a folder of files and links of ours; one with a folder in it stays.
void discard_folder(int parent, std::string const& name) noexcept;

/// The lines of a folder's marker.
std::vector<std::string> marked_names(int folder);
/// Whether a folder has a marker.
bool has_marker(int folder) noexcept;

/// The start of hidden names for what is written in the place of `name`.
std::string hidden_prefix(std::string const& name);

/// Cleans up what killed programs left for the folder or file `name` of a parent: a
/// half-built one goes away, one that was swapped out gives back what is not ours, and
/// one whose swap had no second half gets its name back. Throws: OutputError where
/// another program is at work there, or something of the user's cannot be moved.
void repair_leftovers(int parent,
                      std::string const& name,
                      std::filesystem::path const& shown);

/// Removes the half-written files that killed programs left in a folder, whatever file
/// they were for.
void clear_hidden_files(int folder);

/// Throws the OutputError of a folder that another program writes to.
[[noreturn]] void fail_as_busy(std::filesystem::path const& shown);

}  // namespace leadtime::estimator
