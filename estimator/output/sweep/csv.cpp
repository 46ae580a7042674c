// SPDX-License-Identifier: Apache-2.0

#include "estimator/output/sweep/files.hpp"
#include "estimator/study/result_rows.hpp"
#include "text/csv_fields.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace leadtime::estimator {
namespace {

/// How many bytes of a text are the header and whole cells, and how many cells.
class CompletePart {
  public:
    CompletePart(std::string header, std::size_t lines_per_cell)
        : header_(std::move(header))
        , lines_per_cell_(lines_per_cell) {}

    /// Returns: false where the header is another; then nothing counts.
    bool add(std::string_view chunk) {
        for (std::size_t begin = 0; begin < chunk.size();) {
            auto const end = chunk.find('\n', begin);
            auto const stop = end == chunk.npos ? chunk.size() : end + 1;
            if (seen_ < header_.size()) {
                auto const n = std::min(stop - begin, header_.size() - seen_);
                if (n != stop - begin
                    || header_.compare(seen_, n, chunk.substr(begin, n)) != 0) {
                    return false;
                }
            }
            seen_ += stop - begin;
            if (end != chunk.npos && seen_ == header_.size()) {
                bytes_ = seen_;
            } else if (end != chunk.npos && ++lines_ == lines_per_cell_) {
                ++cells_;
                lines_ = 0;
                bytes_ = seen_;
            }
            begin = stop;
        }
        return true;
    }

    std::size_t bytes() const { return bytes_; }
    std::size_t cells() const { return cells_; }

  private:
    std::string header_;
    std::size_t lines_per_cell_;
    std::size_t seen_ = 0;
    std::size_t lines_ = 0;
    std::size_t bytes_ = 0;
    std::size_t cells_ = 0;
};

CompletePart
complete_part(int file, std::string const& header, std::size_t lines_per_cell) {
    CompletePart part(header, lines_per_cell);
    std::array<char, 1 << 16> chunk{};
    for (;;) {
        auto const n = ::read(file, chunk.data(), chunk.size());
        if (n <= 0) {
            return part;
        }
        if (!part.add({chunk.data(), static_cast<std::size_t>(n)})) {
            return {header, lines_per_cell};
        }
    }
}

}  // namespace

SweepCsv::SweepCsv(int folder,
                   std::filesystem::path shown,
                   std::string const& header,
                   std::size_t lines_per_cell)
    : path_(std::move(shown))
    , file_(::openat(folder,
                     "sweep.csv",
                     O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
                     0666)) {
    struct stat status {};
    if (!file_) {
        errno == ELOOP ? fail_to("write", path_, "it is a link")
                       : fail_to("write", path_, errno);
    }
    if (::fstat(file_.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        fail_to("write", path_, "it is not a file");
    }
    auto const part = complete_part(file_.get(), header, lines_per_cell);
    if (::ftruncate(file_.get(), static_cast<off_t>(part.bytes())) != 0
        || ::lseek(file_.get(), 0, SEEK_END) < 0) {
        fail_to("write", path_, errno);
    }
    cells_found_ = part.cells();
    if (part.bytes() == 0) {
        append(header);
    }
}

void SweepCsv::append(std::string const& lines) {
    if (auto const problem = write_all(file_.get(), lines); problem != 0) {
        fail_to("write", path_, problem);
    }
    if (::fsync(file_.get()) != 0 && errno != EINVAL && errno != EROFS) {
        fail_to("write", path_, errno);
    }
}

std::string sweep_csv_header(std::vector<std::string> const& keys) {
    std::string header = "cell";
    for (auto const& key : keys) {
        header += ',' + text::csv_field(key);
    }
    return header + ",path,metric,unit,month,statistic,value\n";
}

std::vector<std::string> sweep_statistics(QuantileLevels const& levels) {
    std::vector<std::string> names;
    Row row;
    row.quantiles.resize(levels.size());
    row.quantile_standard_errors.resize(levels.size());
    for (auto& statistic : statistics(row, computed_columns(levels), true)) {
        names.push_back(std::move(statistic.name));
    }
    return names;
}

}  // namespace leadtime::estimator
