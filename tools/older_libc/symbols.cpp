// SPDX-License-Identifier: Apache-2.0
// What Debian sid's libkokkoscore.so needs beyond the C and C++ libraries of Debian 12
// (glibc 2.36, libstdc++ of GCC 12). tools/older_libc/relabel.py makes the library look
// for these three names here, and checks that there are no others.
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ios>

// the names are those that the library looks for
// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming)
extern "C" {

/// strtol as C23 has it: it also reads "0b101" where `base` is 0 or 2. Kokkos reads
/// decimal numbers only, for which the older one does the same.
long __isoc23_strtol(char const* text, char** end, int base) {
    return std::strtol(text, end, base);
}

/// Newer headers call this where they used to place an ios_base::Init in each file.
void _ZSt21ios_base_library_initv() { static std::ios_base::Init const init; }

/// std::string::_M_replace_cold(hole, removed, text, inserted, tail): replaces
/// `removed` characters at `hole`, which `tail` others follow, by `inserted` ones at
/// `text`, which lies within the same string. The string has room and keeps its own
/// length and end.
void _ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE15_M_replace_coldEPcmPKcmm(
    void* /*string*/,
    char* hole,
    std::size_t removed,
    char const* text,
    std::size_t inserted,
    std::size_t tail) {
    char* const copy = static_cast<char*>(std::malloc(inserted == 0 ? 1 : inserted));
    if (copy == nullptr) {
        std::abort();  // the replaced function cannot fail, so neither may this one
    }
    std::memcpy(copy, text, inserted);
    std::memmove(hole + inserted, hole + removed, tail);
    std::memcpy(hole, copy, inserted);
    std::free(copy);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)
