# SPDX-License-Identifier: Apache-2.0
# `cmake --install`: a program that runs wherever the prefix is, with the checkout gone;
# its manual and completions; packages (`cpack` in the build folder).

include(GNUInstallDirs)
set(private_libraries "${CMAKE_INSTALL_LIBDIR}/leadtime")

# What set-up fetched goes along; a Kokkos of the user's stays where it is.
if(Kokkos_RUNTIME_LIBRARIES)
    install(FILES ${Kokkos_RUNTIME_LIBRARIES} DESTINATION "${private_libraries}")
    file(RELATIVE_PATH from_program
        "/${CMAKE_INSTALL_BINDIR}" "/${private_libraries}")
    set_target_properties(leadtime PROPERTIES INSTALL_RPATH "$ORIGIN/${from_program}")
elseif(Kokkos_NEEDS_NEWER_LIBC)
    # The program starts through a loader in .deps/, so it cannot leave.
    set_target_properties(leadtime PROPERTIES
        BUILD_WITH_INSTALL_RPATH ON  # CMake pads it with an empty entry else
        INSTALL_RPATH "${Kokkos_RUNTIME_DIR}")
    install(CODE "message(FATAL_ERROR \"This Kokkos needs a newer C library than the \"
        \"system has (tools/setup.sh said so), and the program starts through the one in \"
        \".deps/: it cannot be installed. Set Kokkos_ROOT to a Kokkos of your own.\")")
else()
    set_target_properties(leadtime PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
endif()
install(TARGETS leadtime)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")

# The program writes its own manual and completions.
if(NOT CMAKE_CROSSCOMPILING)
    set(generated "${PROJECT_BINARY_DIR}/generated/share")
    set(written "")
    function(leadtime_written_by_program kind file destination)
        add_custom_command(OUTPUT "${generated}/${kind}/${file}"
            COMMAND "${CMAKE_COMMAND}" -E make_directory "${generated}/${kind}"
            COMMAND leadtime generate ${kind} > "${generated}/${kind}/${file}"
            DEPENDS leadtime VERBATIM)
        install(FILES "${generated}/${kind}/${file}" DESTINATION "${destination}")
        set(written ${written} "${generated}/${kind}/${file}" PARENT_SCOPE)
    endfunction()
    leadtime_written_by_program(man leadtime.1 "${CMAKE_INSTALL_MANDIR}/man1")
    set(share "${CMAKE_INSTALL_DATADIR}")
    leadtime_written_by_program(bash leadtime "${share}/bash-completion/completions")
    leadtime_written_by_program(zsh _leadtime "${share}/zsh/site-functions")
    leadtime_written_by_program(fish leadtime.fish "${share}/fish/vendor_completions.d")
    add_custom_target(leadtime_manual ALL DEPENDS ${written})
endif()

set(CPACK_PACKAGE_VENDOR "leadtime")
set(CPACK_PACKAGE_CONTACT "the leadtime authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${Kokkos_RUNTIME_DIR})
set(CPACK_DEBIAN_PACKAGE_SUGGESTS gnuplot-nox)
include(CPack)
