#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/check_includes.sh accepts right includes and finds each kind of wrong one.
set -euo pipefail
check=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/tools/check_includes.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/{kernels/detail,hwprofiles,estimator,bench,examples,tests}
touch "$tree"/{kernels,hwprofiles,estimator,bench,tests}/a.hpp "$tree"/kernels/detail/a.hpp

# expect pass|fail FILE INCLUDE
expect() {
    echo "#include $3" >"$tree/$2"
    local result=pass
    "$check" "$tree" >"$tree/log" 2>&1 || result=fail
    rm "$tree/$2"
    [ "$result" = "$1" ] && return
    echo "$2 with #include $3: expected $1, got $result" >&2
    cat "$tree/log" >&2
    exit 1
}

expect pass kernels/b.hpp '"kernels/detail/a.hpp"'
expect pass estimator/b.cpp '"kernels/a.hpp"'
expect pass estimator/b.cpp '"hwprofiles/a.hpp"'
expect pass tests/b.test.cpp '"estimator/a.hpp"'
expect pass examples/b.cpp '"estimator/a.hpp"'
expect pass bench/b.bench.cpp '"bench/a.hpp"'
expect pass hwprofiles/b.cpp '<toml++/toml.h>'
expect fail kernels/b.hpp '"hwprofiles/a.hpp"'
expect fail kernels/b.hpp '"estimator/a.hpp"'
expect fail hwprofiles/b.cpp '"kernels/a.hpp"'
expect fail hwprofiles/b.cpp '<Kokkos_Core.hpp>'
expect fail estimator/b.cpp '"tests/a.hpp"'
expect fail estimator/b.cpp '"bench/a.hpp"'
expect fail examples/b.cpp '"tests/a.hpp"'
expect fail tests/b.test.cpp '"bench/a.hpp"'
expect fail estimator/b.cpp '"a.hpp"'
expect fail kernels/b.hpp '"../kernels/a.hpp"'
expect fail kernels/detail/b.hpp '"detail/a.hpp"'
expect fail estimator/b.cpp '<kernels/a.hpp>'
expect fail estimator/b.cpp '"kernels/missing.hpp"'
echo "check_includes.test: all as expected"
