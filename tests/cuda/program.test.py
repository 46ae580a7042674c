#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whole programs on a GPU, or interpreted from PTX, against the host:

Usage: program.test.py PROGRAM ROOT [--all]

Each study runs with --device host and with --device cuda. Every file (summary.csv,
result.nc, report.html, ...) must be the same bytes, and JSON the same but for where, how
long and when it ran. --all takes more scenarios and studies, as 'make night' does.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OWN_KEYS = {"backend", "wall_time_s", "written_at", "command"}

parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("root", type=Path)
parser.add_argument("--all", action="store_true")
given = parser.parse_args()
program = os.path.abspath(given.program)
root = given.root.resolve()
minimal = root / "scenarios/minimal.toml"
catchup = root / "scenarios/reproduce/catchup30.toml"
lag = "controlled.lag_months@2026-12"


def studies(folder):
    """(arguments, samples), the small ones first"""
    dearer = folder / "dearer.toml"
    text, changes = re.subn(r"(?m)^premium = .*", "premium = 2", minimal.read_text())
    if changes != 1:
        sys.exit(f"{minimal} has no premium to change")
    dearer.write_text(text)
    yield ("run", minimal), 128
    yield ("run", catchup), 128
    yield ("compare", minimal, dearer), 64
    yield ("sweep", minimal, "--vary", "path.controlled.channel.smuggled.premium=1,2"), 64
    yield ("sensitivity", minimal, "--output", lag, "--top", 1, "--tornado", 0,
           "--pick-freeze", 0), 1024
    yield ("run", "baseline"), 64
    if given.all:
        yield ("run", minimal, "--sampler", "qmc"), 1024
        yield ("run", minimal, "--keep-samples", lag), 200
        yield ("run", minimal, "--until", f"{lag}:p50:100%"), 2048
        yield ("sensitivity", minimal, "--output", lag, "--top", 2, "--tornado", 1024,
               "--pick-freeze", 1024), 1024
        yield ("resilience", "baseline"), 16


def call(arguments, device, samples, folder):
    """What was printed, as JSON."""
    command = [program, *map(str, arguments), "--device", device, "--samples", str(samples)]
    name = arguments[0]
    if name != "resilience":
        command += ["--out", str(folder / ("out.csv" if name == "compare" else "out"))]
    if name != "sweep":
        command.append("--json")
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                            env=dict(os.environ, OMP_NUM_THREADS="2", NO_COLOR="1"))
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}\nended with {result.returncode}:\n"
                 f"{result.stderr.decode()}")
    return json.loads(result.stdout) if name != "sweep" else {}


def without_own(document):
    if isinstance(document, dict):
        return {k: without_own(v) for k, v in document.items() if k not in OWN_KEYS}
    return [without_own(v) for v in document] if isinstance(document, list) else document


def backends_of(document):
    if isinstance(document, dict):
        own = {document["backend"]} if "backend" in document else set()
        return own.union(*map(backends_of, document.values()))
    return set().union(*map(backends_of, document)) if isinstance(document, list) else set()


def results_of(folder):
    """By name: bytes, or what JSON says but for its own."""
    results = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        if path.suffix == ".json":
            content = without_own(json.loads(content))
        results[str(path.relative_to(folder))] = content
    return results


def main():
    failed = False
    compared = 0
    with tempfile.TemporaryDirectory(prefix="leadtime-cuda-") as work:
        for arguments, samples in studies(Path(work)):
            begin = time.monotonic()
            printed, results = {}, {}
            for device in ("host", "cuda"):
                with tempfile.TemporaryDirectory(dir=work) as folder:
                    printed[device] = call(arguments, device, samples, Path(folder))
                    results[device] = results_of(Path(folder))
            for backend in backends_of(printed["cuda"]):
                if not backend.startswith("cuda:0 ("):
                    sys.exit(f"{arguments} ran on {backend}")
            differing = [name for name in {*results["host"], *results["cuda"]}
                         if results["host"].get(name) != results["cuda"].get(name)]
            if without_own(printed["host"]) != without_own(printed["cuda"]):
                differing.append("what was printed")
            compared += len(results["cuda"])
            failed = failed or bool(differing)
            words = " ".join(Path(str(word)).name for word in arguments)
            print(f"{time.monotonic() - begin:6.1f} s  {samples:5} samples  {words}: "
                  + (f"differ: {', '.join(differing)}" if differing else
                     f"{len(results['cuda'])} files and what was printed are the same"),
                  flush=True)
    if compared < 10:
        sys.exit(f"only {compared} files were compared")
    return 1 if failed else 0


sys.exit(main())
