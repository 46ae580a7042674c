#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A wheel holds its libraries: wheel.test.py PROGRAM SOURCE_DIR BUILD_DIR

pip makes it from pyproject.toml without an index, from what BUILD_DIR has built; another,
empty environment installs it and runs a scenario with checkout and build hidden (where this
user may hide them), with the bits of the program.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import support

support.need("numpy", "venv", "ensurepip", "pip")

build = pathlib.Path(sys.argv[3]).resolve()
environment = {name: value for name, value in os.environ.items()
               if not name.startswith(("PYTHON", "PIP_"))}
environment.update(OMP_NUM_THREADS="2", LEADTIME_BUILD_DIR=str(build),
                   PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_CONFIG_FILE=os.devnull)


def run(*command, cwd="/"):
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def make_environment(folder):
    """One that has the system's numpy and nothing of the checkout."""
    run(sys.executable, "-m", "venv", "--system-site-packages", folder)
    return folder / "bin/python"


def hidden(*command):
    """Runs where checkout and build are empty folders, if this user may do that."""
    script = 'for folder in "$0" "$1"; do mount -t tmpfs none "$folder"; done; shift; exec "$@"'
    folders = [build, support.source.resolve()]
    wrapped = ["unshare", "--mount", "sh", "-ec", script, *folders, *command]
    trial = ["unshare", "--mount", "sh", "-ec", script, *folders, "true"]
    if subprocess.run(trial, capture_output=True).returncode != 0:
        print("checkout and build could not be hidden: the wheel is used beside them")
        wrapped = command
    return run(*wrapped)


program = """
import leadtime as lt
print(lt.__file__)
r = lt.scenario("baseline").run(500, outputs="lag@2030-12")
print([x.hex() for x in r.values.ravel().tolist()])
"""


def main():
    with tempfile.TemporaryDirectory(prefix="leadtime-wheel-") as temporary:
        folder = pathlib.Path(temporary)
        python = make_environment(folder / "making")
        run(python, "-m", "pip", "wheel", "--no-build-isolation", "--no-index", "--no-deps",
            "-w", folder, support.source)
        wheel, = folder.glob("leadtime-*.whl")
        clean = make_environment(folder / "clean")
        run(clean, "-m", "pip", "install", "--no-index", wheel)
        place, values = hidden(clean, "-c", program).splitlines()[-2:]
        assert str(folder / "clean") in place, place
        engine, = (folder / "clean").rglob("_engine*.so")
        for file in [engine, *(engine.parent / "lib").iterdir()]:
            paths = re.findall(r"\(R(?:UN)?PATH\).*\[(.*)\]", run("readelf", "-d", file))
            assert all(path.startswith("$ORIGIN") for path in paths), (file, paths)
        lost = [line for line in run("ldd", engine).splitlines() if "not found" in line]
        assert not lost, lost
        import leadtime as lt  # as it was built

        result = lt.scenario("baseline").run(500, outputs="lag@2030-12")
        assert values == str([x.hex() for x in result.values.ravel().tolist()]), values


main()
