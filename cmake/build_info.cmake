# SPDX-License-Identifier: Apache-2.0
# Records what was built, and from which commit (see estimator/output/build_info.hpp).
#
# Included:    leadtime_build_info(OUT_VARIABLE) and the target leadtime_build_info.
# As script:   run at every build; writes the file only when something changed, so that
#              nothing is compiled or linked again otherwise.

if(NOT CMAKE_SCRIPT_MODE_FILE)
    set(LEADTIME_BUILD_INFO_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

    function(leadtime_build_info out)
        string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
        set(flags "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}} -ffp-contract=off")
        if(LEADTIME_X86_64_V3)
            string(APPEND flags " -march=x86-64-v3")
        endif()
        if(LEADTIME_SANITIZE)
            string(APPEND flags " -fsanitize=address,undefined")
        endif()
        string(STRIP "${flags}" flags)
        string(REGEX REPLACE " +" " " flags "${flags}")

        find_package(Git QUIET)
        set(cpp "${PROJECT_BINARY_DIR}/generated/build_info.cpp")
        add_custom_target(leadtime_build_info
            COMMAND "${CMAKE_COMMAND}" "-DROOT=${PROJECT_SOURCE_DIR}" "-DOUTPUT=${cpp}"
                    "-DGIT=${GIT_EXECUTABLE}" "-DVERSION=${PROJECT_VERSION}"
                    "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
                    "-DBUILD_TYPE=${CMAKE_BUILD_TYPE}" "-DKOKKOS=${Kokkos_VERSION}"
                    "-DFLAGS=${flags}" -P "${LEADTIME_BUILD_INFO_SCRIPT}"
            BYPRODUCTS "${cpp}"
            COMMENT "Recording the git commit" VERBATIM)
        set(${out} "${cpp}" PARENT_SCOPE)
    endfunction()
    return()
endif()

cmake_minimum_required(VERSION 3.22)
set(hash unknown)
set(dirty false)
if(GIT)
    execute_process(COMMAND "${GIT}" rev-parse --short=12 HEAD
        WORKING_DIRECTORY "${ROOT}" OUTPUT_VARIABLE head RESULT_VARIABLE failed
        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT failed)
        set(hash "${head}")
        execute_process(COMMAND "${GIT}" status --porcelain --untracked-files=no
            WORKING_DIRECTORY "${ROOT}" OUTPUT_VARIABLE changes ERROR_QUIET)
        if(NOT "${changes}" STREQUAL "")
            set(dirty true)
        endif()
    endif()
endif()

string(CONFIGURE [[
// Written by cmake/build_info.cmake; do not edit.
#include "estimator/output/build_info.hpp"

namespace leadtime::estimator {
BuildInfo const& build_info() {
    static constexpr BuildInfo info{
        .version = "@VERSION@",
        .git_hash = "@hash@",
        .git_dirty = @dirty@,
        .compiler = "@COMPILER@",
        .build_type = "@BUILD_TYPE@",
        .kokkos_version = "@KOKKOS@",
        .flags = "@FLAGS@",
    };
    return info;
}
} // namespace leadtime::estimator
]] text @ONLY ESCAPE_QUOTES)
set(before "")
if(EXISTS "${OUTPUT}")
    file(READ "${OUTPUT}" before)
endif()
if(NOT "${before}" STREQUAL "${text}")
    file(WRITE "${OUTPUT}" "${text}")
endif()
