// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/result_directory.hpp"
#include "estimator/output/result_rows.hpp"
#include "estimator/output/summary_csv.hpp"
#include "estimator/sweep/sweep_files.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace leadtime::estimator {
namespace {

[[noreturn]] void fail(std::string const& doing, std::filesystem::path const& path) {
    throw OutputError("cannot " + doing + " \"" + path.string()
                      + "\": " + std::strerror(errno));
}

/// How many bytes of the file are the header and whole cells, and how many cells.
std::pair<std::size_t, std::size_t> complete_part(std::filesystem::path const& path,
                                                  std::string const& header,
                                                  std::size_t lines_per_cell) {
    std::ifstream file(path, std::ios::binary);
    std::string line;
    std::size_t bytes = 0;
    if (!std::getline(file, line) || file.eof() || line + '\n' != header) {
        return {0, 0};
    }
    bytes = header.size();
    std::size_t cells = 0;
    std::size_t lines = 0;
    std::size_t here = bytes;
    while (std::getline(file, line) && !file.eof()) {
        here += line.size() + 1;
        if (++lines == lines_per_cell) {
            ++cells;
            lines = 0;
            bytes = here;
        }
    }
    return {bytes, cells};
}

}  // namespace

SweepCsv::SweepCsv(std::filesystem::path path,
                   std::string const& header,
                   std::size_t lines_per_cell)
    : path_(std::move(path)) {
    auto const [bytes, cells] = complete_part(path_, header, lines_per_cell);
    file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (file_ < 0) {
        fail("write", path_);
    }
    if (::ftruncate(file_, static_cast<off_t>(bytes)) != 0
        || ::lseek(file_, 0, SEEK_END) < 0) {
        fail("write", path_);
    }
    cells_found_ = cells;
    if (bytes == 0) {
        append(header);
    }
}

SweepCsv::~SweepCsv() {
    if (file_ >= 0) {
        ::close(file_);
    }
}

void SweepCsv::append(std::string const& lines) {
    errno = write_all(file_, lines);
    if (errno != 0 || (::fsync(file_) != 0 && errno != EINVAL && errno != EROFS)) {
        fail("write", path_);
    }
}

std::string sweep_csv_header(std::vector<std::string> const& keys) {
    std::string header = "cell";
    for (auto const& key : keys) {
        header += ',' + csv_field(key);
    }
    return header + ",path,metric,unit,month,statistic,value\n";
}

std::vector<std::string> sweep_statistics() {
    std::vector<std::string> names;
    for (auto const& statistic : statistics(Row{}, true)) {
        names.emplace_back(statistic.name);
    }
    return names;
}

}  // namespace leadtime::estimator
