# SPDX-License-Identifier: Apache-2.0
# `cpack` in the build folder: leadtime_VERSION_ARCH.deb with the program, leadtime-dev
# with the library, python3-leadtime with the Python package (where that is built), and one
# .tar.gz with all. `make package` does all that it needs.

set(CPACK_PACKAGE_NAME leadtime)
set(CPACK_PACKAGE_VENDOR "leadtime")
set(CPACK_PACKAGE_CONTACT "the leadtime authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_COMPONENTS_ALL program library)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME leadtime)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
    "The program leadtime, its manual and completions. It needs a processor with AVX2.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
list(TRANSFORM Kokkos_RUNTIME_LIBRARIES REPLACE "/[^/]*$" ""
    OUTPUT_VARIABLE CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS gnuplot-nox)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME leadtime-dev)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION
    "Headers and archives to compile against: find_package(leadtime CONFIG).")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS
    "leadtime (= ${PROJECT_VERSION}), libfmt-dev, libtomlplusplus-dev, libnetcdf-dev, libutf8proc-dev, pkg-config")
add_custom_target(leadtime_packaged DEPENDS leadtime)
if(leadtime_has_python)
    add_dependencies(leadtime_packaged leadtime_python)
    list(APPEND CPACK_COMPONENTS_ALL python)
    math(EXPR next_python "${Python_VERSION_MINOR} + 1")
    set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-leadtime)
    set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
    set(CPACK_COMPONENT_PYTHON_DESCRIPTION
        "The estimator for Python: import leadtime. It needs a processor with AVX2.")
    set(CPACK_DEBIAN_PYTHON_PACKAGE_SHLIBDEPS ON)
    set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS
        "leadtime (= ${PROJECT_VERSION}), python3 (>= 3.${Python_VERSION_MINOR}), python3 (<< 3.${next_python}), python3-numpy")
    set(CPACK_DEBIAN_PYTHON_PACKAGE_RECOMMENDS
        "python3-pandas, python3-xarray, python3-matplotlib")
endif()
include(CPack)
