#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Checks that includes follow the arrows of CONTRIBUTING.md:
#   estimator -> kernels, hwprofiles;  bench, examples, tests -> all three;  nothing else,
# and that they are written from the root. check_includes.sh [ROOT]
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

mapfile -t files < <(find bench estimator examples hwprofiles kernels tests text \
    \( -name '*.hpp' -o -name '*.cpp' -o -name '*.cu' \) 2>/dev/null | LC_ALL=C sort)
[ ${#files[@]} -gt 0 ] || exit 0

awk '
BEGIN {
    allowed["kernels"] = " kernels "
    allowed["text"] = " text "
    allowed["hwprofiles"] = " hwprofiles text "
    allowed["estimator"] = " estimator kernels hwprofiles text "
    allowed["bench"] = " bench estimator kernels hwprofiles text "
    allowed["examples"] = " estimator kernels hwprofiles text "
    allowed["tests"] = " tests estimator kernels hwprofiles text "
}
function complain(text) {
    printf "%s:%d: error: %s\n", FILENAME, FNR, text
    wrong++
}
/^[ \t]*#[ \t]*include[ \t]*["<]/ {
    from = FILENAME
    sub(/\/.*/, "", from)
    path = $0
    sub(/^[ \t]*#[ \t]*include[ \t]*/, "", path)
    quoted = substr(path, 1, 1) == "\""
    path = substr(path, 2)
    sub(/[">].*/, "", path)
    to = path
    sub(/\/.*/, "", to)
    ours = (to in allowed) && index(path, "/")
    if (!quoted) {
        if (ours)
            complain("<" path "> is ours (angle brackets are for libraries): write \"" path "\"")
        if (from == "hwprofiles" && to ~ /^Kokkos/)
            complain("hwprofiles is plain C++ without Kokkos: move the code to estimator")
        next
    }
    if (!ours || path ~ /(^|\/)\.\.?\//)
        complain("\"" path "\" is not written from the root: write \"<folder>/...\"")
    else if (!index(allowed[from], " " to " "))
        complain(from " may not include " to " (see the arrows in CONTRIBUTING.md)")
    else {
        if ((getline line < path) < 0)
            complain("there is no file " path)
        close(path)
    }
}
END {
    if (wrong)
        exit 1
}
' "${files[@]}"
echo "check_includes: ${#files[@]} files follow the arrows"
