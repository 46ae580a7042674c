// SPDX-License-Identifier: Apache-2.0
// A column of a CSV file: the first line of an input is the column's name, the rest the
// file.
#include "text/csv_fields.hpp"

#include "tests/fuzz/support.hpp"

using namespace leadtime;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static fuzz::MemoryFile file;
    auto const text = fuzz::text_of(data, size);
    auto const end = std::min(text.find('\n'), text.size());
    file.write(text.substr(std::min(end + 1, text.size())));
    try {
        auto const column = std::string(text.substr(0, end));
        for (double const value : text::read_csv_column(file.path(), column)) {
            fuzz::use(value);
        }
    } catch (text::CsvError const&) {
        // a sentence to the user
    }
    return 0;
}
