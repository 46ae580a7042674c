# SPDX-License-Identifier: Apache-2.0
# Sources compiled in bunches: what they include is read, and what they instantiate is
# compiled, once a bunch. Most of a cold build is that. LEADTIME_UNITY=OFF compiles each
# file by itself, as does the target leadtime_files.
#
# CMake's own UNITY_BUILD is not used: it writes absolute paths, by which ccache would not
# know a bunch again in another folder, and takes the files out of compile_commands.json.

set(leadtime_bunch 16)  # files: more would compile one after another

# The names that a file declares at the start of a line: what stands in its unnamed
# namespace is among them. An alias is given as NAME=HASH.
function(leadtime_declared_names out source)
    get_property(is_known GLOBAL PROPERTY "leadtime_names_of_${source}" SET)
    if(NOT is_known)
        file(STRINGS "${PROJECT_SOURCE_DIR}/${source}" lines
            REGEX "^[A-Za-z][^\"';]*[ &*][a-zA-Z_0-9]+( =|\\(| ?{|\\[)")
        set(names "")
        foreach(line IN LISTS lines)
            if(line MATCHES "^using ([A-Za-z_0-9]+) = ")
                string(MD5 hash "${line}")
                list(APPEND names "${CMAKE_MATCH_1}=${hash}")
            elseif(NOT line MATCHES "^(namespace|using) " AND
                   line MATCHES "[ &*]([A-Za-z_][A-Za-z0-9_]*)( =|\\(| ?{|\\[)")
                list(APPEND names "${CMAKE_MATCH_1}")
            endif()
        endforeach()
        list(REMOVE_ITEM names "" const noexcept)  # the ends of definitions of members
        set_property(GLOBAL PROPERTY "leadtime_names_of_${source}" "${names}")
    endif()
    get_property(names GLOBAL PROPERTY "leadtime_names_of_${source}")
    set(${out} ${names} PARENT_SCOPE)
endfunction()

# The names that a test sees by the headers of tests: it means these, unless it declares
# its own; beside a file that declares another of the name it could not tell.
function(leadtime_included_names out source)
    file(STRINGS "${PROJECT_SOURCE_DIR}/${source}" lines REGEX "^#include \"tests/")
    set(all "")
    foreach(line IN LISTS lines)
        string(REGEX REPLACE "^#include \"(.*)\".*" "\\1" header "${line}")
        leadtime_declared_names(names "${header}")
        list(TRANSFORM names REPLACE "=.*" "")
        list(APPEND all ${names})
    endforeach()
    set(${out} ${all} PARENT_SCOPE)
endfunction()

# Whether some names cannot stand beside others: the same, but for an alias that says the
# same in both.
function(leadtime_names_clash out names others)
    set(${out} OFF PARENT_SCOPE)
    set(bare_others ${others})
    list(TRANSFORM bare_others REPLACE "=.*" "")
    foreach(name IN LISTS names)
        string(REGEX REPLACE "=.*" "" bare "${name}")
        if(bare IN_LIST bare_others AND NOT (name MATCHES "=" AND name IN_LIST others))
            set(${out} ON PARENT_SCOPE)
            return()
        endif()
    endforeach()
endfunction()

# leadtime_unity(OUT NAME SOURCES...): what to give to a target in place of these sources:
# bunches of those below one folder of the second level (`tests/kernels`); generated sources
# and those of leadtime_alone_sources as they are.
function(leadtime_unity out name)
    set(result "")
    set(bunches "")
    set(count 0)
    foreach(source IN LISTS ARGN)
        if(NOT LEADTIME_UNITY OR IS_ABSOLUTE "${source}"
           OR source IN_LIST leadtime_alone_sources)
            list(APPEND result "${source}")
            continue()
        endif()
        leadtime_declared_names(names "${source}")
        leadtime_included_names(included "${source}")
        get_filename_component(folder "${source}" DIRECTORY)
        string(REGEX REPLACE "^([^/]*/[^/]*)/.*" "\\1" folder "${folder}")
        set(chosen "")
        foreach(bunch IN LISTS bunches)
            list(LENGTH files_${bunch} length)
            if(folder_${bunch} STREQUAL folder AND length LESS leadtime_bunch)
                leadtime_names_clash(clash "${names}" "${names_${bunch}};${included_${bunch}}")
                if(NOT clash)
                    leadtime_names_clash(clash "${included}" "${names_${bunch}}")
                endif()
                if(NOT clash)
                    set(chosen ${bunch})
                    break()
                endif()
            endif()
        endforeach()
        if(chosen STREQUAL "")
            set(chosen ${count})
            math(EXPR count "${count} + 1")
            list(APPEND bunches ${chosen})
            set(folder_${chosen} "${folder}")
        endif()
        list(APPEND files_${chosen} "${source}")
        list(APPEND names_${chosen} ${names})
        list(APPEND included_${chosen} ${included})
    endforeach()
    foreach(bunch IN LISTS bunches)
        set(files ${files_${bunch}})
        list(LENGTH files length)
        if(length EQUAL 1)
            list(APPEND result ${files})
            continue()
        endif()
        list(TRANSFORM files REPLACE "(.+)" "#include \"\\1\"\n")
        string(JOIN "" content ${files})
        set(file "${PROJECT_BINARY_DIR}/generated/unity/${name}_${bunch}.cpp")
        file(CONFIGURE OUTPUT "${file}" CONTENT "${content}" @ONLY)
        # A local name may be that of another file's constant: no shadow in any file. Locals
        # that shadow each other are still found.
        set_source_files_properties("${file}" PROPERTIES COMPILE_OPTIONS
            "-Wno-shadow;$<$<CXX_COMPILER_ID:GNU>:-Wshadow=local>")
        list(APPEND result "${file}")
    endforeach()
    file(GLOB stale "${PROJECT_BINARY_DIR}/generated/unity/${name}_[0-9]*.cpp")
    list(REMOVE_ITEM stale "" ${result})
    if(stale)
        file(REMOVE ${stale})
    endif()
    set(${out} ${result} PARENT_SCOPE)
endfunction()

# leadtime_unity_files(OUT TARGET SOURCES...): a library TARGET_files, part of no other,
# that compiles each source of the bunches by itself: the caller gives it what it gives to
# TARGET. By it compile_commands.json has every file (clang-tidy, editors), and a file that
# lacks an include is found. OUT is empty where there are no bunches.
function(leadtime_unity_files out target)
    set(${out} "" PARENT_SCOPE)
    set(sources ${ARGN})
    list(REMOVE_ITEM sources "" ${leadtime_alone_sources})
    if(NOT LEADTIME_UNITY OR NOT sources)
        return()
    endif()
    add_library(${target}_files OBJECT EXCLUDE_FROM_ALL ${sources})
    if(NOT TARGET leadtime_files)
        add_custom_target(leadtime_files)
    endif()
    add_dependencies(leadtime_files ${target}_files)
    set(${out} ${target}_files PARENT_SCOPE)
endfunction()
