# SPDX-License-Identifier: Apache-2.0
# Builds the page of report.html from web/ with npm and compiles it into the program (see
# estimator/output/report_template.hpp). Without Node.js, or where npm cannot fetch what
# web/package-lock.json names, the program is built without it, and says so.
#
# Included:    leadtime_report_template(OUT_VARIABLE)
# As script:   cmake -DROOT=... -DWORK=... -DOUTPUT=... -DNPM=... -DNODE=... -P this file

if(NOT CMAKE_SCRIPT_MODE_FILE)
    set(LEADTIME_REPORT_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

    function(leadtime_report_template out)
        set(cpp "${PROJECT_BINARY_DIR}/generated/report_template.cpp")
        set(${out} "${cpp}" PARENT_SCOPE)
        set(npm "")
        if(LEADTIME_REPORT)
            find_program(LEADTIME_NODE NAMES node nodejs)
            find_program(LEADTIME_NPM NAMES npm)
            set(node_version "none")
            if(LEADTIME_NODE)
                execute_process(COMMAND "${LEADTIME_NODE}" --version
                    OUTPUT_VARIABLE node_version OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
            endif()
            if(LEADTIME_NODE AND LEADTIME_NPM AND node_version MATCHES "^v([0-9]+)"
               AND CMAKE_MATCH_1 GREATER_EQUAL 18)
                set(npm "${LEADTIME_NPM}")
            else()
                message(NOTICE
                    "No Node.js 18 or newer with npm here (node: ${node_version}): the program "
                    "is built without report.html; everything else is there.")
            endif()
        endif()
        file(GLOB sources CONFIGURE_DEPENDS
            "${PROJECT_SOURCE_DIR}/web/*.json" "${PROJECT_SOURCE_DIR}/web/*.ts"
            "${PROJECT_SOURCE_DIR}/web/index.html" "${PROJECT_SOURCE_DIR}/web/.npmrc"
            "${PROJECT_SOURCE_DIR}/web/src/*" "${PROJECT_SOURCE_DIR}/web/src/charts/*")
        # Touched after a failure, so that the next build tries again.
        set(retry "${PROJECT_BINARY_DIR}/generated/report_retry")
        if(NOT EXISTS "${retry}")
            file(WRITE "${retry}" "")
        endif()
        add_custom_command(OUTPUT "${cpp}"
            COMMAND "${CMAKE_COMMAND}" "-DROOT=${PROJECT_SOURCE_DIR}"
                    "-DWORK=${PROJECT_BINARY_DIR}/web" "-DOUTPUT=${cpp}" "-DNPM=${npm}"
                    "-DRETRY=${retry}" -P "${LEADTIME_REPORT_SCRIPT}"
            DEPENDS ${sources} "${LEADTIME_REPORT_SCRIPT}" "${retry}"
            COMMENT "Building the page of report.html" VERBATIM)
    endfunction()
    return()
endif()

cmake_minimum_required(VERSION 3.22)

function(write_template literals)
    file(WRITE "${OUTPUT}" "// Written by cmake/report_template.cmake; do not edit.
#include \"estimator/output/report_template.hpp\"

namespace leadtime::estimator {
std::string_view report_template() {
    using namespace std::string_view_literals;
    return ${literals}sv;
}
} // namespace leadtime::estimator
")
endfunction()

# Ends the script with a program that has no page.
macro(do_without why)
    write_template("\"\"")
    message(NOTICE "report.html is left out of this build: ${why}")
    return()
endmacro()

if(NOT NPM)
    write_template("\"\"")
    return()
endif()

# Packages stay in web/node_modules, which several builds share; a lock keeps two builds
# apart, and the lock file's hash tells whether they are those of the project.
set(web "${ROOT}/web")
file(LOCK "${web}/.build-lock" TIMEOUT 300 RESULT_VARIABLE locked)
file(SHA256 "${web}/package-lock.json" wanted)
set(stamp "${web}/node_modules/.leadtime-lock-hash")
set(present "")
if(EXISTS "${stamp}")
    file(READ "${stamp}" present)
endif()
if(NOT present STREQUAL wanted)
    execute_process(COMMAND "${NPM}" ci --ignore-scripts --no-audit --no-fund
        WORKING_DIRECTORY "${web}" RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
    if(failed)
        file(TOUCH "${RETRY}")
        string(REGEX MATCH "npm (ERR!|error)[^\n]*\n[^\n]*" reason "${said}")
        do_without("npm could not install its packages (${reason}); the next build tries again.")
    endif()
    file(WRITE "${stamp}" "${wanted}")
endif()
file(REMOVE_RECURSE "${WORK}")
execute_process(COMMAND "${NPM}" run --silent build -- --outDir "${WORK}" --emptyOutDir --logLevel warn
    WORKING_DIRECTORY "${web}" RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(failed OR NOT EXISTS "${WORK}/index.html")
    # a fault in web/ itself: not something to go on without
    file(REMOVE "${OUTPUT}")
    message(FATAL_ERROR "web/ does not build:\n${said}")
endif()

# As in embed.cmake: hexadecimal digits, one piece of literal for each line.
file(READ "${WORK}/index.html" text HEX)
string(REGEX REPLACE "(..)" "\\\\x\\1" text "${text}")
string(REPLACE "\\x0a" "\\n\"\n     \"" text "${text}")
write_template("\"${text}\"")
