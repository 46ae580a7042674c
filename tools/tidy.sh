#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# tidy.sh [PATTERN...]   clang-tidy 14 on all sources, or on those whose path fits one of
#                        the patterns (text/ estimator/cli/); what it finds is an error
#
# Nothing is built, and what is not ours is not looked at. All sources go in bunches, some of
# them each by itself (tools/tidy_run.py). JOBS: how many at a time. Exit 0 nothing found, 1
# something, 77 where clang-tidy 14 is not there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v clang-tidy-14 >/dev/null; then
    echo "tidy: skipped: no clang-tidy-14 ('apt-get install clang-tidy-14')" >&2
    exit 77
fi

cmake --preset tidy >/dev/null
if ! git ls-files '*.cpp' | python3 tools/tidy_run.py "${JOBS:-$(nproc)}" "$@"; then
    echo "tidy: mend these, or say with NOLINT(CHECK) and a reason why they are right" >&2
    exit 1
fi
echo "tidy: nothing found"
