#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# On a GPU node: builds with a Kokkos that has CUDA, tests the device kernels on the GPU,
# runs the same scenarios on host and device, and prints one table with hashes of the
# results, which must agree.
#
#   Kokkos_ROOT=DIR bench/gpu/run.sh [SAMPLES]      default 1e6
#
# Not yet run on a GPU: the device code is tested by interpretation only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
samples=${1:-1e6}

die() {
    printf 'bench/gpu: error: %s\n' "$*" >&2
    exit 2
}
[ -n "${Kokkos_ROOT:-}" ] || die "set Kokkos_ROOT to a Kokkos 5 built with CUDA and OpenMP"
command -v nvidia-smi >/dev/null || die "no nvidia-smi: is this a GPU node?"
command -v nvcc >/dev/null || die "no nvcc: load the CUDA toolkit"

nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
cmake --preset cuda
cmake --build --preset cuda -j "$(nproc)" --target leadtime leadtime_cuda_tests leadtime_tests
build/cuda/leadtime_cuda_tests
build/cuda/leadtime_tests "[run],[golden]"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
printf '\n%-24s %-8s %14s  %-16s %s\n' scenario backend samples/s "SHA-256 of CSV" "ran on"
for scenario in baseline scenarios/minimal.toml scenarios/reproduce/catchup30.toml; do
    for backend in host device; do
        out=$work/$(basename "$scenario" .toml).$backend
        LEADTIME_BACKEND=$backend build/cuda/leadtime run "$scenario" \
            --samples "$samples" --quiet --out "$out" >/dev/null
        python3 - "$scenario" "$backend" "$out" <<'PYTHON'
import hashlib, json, pathlib, sys
scenario, backend, out = sys.argv[1:]
manifest = json.loads(pathlib.Path(out, "manifest.json").read_text())
digest = hashlib.sha256(pathlib.Path(out, "summary.csv").read_bytes()).hexdigest()
rate = manifest["samples"] / manifest["wall_time_s"]
print(f"{pathlib.Path(scenario).stem:24} {backend:8} {rate:14,.0f}  {digest[:16]} {manifest['backend']}")
PYTHON
    done
    base=$work/$(basename "$scenario" .toml)
    cmp -s "$base.host/summary.csv" "$base.device/summary.csv" || {
        echo "bench/gpu: error: host and device differ for $scenario" >&2
        failed=1
    }
done
exit $failed
