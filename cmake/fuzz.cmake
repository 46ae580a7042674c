# SPDX-License-Identifier: Apache-2.0
# The fuzzers of tests/fuzz and the tests of what reads input, for clang. They are made of
# the sources that read and compile, without Kokkos' library, so they start with the
# system's C library. LEADTIME_SANITIZE adds AddressSanitizer and UBSan to all of it.

if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "LEADTIME_FUZZ needs clang: configure with the preset \"fuzz\"")
endif()

set(leadtime_fuzz_sources ${leadtime_estimator_sources})
set(read_and_compiled "^estimator/(compile|formulas|quantities|reader|scenario)/")
string(APPEND read_and_compiled "|^estimator/cluster/(machine|priors)")
string(APPEND read_and_compiled "|^estimator/output/(netcdf_|result_directory|file_|folder_|made_"
    "|manifest_check|whole_file|estimate/(csv|netcdf_))|^estimator/study/(design|result_rows)")
string(APPEND read_and_compiled "|^estimator/output/sweep/(csv|reader)")
list(FILTER leadtime_fuzz_sources INCLUDE REGEX "${read_and_compiled}")
list(APPEND leadtime_fuzz_sources
    ${leadtime_text_sources}
    ${leadtime_hwprofiles_sources}
    ${leadtime_kernels_sources}
    tests/fuzz/hostile_netcdf.cpp
    tests/fuzz/support.cpp
    "${embedded_cpp}"
    "${build_info_cpp}")

# Of an interface library of imported targets only its headers: Kokkos' own asks for
# OpenMP and for its library.
add_library(leadtime_fuzz_flags INTERFACE)
target_compile_definitions(leadtime_fuzz_flags INTERFACE
    _GLIBCXX_ASSERTIONS=1 LEADTIME_ASSERTIONS=1
    THRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_CPP)
target_compile_options(leadtime_fuzz_flags INTERFACE
    -fsanitize=fuzzer-no-link -gline-tables-only)
target_include_directories(leadtime_fuzz_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_include_directories(leadtime_fuzz_flags SYSTEM INTERFACE
    "$<TARGET_PROPERTY:Kokkos::kokkos,INTERFACE_INCLUDE_DIRECTORIES>"
    ${LEADTIME_THRUST_INCLUDE_DIR})
if(LEADTIME_SANITIZE)  # a number outside of an integer's range is undefined too
    target_compile_options(leadtime_fuzz_flags INTERFACE -fsanitize=float-cast-overflow)
endif()
target_link_libraries(leadtime_fuzz_flags INTERFACE
    tomlplusplus::tomlplusplus fmt::fmt nlohmann_json::nlohmann_json PkgConfig::netcdf
    PkgConfig::utf8proc Boost::headers)

leadtime_unity(compiled leadtime_fuzzed ${leadtime_fuzz_sources})
add_library(leadtime_fuzzed STATIC EXCLUDE_FROM_ALL ${compiled})
leadtime_target(leadtime_fuzzed ISA)
add_dependencies(leadtime_fuzzed leadtime_build_info)
target_link_libraries(leadtime_fuzzed PUBLIC leadtime_fuzz_flags)

add_custom_target(leadtime_fuzz)
set(leadtime_fuzzers csv distribution formula netcdf profile result rule scenario set sweep value)
foreach(name IN LISTS leadtime_fuzzers)
    add_executable(fuzz_${name} EXCLUDE_FROM_ALL "tests/fuzz/${name}.fuzz.cpp")
    leadtime_target(fuzz_${name} ISA)
    target_link_libraries(fuzz_${name} PRIVATE leadtime_fuzzed)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(leadtime_fuzz fuzz_${name})
endforeach()

# The tests of the readers, with the same objects: those that start no kernel.
if(LEADTIME_SANITIZE)
    find_package(Catch2 3 CONFIG REQUIRED)
    set(leadtime_reader_tests_sources ${leadtime_tests_sources})
    list(FILTER leadtime_reader_tests_sources INCLUDE
        REGEX "^tests/(text|hwprofiles|estimator/(formulas|quantities|reader))/")
    list(REMOVE_ITEM leadtime_reader_tests_sources
        tests/estimator/reader/capital.test.cpp  # run kernels
        tests/estimator/reader/rules.test.cpp)
    list(APPEND leadtime_reader_tests_sources
        tests/fuzz/reader_tests.cpp tests/support/source_tree.cpp)
    leadtime_unity(compiled leadtime_reader_tests ${leadtime_reader_tests_sources})
    add_executable(leadtime_reader_tests EXCLUDE_FROM_ALL ${compiled})
    leadtime_target(leadtime_reader_tests ISA)
    set_source_files_properties(tests/support/source_tree.cpp PROPERTIES
        COMPILE_DEFINITIONS "LEADTIME_SOURCE_DIR=\"${PROJECT_SOURCE_DIR}\"")
    target_link_libraries(leadtime_reader_tests PRIVATE leadtime_fuzzed Catch2::Catch2)
    add_dependencies(leadtime_fuzz leadtime_reader_tests)
endif()
