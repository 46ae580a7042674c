#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Brings what the build needs: system packages through apt, Kokkos 5 and Catch2 3
# into .deps/. A second call finds everything in place and returns at once.
#
#   Kokkos_ROOT=DIR          use that Kokkos 5 instead of fetching one
#   LEADTIME_SKIP_SETUP=1    do nothing: the user brings everything
#
# Words after it bring, on Debian, what only some want, and are no error where that fails:
#   report    Node.js and npm for report.html, where no node is there; gnuplot for figures
#   browser   Chromium, for the tests of report.html
#   package   what makes a .deb, and a clean Debian to try it in
#   python    Python's headers for the package, and what its tests and notebooks import
#
# Debian 12 has no usable Kokkos and only Catch2 2, so Kokkos comes from sid and
# Catch2 from bookworm-backports, through a private apt state: the machine's own
# package sources are neither changed nor upgraded, and apt checks the signatures and
# hashes of all that is downloaded. Tried with Kokkos 5.2.2 and Catch2 3.7.1. nanobind,
# for the Python package, comes along (2.12.0); without it that package is not built.
#
# A copy of that Kokkos gets a name of its own, lib/leadtime/libleadtime-kokkos.so, which
# installed programs take along. It wants a newer C library than Debian 12 has, for three
# symbols; the copy takes these from a small library of ours (tools/older_libc), so that
# programs start with the system's C library. If it ever wants others, programs start
# through a newer C library that is fetched beside it, and set-up says so.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

[ -z "${LEADTIME_SKIP_SETUP:-}" ] || exit 0

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=$root/.deps
prefix=$deps/usr
stamp=$deps/stamp
older_libc=$root/tools/older_libc

# command:package pairs, then packages that hold no command
commands=(g++:g++ cmake:cmake ninja:ninja-build pkg-config:pkg-config git:git
    python3:python3 patchelf:patchelf clang-format-14:clang-format-14)
libraries=(libtomlplusplus-dev nlohmann-json3-dev libcli11-dev libfmt-dev
    libboost-dev libthrust-dev libnetcdf-dev libutf8proc-dev libbenchmark-dev)

say() { printf 'setup: %s\n' "$*" >&2; }
die() {
    printf 'setup: error: %s\n' "$*" >&2
    exit 2
}

extras=()
for word in "$@"; do
    case $word in
    report) extras+=(node:nodejs npm:npm gnuplot:gnuplot-nox) ;;
    browser) extras+=(chromium:chromium) ;;
    package) extras+=(dpkg-shlibdeps:dpkg-dev file:file mmdebstrap:mmdebstrap) ;;
    python)
        # these hold no command: dpkg says whether they are there
        extras+=(:python3-dev :python3-venv :python3-pip :python3-setuptools :python3-wheel
            :python3-numpy :python3-pandas :python3-xarray :python3-netcdf4
            :python3-matplotlib :python3-scipy :python3-openturns :python3-joblib
            :python3-nbconvert :python3-ipykernel jupyter-nbconvert:jupyter-nbconvert)
        ;;
    *) die "unknown word \"$word\" (it knows report, browser, package and python)" ;;
    esac
done

# what is there already

missing_packages() {
    local entry package
    for entry in "${commands[@]}"; do
        command -v "${entry%%:*}" >/dev/null || echo "${entry#*:}"
    done
    # ${db:Status-Abbrev} is "ii " for a package that is installed and whole
    local installed
    installed=$(dpkg-query -W -f '${binary:Package} ${db:Status-Abbrev}\n' \
        "${libraries[@]}" 2>/dev/null || true)
    for package in "${libraries[@]}"; do
        grep -Eq "^$package(:[a-z0-9]+)? ii" <<<"$installed" || echo "$package"
    done
}

# A line that changes with this script, the wish for a Kokkos of our own, and the system.
recipe() {
    printf '%s kokkos=%s %s\n' \
        "$(cat "${BASH_SOURCE[0]}" "$older_libc"/* | sha256sum | cut -c1-64)" \
        "$([ -z "${Kokkos_ROOT:-}" ] && echo fetched || echo given)" "$(getconf GNU_LIBC_VERSION)"
}

fetched_files_are_there() {
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(recipe)" ] || return 1
    catch2_from_apt || [ -f "$prefix/include/catch2/catch_session.hpp" ] || return 1
    [ -n "${Kokkos_ROOT:-}" ] || {
        [ -f "$prefix/include/kokkos/Kokkos_Core.hpp" ] &&
            [ -f "$prefix/lib/cmake/Kokkos/KokkosConfig.cmake" ] &&
            compgen -G "$prefix/lib/*/libkokkoscore.so" >/dev/null
    }
}

# the system

is_debian() {
    command -v apt-get >/dev/null && command -v dpkg >/dev/null &&
        grep -Eq '^ID=("?)debian\1$' /etc/os-release 2>/dev/null
}
codename() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release; }
catch2_from_apt() { [ "$(codename)" != bookworm ]; } # newer Debians ship Catch2 3

if ! is_debian; then
    lacking=
    for tool in c++ cmake ninja pkg-config; do
        command -v "$tool" >/dev/null || lacking+=" $tool"
    done
    [ -n "${Kokkos_ROOT:-}" ] && [ -z "$lacking" ] && exit 0
    die "this set-up knows Debian only: install Kokkos 5, Catch2 3, Google Benchmark," \
        "toml++, nlohmann-json, CLI11, fmt, netCDF-C, CMake, Ninja and pkg-config" \
        "(spack.yaml and environment.yml list them), set Kokkos_ROOT to the folder of" \
        "Kokkos, and run make again${lacking:+ (not found:$lacking)}."
fi
catch2_from_apt && libraries+=(libcatch2-dev)

as_root=()
need_root() {
    [ "$(id -u)" -eq 0 ] && return
    command -v sudo >/dev/null ||
        die "packages are missing ($*) and neither root nor sudo is at hand:" \
            "ask an administrator for 'apt-get install $*', then run make again."
    as_root=(sudo -E)
}

# Slow or broken mirrors: apt retries each file, we retry apt.
try_three_times() {
    local attempt
    for attempt in 1 2 3; do
        "$@" >"$log" 2>&1 && return 0
        say "attempt $attempt of 3 failed: $(grep -E '^(E|W|dpkg)' "$log" | head -n 1 || true)"
        [ "$attempt" -eq 3 ] || sleep $((attempt * 5))
    done
    tail -n 15 "$log" >&2
    return 1
}
apt_patience=(-o Acquire::Retries=4 -o Acquire::http::Timeout=60
    -o DPkg::Lock::Timeout=300 -o Acquire::Languages=none)

update_system_lists() {
    [ -n "${lists_updated:-}" ] && return
    lists_updated=yes
    need_root "${missing[@]:-the package lists}"
    try_three_times ${as_root[@]+"${as_root[@]}"} apt-get "${apt_patience[@]}" -q update ||
        die "'apt-get update' failed three times (its last words are above):" \
            "check the network and the package sources of this machine, then run make again."
}

install_missing() {
    need_root "${missing[@]}"
    update_system_lists
    local package wanted=()
    for package in "${missing[@]}"; do
        if [ "$package" = clang-format-14 ] &&
            ! apt-cache show "$package" >/dev/null 2>&1; then
            say "no clang-format-14 in this Debian; the format gate will be skipped"
            continue
        fi
        wanted+=("$package")
    done
    [ ${#wanted[@]} -gt 0 ] || return 0
    say "installing ${wanted[*]}"
    try_three_times ${as_root[@]+"${as_root[@]}"} apt-get "${apt_patience[@]}" -q -y \
        --no-install-recommends install "${wanted[@]}" ||
        die "'apt-get install ${wanted[*]}' failed three times (its last words are above):" \
            "run it by hand to see why, then run make again."
}

# Packages that the build can do without, by the command they bring.
install_extras() {
    local entry
    missing=()
    for entry in ${extras[@]+"${extras[@]}"}; do
        if [ -n "${entry%%:*}" ]; then
            command -v "${entry%%:*}" >/dev/null || missing+=("${entry#*:}")
        else
            dpkg-query -W -f '${db:Status-Abbrev}' "${entry#:}" 2>/dev/null |
                grep -q '^ii' || missing+=("${entry#:}")
        fi
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    (install_missing) || say "going on without ${missing[*]}"
}

# Kokkos and Catch2

# Points apt at a state of our own that knows sid and backports only.
open_private_apt() {
    local mirror key
    mirror() {
        apt-get indextargets --format '$(REPO_URI)' \
            'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 2>/dev/null | head -n 1
    }
    mirror=$(mirror || true)
    [ -n "$mirror" ] || {
        update_system_lists
        mirror=$(mirror || true)
    }
    [ -n "$mirror" ] || die "apt names no Debian mirror: give this machine one" \
        "(its sources list is empty or foreign), or set Kokkos_ROOT to a Kokkos 5."
    key=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -f "$key" ] || die "$key is missing: 'apt-get install debian-archive-keyring'," \
        "then run make again."

    mkdir -p "$work"/{lists/partial,cache/archives/partial,debs,root}
    {
        echo "deb [signed-by=$key] $mirror sid main"
        catch2_from_apt || echo "deb [signed-by=$key] $mirror $(codename)-backports main"
    } >"$work/sources.list"
    private=("${apt_patience[@]}" -o "Dir::Etc::sourcelist=$work/sources.list"
        -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::Lists=$work/lists"
        -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root
        -o Acquire::PDiffs=false -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false)
    try_three_times apt-get "${private[@]}" -q update ||
        die "the package lists of Debian sid could not be read from the mirror of this" \
            "machine: try again later, or set Kokkos_ROOT to a Kokkos 5 of your own."
}

# download SUITE PACKAGE...  into $work/debs
download() {
    local suite=$1
    shift
    cd "$work/debs"
    try_three_times apt-get "${private[@]}" -q download "${@/%//$suite}" ||
        die "$* could not be downloaded from Debian $suite: try again later, or set" \
            "Kokkos_ROOT to a Kokkos 5 of your own."
    cd "$root"
}

field() { dpkg-deb -f "$1" "$2"; }

# The C and C++ libraries that this system has are older than Kokkos was built for.
runtime_is_too_old() {
    local package needed have
    for package in libc6 libstdc++6 libgomp1 libgcc-s1; do
        needed=$(field "$1" Depends | tr ',' '\n' |
            sed -n "s/^ *${package/++/\\+\\+} (>= \([^)]*\)).*/\1/p" | head -n 1)
        [ -n "$needed" ] || continue
        have=$(dpkg-query -W -f '${Version}\n' "$package" 2>/dev/null | head -n 1 || true)
        [ -n "$have" ] && dpkg --compare-versions "$have" ge "$needed" || return 0
    done
    return 1
}

fetch_kokkos() {
    download sid libkokkos-dev
    local library
    library=$(field "$work"/debs/libkokkos-dev_*.deb Depends |
        grep -Eo 'libkokkos[0-9][0-9.]*' | head -n 1) ||
        die "Debian's libkokkos-dev no longer names its library: set Kokkos_ROOT to a" \
            "Kokkos 5 of your own (spack.yaml and environment.yml list one)."
    download sid "$library"
    if runtime_is_too_old "$work"/debs/"$library"_*.deb; then
        download sid libc6 libstdc++6 libgcc-s1 libgomp1
    fi
}

# For the Python package: headers and sources, of any architecture.
fetch_nanobind() {
    (cd "$work/debs" && try_three_times apt-get "${private[@]}" -q download \
        nanobind-dev/sid robin-map-dev/sid) ||
        say "no nanobind could be downloaded: the Python package is not built"
}

# Makes lib/leadtime/libleadtime-kokkos.so from the libkokkoscore.so in the folder $1:
# under a name of its own, so that it never meets a Kokkos of the system, and loading
# under this system's C library.
make_own_kokkos() {
    local own=$work/root/usr/lib/leadtime edits edit newer
    local kokkos=$own/libleadtime-kokkos.so
    mkdir -p "$own"
    newer=$(python3 "$older_libc/relabel.py" "$1/libkokkoscore.so" "$kokkos") || return 1
    edits=('--set-soname libleadtime-kokkos.so' '--set-rpath $ORIGIN')
    if [ -n "$newer" ]; then
        g++ -O2 -fPIC -shared "$older_libc/symbols.cpp" \
            -Wl,-soname,libleadtime-symbols.so -o "$own/libleadtime-symbols.so" || return 1
        edits+=('--add-needed libleadtime-symbols.so')
    fi
    for edit in "${edits[@]}"; do
        # shellcheck disable=SC2086 # two words; patchelf confuses edits made at once
        patchelf $edit "$kokkos" || return 1
    done
    # every symbol must be found, and by the system's own libraries
    LD_BIND_NOW=1 python3 -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$kokkos"
}

# Debian's own CMake files of Kokkos name folders and archives that are not shipped, so
# a small config of ours takes their place.
write_kokkos_config() {
    local usr=$work/root/usr number version loader
    number=$(sed -n 's/^#define KOKKOS_VERSION \([0-9]*\).*/\1/p' \
        "$usr/include/kokkos/KokkosCore_config.h")
    [ -n "$number" ] || die "the downloaded Kokkos does not state its version: set" \
        "Kokkos_ROOT to a Kokkos 5 of your own."
    version=$((number / 10000)).$((number / 100 % 100)).$((number % 100))
    [ "$number" -ge 50002 ] && [ "$number" -lt 60000 ] ||
        die "Debian sid now has Kokkos $version, but 5.0.2 or later, below 6, is needed:" \
            "set Kokkos_ROOT to such a Kokkos (spack.yaml and environment.yml list one)."
    [ "$version" = 5.2.2 ] || say "Kokkos $version is newer than the 5.2.2 that was tried"

    local multiarch=
    multiarch=$(basename "$(dirname "$(ls "$usr"/lib/*/libkokkoscore.so)")")
    loader=$(cd "$usr/lib/$multiarch" && ls ld-linux*.so.* 2>/dev/null | head -n 1 || true)
    if ! make_own_kokkos "$usr/lib/$multiarch" >&2; then
        rm -rf "$usr/lib/leadtime"
        say "this Kokkos needs more of a newer C library than is known here, or could not" \
            "be changed (the reason is above): programs use the files in .deps/${loader:+, a}" \
            "${loader:+C library included}, and can be neither installed nor packaged"
    fi
    rm -rf "$usr/lib/$multiarch/cmake/Kokkos" "$usr/lib/cmake/Kokkos"
    mkdir -p "$usr/lib/cmake/Kokkos"
    cat >"$usr/lib/cmake/Kokkos/KokkosConfig.cmake" <<CONFIG
# Written by tools/setup.sh.
set(Kokkos_VERSION $version)
set(Kokkos_DEVICES OPENMP)
set(Kokkos_COMPILE_LANGUAGE CXX)
if(NOT TARGET Kokkos::kokkos)
    get_filename_component(_usr "\${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
    set(_own "\${_usr}/lib/leadtime")
    set(_loader "$loader")
    add_library(Kokkos::kokkos SHARED IMPORTED)
    set_target_properties(Kokkos::kokkos PROPERTIES
        INTERFACE_INCLUDE_DIRECTORIES "\${_usr}/include/kokkos"
        INTERFACE_COMPILE_FEATURES cxx_std_20
        INTERFACE_COMPILE_OPTIONS -fopenmp
        INTERFACE_LINK_OPTIONS -fopenmp)
    if(EXISTS "\${_own}/libleadtime-kokkos.so")
        set_target_properties(Kokkos::kokkos PROPERTIES
            IMPORTED_LOCATION "\${_own}/libleadtime-kokkos.so")
        if(EXISTS "\${_own}/libleadtime-symbols.so")
            set_property(TARGET Kokkos::kokkos APPEND PROPERTY
                INTERFACE_LINK_LIBRARIES "\${_own}/libleadtime-symbols.so")
        endif()
        # what an installed program takes along
        file(GLOB Kokkos_RUNTIME_LIBRARIES "\${_own}/*.so")
        file(GLOB Kokkos_LICENSE "\${_usr}/share/doc/libkokkos-dev/copyright")
    else()
        set(Kokkos_RUNTIME_DIR "\${_usr}/lib/$multiarch")
        set_target_properties(Kokkos::kokkos PROPERTIES
            IMPORTED_LOCATION "\${Kokkos_RUNTIME_DIR}/libkokkoscore.so")
        if(_loader)
            # The system's C library is older than Kokkos needs, so programs start through
            # the newer one beside it. CMake puts this folder first in their search path
            # (as DT_RPATH, so that it holds for the libraries of libraries too); all
            # other libraries are still the system's.
            set_property(TARGET Kokkos::kokkos APPEND PROPERTY INTERFACE_LINK_OPTIONS
                "-Wl,--dynamic-linker=\${Kokkos_RUNTIME_DIR}/\${_loader}"
                -Wl,--disable-new-dtags -Wl,--allow-shlib-undefined)
        endif()
    endif()
endif()
CONFIG
    cat >"$usr/lib/cmake/Kokkos/KokkosConfigVersion.cmake" <<CONFIG
# Written by tools/setup.sh.
set(PACKAGE_VERSION $version)
if(PACKAGE_FIND_VERSION_RANGE)
    set(_above \${PACKAGE_FIND_VERSION_MAX})
    if(PACKAGE_VERSION VERSION_GREATER_EQUAL PACKAGE_FIND_VERSION_MIN
       AND (PACKAGE_VERSION VERSION_LESS _above
            OR (PACKAGE_FIND_VERSION_RANGE_MAX STREQUAL "INCLUDE"
                AND PACKAGE_VERSION VERSION_EQUAL _above)))
        set(PACKAGE_VERSION_COMPATIBLE TRUE)
    endif()
elseif(PACKAGE_VERSION VERSION_GREATER_EQUAL PACKAGE_FIND_VERSION
       AND NOT PACKAGE_FIND_VERSION_MAJOR GREATER 5)
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
    if(PACKAGE_VERSION VERSION_EQUAL PACKAGE_FIND_VERSION)
        set(PACKAGE_VERSION_EXACT TRUE)
    endif()
endif()
CONFIG
    [ ! -d "$usr/lib/leadtime" ] || loader=
    say "Kokkos $version${loader:+, with a newer C library than the system has}"
}

fetch() {
    say "fetching$([ -n "${Kokkos_ROOT:-}" ] || echo ' Kokkos 5')$(catch2_from_apt || echo ' Catch2 3') into .deps/"
    work=$deps/new
    rm -rf "$work"
    mkdir -p "$work/root/usr"
    if [ -z "${Kokkos_ROOT:-}" ] || ! catch2_from_apt; then
        open_private_apt
        catch2_from_apt || download "$(codename)-backports" libcatch2-dev
        [ -n "${Kokkos_ROOT:-}" ] || fetch_kokkos
        [ -n "${Kokkos_ROOT:-}" ] || fetch_nanobind
        local package
        for package in "$work"/debs/*.deb; do
            dpkg -x "$package" "$work/root"
        done
        [ -n "${Kokkos_ROOT:-}" ] || write_kokkos_config
    fi
    rm -rf "$prefix"
    mv "$work/root/usr" "$prefix"
    rm -rf "$work"
    recipe >"$stamp"
    fetched_files_are_there || {
        rm -f "$stamp"
        die "the packages do not hold the files that were expected; Debian may have" \
            "moved them: set Kokkos_ROOT to a Kokkos 5 of your own."
    }
}

# run

mapfile -t missing < <(missing_packages)
# A Debian without clang-format-14 lacks nothing that the build needs.
if [ "${missing[*]:-}" = clang-format-14 ] && [ -f "$stamp" ]; then missing=(); fi
log=$deps/apt.log
if [ ${#missing[@]} -eq 0 ] && fetched_files_are_there; then
    install_extras
    exit 0
fi

mkdir -p "$deps"
exec 9>"$deps/lock" # two calls at once: the second waits, then finds all in place
flock 9
mapfile -t missing < <(missing_packages)
if [ ${#missing[@]} -gt 0 ]; then install_missing; fi
fetched_files_are_there || fetch
install_extras
say "done"
