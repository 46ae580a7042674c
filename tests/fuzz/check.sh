#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The tests of what reads input under sanitizers, then every fuzzer on its corpus: together
# for about SECONDS, two at a time.
#
#   tests/fuzz/check.sh SECONDS [BUILD]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${1:?SECONDS}
build=${2:-build/fuzz}

"$build/leadtime_reader_tests" --order rand --rng-seed 1
mapfile -t names < <(find tests/fuzz -name '*.fuzz.cpp' -printf '%f\n' | sed 's/\.fuzz\.cpp$//' | sort)
each=$((seconds * 2 / ${#names[@]}))
printf '%s\n' "${names[@]}" | xargs -P 2 -I{} tests/fuzz/run.sh {} "$each" "$build"
