// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/result_directory.hpp"

#include "estimator/output/file_handle.hpp"
#include "estimator/output/folder_swap.hpp"
#include "estimator/output/made_parents.hpp"
#include "estimator/output/manifest_check.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace leadtime::estimator {
namespace fs = std::filesystem;
namespace {

bool is_same_folder(int a, int b) {
    struct stat first {};
    struct stat second {};
    return ::fstat(a, &first) == 0 && ::fstat(b, &second) == 0
           && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/// The folder of a path, locked; not open where there is none.
FileHandle locked_folder(fs::path const& path, fs::path const& shown) {
    for (;;) {
        auto folder = open_folder(path);
        if (!folder) {
            return folder;
        }
        if (try_lock(folder.get()) == Lock::taken) {
            fail_as_busy(shown);
        }
        // another program may have swapped it before the lock was ours
        if (auto const now = open_folder(path);
            !now || is_same_folder(folder.get(), now.get())) {
            return folder;
        }
    }
}

std::string lines_of(std::vector<std::string> const& names) {
    std::string text;
    for (auto const& name : names) {
        text += name + '\n';
    }
    return text;
}

mode_t new_folder_mode() {
    auto const mask = ::umask(0);
    ::umask(mask);
    return 0777 & ~mask;
}

}  // namespace

struct FolderClaim::State {
    explicit State(fs::path where)
        : target(std::move(where))
        , parents(target) {}

    fs::path parent() const { return target.parent_path(); }
    std::string name() const { return target.filename().string(); }

    fs::path target;  ///< absolute, without links
    MadeParents parents;
    FileHandle folder;  ///< locked; not open where there is none
    FileHandle turn;    ///< the parent, locked while programs begin
};

FolderClaim::FolderClaim(fs::path directory)
    : directory_(std::move(directory)) {
    if (directory_.empty()) {
        throw OutputError("the name of the output folder is empty");
    }
    state_ = std::make_unique<State>(resolved_folder(directory_));
    auto& state = *state_;
    // Of programs that begin at once one is first. It is held for a moment only.
    state.turn = open_folder(state.parent());
    if (state.turn) {
        try_lock(state.turn.get());
    }
    state.folder = locked_folder(state.target, directory_);
    if (state.folder
        && ::faccessat(state.folder.get(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
        fail_to("write to", directory_, errno);
    }
    if (state.turn && !state.name().empty()) {
        repair_leftovers(state.turn.get(), state.name(), directory_);
    }
    if (!state.folder) {  // a repair may have given it its name back
        state.folder = locked_folder(state.target, directory_);
    }
    if (state.folder) {
        repair_leftovers(state.folder.get(), "", directory_);
        clear_hidden_files(state.folder.get());
    }
}

FolderClaim::~FolderClaim() = default;

int FolderClaim::make() {
    auto& state = *state_;
    if (!state.folder) {
        if (::mkdir(state.target.c_str(), 0777) != 0 && errno != EEXIST) {
            fail_to("make the folder", directory_, errno);
        }
        state.folder = locked_folder(state.target, directory_);
        if (!state.folder) {
            fail_to("make the folder", directory_, errno);
        }
    }
    state.parents.keep();
    state.turn.close();
    return state.folder.get();
}

/// A hidden folder, locked, that goes away with its files unless it took its place.
struct ResultDirectory::Staging {
    enum class Where { beside, inside };

    /// Beside the target where that can be.
    Staging(FolderClaim const& owner, Where wanted);
    ~Staging() {
        if (!name.empty()) {
            auto const& state = *claim.state_;
            auto const parent =
                open_folder(where == Where::inside ? state.target : state.parent());
            discard_folder(parent.get(), name);
        }
    }
    Staging(Staging const&) = delete;
    Staging& operator=(Staging const&) = delete;

    fs::path shown(std::string const& file) const { return claim.path() / file; }

    bool make_in(FileHandle const& parent, std::string const& of);
    void refuse_folders(std::vector<OutputFile> const& files) const;
    void fill(std::vector<OutputFile> const& files);
    bool take_new_place(int parent);
    bool swap_folders(int parent);
    void finish(int parent, FolderSwap const& swap);
    void drop_carried();
    void replace_one_by_one(std::vector<OutputFile> const& files);

    FolderClaim const& claim;
    Where where;
    std::string name;
    FileHandle folder;
    std::vector<std::string> ours;   ///< names of the new set, and of the old one
    std::vector<std::string> files;  ///< names in the hidden folder
};

ResultDirectory::Staging::Staging(FolderClaim const& owner, Where wanted)
    : claim(owner)
    , where(wanted) {
    auto const& state = *claim.state_;
    auto error_number = ENOENT;
    if (where == Where::beside) {
        if (!state.name().empty()
            && make_in(open_folder(state.parent()), state.name())) {
            return;
        }
        error_number = errno;
        where = Where::inside;
    }
    if (!state.folder || !make_in(open_folder(state.target), "")) {
        fail_to("write to", claim.path(), state.folder ? errno : error_number);
    }
}

bool ResultDirectory::Staging::make_in(FileHandle const& parent,
                                       std::string const& of) {
    for (int attempt = 0; attempt < 100; ++attempt) {
        name = hidden_prefix(of) + unpredictable_suffix();
        if (::mkdirat(parent.get(), name.c_str(), 0700) != 0) {
            if (errno == EEXIST) {
                continue;
            }
            break;
        }
        folder = open_folder(parent.get(), name);
        auto error_number = folder ? 0 : errno;
        if (folder && try_lock(folder.get()) != Lock::taken) {
            error_number = write_new_file(folder.get(), swap_marker, "", 0600);
            if (error_number == 0) {
                return true;
            }
        }
        discard_folder(parent.get(), name);
        errno = error_number;
        break;
    }
    auto const error_number = errno;
    name.clear();
    errno = error_number;
    return false;
}

void ResultDirectory::Staging::refuse_folders(
    std::vector<OutputFile> const& all) const {
    auto const& target = claim.state_->folder;
    for (auto const& file : all) {
        struct stat status {};
        if (!target
            || ::fstatat(target.get(), file.name.c_str(), &status, AT_SYMLINK_NOFOLLOW)
                   != 0) {
            continue;
        }
        if (S_ISDIR(status.st_mode)) {
            fail_to("write", shown(file.name), EISDIR);
        }
        if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode)) {
            fail_to("write", shown(file.name), "it is a device, a pipe or a socket");
        }
    }
}

void ResultDirectory::Staging::fill(std::vector<OutputFile> const& all) {
    auto const& target = claim.state_->folder;
    refuse_folders(all);
    for (auto const& file : all) {
        files.push_back(file.name);
        if (target && file.name == "manifest.json") {  // a whole result for a whole one
            ours = manifest_files(target.get());
        }
    }
    for (auto const& file : all) {
        if (std::find(ours.begin(), ours.end(), file.name) == ours.end()) {
            ours.push_back(file.name);
        }
    }
    ::unlinkat(folder.get(), swap_marker, 0);
    auto const marked = write_new_file(folder.get(), swap_marker, lines_of(ours), 0600);
    if (marked != 0) {
        fail_to("write to", claim.path(), marked);
    }
    for (auto const& file : all) {
        auto const problem =
            write_new_file(folder.get(), file.name, file.contents, 0666);
        if (problem != 0) {
            fail_to("write", shown(file.name), problem);
        }
    }
}

/// A folder where there was none. Returns: false where there is one now.
bool ResultDirectory::Staging::take_new_place(int parent) {
    ::fchmod(folder.get(), new_folder_mode());
    ::fsync(folder.get());
    auto const visible = claim.state_->name();
    auto const problem = move_name(parent, name.c_str(), parent, visible.c_str());
    if (problem == EEXIST || problem == ENOTEMPTY) {
        return false;
    }
    if (problem != 0) {
        fail_to("make the folder", claim.path(), problem);
    }
    name.clear();
    ::unlinkat(folder.get(), swap_marker, 0);
    ::fsync(parent);
    return true;
}

void ResultDirectory::Staging::drop_carried() {
    for (auto const& inside : names_in(folder.get())) {
        if (inside != swap_marker
            && std::find(files.begin(), files.end(), inside) == files.end()) {
            ::unlinkat(folder.get(), inside.c_str(), 0);
        }
    }
}

/// Returns: false where this folder cannot be swapped; then nothing has changed.
bool ResultDirectory::Staging::swap_folders(int parent) {
    auto const& old = claim.state_->folder;
    auto const visible = claim.state_->name();
    FolderSwap swap{folder.get(), old.get(), name, ours, claim.path()};
    if (where == Where::inside || !can_swap(swap)) {
        return false;
    }
    auto problem = carry_along(swap) ? 0 : EPERM;
    if (problem == 0) {
        ::fsync(folder.get());
        problem = exchange_names(parent, name.c_str(), parent, visible.c_str());
    }
    if (is_unsupported(problem)) {  // then by two renames; a kill between is repaired
        drop_carried();
        swap.hidden = name + "-old";
        problem = carry_along(swap)
                      ? move_name(parent, visible.c_str(), parent, swap.hidden.c_str())
                      : EPERM;
        if (problem == 0) {
            problem = move_name(parent, name.c_str(), parent, visible.c_str());
            if (problem != 0) {
                move_name(parent, swap.hidden.c_str(), parent, visible.c_str());
            }
        }
    }
    if (problem != 0) {
        drop_carried();
        return false;
    }
    name.clear();
    finish(parent, swap);
    return true;
}

void ResultDirectory::Staging::finish(int parent, FolderSwap const& swap) {
    ::fsync(parent);
    // Whoever works in the old folder may have added something since.
    for (int attempt = 0; attempt < 3; ++attempt) {
        bring_back(swap);
        if (::unlinkat(parent, swap.hidden.c_str(), AT_REMOVEDIR) == 0) {
            ::unlinkat(folder.get(), swap_marker, 0);
            return;
        }
    }  // what is left there, the next run brings back
}

/// Each file takes its place by a rename, and goes back where a later one fails.
void ResultDirectory::Staging::replace_one_by_one(std::vector<OutputFile> const& all) {
    auto const& target = claim.state_->folder;
    struct Done {
        std::string name;
        std::string backup;  ///< name of the old file in the hidden folder, or empty
    };
    std::vector<Done> done;
    auto const replace = [&](std::string const& file) {
        auto const* const text = file.c_str();
        auto problem = exchange_names(folder.get(), text, target.get(), text);
        if (problem == 0) {
            done.push_back({file, file});
            return 0;
        }
        if (problem == ENOENT) {
            problem = move_name(folder.get(), text, target.get(), text);
            if (problem == 0) {
                done.push_back({file, ""});
            }
            return problem;
        }
        if (!is_unsupported(problem)) {
            return problem;
        }
        auto const backup = file + "~";
        if (::renameat(target.get(), text, folder.get(), backup.c_str()) == 0) {
            done.push_back({file, backup});
        } else if (errno != ENOENT) {
            return errno;
        } else {
            done.push_back({file, ""});
        }
        return ::renameat(folder.get(), text, target.get(), text) == 0 ? 0 : errno;
    };
    for (auto const& file : all) {
        auto const problem = replace(file.name);
        if (problem == 0) {
            continue;
        }
        for (; !done.empty(); done.pop_back()) {
            auto const& [old, backup] = done.back();
            if (backup.empty()) {
                ::unlinkat(target.get(), old.c_str(), 0);
            } else {
                ::renameat(folder.get(), backup.c_str(), target.get(), old.c_str());
            }
        }
        fail_to("write", shown(file.name), problem);
    }
    for (auto const& old : ours) {
        if (std::find(files.begin(), files.end(), old) == files.end()) {
            ::unlinkat(target.get(), old.c_str(), 0);
        }
    }
    ::fsync(target.get());
}

ResultDirectory::ResultDirectory(fs::path directory)
    : claim_(std::move(directory))
    , staging_(std::make_unique<Staging>(claim_, Staging::Where::beside)) {
    claim_.state_->turn.close();
}

ResultDirectory::~ResultDirectory() = default;

bool ResultDirectory::write(std::vector<OutputFile> const& files,
                            std::function<bool()> const& keep_going) const {
    auto& state = *claim_.state_;
    // It may have been removed, made or replaced during the run.
    if (auto now = open_folder(state.target);
        !now || !state.folder || !is_same_folder(now.get(), state.folder.get())) {
        state.folder = locked_folder(state.target, claim_.path());
    }
    auto& staging = *staging_;
    staging.fill(files);
    if (keep_going && !keep_going()) {
        return false;
    }
    auto const parent = open_folder(state.parent());
    auto is_done = !state.folder && staging.take_new_place(parent.get());
    if (!is_done && !state.folder) {
        state.folder = locked_folder(state.target, claim_.path());
        if (!state.folder) {
            fail_to("make the folder", claim_.path(), ENOENT);
        }
    }
    if (!is_done && !staging.swap_folders(parent.get())) {
        Staging inside(claim_, Staging::Where::inside);
        inside.fill(files);
        inside.replace_one_by_one(files);
    }
    state.parents.keep();
    return true;
}

}  // namespace leadtime::estimator
