#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check_libm.sh BUNCHES ARCHIVE...: no object that makes a plan may call an elementary function of the
# C library, whose last bit differs between versions. estimator/quantities/portable_math.hpp
# has ours. Square roots, rounding and scaling by powers of two are exact and may stay.
set -euo pipefail

names='exp|exp2|expm1|log|log2|log10|log1p|pow|sin|cos|tan|sincos|asin|acos|atan|atan2'
names+='|sinh|cosh|tanh|asinh|acosh|atanh|erf|erfc|tgamma|lgamma|cbrt|hypot'

# Objects are named after their source, or after the bunch in the folder BUNCHES that
# includes it (cmake/unity.cmake).
root=$(cd "$(dirname "$0")/../.." && pwd)
bunches=$1
shift
objects=$(for archive in "$@"; do ar t "$archive"; done)
symbols=$(nm --undefined-only --print-file-name "$@")
found=$(grep -E " U _?(${names})[fl]?(@.*)?$" <<< "$symbols" || true)
bad=""
looked=0
for source in "$root"/estimator/{quantities,quantities/families,scenario,reader,compile,formulas}/*.cpp; do
    bunch=$(grep -lFx "#include \"${source#"$root"/}\"" "$bunches"/*.cpp 2>/dev/null || true)
    object="$(basename "${bunch:-$source}").o"
    if ! grep -qxF "$object" <<< "$objects"; then  # it may need no symbol at all
        echo "none of $* holds $object, which would have $source" >&2
        exit 1
    fi
    looked=$((looked + 1))
    if lines=$(grep -F ":$object:" <<< "$found"); then
        bad+="$lines"$'\n'
    fi
done
if ((looked < 40)); then
    echo "only $looked sources were found" >&2
    exit 1
fi
if [[ -n $bad ]]; then
    echo "these call the C library; use leadtime::estimator::portable:" >&2
    echo "$bad" >&2
    exit 1
fi
echo "$looked sources call no elementary function of the C library"
