// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/made_parents.hpp"

#include "estimator/output/write_error.hpp"

#include <cerrno>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace leadtime::estimator {
namespace fs = std::filesystem;

MadeParents::MadeParents(fs::path const& path) {
    std::vector<fs::path> missing;
    std::error_code ignored;
    for (auto above = path.parent_path();
         !fs::exists(above, ignored) && above.has_relative_path();
         above = above.parent_path()) {
        missing.push_back(above);
    }
    for (; !missing.empty(); missing.pop_back()) {
        if (::mkdir(missing.back().c_str(), 0777) == 0) {
            made_.push_back(missing.back());
        } else if (errno != EEXIST) {
            auto const error_number = errno;
            remove();
            fail_to("make the folder", missing.back(), error_number);
        }
    }
}

void MadeParents::remove() noexcept {
    for (; !made_.empty(); made_.pop_back()) {
        ::rmdir(made_.back().c_str());
    }
}

fs::path normal_path(fs::path const& path) {
    auto const normal = fs::absolute(path).lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

fs::path resolved_folder(fs::path const& path) {
    std::error_code error;
    auto const whole = normal_path(path);
    auto existing = whole;
    auto status = fs::status(existing, error);
    while (status.type() == fs::file_type::not_found && existing.has_relative_path()) {
        if (fs::is_symlink(fs::symlink_status(existing, error))) {
            fail_to("write to",
                    path,
                    "\"" + existing.string()
                        + "\" is a link to something that is not there");
        }
        existing = existing.parent_path();
        status = fs::status(existing, error);
    }
    if (status.type() == fs::file_type::none) {
        fail_to("write to", path, error.value());
    }
    if (!fs::is_directory(status)) {
        fail_to("write to",
                path,
                (existing == whole ? "it" : "\"" + existing.string() + "\"")
                    + std::string(" is a file, not a folder"));
    }
    auto const real = fs::canonical(existing, error);
    if (error) {
        fail_to("write to", path, error.value());
    }
    auto const rest = whole.lexically_relative(existing);
    return rest == "." ? real : real / rest;
}

}  // namespace leadtime::estimator
