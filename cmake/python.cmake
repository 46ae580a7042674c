# SPDX-License-Identifier: Apache-2.0
# The Python package `leadtime` (python/): built where Python's headers and nanobind are, and
# left out elsewhere with the reason. PYTHONPATH=build/release/python imports it as it is
# built; `cmake --install` and pip (pyproject.toml) install it.

option(LEADTIME_PYTHON "Build the Python package where Python's headers and nanobind are" ON)
set(LEADTIME_PYTHON_EXECUTABLE "" CACHE FILEPATH
    "The Python that the package is for; empty: the first with what it needs")

set(leadtime_has_python OFF)
set(leadtime_no_python "LEADTIME_PYTHON is OFF")
if(NOT LEADTIME_PYTHON)
    return()
endif()
if(LEADTIME_SANITIZE)  # they would have to be in Python as well
    set(leadtime_no_python "this build has sanitizers")
    message(STATUS "Python package: not built (${leadtime_no_python})")
    return()
endif()

# The first Python of PATH, then the system's: the first that has headers and what the tests
# import, else the first that has headers.
set(candidates "${LEADTIME_PYTHON_EXECUTABLE}")
if(NOT LEADTIME_PYTHON_EXECUTABLE)
    find_program(LEADTIME_PATH_PYTHON NAMES python3 python)
    mark_as_advanced(LEADTIME_PATH_PYTHON)
    set(candidates "${LEADTIME_PATH_PYTHON}" /usr/bin/python3)
    list(REMOVE_DUPLICATES candidates)
endif()
set(chosen "")
set(has_all OFF)
foreach(candidate IN LISTS candidates)
    execute_process(COMMAND "${candidate}" -c
"import os, sys, sysconfig
header = os.path.join(sysconfig.get_path('include'), 'Python.h')
if sys.version_info < (3, 11) or not os.path.exists(header): sys.exit(1)
from importlib.util import find_spec
print('all' if all(map(find_spec, ('numpy', 'pandas', 'xarray'))) else 'headers')"
        OUTPUT_VARIABLE found RESULT_VARIABLE failed ERROR_QUIET
        OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT failed AND (NOT chosen OR (found STREQUAL "all" AND NOT has_all)))
        set(chosen "${candidate}")
        if(found STREQUAL "all")
            set(has_all ON)
        endif()
    endif()
endforeach()
if(NOT chosen)
    set(leadtime_no_python "no Python 3.11 or newer with its headers is found: install \
python3-dev, or set LEADTIME_PYTHON_EXECUTABLE")
    message(STATUS "Python package: not built (${leadtime_no_python})")
    return()
endif()
set(Python_EXECUTABLE "${chosen}")
find_package(Python 3.11 QUIET COMPONENTS Interpreter Development.Module)
if(NOT Python_FOUND)
    set(leadtime_no_python "CMake finds no headers for ${chosen}: install python3-dev")
    message(STATUS "Python package: not built (${leadtime_no_python})")
    return()
endif()
find_package(nanobind CONFIG QUIET)
if(NOT nanobind_FOUND)  # of pip
    execute_process(COMMAND "${Python_EXECUTABLE}" -m nanobind --cmake_dir
        OUTPUT_VARIABLE nanobind_DIR OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    find_package(nanobind CONFIG QUIET)
endif()
if(NOT nanobind_FOUND)
    set(leadtime_no_python "nanobind is not found: run tools/setup.sh, or install it and set \
nanobind_ROOT")
    message(STATUS "Python package: not built (${leadtime_no_python})")
    return()
endif()
set(leadtime_has_python ON)
message(STATUS "Python package: for ${Python_EXECUTABLE} ${Python_VERSION}")

# cpu_check.cpp must not get the ISA flags, so it is an object of its own.
add_library(leadtime_python_cpu OBJECT estimator/cpu_check.cpp)
leadtime_target(leadtime_python_cpu)
target_include_directories(leadtime_python_cpu PRIVATE "${PROJECT_SOURCE_DIR}")
target_compile_definitions(leadtime_python_cpu PRIVATE
    $<$<BOOL:${LEADTIME_X86_64_V3}>:LEADTIME_X86_64_V3=1>)
nanobind_add_module(leadtime_python NB_STATIC NB_SUPPRESS_WARNINGS NOMINSIZE
    ${leadtime_python_sources} $<TARGET_OBJECTS:leadtime_python_cpu>)
leadtime_target(leadtime_python ISA BRIEF)
target_include_directories(leadtime_python PRIVATE "${PROJECT_SOURCE_DIR}")
target_link_libraries(leadtime_python PRIVATE leadtime::estimator CLI11::CLI11)
# What it defines is its own: another module of the process may have another Kokkos.
# Its search path is that of the libraries' libraries as well: a wheel has all of them.
target_link_options(leadtime_python PRIVATE
    -Wl,--exclude-libs,ALL -Wl,--as-needed -Wl,--disable-new-dtags)
set(leadtime_python_folder "${PROJECT_BINARY_DIR}/python/leadtime")
set_target_properties(leadtime_python PROPERTIES
    OUTPUT_NAME _engine
    LIBRARY_OUTPUT_DIRECTORY "${leadtime_python_folder}")
file(MAKE_DIRECTORY "${leadtime_python_folder}")
file(GLOB leadtime_python_files CONFIGURE_DEPENDS
    python/leadtime/*.py python/leadtime/*.pyi python/leadtime/py.typed)
foreach(file IN LISTS leadtime_python_files)
    get_filename_component(name "${file}" NAME)
    file(CREATE_LINK "${file}" "${leadtime_python_folder}/${name}" SYMBOLIC)
endforeach()
