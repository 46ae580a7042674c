#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# check_web.sh                  TypeScript, ESLint and Prettier look at the page, its tests
# check_web.sh --format-check   Prettier alone
# check_web.sh --format         Prettier formats in place
#
# Exit 0 fine, 1 not, 77 where web/node_modules or Node.js 20 is not there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case ${1:-} in
'' | --format | --format-check) ;;
*)
    echo "usage: tools/check_web.sh [--format-check | --format]" >&2
    exit 2
    ;;
esac
bin=web/node_modules/.bin
if ! [ -x $bin/prettier ] || ! [ -x $bin/eslint ] || ! [ -x $bin/tsc ]; then
    echo "check_web: skipped: web/node_modules lacks prettier, eslint or tsc ('cd web && npm" \
        "ci', or a build of the program)" >&2
    exit 77
fi
version=$(node --version 2>/dev/null || echo none)
major=${version#v}
if ! [ "${major%%.*}" -ge 20 ] 2>/dev/null; then
    echo "check_web: skipped: ESLint needs Node.js 20 (node here: $version)" >&2
    exit 77
fi

shopt -s nullglob
# web/index.html is left as it is: its white space is that of every report.
files=(web/*.ts web/*.js web/package.json web/tsconfig.json web/.prettierrc.json
    web/src/*.ts web/src/*.css web/src/*/*.ts tests/web/*.mjs tools/*.mjs)
if [ "${1:-}" = --format ]; then
    $bin/prettier --config web/.prettierrc.json --log-level warn --write "${files[@]}"
    exit 0
fi
failed=0
$bin/prettier --config web/.prettierrc.json --log-level warn --check "${files[@]}" ||
    { failed=1 && echo "check_web: run 'make format' and look at the difference." >&2; }
if [ "${1:-}" = --format-check ]; then
    exit $failed
fi
$bin/tsc --noEmit --project web || failed=1
$bin/eslint --config web/eslint.config.js --max-warnings 0 web tests/web tools || failed=1
[ $failed -eq 0 ] || exit 1
echo "check_web: ${#files[@]} files are formatted, and fine to TypeScript and ESLint"
