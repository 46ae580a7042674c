#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes a folder that tells in ten minutes whether a GPU machine gives this machine's bits,
# and how fast. Nothing needs to be installed or built there:
#
#   bench/gpu/pack.sh [FOLDER] [PROGRAM]     default gpu-pack, build/release/leadtime
#   then there: FOLDER/run.sh                (the table: FOLDER/results/table.txt)
#
# In it: the program with its libraries and loader, scenarios, this host's results of the
# same samples, and run.sh. SAMPLES (20000) says how many are compared. Not yet run on a GPU;
# rehearsed with a program whose PTX is interpreted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=${1:-gpu-pack}
program=${2:-build/release/leadtime}
samples=${SAMPLES:-20000}
die() {
    printf 'pack: error: %s\n' "$*" >&2
    exit 2
}
[ -x "$program" ] || die "no program $program: make run builds it"
[ ! -e "$folder" ] || die "$folder is there already"

mkdir -p "$folder/lib" "$folder/scenarios" "$folder/expected"
cp "$program" "$folder/leadtime"
# Its libraries and loader: the machine may have another C library. Not CUDA's driver.
ldd "$program" | grep -o '/[^ ]*' | sort -u | while read -r library; do
    cp -L "$library" "$folder/lib/"
done
loader=$(basename "$(ldd "$program" | grep -o '/[^ ]*ld-[^ ]*' | head -1)")
cp scenarios/minimal.toml scenarios/reproduce/catchup30.toml "$folder/scenarios/"
cp bench/gpu/run.sh "$folder/run.sh"
printf '%s\n' "$samples" >"$folder/samples"
printf '%s\n' "$loader" >"$folder/loader"
"$program" --version >"$folder/packed.txt"
program=$(realpath "$program")
cd "$folder"  # result.nc holds the name of the file as it was given
for scenario in minimal catchup30 baseline stated_mfu; do
    file=$scenario
    [ ! -e "scenarios/$scenario.toml" ] || file=scenarios/$scenario.toml
    "$program" run "$file" --device host --samples "$samples" --quiet \
        --out "expected/$scenario" >/dev/null
    rm -f "expected/$scenario/"{report.html,manifest.json}
done
du -sh . | sed 's/\t/  /'
