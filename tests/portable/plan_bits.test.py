# SPDX-License-Identifier: Apache-2.0
"""Compiles scenarios under two C libraries: the plans must have the same bits.

plan_bits.test.py PROGRAM SOURCE_DIR: one library is the system's, the other lies in
.deps. Where there is no second one, or both are the same, nothing can be compared; the
test says so and is skipped (77).
"""

import glob
import os
import subprocess
import sys

SEEDS = "40"


def skip(why):
    print("nothing compared: " + why)
    sys.exit(77)


def run(loader, folders, program, scenarios):
    path = ["--library-path", ":".join(folders)] if folders else []
    command = [loader, *path, program, *scenarios, SEEDS]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=500)
    if done.returncode != 0:
        print(f"{' '.join(command)} failed:\n{done.stderr}")
        sys.exit(1)
    return done.stdout.splitlines(), done.stderr.strip()


def main():
    program, source = sys.argv[1:]
    found = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    files = [word for word in found.split() if word.startswith("/")]
    system = next(word for word in files if os.path.basename(word).startswith("ld-"))
    folders = sorted({os.path.dirname(word) for word in files})
    private = sorted(
        glob.glob(os.path.join(source, ".deps/usr/lib/*", os.path.basename(system)))
    )
    if not private:
        skip(".deps holds no C library of its own")
    scenarios = [
        "baseline",
        os.path.join(source, "scenarios/reproduce/catchup30.toml"),
        os.path.join(source, "scenarios/minimal.toml"),
    ]
    first, first_library = run(system, [], program, scenarios)
    second, second_library = run(
        private[0], [os.path.dirname(private[0]), *folders], program, scenarios
    )
    if first_library == second_library:
        skip(f"both are {first_library}")
    if len(first) < 1000:
        print(f"only {len(first)} arrays")
        sys.exit(1)
    different = [pair for pair in zip(first, second) if pair[0] != pair[1]]
    for pair in different[:20]:
        print(f"{first_library}: {pair[0]}\n{second_library}: {pair[1]}")
    if different or len(first) != len(second):
        print(f"{len(different)} of {len(first)} arrays differ")
        sys.exit(1)
    print(f"{len(first)} arrays of plans are the same under {first_library} and {second_library}")


if __name__ == "__main__":
    main()
