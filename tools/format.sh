#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# format.sh           formats all C++ files in place, and those of the page
# format.sh --check   changes nothing; exit 0 formatted, 1 not, 77 no clang-format 14
#
# Without web/node_modules the page's files are left as they are; it says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

formatter=
for name in clang-format-14 clang-format; do
    if command -v "$name" >/dev/null && "$name" --version | grep -q 'version 14\.'; then
        formatter=$name
        break
    fi
done
if [ -z "$formatter" ]; then
    echo "format: clang-format 14 is not installed (other versions format differently):" \
        "'apt-get install clang-format-14' on Debian 12, 'pip install clang-format==14.0.6'" \
        "elsewhere." >&2
    exit 77
fi

mapfile -t files < <(find bench estimator examples hwprofiles kernels python tests text \
    \( -name '*.hpp' -o -name '*.cpp' -o -name '*.cu' \) 2>/dev/null | LC_ALL=C sort)
[ ${#files[@]} -gt 0 ] || exit 0

case ${1:-} in
--check)
    if ! "$formatter" --style=file --dry-run -Werror "${files[@]}"; then
        echo "format: run 'make format' and look at the difference." >&2
        exit 1
    fi
    echo "format: ${#files[@]} files are formatted"
    tools/check_web.sh --format-check || [ $? -eq 77 ]
    ;;
'')
    "$formatter" --style=file -i "${files[@]}"
    tools/check_web.sh --format || [ $? -eq 77 ]
    ;;
*)
    echo "usage: tools/format.sh [--check]" >&2
    exit 2
    ;;
esac
