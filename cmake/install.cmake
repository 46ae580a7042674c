# SPDX-License-Identifier: Apache-2.0
# `cmake --install`: a program and a library that run wherever the prefix is, with the
# checkout gone; the manual and completions. Packages of them are in cmake/packages.cmake.
# Components: `program`, `library` for those who compile against it, and `python`.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# What set-up fetched goes along; a Kokkos of the user's stays where it is. The folder
# does not follow CMAKE_INSTALL_LIBDIR: these libraries are for this program alone. The
# program in the build folder has the same search path, and finds them by a link.
set(private_libraries lib/leadtime)
if(Kokkos_RUNTIME_LIBRARIES)
    install(FILES ${Kokkos_RUNTIME_LIBRARIES}
        DESTINATION "${private_libraries}" COMPONENT program)
    install(FILES ${Kokkos_LICENSE}
        DESTINATION "${CMAKE_INSTALL_DOCDIR}" RENAME copyright.kokkos COMPONENT program)
    file(RELATIVE_PATH from_program "/${CMAKE_INSTALL_BINDIR}" "/${private_libraries}")
    set_target_properties(leadtime PROPERTIES
        INSTALL_RPATH "$ORIGIN/${private_libraries};$ORIGIN/${from_program}")
    file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
    file(CREATE_LINK "${CMAKE_INSTALL_RPATH}"
        "${PROJECT_BINARY_DIR}/${private_libraries}" SYMBOLIC)
elseif(Kokkos_RUNTIME_DIR)
    # The program uses files in .deps/, perhaps even its loader, so it cannot leave.
    foreach(component IN ITEMS program library python)
        install(CODE "message(FATAL_ERROR \"leadtime cannot be installed or packaged: this \"
            \"Kokkos needs more of a newer C library than set-up knows how to replace \"
            \"(tools/setup.sh said what), so the program uses files in .deps/. \"
            \"Set Kokkos_ROOT to a Kokkos of your own and build again.\")"
            COMPONENT ${component})
    endforeach()
endif()

# The program, and what it says of itself.
install(TARGETS leadtime COMPONENT program)
install(FILES LICENSE README.md CHANGELOG.md CITATION.cff
    DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT program)
if(NOT CMAKE_CROSSCOMPILING)
    set(generated "${PROJECT_BINARY_DIR}/generated/share")
    # Written when it is installed: where this builds, a driver may be missing.
    function(leadtime_install_generated kind name destination)
        install(CODE "
            set(file \"${generated}/${kind}/${name}\")
            file(MAKE_DIRECTORY \"${generated}/${kind}\")
            execute_process(COMMAND \"$<TARGET_FILE:leadtime>\" generate ${kind}
                OUTPUT_FILE \"\${file}\" RESULT_VARIABLE failed)
            if(failed)
                file(REMOVE \"\${file}\")
                message(WARNING \"leadtime does not start here, so '${name}' is left out\")
            endif()"
            COMPONENT program)
        install(FILES "${generated}/${kind}/${name}"
            DESTINATION "${destination}" COMPONENT program OPTIONAL)
    endfunction()
    set(share "${CMAKE_INSTALL_DATADIR}")
    leadtime_install_generated(man leadtime.1 "${CMAKE_INSTALL_MANDIR}/man1")
    leadtime_install_generated(bash leadtime "${share}/bash-completion/completions")
    leadtime_install_generated(zsh _leadtime "${share}/zsh/site-functions")
    leadtime_install_generated(fish leadtime.fish "${share}/fish/vendor_completions.d")
endif()

# The library: archives, every header but those of the command line, and what
# find_package(leadtime CONFIG) reads.
set(headers "${CMAKE_INSTALL_INCLUDEDIR}/leadtime")
set(package "${CMAKE_INSTALL_LIBDIR}/cmake/leadtime")
foreach(target IN ITEMS ${leadtime_room_targets} leadtime_estimator)
    string(REPLACE "leadtime_" "" room "${target}")
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${room})
    install(TARGETS ${target} EXPORT leadtime COMPONENT library
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        INCLUDES DESTINATION "${headers}")
endforeach()
install(DIRECTORY text kernels hwprofiles estimator DESTINATION "${headers}" COMPONENT library
    FILES_MATCHING PATTERN "*.hpp" PATTERN "cli" EXCLUDE)
if(Kokkos_RUNTIME_LIBRARIES)
    get_target_property(kokkos_headers Kokkos::kokkos INTERFACE_INCLUDE_DIRECTORIES)
    install(DIRECTORY "${kokkos_headers}/"
        DESTINATION "${headers}/kokkos" COMPONENT library)
    list(TRANSFORM Kokkos_RUNTIME_LIBRARIES REPLACE ".*/" "" OUTPUT_VARIABLE own_kokkos)
endif()
set(config "${PROJECT_BINARY_DIR}/generated/package")
configure_package_config_file(cmake/leadtimeConfig.cmake.in
    "${config}/leadtimeConfig.cmake"
    INSTALL_DESTINATION "${package}" PATH_VARS headers private_libraries)
write_basic_package_version_file("${config}/leadtimeConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion)
install(FILES "${config}/leadtimeConfig.cmake" "${config}/leadtimeConfigVersion.cmake"
    DESTINATION "${package}" COMPONENT library)
install(EXPORT leadtime NAMESPACE leadtime:: FILE leadtimeTargets.cmake
    DESTINATION "${package}" COMPONENT library)

# The Python package, with the search path to the libraries of the program.
if(leadtime_has_python)
    if(EXISTS /etc/debian_version)  # where the system's python3 looks below /usr
        set(packages lib/python3/dist-packages)
    else()
        set(packages "lib/python${Python_VERSION_MAJOR}.${Python_VERSION_MINOR}/site-packages")
    endif()
    set(LEADTIME_PYTHON_DIR "${packages}" CACHE STRING
        "Where the Python package is installed, below the prefix")
    set(paths "$ORIGIN/lib")  # of a wheel; in the build folder a link
    if(Kokkos_RUNTIME_LIBRARIES)
        file(RELATIVE_PATH from_package
            "/${LEADTIME_PYTHON_DIR}/leadtime" "/${private_libraries}")
        list(APPEND paths "$ORIGIN/${from_package}")
        file(CREATE_LINK "${CMAKE_INSTALL_RPATH}" "${leadtime_python_folder}/lib" SYMBOLIC)
    else()
        list(APPEND paths ${CMAKE_INSTALL_RPATH})
    endif()
    set_target_properties(leadtime_python PROPERTIES INSTALL_RPATH "${paths}")
    # `make run` builds the program alone: then there is no package to install.
    install(TARGETS leadtime_python
        LIBRARY DESTINATION "${LEADTIME_PYTHON_DIR}/leadtime" COMPONENT python OPTIONAL)
    install(CODE "
        if(EXISTS \"$<TARGET_FILE:leadtime_python>\")
            file(INSTALL DESTINATION
                \"\${CMAKE_INSTALL_PREFIX}/${LEADTIME_PYTHON_DIR}/leadtime\"
                TYPE FILE FILES ${leadtime_python_files})
        else()
            message(STATUS \"The Python package is not built: make all\")
        endif()"
        COMPONENT python)
endif()
