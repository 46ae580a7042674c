# SPDX-License-Identifier: Apache-2.0
# The rooms of the product: a folder, a library and what it may include, in one list.
# tests/style/rooms.py reads this list and holds every #include, and the table of
# CONTRIBUTING.md, against it. A room stands after those that its arrows lead to.
#
#   leadtime_room(FOLDER [ISA] [BRIEF] [ARROWS FOLDER...] [PUBLIC LIBRARY...] [PRIVATE LIBRARY...]
#                 [HEADERS LIBRARY...])
#
# ISA: built for x86-64-v3, as all that computes. BRIEF: with -O1, as nothing there takes long. Rooms without sources are headers only.
# HEADERS: used by its sources alone, and nothing to link: who uses the installed library
# needs none of them.

set(leadtime_room_targets "")
function(leadtime_room folder)
    cmake_parse_arguments(PARSE_ARGV 1 room "ISA;BRIEF" "" "ARROWS;PUBLIC;PRIVATE;HEADERS")
    string(REPLACE "/" "_" target "leadtime_${folder}")
    set(sources
        ${leadtime_text_sources} ${leadtime_kernels_sources}
        ${leadtime_hwprofiles_sources} ${leadtime_estimator_sources})
    list(FILTER sources INCLUDE REGEX "^${folder}/")
    set(links ${room_PUBLIC})
    foreach(arrow IN LISTS room_ARROWS)
        string(REPLACE "/" "_" arrow "leadtime_${arrow}")
        if(NOT TARGET ${arrow})
            message(FATAL_ERROR "${folder}/ has an arrow to a room that stands after it")
        endif()
        list(APPEND links ${arrow})
    endforeach()
    if(sources)
        leadtime_unity(compiled ${target} ${sources})
        add_library(${target} STATIC ${compiled})
        leadtime_unity_files(files ${target} ${sources})
        # Archives need each other to be linked, not to be made.
        set_target_properties(${target} PROPERTIES OPTIMIZE_DEPENDENCIES ON)
        set(scope PUBLIC)
        set(flags "")
        foreach(flag IN ITEMS ISA BRIEF)
            if(room_${flag})
                list(APPEND flags ${flag})
            endif()
        endforeach()
        foreach(built IN ITEMS ${target} ${files})
            leadtime_target(${built} ${flags})
            target_link_libraries(${built} PRIVATE ${room_PRIVATE})
            foreach(library IN LISTS room_HEADERS)
                target_link_libraries(${built} PRIVATE $<BUILD_INTERFACE:${library}>)
            endforeach()
        endforeach()
    else()
        add_library(${target} INTERFACE)
        set(files "")
        set(scope INTERFACE)
    endif()
    foreach(built IN ITEMS ${target} ${files})
        target_include_directories(${built}
            ${scope} "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>")
        target_compile_features(${built} ${scope} cxx_std_20)
        target_link_libraries(${built} ${scope} ${links})
    endforeach()
    set(leadtime_room_targets ${leadtime_room_targets} ${target} PARENT_SCOPE)
endfunction()

leadtime_room(text
    PUBLIC fmt::fmt tomlplusplus::tomlplusplus
    PRIVATE PkgConfig::utf8proc)

leadtime_room(kernels/lanes
    PUBLIC Kokkos::kokkos)
leadtime_room(kernels/plan)
leadtime_room(kernels/cluster
    ARROWS kernels/lanes)
leadtime_room(kernels/statistics
    ARROWS kernels/lanes)
leadtime_room(kernels/model
    ARROWS kernels/lanes kernels/plan kernels/cluster kernels/statistics)

leadtime_room(hwprofiles BRIEF
    ARROWS text)

leadtime_room(estimator/quantities ISA
    ARROWS text kernels/plan
    HEADERS Boost::headers)
leadtime_room(estimator/formulas ISA BRIEF
    ARROWS text kernels/plan estimator/quantities)
leadtime_room(estimator/cluster ISA
    ARROWS text kernels/lanes kernels/cluster hwprofiles estimator/quantities)
leadtime_room(estimator/scenario ISA BRIEF
    ARROWS text kernels/plan estimator/quantities estimator/formulas)
leadtime_room(estimator/reader ISA BRIEF
    ARROWS text hwprofiles estimator/quantities estimator/formulas estimator/cluster
           estimator/scenario)
leadtime_room(estimator/compile ISA
    ARROWS text kernels/plan estimator/quantities estimator/scenario)
leadtime_room(estimator/engine ISA
    ARROWS text kernels/lanes kernels/plan kernels/statistics kernels/model
           estimator/quantities estimator/scenario estimator/compile
    HEADERS Boost::headers)
leadtime_room(estimator/study ISA
    ARROWS text kernels/lanes kernels/statistics estimator/quantities estimator/engine)
leadtime_room(estimator/backtest ISA BRIEF
    ARROWS text hwprofiles estimator/quantities estimator/cluster)
leadtime_room(estimator/output ISA
    ARROWS text hwprofiles estimator/scenario estimator/engine estimator/study
    PRIVATE PkgConfig::netcdf
    HEADERS nlohmann_json::nlohmann_json)
leadtime_room(estimator/cli ISA BRIEF
    ARROWS text hwprofiles estimator/quantities estimator/cluster estimator/scenario
           estimator/reader estimator/engine estimator/study estimator/backtest
           estimator/output
    HEADERS nlohmann_json::nlohmann_json CLI11::CLI11)

# Sorting and ranking, the one place that uses Thrust.
find_path(LEADTIME_THRUST_INCLUDE_DIR thrust/version.h PATH_SUFFIXES cccl)
if(NOT LEADTIME_THRUST_INCLUDE_DIR)
    message(FATAL_ERROR "Thrust's headers are not found: install libthrust-dev (Debian), "
        "thrust (spack) or cccl (conda), or set LEADTIME_THRUST_INCLUDE_DIR")
endif()
target_include_directories(leadtime_kernels_statistics
    SYSTEM PRIVATE ${LEADTIME_THRUST_INCLUDE_DIR})
target_compile_definitions(leadtime_kernels_statistics PRIVATE
    THRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_OMP)
target_compile_options(leadtime_kernels_statistics PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-unknown-pragmas>)

# What is made of data: profiles and scenarios, the build's own description, the page.
include(embed)
leadtime_embed(embedded_cpp
    hwprofiles/data/*.toml
    hwprofiles/rules/*.toml
    scenarios/baseline.toml
    scenarios/library/*.toml
    scenarios/models/*.toml
    estimator/backtest/data/*.csv)
target_sources(leadtime_hwprofiles PRIVATE "${embedded_cpp}")
include(build_info)
include(report_template)
leadtime_build_info(build_info_cpp)
leadtime_report_template(report_template_cpp)
target_sources(leadtime_estimator_output PRIVATE
    "${build_info_cpp}" "${report_template_cpp}")
add_dependencies(leadtime_estimator_output leadtime_build_info)

if(LEADTIME_X86_64_V3)  # and the same kernels for AVX-512, chosen at start-up
    target_sources(leadtime_estimator_engine PRIVATE estimator/engine/tile_kernels_pack16.cpp)
    target_compile_definitions(leadtime_estimator_engine PRIVATE LEADTIME_X86_64_V4=1)
    set_source_files_properties(estimator/engine/tile_kernels_pack16.cpp PROPERTIES
        # no-uninitialized: a false alarm in GCC 12's own header without -O2
        COMPILE_OPTIONS "-march=x86-64-v4;-mprefer-vector-width=512;-Wno-uninitialized")
endif()

# GPUs: one PTX for all, and machine code for those that are known.
if(leadtime_has_cuda)
    list(TRANSFORM leadtime_cuda_architectures PREPEND "sm_" OUTPUT_VARIABLE codes)
    list(GET leadtime_cuda_architectures 0 least)
    string(JOIN "," codes "compute_${least}" ${codes})
    leadtime_cuda_object(gpu_runtime gpu_runtime estimator/engine/cuda/gpu_runtime.cu
        "-gencode=arch=compute_${least},code=[${codes}]")
    # CUDA's runtime goes into the same object, under names that nobody else sees: who
    # links the installed library needs no CUDA, and may have another.
    set(whole "${PROJECT_BINARY_DIR}/generated/cuda/gpu_runtime_whole.o")
    add_custom_command(OUTPUT "${whole}"
        COMMAND "${CMAKE_LINKER}" -r --force-group-allocation -o "${whole}.cudart"
            --whole-archive "${LEADTIME_CUDART}"
        COMMAND "${CMAKE_LINKER}" -r -o "${whole}" "${gpu_runtime}" "${whole}.cudart"
        COMMAND "${CMAKE_OBJCOPY}" --wildcard "--localize-symbol=cuda*"
            "--localize-symbol=__cuda*" "--localize-symbol=libcudart_static_*" "${whole}"
        DEPENDS "${gpu_runtime}"
        COMMENT "Joining gpu_runtime.o and CUDA's runtime" VERBATIM)
    set_source_files_properties("${whole}" PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
    target_sources(leadtime_estimator_engine PRIVATE "${whole}")
    target_link_libraries(leadtime_estimator_engine PRIVATE ${CMAKE_DL_LIBS} rt pthread)
else()
    target_sources(leadtime_estimator_engine PRIVATE
        estimator/engine/cuda/gpu_runtime_absent.cpp)
endif()

# All of them, for tests, benchmarks and whoever uses the library.
add_library(leadtime_estimator INTERFACE)
target_link_libraries(leadtime_estimator INTERFACE ${leadtime_room_targets})
add_library(leadtime::estimator ALIAS leadtime_estimator)
