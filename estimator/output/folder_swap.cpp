// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/folder_swap.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <system_error>
#include <unistd.h>

namespace leadtime::estimator {
namespace {

constexpr std::size_t most_marker_bytes = std::size_t{1} << 20;
constexpr std::size_t suffix_length = 6;
constexpr std::string_view old_suffix = "-old";
constexpr std::string_view hidden_part = ".leadtime-";

bool status_of(int folder, std::string const& name, struct stat& status) {
    return ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

bool is_same(struct stat const& a, struct stat const& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool is_later(struct stat const& a, struct stat const& b) {
    return a.st_mtim.tv_sec != b.st_mtim.tv_sec ? a.st_mtim.tv_sec > b.st_mtim.tv_sec
                                                : a.st_mtim.tv_nsec > b.st_mtim.tv_nsec;
}

bool is_ours(FolderSwap const& swap, std::string const& name) {
    return name == swap_marker
           || std::find(swap.ours.begin(), swap.ours.end(), name) != swap.ours.end();
}

/// Whether the old folder can be read and `holds(name, is_folder)` of all that it has
/// beside our files, each looked at just before.
template <class Predicate>
bool all_foreign(FolderSwap const& swap, Predicate const& holds) {
    auto const names = all_names_in(swap.old);
    return names && std::ranges::all_of(*names, [&](std::string const& name) {
               struct stat status {};
               return is_ours(swap, name) || !status_of(swap.old, name, status)
                      || holds(name, S_ISDIR(status.st_mode));
           });
}

std::string place_after_swap(FolderSwap const& swap, std::string const& name) {
    return "../" + swap.hidden + "/" + name;
}

/// Whether a name in one of the two folders is a link that stands in for one that
/// moves.
bool is_placeholder(FolderSwap const& swap, int folder, std::string const& name) {
    auto const expected = place_after_swap(swap, name);
    std::string target(expected.size() + 1, '\0');
    auto const n = ::readlinkat(folder, name.c_str(), target.data(), target.size());
    return n >= 0 && target.substr(0, static_cast<std::size_t>(n)) == expected;
}

bool is_mount_point(int folder, std::string const& name) {
    struct statx status {};
    return ::statx(folder, name.c_str(), AT_SYMLINK_NOFOLLOW, STATX_TYPE, &status) == 0
           && (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

/// Access lists and attributes of users; those of the kernel's security are its own.
bool copy_attributes(int from, int to) {
    std::array<char, 1 << 16> names{};
    auto const n = ::flistxattr(from, names.data(), names.size());
    std::vector<char> value(std::size_t{1} << 16);
    for (std::string_view rest(names.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
         !rest.empty();) {
        std::string const name(rest.substr(0, rest.find('\0')));
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
        if (!name.starts_with("user.") && !name.starts_with("system.posix_acl_")) {
            continue;
        }
        auto const size = ::fgetxattr(from, name.c_str(), value.data(), value.size());
        if (size < 0
            || ::fsetxattr(
                   to, name.c_str(), value.data(), static_cast<std::size_t>(size), 0)
                   != 0) {
            return false;
        }
    }
    return true;
}

/// Moves one name that is not ours. Returns: 0, or the error number.
int bring_back_one(FolderSwap const& swap, std::string const& name) {
    struct stat mine {};
    struct stat there {};
    if (!status_of(swap.old, name, mine)) {
        return errno == ENOENT ? 0 : errno;
    }
    if (is_placeholder(swap, swap.old, name)) {  // it has changed places already
        return ::unlinkat(swap.old, name.c_str(), 0) == 0 ? 0 : errno;
    }
    if (!status_of(swap.fresh, name, there)) {
        return move_name(swap.old, name.c_str(), swap.fresh, name.c_str());
    }
    if (is_same(mine, there)) {
        return ::unlinkat(swap.old, name.c_str(), 0) == 0 ? 0 : errno;
    }
    if (is_placeholder(swap, swap.fresh, name)) {
        auto problem = exchange_names(swap.old, name.c_str(), swap.fresh, name.c_str());
        if (is_unsupported(problem)) {
            ::unlinkat(swap.fresh, name.c_str(), 0);
            return move_name(swap.old, name.c_str(), swap.fresh, name.c_str());
        }
        return problem != 0 || ::unlinkat(swap.old, name.c_str(), 0) == 0 ? problem
                                                                          : errno;
    }
    if (S_ISDIR(mine.st_mode) || S_ISDIR(there.st_mode)) {
        return EEXIST;
    }
    if (is_later(mine, there)) {
        return ::renameat(swap.old, name.c_str(), swap.fresh, name.c_str()) == 0
                   ? 0
                   : errno;
    }
    return ::unlinkat(swap.old, name.c_str(), 0) == 0 ? 0 : errno;
}

/// `.NAME.leadtime-XXXXXX`, or the same with `-old`.
bool is_leftover(std::string_view name, std::string_view prefix) {
    if (!name.starts_with(prefix)) {
        return false;
    }
    name.remove_prefix(prefix.size());
    if (name.ends_with(old_suffix)) {
        name.remove_suffix(old_suffix.size());
    }
    return name.size() == suffix_length
           && std::all_of(name.begin(), name.end(), [](unsigned char c) {
                  return std::isalnum(c) != 0;
              });
}

/// A hidden folder or file of ours, locked; not open where it is another user's or no
/// longer there. Throws: where a living program has it.
FileHandle locked_leftover(int parent,
                           std::string const& name,
                           struct stat& status,
                           std::filesystem::path const& shown) {
    FileHandle leftover(
        ::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!leftover || ::fstat(leftover.get(), &status) != 0
        || status.st_uid != ::geteuid()
        || (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode))) {
        return {};
    }
    if (try_lock(leftover.get()) == Lock::taken) {
        fail_as_busy(shown);
    }
    // it may have got its place, or have gone, in the meantime
    struct stat now {};
    return status_of(parent, name, now) && is_same(status, now) ? std::move(leftover)
                                                                : FileHandle();
}

}  // namespace

void fail_as_busy(std::filesystem::path const& shown) {
    fail_to("write to",
            shown,
            "another leadtime is writing to it (wait until it has ended, or choose "
            "another --out)");
}

std::string hidden_prefix(std::string const& name) {
    constexpr std::size_t longest = 200;  // of 255 that a name may have
    return "." + name.substr(0, longest) + std::string(hidden_part);
}

bool has_marker(int folder) noexcept {
    return ::faccessat(folder, swap_marker, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

std::vector<std::string> marked_names(int folder) {
    std::vector<std::string> names;
    auto const text = text_of(folder, swap_marker, most_marker_bytes);
    for (std::size_t begin = 0; begin < text.size();) {
        auto const end = std::min(text.find('\n', begin), text.size());
        names.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return names;
}

bool can_swap(FolderSwap const& swap) {
    struct stat old {};
    struct stat fresh {};
    if (::fstat(swap.old, &old) != 0 || ::fstat(swap.fresh, &fresh) != 0
        || old.st_dev != fresh.st_dev) {
        return false;
    }
    // a folder's own ".." changes with its place
    auto const may_move = [&](std::string const& name, bool is_folder) {
        return !is_mount_point(swap.old, name)
               && (!is_folder
                   || ::faccessat(swap.old, name.c_str(), W_OK, AT_EACCESS) == 0);
    };
    if (!all_foreign(swap, may_move)) {
        return false;
    }
    bool const same_owner = old.st_uid == fresh.st_uid && old.st_gid == fresh.st_gid;
    return (same_owner || ::fchown(swap.fresh, old.st_uid, old.st_gid) == 0)
           && copy_attributes(swap.old, swap.fresh)
           && ::fchmod(swap.fresh, old.st_mode & 07777) == 0;
}

bool carry_along(FolderSwap const& swap) {
    return all_foreign(swap, [&](std::string const& name, bool is_folder) {
        if (!is_folder
            && ::linkat(swap.old, name.c_str(), swap.fresh, name.c_str(), 0) == 0) {
            return true;
        }
        auto const place = place_after_swap(swap, name);
        return ::symlinkat(place.c_str(), swap.fresh, name.c_str()) == 0;
    });
}

void bring_back(FolderSwap const& swap) {
    for (auto const& name : names_in(swap.old)) {
        struct stat status {};
        if (!is_ours(swap, name)) {
            auto const problem = bring_back_one(swap, name);
            // Where a link stands in for it, it is there for all; the next run tries
            // again.
            if (problem != 0 && !is_placeholder(swap, swap.fresh, name)) {
                fail_to("move",
                        swap.shown.parent_path() / swap.hidden / name,
                        "it belongs into \"" + swap.shown.string()
                            + "\": " + std::generic_category().message(problem));
            }
        } else if (status_of(swap.old, name, status) && !S_ISDIR(status.st_mode)) {
            ::unlinkat(swap.old, name.c_str(), 0);
        }
    }
}

void discard_folder(int parent, std::string const& name) noexcept {
    try {
        if (auto const folder = open_folder(parent, name)) {
            // the marker last: without it this is a folder that was swapped out
            for (auto const& inside : names_in(folder.get())) {
                if (inside != swap_marker) {
                    ::unlinkat(folder.get(), inside.c_str(), 0);
                }
            }
            ::unlinkat(folder.get(), swap_marker, 0);
        }
    } catch (...) {  // no memory: the next run does it
    }
    ::unlinkat(parent, name.c_str(), AT_REMOVEDIR);
}

void repair_leftovers(int parent,
                      std::string const& name,
                      std::filesystem::path const& shown) {
    auto const prefix = hidden_prefix(name);
    auto names = names_in(parent);
    std::erase_if(names,
                  [&](auto const& other) { return !is_leftover(other, prefix); });
    for (auto const& other : names) {
        struct stat status {};
        if (!other.ends_with(old_suffix)) {
            continue;
        }
        if (auto const leftover = locked_leftover(parent, other, status, shown);
            leftover && S_ISDIR(status.st_mode)) {
            move_name(parent, other.c_str(), parent, name.c_str());
        }
    }
    auto const visible = open_folder(parent, name);
    bool const is_unfinished = visible && has_marker(visible.get());
    for (auto const& other : names) {
        struct stat status {};
        auto const leftover = locked_leftover(parent, other, status, shown);
        if (!leftover) {
            continue;
        }
        if (!S_ISDIR(status.st_mode)) {
            ::unlinkat(parent, other.c_str(), 0);
        } else if (has_marker(leftover.get())) {
            discard_folder(parent, other);
        } else if (visible) {
            FolderSwap swap{visible.get(), leftover.get(), other, {}, shown};
            if (is_unfinished) {
                swap.ours = marked_names(visible.get());
            }
            bring_back(swap);
            ::unlinkat(parent, other.c_str(), AT_REMOVEDIR);
        } else if (names_in(leftover.get()).empty()) {
            ::unlinkat(parent, other.c_str(), AT_REMOVEDIR);
        } else {  // the visible one was removed by hand since
            move_name(parent, other.c_str(), parent, name.c_str());
        }
    }
    if (is_unfinished) {
        ::unlinkat(visible.get(), swap_marker, 0);
    }
}

void clear_hidden_files(int folder) {
    for (auto const& name : names_in(folder)) {
        auto const end = name.rfind(hidden_part);
        struct stat status {};
        if (!name.starts_with('.') || end == std::string::npos
            || !is_leftover(
                name, std::string_view(name).substr(0, end + hidden_part.size()))) {
            continue;
        }
        FileHandle const file(::openat(
            folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        if (file && ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode)
            && status.st_uid == ::geteuid() && try_lock(file.get()) != Lock::taken) {
            ::unlinkat(folder, name.c_str(), 0);
        }
    }
}

}  // namespace leadtime::estimator
