#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What is interpreted from PTX, all of it: night.sh BUILD_FOLDER
# Kernels, sorting and whole programs, with the PTX of every architecture in three thread
# orders. What differs is written at the end.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=$1
if ! cmake --build "$build" --target help | grep -q leadtime_interpreted_all; then
    echo "skipped: no interpreted programs (nvcc or the PTX interpreter is missing)"
    exit 0
fi
cmake --build "$build" -j "${JOBS:-$(nproc)}" --target leadtime_interpreted_all || exit 1
failed=()
# check NAME COMMAND...: must end well, and meet no race for shared memory
check() {
    local name=$1 output
    shift
    echo "== $name"
    output=$("$@" 2>&1) && ! grep -q 'shared-memory hazards' <<<"$output" || failed+=("$name")
    echo "$output"
}
export OMP_NUM_THREADS=2 OMP_PROC_BIND=false
for program in "$build"/leadtime_interpreted_sm*; do
    export PTXEMU_CC=${program##*_sm}
    cases=$build/leadtime_cuda_tests_sm$PTXEMU_CC
    for PTXEMU_ORDER in fwd rev rand; do
        export PTXEMU_ORDER
        of="sm_$PTXEMU_CC, thread order $PTXEMU_ORDER"
        check "kernels, $of" "$cases" "[cuda]"
        check "sorting, $of" "$cases" "[ordering]~[large]"
        check "programs, $of" python3 tests/cuda/program.test.py "$program" . --all
    done
done
if [ ${#failed[@]} -gt 0 ]; then
    printf 'cuda: error: not as on the host: %s\n' "${failed[@]}" >&2
    exit 1
fi
