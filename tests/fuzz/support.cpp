// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/support.hpp"

#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>

namespace leadtime::fuzz {

MemoryFile::MemoryFile()
    : file_(::memfd_create("fuzz", MFD_CLOEXEC))
    , path_("/proc/self/fd/" + std::to_string(file_)) {
    if (file_ < 0) {
        std::abort();
    }
}

MemoryFile::~MemoryFile() {
    ::close(file_);
}

void MemoryFile::write(std::string_view bytes) {
    bool const is_written = ::ftruncate(file_, 0) == 0
                            && ::pwrite(file_, bytes.data(), bytes.size(), 0)
                                   == static_cast<ssize_t>(bytes.size());
    if (!is_written) {
        std::abort();
    }
}

}  // namespace leadtime::fuzz
