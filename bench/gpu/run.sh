#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# On a GPU machine, in a folder that bench/gpu/pack.sh made: bits, rates, counters, memory
# errors, each written to results/ before the next begins. Ten minutes at most.
#
#   run.sh           QUICK=1: bits alone, and SCENARIOS="minimal ..." of these, as where PTX
#                    is interpreted
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
mkdir -p results
export OMP_WAIT_POLICY=passive OMP_PROC_BIND=false
own=$PWD/lib
system=/usr/lib/x86_64-linux-gnu:/usr/lib64:/usr/lib/wsl/lib:/usr/local/nvidia/lib64
leadtime() { timeout "$limit_s" "$own/$(cat loader)" --library-path "$own:$system" ./leadtime "$@"; }
file_of() { [ -e "scenarios/$1.toml" ] && echo "scenarios/$1.toml" || echo "$1"; }
limit_s=60
read -ra scenarios <<<"${SCENARIOS:-minimal catchup30 baseline stated_mfu}"
table=results/table.txt

# 0. What is here.
{
    date -u +%Y-%m-%d
    nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm --format=csv,noheader
    nproc
    leadtime devices
} >results/machine.txt 2>&1
cat results/machine.txt

# 1. Bits, against the results of the machine that packed this: two minutes.
samples=$(cat samples)
printf '%-12s %10s  %-12s %-10s\n' scenario samples summary.csv result.nc | tee "$table"
failed=0
for scenario in "${scenarios[@]}"; do
    rm -rf "results/$scenario"
    limit_s=${BITS_LIMIT_S:-30}
    leadtime run "$(file_of "$scenario")" --device cuda --samples "$samples" --quiet \
        --out "results/$scenario" >"results/$scenario.txt" 2>&1
    words=()
    for name in summary.csv result.nc; do
        if cmp -s "expected/$scenario/$name" "results/$scenario/$name"; then
            words+=(same)
        else
            words+=(DIFFERS)
            failed=1
        fi
    done
    printf '%-12s %10s  %-12s %-10s\n' "$scenario" "$samples" "${words[@]}" | tee -a "$table"
done
[ $failed -eq 0 ] || echo "bits: not those of the machine that packed this" | tee -a "$table"
[ -z "${QUICK:-}" ] || exit $failed

# 2. Rates, by the number of samples: four minutes.
printf '\n%-12s %12s %14s  %s\n' scenario samples samples/s "ran on" | tee -a "$table"
limit_s=40
for pair in catchup30:1e7 catchup30:1e8 minimal:1e6 minimal:1e7 baseline:1e5 baseline:1e6 \
    stated_mfu:1e5 stated_mfu:1e6; do
    scenario=${pair%:*} count=${pair#*:}
    leadtime run "$(file_of "$scenario")" --device cuda --samples "$count" --json --quiet \
        >results/rate.json 2>results/rate.err || { cat results/rate.err; continue; }
    rate=$(grep -o '"wall_time_s": *[0-9.e+-]*' results/rate.json | head -1 | sed 's/.*: *//' |
        awk -v n="$count" '{printf "%.0f", n / $1}')
    where=$(grep -o '"backend": *"[^"]*"' results/rate.json | head -1 | cut -d'"' -f4)
    printf '%-12s %12s %14s  %s\n' "$scenario" "$count" "$rate" "$where" | tee -a "$table"
done

# 3. Where the time goes: three minutes.
if command -v ncu >/dev/null; then
    metrics=sm__throughput.avg.pct_of_peak_sustained_elapsed,dram__throughput.avg.pct_of_peak_sustained_elapsed,lts__t_sector_hit_rate.pct,sm__warps_active.avg.pct_of_peak_sustained_active,smsp__thread_inst_executed_per_inst_executed.ratio,smsp__issue_active.avg.pct_of_peak_sustained_active,launch__registers_per_thread,gpu__time_duration.sum
    for scenario in baseline catchup30; do
        timeout 80 ncu --target-processes all --clock-control none --launch-skip 4 \
            --launch-count 2 --metrics $metrics "$own/$(cat loader)" \
            --library-path "$own:$system" ./leadtime run "$(file_of "$scenario")" \
            --device cuda --samples 1e6 --quiet >"results/ncu_$scenario.txt" 2>&1
        grep -E 'throughput|warps_active|duration|registers' "results/ncu_$scenario.txt" |
            tee -a "$table"
    done
else
    echo "no ncu here" | tee -a "$table"
fi

# 4. Memory errors: a minute.
if command -v compute-sanitizer >/dev/null; then
    timeout 60 compute-sanitizer --error-exitcode 9 "$own/$(cat loader)" \
        --library-path "$own:$system" ./leadtime run scenarios/catchup30.toml --device cuda \
        --samples 200 --quiet >results/memcheck.txt 2>&1
    echo "compute-sanitizer: exit status $?" | tee -a "$table"
else
    echo "no compute-sanitizer here" | tee -a "$table"
fi
exit $failed
