// SPDX-License-Identifier: Apache-2.0
// The two files that a finished sweep is read from: sweep.json, `---`, sweep.csv.
#include "estimator/output/sweep/reader.hpp"

#include "tests/fuzz/support.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace leadtime;
namespace fs = std::filesystem;

namespace {

/// A folder in memory that ends with the program.
struct Folder {
    fs::path path = (fs::is_directory("/dev/shm") ? fs::path("/dev/shm")
                                                  : fs::temp_directory_path())
                    / ("leadtime_fuzz_sweep_" + std::to_string(::getpid()));
    Folder() { fs::create_directories(path); }
    ~Folder() { fs::remove_all(path); }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;

    void write(char const* name, std::string_view text) const {
        std::ofstream(path / name, std::ios::binary) << text;
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static Folder const folder;
    auto const [json, csv] = fuzz::halves(fuzz::text_of(data, size));
    folder.write("sweep.json", json);
    folder.write("sweep.csv", csv);
    try {
        auto sweep = estimator::read_sweep_description(folder.path);
        estimator::read_sweep_numbers(folder.path, sweep);
        fuzz::use(static_cast<double>(sweep.cells));
    } catch (estimator::SweepFileError const&) {
        // a sentence to the user
    }
    return 0;
}
