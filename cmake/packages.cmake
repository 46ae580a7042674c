# SPDX-License-Identifier: Apache-2.0
# `cpack` in the build folder: leadtime_VERSION_ARCH.deb with the program, leadtime-dev
# with the library, and one .tar.gz with both. `make package` does all that it needs.

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
include(CPack)
