# SPDX-License-Identifier: Apache-2.0
# Registers the tests with CTest: Catch2 cases, a pass over the benchmarks, and style.
# COST, about the seconds, lets the long ones start first. Those count as one processor that
# mostly wait for a browser, a compiler or many starts of the program.

# PRE_TEST: the test program runs when CTest does, not at build time, where a driver may
# be missing. Kokkos may use two threads, so CTest counts two for each case.
include(Catch)
catch_discover_tests(leadtime_tests
    DISCOVERY_MODE PRE_TEST
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    TEST_LIST catch2_tests
    PROPERTIES PROCESSORS 2 TIMEOUT 600)
# A property that is a list does not survive PRE_TEST, so CTest itself sets it.
set(environment OMP_NUM_THREADS=2 OMP_PROC_BIND=false UBSAN_OPTIONS=print_stacktrace=1)
file(WRITE "${PROJECT_BINARY_DIR}/test_environment.cmake"
    "foreach(test IN LISTS catch2_tests)
    set_tests_properties(\"\${test}\" PROPERTIES ENVIRONMENT \"${environment}\")
endforeach()\n")
set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES
    "${PROJECT_BINARY_DIR}/test_environment.cmake")

if(TARGET leadtime_bench)
    add_test(NAME "bench: every benchmark runs once"
        COMMAND leadtime_bench --benchmark_min_time=0.001)
    set_tests_properties("bench: every benchmark runs once" PROPERTIES
        PROCESSORS 2
        ENVIRONMENT "${environment}")
endif()

find_package(Python3 COMPONENTS Interpreter REQUIRED)
set(name "cli: the program refuses bad input and leaves no half-written file")
add_test(NAME "${name}"
    COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/cli/command_line.test.py"
        "$<TARGET_FILE:leadtime>" "${PROJECT_SOURCE_DIR}/scenarios/minimal.toml")
set_tests_properties("${name}" PROPERTIES TIMEOUT 600 COST 50)

set(name "faults: a killed or failing program leaves whole folders")
add_test(NAME "${name}"
    COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/faults/kill.test.py"
        "$<TARGET_FILE:leadtime>" "${PROJECT_SOURCE_DIR}/scenarios/minimal.toml" --kills 40)
set_tests_properties("${name}" PROPERTIES TIMEOUT 900 COST 40)

add_test(NAME "docs: pages agree with the program, and their examples run"
    COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/docs/docs.test.py"
        "$<TARGET_FILE:leadtime>" "${PROJECT_SOURCE_DIR}")
set_tests_properties("docs: pages agree with the program, and their examples run" PROPERTIES
    TIMEOUT 300 COST 40)

set(name "docs: the answers to questions are what the program prints")
add_test(NAME "${name}"
    COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tools/questions_page.py"
        "$<TARGET_FILE:leadtime>" --check)
set_tests_properties("${name}" PROPERTIES TIMEOUT 300 COST 10)

set(name "cli: the manual and completions have every option")
add_test(NAME "${name}"
    COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/cli/generated.test.py"
        "$<TARGET_FILE:leadtime>")
set_tests_properties("${name}" PROPERTIES TIMEOUT 300)

# The sanitizers would have to be in the consumer as well.
if(NOT LEADTIME_SANITIZE)
    set(name "install: the program and a consumer work without the checkout")
    add_test(NAME "${name}"
        COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/install/consumer.test.py"
            "${PROJECT_BINARY_DIR}" "${PROJECT_SOURCE_DIR}" "${CMAKE_CXX_COMPILER}")
    set_tests_properties("${name}" PROPERTIES TIMEOUT 1800 COST 40)
endif()

# The plan of a scenario has the same bits whatever the C library. Linked without Kokkos,
# whose library may ask for a loader of its own.
add_library(leadtime_plan_bits_objects OBJECT
    tests/portable/plan_bits.cpp)
leadtime_target(leadtime_plan_bits_objects ISA)
target_link_libraries(leadtime_plan_bits_objects PRIVATE leadtime::estimator)
add_executable(leadtime_plan_bits
    $<TARGET_OBJECTS:leadtime_plan_bits_objects>
    $<TARGET_OBJECTS:leadtime_random_scenarios>)
leadtime_target(leadtime_plan_bits)
set(rooms_of_plans
    estimator_compile estimator_reader estimator_scenario estimator_formulas
    estimator_cluster estimator_quantities hwprofiles text)
set(archives_of_plans "")
foreach(room IN LISTS rooms_of_plans)
    list(APPEND archives_of_plans "$<TARGET_FILE:leadtime_${room}>")
    add_dependencies(leadtime_plan_bits leadtime_${room})
endforeach()
target_link_libraries(leadtime_plan_bits PRIVATE
    ${archives_of_plans} fmt::fmt PkgConfig::utf8proc)
set_target_properties(leadtime_plan_bits PROPERTIES LINKER_LANGUAGE CXX)
set(name "portable: plans have the same bits under two C libraries")
add_test(NAME "${name}"
    COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/portable/plan_bits.test.py"
        "$<TARGET_FILE:leadtime_plan_bits>" "${PROJECT_SOURCE_DIR}")
set_tests_properties("${name}" PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77)
if(NOT LEADTIME_SANITIZE)  # its libraries are the system's
    set(name "portable: results have the same bits under two C libraries")
    add_test(NAME "${name}"
        COMMAND "${Python3_EXECUTABLE}"
            "${PROJECT_SOURCE_DIR}/tests/portable/program_bits.test.py"
            "$<TARGET_FILE:leadtime>" "${PROJECT_SOURCE_DIR}")
    set_tests_properties("${name}" PROPERTIES
        TIMEOUT 900 SKIP_RETURN_CODE 77 COST 80)
endif()
add_test(NAME "portable: what replaces newer symbols does what they do"
    COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/portable/older_libc.test.py"
        "${PROJECT_SOURCE_DIR}")
set_tests_properties("portable: what replaces newer symbols does what they do" PROPERTIES
    TIMEOUT 120 SKIP_RETURN_CODE 77)
add_test(NAME "style: plans are computed without the C library's mathematics"
    COMMAND "${PROJECT_SOURCE_DIR}/tests/style/check_libm.sh"
        "${PROJECT_BINARY_DIR}/generated/unity" ${archives_of_plans})

# The Python package, imported as it is built; a test that is skipped says why.
function(leadtime_python_test name script)
    if(leadtime_has_python)
        add_test(NAME "${name}"
            COMMAND "${Python_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/python/${script}.test.py"
                "$<TARGET_FILE:leadtime>" "${PROJECT_SOURCE_DIR}" ${ARGN})
        set_tests_properties("${name}" PROPERTIES
            SKIP_RETURN_CODE 77 TIMEOUT 900 COST 40 PROCESSORS 2
            ENVIRONMENT "PYTHONPATH=${PROJECT_BINARY_DIR}/python;PYTHONDONTWRITEBYTECODE=1;OMP_NUM_THREADS=2")
    else()
        add_test(NAME "${name}"
            COMMAND "${CMAKE_COMMAND}" -E echo "skipped: ${leadtime_no_python}")
        set_tests_properties("${name}" PROPERTIES SKIP_REGULAR_EXPRESSION "^skipped: ")
    endif()
endfunction()
leadtime_python_test("python: the package has the bits of the program" bits)
leadtime_python_test("python: errors, Ctrl-C, pickles, pages and memory" session)
leadtime_python_test("python: the notebooks of examples/ run" notebooks)
leadtime_python_test("python: a wheel works without its checkout" wheel
    "${PROJECT_BINARY_DIR}")

# Needs Node.js, web/node_modules (which the build fills) and a Chromium.
if(LEADTIME_NODE)
    foreach(page IN ITEMS report sweep)
        set(name "web: report.html in a browser")
        if(page STREQUAL "sweep")
            set(name "web: report.html of a sweep in a browser")
        endif()
        add_test(NAME "${name}"
            COMMAND "${LEADTIME_NODE}" "${PROJECT_SOURCE_DIR}/tests/web/${page}.test.mjs"
                "$<TARGET_FILE:leadtime>" "${PROJECT_SOURCE_DIR}")
        set_tests_properties("${name}" PROPERTIES
            TIMEOUT 600 SKIP_RETURN_CODE 77 COST 100)
    endforeach()
endif()

# Every header compiles alone, and twice.
file(GLOB_RECURSE headers RELATIVE "${PROJECT_SOURCE_DIR}" CONFIGURE_DEPENDS
    text/*.hpp kernels/*.hpp hwprofiles/*.hpp estimator/*.hpp bench/*.hpp tests/*.hpp)
# A header that its own source includes first is compiled alone there (the format test
# keeps it first); `#pragma once` is all that it needs to be included twice.
set(header_sources "")
foreach(header IN LISTS headers)
    string(REGEX REPLACE "hpp$" "cpp" own "${PROJECT_SOURCE_DIR}/${header}")
    if(EXISTS "${own}")
        file(STRINGS "${own}" first REGEX "^#include" LIMIT_COUNT 1)
        file(STRINGS "${PROJECT_SOURCE_DIR}/${header}" once REGEX "^#pragma once$")
        if(first STREQUAL "#include \"${header}\"" AND once)
            continue()
        endif()
    endif()
    set(source "${PROJECT_BINARY_DIR}/generated/headers/${header}.cpp")
    file(CONFIGURE OUTPUT "${source}"
        CONTENT "#include \"${header}\"\n#include \"${header}\" // twice\n")
    list(APPEND header_sources "${source}")
endforeach()
add_library(leadtime_headers OBJECT ${header_sources})
leadtime_target(leadtime_headers ISA)
target_compile_options(leadtime_headers PRIVATE -O0)  # only whether it compiles matters
target_link_libraries(leadtime_headers PRIVATE
    leadtime::estimator nlohmann_json::nlohmann_json PkgConfig::netcdf CLI11::CLI11
    Catch2::Catch2 $<TARGET_NAME_IF_EXISTS:benchmark::benchmark>)
add_test(NAME "style: every header compiles alone and twice"
    COMMAND "${CMAKE_COMMAND}" --build "${PROJECT_BINARY_DIR}" --target leadtime_headers)

add_test(NAME "style: includes follow the arrows"
    COMMAND "${PROJECT_SOURCE_DIR}/tools/check_includes.sh")
add_test(NAME "style: a wrong include is found"
    COMMAND "${PROJECT_SOURCE_DIR}/tests/style/check_includes.test.sh")
add_test(NAME "style: files stand in rooms whose arrows they follow"
    COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/style/rooms.py")
add_test(NAME "style: facts of several files stand in one"
    COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/style/facts.test.py")
add_test(NAME "style: each kind of wrong room is found"
    COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/style/rooms.test.py")
add_test(NAME "style: clang-format 14 would change nothing"
    COMMAND "${PROJECT_SOURCE_DIR}/tools/format.sh" --check)
set(name "style: the page is formatted, and fine to TypeScript and ESLint")
add_test(NAME "${name}" COMMAND "${PROJECT_SOURCE_DIR}/tools/check_web.sh")
set_tests_properties("style: clang-format 14 would change nothing" "${name}" PROPERTIES
    SKIP_RETURN_CODE 77)
