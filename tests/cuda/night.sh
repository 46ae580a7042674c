#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Whole programs interpreted from PTX, all of program.test.py: night.sh BUILD_FOLDER
# Every architecture in three thread orders. What differs is written at the end.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=$1
shopt -s nullglob
programs=("$build"/leadtime_interpreted_sm*)
if [ ${#programs[@]} -eq 0 ]; then
    echo "skipped: no interpreted programs in $build (nvcc or the PTX interpreter is missing)"
    exit 0
fi
failed=()
for program in "${programs[@]}"; do
    for order in fwd rev rand; do
        architecture=${program##*_sm}
        echo "== sm_$architecture, thread order $order"
        PTXEMU_CC=$architecture PTXEMU_ORDER=$order \
            python3 tests/cuda/program.test.py "$program" . --all \
            || failed+=("sm_$architecture, $order")
    done
done
if [ ${#failed[@]} -gt 0 ]; then
    printf 'cuda: error: not as on the host: %s\n' "${failed[@]}" >&2
    exit 1
fi
