// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/file_handle.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <random>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace leadtime::estimator {

void fail_to(std::string const& doing,
             std::filesystem::path const& path,
             std::string const& why) {
    throw OutputError("cannot " + doing + " \"" + path.string() + "\": " + why);
}

void fail_to(std::string const& doing,
             std::filesystem::path const& path,
             int error_number) {
    fail_to(doing, path, std::string(std::strerror(error_number)));
}

int FileHandle::close() noexcept {
    auto const descriptor = std::exchange(descriptor_, -1);
    return descriptor >= 0 && ::close(descriptor) != 0 ? errno : 0;
}

FileHandle open_folder(int parent, std::string const& name) {
    return FileHandle(::openat(
        parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

FileHandle open_folder(std::filesystem::path const& path) {
    return FileHandle(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

std::optional<std::vector<std::string>> all_names_in(int folder) {
    // a description of its own, so that reading starts at the beginning
    auto const own = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    auto* const stream = own < 0 ? nullptr : ::fdopendir(own);
    if (stream == nullptr) {
        FileHandle const closes(own);
        return std::nullopt;
    }
    std::vector<std::string> names;
    errno = 0;
    while (auto const* entry = ::readdir(stream)) {
        std::string_view const name = entry->d_name;
        if (name != "." && name != "..") {
            names.emplace_back(name);
        }
        errno = 0;
    }
    bool const is_whole = errno == 0;
    ::closedir(stream);
    std::sort(names.begin(), names.end());
    return is_whole ? std::optional(std::move(names)) : std::nullopt;
}

std::vector<std::string> names_in(int folder) {
    return all_names_in(folder).value_or(std::vector<std::string>());
}

Lock try_lock(int descriptor) noexcept {
    // Others hold a lock for a moment while they begin, too.
    for (int attempt = 0; attempt < 20; ++attempt) {
        if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
            return Lock::held;
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return Lock::unknown;
        }
        timespec const pause{0, 10'000'000};
        ::nanosleep(&pause, nullptr);
    }
    return Lock::taken;
}

std::string unpredictable_suffix() {
    static constexpr std::string_view letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::random_device entropy;  // getrandom() or RDRAND; never a seed of ours
    std::uniform_int_distribution<std::size_t> any(0, letters.size() - 1);
    std::string suffix(6, ' ');
    std::generate(suffix.begin(), suffix.end(), [&] { return letters[any(entropy)]; });
    return suffix;
}

int write_all(int descriptor, std::string const& text) noexcept {
    std::size_t done = 0;
    while (done < text.size()) {
        auto const n = ::write(descriptor, text.data() + done, text.size() - done);
        if (n > 0) {
            done += static_cast<std::size_t>(n);
        } else if (n < 0 && errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

int write_new_file(int folder,
                   std::string const& name,
                   std::string const& text,
                   mode_t mode) noexcept {
    FileHandle file(::openat(folder,
                             name.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                             mode));
    if (!file) {
        return errno;
    }
    auto error_number = write_all(file.get(), text);
    if (error_number == 0 && ::fsync(file.get()) != 0 && errno != EINVAL
        && errno != EROFS) {
        error_number = errno;
    }
    if (auto const at_close = file.close(); error_number == 0) {
        error_number = at_close;
    }
    if (error_number != 0) {
        ::unlinkat(folder, name.c_str(), 0);
    }
    return error_number;
}

std::string text_of(int folder, std::string const& name, std::size_t most) {
    FileHandle const file(
        ::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)
        || static_cast<std::size_t>(status.st_size) > most) {
        return {};
    }
    std::string text;
    std::array<char, 1 << 16> chunk{};
    for (;;) {
        auto const n = ::read(file.get(), chunk.data(), chunk.size());
        if (n <= 0 || text.size() > most) {
            return text;
        }
        text.append(chunk.data(), static_cast<std::size_t>(n));
    }
}

int exchange_names(int from, char const* old_name, int to, char const* new_name) {
    return ::renameat2(from, old_name, to, new_name, RENAME_EXCHANGE) == 0 ? 0 : errno;
}

int move_name(int from, char const* old_name, int to, char const* new_name) {
    if (::renameat2(from, old_name, to, new_name, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (!is_unsupported(errno)) {
        return errno;
    }
    if (::faccessat(to, new_name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
        return EEXIST;
    }
    return ::renameat(from, old_name, to, new_name) == 0 ? 0 : errno;
}

bool is_unsupported(int error_number) noexcept {
    return error_number == EINVAL || error_number == ENOSYS
           || error_number == EOPNOTSUPP;
}

}  // namespace leadtime::estimator
