# SPDX-License-Identifier: Apache-2.0
# The CUDA back end, with nvcc alone: its only source is estimator/engine/cuda/*.cu, which
# sees no header of third parties. Where there is no nvcc, or LEADTIME_CUDA is OFF, the
# same interface says so.
#
#   leadtime_has_cuda       whether it is built
#   leadtime_cuda_object(OUT NAME SOURCE [FLAGS...])   an object compiled by nvcc

set(leadtime_has_cuda OFF)
find_program(LEADTIME_NVCC nvcc HINTS ENV CUDA_HOME PATHS /usr/local/cuda PATH_SUFFIXES bin)
if(NOT LEADTIME_NVCC)
    return()
endif()
get_filename_component(cuda_home "${LEADTIME_NVCC}" REALPATH)
get_filename_component(cuda_home "${cuda_home}" DIRECTORY)
get_filename_component(cuda_home "${cuda_home}" DIRECTORY)
find_library(LEADTIME_CUDART cudart_static HINTS "${cuda_home}/lib64"
    "${cuda_home}/targets/${CMAKE_SYSTEM_PROCESSOR}-linux/lib"
    "${cuda_home}/targets/sbsa-linux/lib")
# Those that nvcc knows, of these: A100, H100, B200.
execute_process(COMMAND "${LEADTIME_NVCC}" --list-gpu-arch
    OUTPUT_VARIABLE known OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
set(leadtime_cuda_architectures "")
foreach(architecture IN ITEMS 80 90 100)
    if(known MATCHES "compute_${architecture}(\n|$)")
        list(APPEND leadtime_cuda_architectures ${architecture})
    endif()
endforeach()

# No contraction: the CPU's bits. Sanitizers and contracts are the host's.
set(leadtime_nvcc_flags -std=c++20 -O3 -fmad=false "-I${PROJECT_SOURCE_DIR}"
    -Xcompiler=-fPIC,-ffp-contract=off)
function(leadtime_cuda_object out name source)
    set(object "${PROJECT_BINARY_DIR}/generated/cuda/${name}.o")
    file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/generated/cuda")
    add_custom_command(OUTPUT "${object}"
        COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} "${LEADTIME_NVCC}" ${leadtime_nvcc_flags}
            ${ARGN} -MD -MF "${object}.d" -c "${PROJECT_SOURCE_DIR}/${source}" -o "${object}"
        DEPENDS "${PROJECT_SOURCE_DIR}/${source}"
        DEPFILE "${object}.d"
        COMMENT "Compiling ${name}.o with nvcc" VERBATIM)
    set_source_files_properties("${object}" PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
    set(${out} "${object}" PARENT_SCOPE)
endfunction()

if(NOT LEADTIME_CUDA OR LEADTIME_SANITIZE)  # the sanitizers do not know device code
    return()
endif()
if(NOT LEADTIME_CUDART OR NOT leadtime_cuda_architectures)
    message(WARNING
        "nvcc is here (${LEADTIME_NVCC}), but no libcudart_static.a or none of sm_80, sm_90, "
        "sm_100: CUDA is left out. Set LEADTIME_CUDART, or LEADTIME_CUDA=OFF.")
    return()
endif()
set(leadtime_has_cuda ON)
