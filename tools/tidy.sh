#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# tidy.sh [PATTERN...]   clang-tidy 14 on all sources, or on those whose path fits one of
#                        the patterns (text/ estimator/cli/); what it finds is an error
#
# Each source by itself, by a compile database of its own in build/tidy: nothing is built,
# and nothing that is generated is looked at. JOBS: how many at a time. Exit 0 nothing
# found, 1 something, 77 where clang-tidy 14 is not there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for tool in clang-tidy-14 run-clang-tidy-14; do
    if ! command -v $tool >/dev/null; then
        echo "tidy: skipped: $tool is not installed ('apt-get install clang-tidy-14')" >&2
        exit 77
    fi
done

cmake --preset tidy >/dev/null
patterns=()
for pattern in "${@:-}"; do
    patterns+=("^$PWD/(?!build/).*$pattern")
done
# The commands are those of the compiler that builds, which may be GCC: clang does not know
# all of its warnings. Errors go to stdout; stderr counts what was left out.
if ! run-clang-tidy-14 -quiet -p build/tidy -j "${JOBS:-$(nproc)}" \
    -clang-tidy-binary "$(command -v clang-tidy-14)" \
    -extra-arg=-Wno-unknown-warning-option "${patterns[@]}" 2>/dev/null; then
    echo "tidy: mend these, or say with NOLINT(CHECK) and a reason why they are right" >&2
    exit 1
fi
echo "tidy: nothing found"
