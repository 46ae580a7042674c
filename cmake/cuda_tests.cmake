# SPDX-License-Identifier: Apache-2.0
# The CUDA back end and the sorting, checked with nvcc alone: no GPU is needed.
#
#  - leadtime_cuda_tests runs on a GPU, and says "skipped" where there is none;
#  - leadtime_cuda_tests_sm80, _sm90, _sm100 and leadtime_interpreted_sm* (the whole
#    program) hold PTX only and are interpreted, where ptxemu is: beside the project
#    (../shared/tools/ptxemu), or in LEADTIME_PTXEMU. `all` has those of sm_80.
#
# Without nvcc the tests exist and are skipped, so that they are missed.

set(LEADTIME_PTXEMU "${PROJECT_SOURCE_DIR}/../shared/tools/ptxemu" CACHE PATH
    "Interpreter of PTX that stands in for the CUDA runtime; tests only")

function(leadtime_skipped_test name reason)
    add_test(NAME "${name}" COMMAND sh -c "echo 'skipped: ${reason}'; exit 77")
    set_tests_properties("${name}" PROPERTIES SKIP_RETURN_CODE 77)
endfunction()

set(check_name "cuda: kernels compile for sm_80, sm_90 and sm_100 as promised")
set(loose_name "cuda: a kernel with fused or approximate instructions is found")
set(native_name "cuda: kernels and sorting have the CPU's bits on this GPU")
set(interpreted_name "cuda: kernels have the CPU's bits, interpreted from PTX")
set(sorting_name "cuda: sorting has the CPU's bits, interpreted from PTX")
set(program_name "cuda: whole programs have the host's bytes, interpreted from PTX")
set(interpreted_names "${interpreted_name}" "${sorting_name}" "${program_name}")

if(NOT leadtime_has_cuda)
    set(reason "no nvcc here, or CUDA was left out")
    foreach(name IN ITEMS "${check_name}" "${loose_name}" "${native_name}"
                          ${interpreted_names})
        leadtime_skipped_test("${name}" "${reason}")
    endforeach()
    return()
endif()
set(runtime_cu estimator/engine/cuda/gpu_runtime.cu)
set(device_cu tests/cuda/device.cu)
set(ordering_cpp kernels/statistics/ordering.cpp)

# Registers, spills and contraction of every kernel.
function(leadtime_kernel_check name)
    add_test(NAME "${name}"
        COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/cuda/check_kernels.py"
            --nvcc "${LEADTIME_NVCC}" ${ARGN})
    set_tests_properties("${name}" PROPERTIES TIMEOUT 900 COST 60)
endfunction()
leadtime_kernel_check("${check_name}"
    --source "${PROJECT_SOURCE_DIR}/${runtime_cu}" "${PROJECT_SOURCE_DIR}/${device_cu}"
    --architectures ${leadtime_cuda_architectures} -- ${leadtime_nvcc_flags})
leadtime_kernel_check("${loose_name}"
    --source "${PROJECT_SOURCE_DIR}/${device_cu}"
    --architectures 90 -- ${leadtime_nvcc_flags} -fmad=true -use_fast_math)
set_tests_properties("${loose_name}" PROPERTIES
    PASS_REGULAR_EXPRESSION "error: sm_90: .* is approximate or flushes to zero")

# The kernels of the tests, and the product's own sorting with the Thrust of nvcc.
function(leadtime_test_objects out name)
    leadtime_cuda_object(device "${name}_device" "${device_cu}" ${ARGN})
    leadtime_cuda_object(ordering "${name}_ordering" "${ordering_cpp}" ${ARGN}
        -x cu -DTHRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_CUDA)
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

# leadtime_cuda_program(NAME OBJECTS LIBRARIES...): what the objects define takes the place
# of the library's, and the first libraries that of CUDA's runtime.
function(leadtime_cuda_program name objects)
    add_executable(${name} ${objects})
    leadtime_target(${name})
    target_link_libraries(${name} PRIVATE ${ARGN})
    set_target_properties(${name} PROPERTIES
        LINKER_LANGUAGE CXX RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}"
        INSTALL_RPATH "$ORIGIN;${CMAKE_INSTALL_RPATH}")  # the interpreter is made there
endfunction()
set(libraries_of_cases
    leadtime_cuda_cases leadtime_random_scenarios leadtime::estimator Catch2::Catch2)

set(native_flags "")
foreach(architecture IN LISTS leadtime_cuda_architectures)
    list(APPEND native_flags
        "-gencode=arch=compute_${architecture},code=[compute_${architecture},sm_${architecture}]")
endforeach()
leadtime_test_objects(native_objects native ${native_flags})
leadtime_cuda_program(leadtime_cuda_tests "${native_objects}"
    ${libraries_of_cases} "${LEADTIME_CUDART}" ${CMAKE_DL_LIBS} rt pthread)
add_test(NAME "${native_name}" COMMAND leadtime_cuda_tests
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
set_tests_properties("${native_name}" PROPERTIES
    SKIP_RETURN_CODE 77 LABELS gpu RESOURCE_LOCK gpu ENVIRONMENT "${environment}")

if(NOT EXISTS "${LEADTIME_PTXEMU}/cudart_emu.cpp")
    foreach(name IN LISTS interpreted_names)
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
function(leadtime_interpreted_test name architecture order)
    set(name "${name}: sm_${architecture}, thread order ${order}")
    add_test(NAME "${name}" COMMAND ${ARGN} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties("${name}" PROPERTIES TIMEOUT 900 COST 20
        FAIL_REGULAR_EXPRESSION "shared-memory hazards"
        ENVIRONMENT "${environment};PTXEMU_ORDER=${order};PTXEMU_CC=${architecture}")
endfunction()
# The product ships PTX of the least architecture, so that is built here. PTX of the others
# is for `make night`.
list(GET leadtime_cuda_architectures 0 least)
add_custom_target(leadtime_interpreted_all)
foreach(architecture IN LISTS leadtime_cuda_architectures)
    set(ptx_alone --no-compress -cudart none
        "-gencode=arch=compute_${architecture},code=compute_${architecture}")
    leadtime_cuda_object(runtime_ptx runtime_sm${architecture} "${runtime_cu}" ${ptx_alone})
    leadtime_test_objects(objects sm${architecture} ${ptx_alone})
    set(cases leadtime_cuda_tests_sm${architecture})
    leadtime_cuda_program(${cases} "${runtime_ptx};${objects};tests/cuda/interpreted_runtime.cpp"
        leadtime_ptxemu ${libraries_of_cases})
    # The whole program, but for its machine code.
    set(program leadtime_interpreted_sm${architecture})
    leadtime_cuda_program(${program}
        "${runtime_ptx};tests/cuda/interpreted_runtime.cpp;estimator/main.cpp;estimator/cpu_check.cpp"
        leadtime_ptxemu leadtime::estimator)
    target_compile_definitions(${program} PRIVATE
        $<$<BOOL:${LEADTIME_X86_64_V3}>:LEADTIME_X86_64_V3=1>)
    add_dependencies(leadtime_interpreted_all ${cases} ${program})
    if(NOT architecture EQUAL least)
        set_target_properties(${cases} ${program} PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
endforeach()
# Each order once, as that architecture: Thrust asks for PTX of the one that it meets. The
# program has nothing of Thrust's.
foreach(order IN ITEMS fwd rev rand)
    leadtime_interpreted_test("${interpreted_name}" ${least} ${order}
        leadtime_cuda_tests_sm${least} "[cuda]")
    leadtime_interpreted_test("${sorting_name}" ${least} ${order}
        leadtime_cuda_tests_sm${least} "[ordering]~[large]")
endforeach()
leadtime_interpreted_test("${program_name}" 90 rand
    "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/cuda/program.test.py"
    "$<TARGET_FILE:leadtime_interpreted_sm${least}>" "${PROJECT_SOURCE_DIR}")
