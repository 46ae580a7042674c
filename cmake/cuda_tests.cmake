# SPDX-License-Identifier: Apache-2.0
# The kernels and the sorting on CUDA, with nvcc alone: no Kokkos with CUDA and no GPU
# are needed.
#
#  - leadtime_cuda_tests runs on a GPU, and says "skipped" where there is none;
#  - leadtime_cuda_tests_sm80, _sm90, _sm100 hold PTX only and are interpreted, where
#    ptxemu is: beside the project (../shared/tools/ptxemu), or in LEADTIME_PTXEMU.
#
# Without nvcc the tests exist and are skipped, so that they are missed.

find_program(LEADTIME_NVCC nvcc HINTS ENV CUDA_HOME PATH_SUFFIXES bin)
set(LEADTIME_PTXEMU "${PROJECT_SOURCE_DIR}/../shared/tools/ptxemu" CACHE PATH
    "Interpreter of PTX that stands in for the CUDA runtime; tests only")
set(cuda_architectures 80 90 100)

function(leadtime_skipped_test name reason)
    add_test(NAME "${name}" COMMAND sh -c "echo 'skipped: ${reason}'; exit 77")
    set_tests_properties("${name}" PROPERTIES SKIP_RETURN_CODE 77)
endfunction()

set(check_name "cuda: kernels compile for sm_80, sm_90 and sm_100 as promised")
set(native_name "cuda: device functors and sorting have the CPU's bits on this GPU")
set(interpreted_name "cuda: device functors have the CPU's bits, interpreted from PTX")
set(sorting_name "cuda: sorting has the CPU's bits, interpreted from PTX")

if(NOT LEADTIME_NVCC)
    leadtime_skipped_test("${check_name}" "no nvcc here")
    leadtime_skipped_test("${native_name}" "no nvcc here")
    leadtime_skipped_test("${interpreted_name}" "no nvcc here")
    leadtime_skipped_test("${sorting_name}" "no nvcc here")
    return()
endif()
get_filename_component(cuda_home "${LEADTIME_NVCC}" REALPATH)
get_filename_component(cuda_home "${cuda_home}" DIRECTORY)
get_filename_component(cuda_home "${cuda_home}" DIRECTORY)
get_target_property(kokkos_includes Kokkos::kokkos INTERFACE_INCLUDE_DIRECTORIES)
list(TRANSFORM kokkos_includes PREPEND -I OUTPUT_VARIABLE nvcc_includes)
set(nvcc_flags -std=c++20 -O3 "-I${PROJECT_SOURCE_DIR}" ${nvcc_includes})
set(exact -fmad=false)  # no contraction: the CPU's bits
set(device_cu "${PROJECT_SOURCE_DIR}/tests/cuda/device.cu")
set(ordering_cpp "${PROJECT_SOURCE_DIR}/kernels/statistics/ordering.cpp")

# Registers, spills and contraction of every kernel.
add_test(NAME "${check_name}"
    COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/cuda/check_kernels.py"
        --nvcc "${LEADTIME_NVCC}" --source "${device_cu}"
        --architectures ${cuda_architectures} -- ${nvcc_flags} ${exact})
set_tests_properties("${check_name}" PROPERTIES TIMEOUT 600)
add_test(NAME "cuda: a kernel with fused or approximate instructions is found"
    COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/cuda/check_kernels.py"
        --nvcc "${LEADTIME_NVCC}" --source "${device_cu}"
        --architectures 90 -- ${nvcc_flags} -use_fast_math)
set_tests_properties("cuda: a kernel with fused or approximate instructions is found"
    PROPERTIES TIMEOUT 600
        PASS_REGULAR_EXPRESSION "error: sm_90: .* is approximate or flushes to zero")

# leadtime_cuda_objects(OUT NAME FLAGS...): the product's own sorting and device.cu,
# compiled by nvcc, the former with the Thrust that nvcc brings along.
file(GLOB device_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/kernels/*/*.hpp"
    "${PROJECT_SOURCE_DIR}/tests/cuda/*.hpp")
function(leadtime_cuda_object out name source)
    cmake_parse_arguments(PARSE_ARGV 3 object "" "" "FLAGS;DEPENDS")
    set(object "${PROJECT_BINARY_DIR}/generated/${name}.o")
    add_custom_command(OUTPUT "${object}"
        COMMAND "${LEADTIME_NVCC}" ${nvcc_flags} ${exact} ${object_FLAGS}
            -c "${source}" -o "${object}"
        DEPENDS "${source}" ${object_DEPENDS}
        COMMENT "Compiling generated/${name}.o with nvcc" VERBATIM)
    set_source_files_properties("${object}" PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
    set(${out} "${object}" PARENT_SCOPE)
endfunction()
function(leadtime_cuda_objects out name)
    leadtime_cuda_object(device "${name}_device" "${device_cu}"
        FLAGS ${ARGN} DEPENDS ${device_headers})
    leadtime_cuda_object(ordering "${name}_ordering" "${ordering_cpp}"
        FLAGS ${ARGN} -x cu -DTHRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_CUDA
        DEPENDS "${PROJECT_SOURCE_DIR}/kernels/statistics/ordering.hpp")
    set(${out} "${device}" "${ordering}" PARENT_SCOPE)
endfunction()

add_library(leadtime_cuda_cases OBJECT
    tests/cuda/kernels.test.cpp
    tests/cuda/main.cpp
    tests/cuda/ordering.test.cpp
    tests/cuda/path.test.cpp
    tests/kernels/statistics/ordering.test.cpp
    tests/support/source_tree.cpp)
leadtime_target(leadtime_cuda_cases ISA)
target_link_libraries(leadtime_cuda_cases PRIVATE leadtime::estimator Catch2::Catch2)

# leadtime_cuda_program(NAME OBJECTS LIBRARIES...): the objects define all that the
# library of the same sorting with OpenMP does, so that one is not linked.
function(leadtime_cuda_program name objects)
    add_executable(${name} ${objects})
    leadtime_target(${name})
    target_link_libraries(${name} PRIVATE
        leadtime_cuda_cases leadtime_random_scenarios leadtime::estimator Catch2::Catch2
        ${ARGN})
    set_target_properties(${name} PROPERTIES
        LINKER_LANGUAGE CXX RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}"
        INSTALL_RPATH "$ORIGIN;${CMAKE_INSTALL_RPATH}")  # the interpreter is made there
endfunction()

set(native_flags "")
foreach(architecture IN LISTS cuda_architectures)
    list(APPEND native_flags
        "-gencode=arch=compute_${architecture},code=[compute_${architecture},sm_${architecture}]")
endforeach()
leadtime_cuda_objects(native_objects cuda_native ${native_flags})
find_library(LEADTIME_CUDART cudart_static HINTS "${cuda_home}/lib64"
    "${cuda_home}/targets/x86_64-linux/lib")
leadtime_cuda_program(leadtime_cuda_tests "${native_objects}"
    "${LEADTIME_CUDART}" ${CMAKE_DL_LIBS} rt pthread)
add_test(NAME "${native_name}" COMMAND leadtime_cuda_tests
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
set_tests_properties("${native_name}" PROPERTIES
    SKIP_RETURN_CODE 77 LABELS gpu RESOURCE_LOCK gpu ENVIRONMENT "${environment}")

if(NOT EXISTS "${LEADTIME_PTXEMU}/cudart_emu.cpp")
    foreach(name IN ITEMS "${interpreted_name}" "${sorting_name}")
        leadtime_skipped_test("${name}"
            "no PTX interpreter in ${LEADTIME_PTXEMU} (set LEADTIME_PTXEMU)")
    endforeach()
    return()
endif()
file(GLOB ptxemu_sources "${LEADTIME_PTXEMU}/*.cpp")
add_library(leadtime_ptxemu SHARED ${ptxemu_sources})
target_include_directories(leadtime_ptxemu PRIVATE "${cuda_home}/include")
target_compile_features(leadtime_ptxemu PRIVATE cxx_std_17)
target_compile_options(leadtime_ptxemu PRIVATE
    -w -O2 -mfma -ffp-contract=off -frounding-math)
function(leadtime_interpreted_test name program cases architecture order)
    set(name "${name}: sm_${architecture}, thread order ${order}")
    add_test(NAME "${name}" COMMAND ${program} "${cases}"
        WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties("${name}" PROPERTIES TIMEOUT 600
        FAIL_REGULAR_EXPRESSION "shared-memory hazards"
        ENVIRONMENT "${environment};PTXEMU_ORDER=${order};PTXEMU_CC=${architecture}")
endfunction()
foreach(architecture IN LISTS cuda_architectures)
    set(program leadtime_cuda_tests_sm${architecture})
    leadtime_cuda_objects(objects cuda_sm${architecture} --no-compress -cudart none
        "-gencode=arch=compute_${architecture},code=compute_${architecture}")
    leadtime_cuda_program(${program} "${objects}" leadtime_ptxemu)
    foreach(order IN ITEMS fwd rev rand)
        leadtime_interpreted_test("${interpreted_name}" ${program} "[cuda]"
            ${architecture} ${order})
        leadtime_interpreted_test("${sorting_name}" ${program} "[ordering]~[large]"
            ${architecture} ${order})
    endforeach()
endforeach()
