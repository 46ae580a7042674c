#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles the device kernels for each architecture and checks what was promised:

- ptxas reports no spills, and no more registers than REGISTER_BUDGET;
- the PTX has no float mul or add that ptxas may fuse (none without a rounding mode), no
  approximate instruction and none that flushes denormals to zero.

Usage: check_kernels.py --nvcc NVCC --source FILE... --architectures N... -- NVCC_FLAGS
"""
import argparse
import collections
import itertools
import pathlib
import re
import subprocess
import sys
import tempfile

# 128 registers leave 512 threads on a multiprocessor of 65,536: 16 warps of 64 in
# all. The whole model, with the cluster model in it, has what 384 threads leave it, as
# estimator/engine/cuda/launch_shape.hpp says.
REGISTER_BUDGET = {"SampleThread": 170}  # of others:
DEFAULT_REGISTER_BUDGET = 128

LOOSE = re.compile(r"^\s*(?:@!?%\w+\s+)?((?:mul|add|sub|mad|div|sqrt|rcp|fma)"
                   r"\.(?:ftz\.|sat\.)*f(?:32|64)\b.*)$", re.M)
APPROXIMATE = re.compile(r"^\s*(?:@!?%\w+\s+)?(\w+(?:\.\w+)*\.(?:approx|full|ftz)\b.*)$",
                         re.M)


def demangled(name):
    found = re.search(r"\d+([A-Z][a-z]+Thread)E", name)
    return found.group(1) if found else name


def ptx_of(arguments, source, flags, folder):
    """A file: as in the product, of the first architecture for all of them."""
    ptx = folder / f"{pathlib.Path(source).stem}.ptx"
    subprocess.run([arguments.nvcc, *flags, f"-arch=compute_{arguments.architectures[0]}",
                    "-ptx", source, "-o", ptx], check=True)
    return ptx


def report_of(arguments, ptx, architecture):
    """What ptxas says of each kernel."""
    return subprocess.run([arguments.nvcc, "-cubin", f"-arch=sm_{architecture}",
                           "-Xptxas", "-v", ptx, "-o", ptx.with_suffix(".cubin")],
                          check=True, stderr=subprocess.PIPE, text=True).stderr


def main():
    own, flags = sys.argv[1:], []
    if "--" in own:
        flags = own[own.index("--") + 1:]
        own = own[:own.index("--")]
    parser = argparse.ArgumentParser()
    parser.add_argument("--nvcc", required=True)
    parser.add_argument("--source", nargs="+", required=True)
    parser.add_argument("--architectures", nargs="+", required=True)
    arguments = parser.parse_args(own)

    problems = []
    print(f"{'kernel':16} {'arch':6} registers  spills, B  stack, B  "
          "PTX instructions  fma  mul add  div sqrt")
    with tempfile.TemporaryDirectory() as folder:
        files = [ptx_of(arguments, source, flags, pathlib.Path(folder))
                 for source in arguments.source]
        for file, architecture in itertools.product(files, arguments.architectures):
            ptx = file.read_text()
            report = report_of(arguments, file, architecture)
            for pattern, what in ((LOOSE, "may be fused or has no rounding mode"),
                                  (APPROXIMATE, "is approximate or flushes to zero")):
                for line in pattern.findall(ptx)[:5]:
                    problems.append(f"sm_{architecture}: {line.strip()} {what}")
            bodies = dict(re.findall(r"\.entry (\w+)\((.*?)\n}", ptx, re.S))
            found = re.findall(
                r"Compiling entry function '(\w+)'.*?(\d+) bytes stack frame, "
                r"(\d+) bytes spill stores, (\d+) bytes spill loads.*?"
                r"Used (\d+) registers", report, re.S)
            if not found:
                problems.append(f"sm_{architecture}: no kernel in what ptxas said:\n"
                                + report)
            for name, stack, stores, loads, registers in found:
                count = collections.Counter(
                    re.findall(r"^\s*(?:@!?%\w+\s+)?([a-z]\w*)[\w.]*\s", bodies[name],
                               re.M))
                kernel = demangled(name)
                print(f"{kernel:16} sm_{architecture:4}{registers:>8} "
                      f"{int(stores) + int(loads):>10} {stack:>9} "
                      f"{sum(count.values()):>17} {count['fma']:>4} "
                      f"{count['mul'] + count['add']:>8} "
                      f"{count['div'] + count['sqrt']:>9}")
                if int(stores) + int(loads) > 0:
                    problems.append(f"sm_{architecture}: {kernel} spills registers")
                budget = REGISTER_BUDGET.get(kernel, DEFAULT_REGISTER_BUDGET)
                if int(registers) > budget:
                    problems.append(f"sm_{architecture}: {kernel} takes {registers} "
                                    f"registers, the budget is {budget}")
    for problem in problems:
        print("check_kernels: error:", problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
