#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs fuzzers on their committed corpus and says what they covered.
#
#   tests/fuzz/run.sh NAME|all SECONDS [BUILD]     for so long (all: each)
#   tests/fuzz/run.sh NAME|all RUNSx [BUILD]       for so many inputs: 1000000x
#   tests/fuzz/run.sh --minimise NAME|all [BUILD]  writes the corpus anew, with what is in
#                                                  BUILD/fuzz/NAME, each input for an edge
#
# BUILD is build/fuzz (sanitizers) or build/fuzz-fast. What is found lies in
# BUILD/fuzz/NAME; what broke the program in BUILD/fuzz/crashes. Ends with 1 where an input
# crashes, takes over 10 s or over 1 GB.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export LC_ALL=C
export ASAN_OPTIONS=detect_stack_use_after_return=1:allocator_may_return_null=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}
export UBSAN_OPTIONS=print_stacktrace=1

minimise=
if [ "${1:-}" = --minimise ]; then
    minimise=yes
    set -- "${2:?}" 0 "${3:-build/fuzz}"
fi
name=${1:?NAME or all}
amount=${2:?SECONDS or RUNSx}
build=${3:-build/fuzz}
limits=(-timeout=10 -rss_limit_mb=1024 -max_len=4096)

names() { find tests/fuzz -name '*.fuzz.cpp' -printf '%f\n' | sed 's/\.fuzz\.cpp$//' | sort; }

# The number after a word of a line of libFuzzer: "#123 NEW cov: 45 ft: 67 ..."
report() {
    awk -v name="$1" '
        /^#[0-9]+/ {
            run = substr($1, 2) + 0
            for (i = 2; i < NF; ++i) if ($i == "cov:") { edges = $(i + 1) + 0 }
            if (edges > most) { most = edges; found_at = run }
            last = run > last ? run : last
        }
        END {
            printf "%-13s %12d inputs %7d edges, the last at input %d: %s\n", name, last, most,
                found_at, found_at <= 0.9 * last ? "none new in the last tenth" : "new ones in the last tenth"
        }' "$2"
}

fuzz() {
    local target=$1 found=$build/fuzz/$1 corpus=tests/fuzz/corpus/$1 log
    local options=("${limits[@]}" -artifact_prefix="$build/fuzz/crashes/$target-" -print_final_stats=1)
    mkdir -p "$found" "$build/fuzz/crashes" "$corpus"
    [ ! -f "tests/fuzz/dictionaries/$target.dict" ] ||
        options+=(-dict="tests/fuzz/dictionaries/$target.dict")
    case $target in result) options+=(-detect_leaks=0 -max_len=256) ;; esac # of HDF5
    case $amount in
    *x) options+=(-runs="${amount%x}") ;;
    *) options+=(-max_total_time="$amount") ;;
    esac
    log=$build/fuzz/$target.log
    if ! "$build/fuzz_$target" "${options[@]}" "$found" "$corpus" >"$log" 2>&1; then
        tail -n 60 "$log" >&2
        echo "fuzz: $target failed; its input is in $build/fuzz/crashes" >&2
        return 1
    fi
    report "$target" "$log"
}

# The fewest inputs that reach all edges, under the hash that libFuzzer gives them; those
# with a name of their own stay.
minimise() {
    local target=$1 corpus=tests/fuzz/corpus/$1 small
    small=$(mktemp -d)
    "$build/fuzz_$target" "${limits[@]}" -detect_leaks=0 -set_cover_merge=1 -use_value_profile=0 \
        "$small" "$corpus" "$build/fuzz/$target" >/dev/null 2>&1
    find "$corpus" -type f -regextype posix-extended -regex '.*/[0-9a-f]{40}' -delete
    find "$small" -type f -size -8k -exec cp -t "$corpus" {} +
    rm -rf "$small"
    echo "$target: $(find "$corpus" -type f | wc -l) inputs"
}

[ "$name" != all ] || name=$(names)
failed=0
for target in $name; do
    if [ -n "$minimise" ]; then minimise "$target"; else fuzz "$target" || failed=1; fi
done
exit $failed
