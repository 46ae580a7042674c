# SPDX-License-Identifier: Apache-2.0
# Compiles data files into the program (see hwprofiles/embedded.hpp).
#
# Included:    leadtime_embed(OUT_VARIABLE PATTERN...)  patterns relative to the root;
#              a pattern that matches nothing is fine.
# As script:   cmake -DROOT=... -DOUTPUT=... -DFILES=a|b|c -P embed.cmake

if(NOT CMAKE_SCRIPT_MODE_FILE)
    set(LEADTIME_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

    function(leadtime_embed out)
        set(patterns ${ARGN})
        list(TRANSFORM patterns PREPEND "${PROJECT_SOURCE_DIR}/")
        file(GLOB files RELATIVE "${PROJECT_SOURCE_DIR}" CONFIGURE_DEPENDS ${patterns})
        set(dependencies ${files})
        list(TRANSFORM dependencies PREPEND "${PROJECT_SOURCE_DIR}/")
        list(JOIN files "|" joined)
        set(cpp "${PROJECT_BINARY_DIR}/generated/embedded.cpp")
        add_custom_command(OUTPUT "${cpp}"
            COMMAND "${CMAKE_COMMAND}" "-DROOT=${PROJECT_SOURCE_DIR}" "-DOUTPUT=${cpp}"
                    "-DFILES=${joined}" -P "${LEADTIME_EMBED_SCRIPT}"
            DEPENDS ${dependencies} "${LEADTIME_EMBED_SCRIPT}"
            COMMENT "Embedding data files" VERBATIM)
        set(${out} "${cpp}" PARENT_SCOPE)
    endfunction()
    return()
endif()

cmake_minimum_required(VERSION 3.22)
string(REPLACE "|" ";" FILES "${FILES}")
list(SORT FILES COMPARE STRING)  # by bytes, as std::string_view compares
list(LENGTH FILES count)

# Read as hexadecimal digits: file(READ) as text changes line ends, and brackets and
# semicolons upset CMake's lists. One piece of string literal for each line of the file.
set(entries "")
foreach(path IN LISTS FILES)
    file(READ "${ROOT}/${path}" text HEX)
    string(REGEX REPLACE "(..)" "\\\\x\\1" text "${text}")
    string(REPLACE "\\x0a" "\\n\"\n     \"" text "${text}")
    string(APPEND entries "    {\"${path}\"sv,\n     \"${text}\"sv},\n")
endforeach()

file(WRITE "${OUTPUT}" "// Written by cmake/embed.cmake from data files; do not edit.
#include \"hwprofiles/embedded.hpp\"

#include <array>

namespace leadtime::hwprofiles {
namespace {
using namespace std::string_view_literals;

constexpr std::array<EmbeddedFile, ${count}> files{{
")
file(APPEND "${OUTPUT}" "${entries}")
file(APPEND "${OUTPUT}" "}};
} // namespace

std::span<EmbeddedFile const> embedded_files() {
    return files;
}
} // namespace leadtime::hwprofiles
")
