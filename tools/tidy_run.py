#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tidy_run.py JOBS [PATTERN...] <SOURCES: clang-tidy for tools/tidy.sh, in build/tidy

Nearly all of its time goes to what a source includes. So sources go in bunches, of any
folders, whose names do not meet. A bunch that does not compile all the same is done source
by source, as are sources chosen by a pattern.

A bunch has the text of its sources, not #include lines: clang's analyser follows paths in
the main file alone, and other checks may look there alone.
"""
import bisect
import itertools
import json
import re
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

root = Path.cwd()
build = root / "build/tidy"
# Flags of their own, or kernels that are long by themselves.
alone = re.compile(r"^bench/roofline/fma_|^estimator/engine/tile_kernels|/source_tree\.cpp$")
declaration = re.compile(r"^[A-Za-z][^\"';]*[ &*]([A-Za-z_]\w*)(?: =|\(| ?\{|\[|;)")
texts = {}


def text_of(name):
    if name not in texts:
        path = root / name
        texts[name] = path.read_text() if path.is_file() else ""
    return texts[name]


def names_of(name, unnamed_only):
    """What a file declares at the start of a line, macros too."""
    text = text_of(name)
    names = set(re.findall(r"^#\s*define (\w+)", text, re.M))
    names |= set(re.findall(r'^(?:extern "C" )?int (main|LLVM\w+)\(', text, re.M))
    if name.startswith("tests/") and not unnamed_only:  # one may call a function so
        names |= set(re.findall(r"\b(text|kernels|hwprofiles)::", text))
    unnamed = False
    for line in text.splitlines():
        if line.startswith("namespace {"):
            unnamed = True
        elif line.startswith("} // namespace"):
            unnamed = False
        elif line.startswith("using ") and "=" in line:
            names.add(line.split()[1])
        elif not line.startswith(("namespace ", "using ", "template <")):
            found = declaration.match(line)
            if found and (unnamed or not unnamed_only or line.startswith("static ")):
                names.add(found[1])
    return names - {"const", "noexcept", "default"}  # ends of definitions of members


def types_of(name):
    return set(re.findall(r"^(?:struct|class|enum class|enum|using) (\w+)", text_of(name), re.M))


def headers_of(name, seen):
    for header in re.findall(r'^#include "(.*)"', text_of(name), re.M):
        if header not in seen:
            seen.add(header)
            headers_of(header, seen)
    return seen


def bunches_of(sources):
    """Lists of sources: tests apart, as they open namespaces of the product."""
    own = {}  # what meets the same name in another source
    seen = {}  # what a name in another source may not be
    libraries = {}
    for source in sources:
        libraries[source] = {library for name in headers_of(source, {source})
                             for library in re.findall("#include <(.*[/A-Z].*)>", text_of(name))}
        own[source] = names_of(source, unnamed_only=True)
        seen[source] = names_of(source, unnamed_only=False).union(
            *(names_of(header, unnamed_only=False) if source.startswith("tests/")
              else types_of(header)  # functions of a name are told apart by what they take
              for header in headers_of(source, set())))

    def meet(one, other):
        return own[one] & seen[other] or seen[one] & own[other]

    bunches = [[source] for source in sources if alone.search(source)]
    for is_test in (False, True):
        side = [source for source in sources
                if source.startswith("tests/") == is_test and not alone.search(source)]
        meetings = {one: sum(bool(meet(one, other)) for other in side) for one in side}
        made = []
        for source in sorted(side, key=lambda name: -meetings[name]):
            fits = [bunch for bunch in made if not any(meet(source, other) for other in bunch)]
            if fits:  # that which includes of third parties most of what it needs
                min(fits, key=lambda bunch: (
                    len(libraries[source] - set().union(*(libraries[one] for one in bunch))),
                    len(bunch))).append(source)
            else:
                made.append([source])
        bunches += made
    return [sorted(bunch) for bunch in bunches]


def flags_of(command):
    """Without what is compiled and where it goes."""
    words = shlex.split(command)[1:]
    return [word for word, before in zip(words, [""] + words)
            if word not in ("-o", "-c") and before not in ("-o", "-c")]


def main():
    jobs = int(sys.argv[1])
    patterns = [re.compile(pattern) for pattern in sys.argv[2:]]
    sources = sorted(sys.stdin.read().split())
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = Path(entry["file"])
        if root in file.parents:
            commands.setdefault(str(file.relative_to(root)), flags_of(entry["command"]))
    own_flags = {name: flags for name, flags in commands.items() if alone.search(name)}
    shared = list(dict.fromkeys(
        word for name, flags in commands.items() if name not in own_flags for word in flags))
    # an include folder that follows its flag
    isystem = dict.fromkeys(
        flags[i + 1] for flags in commands.values()
        for i, word in enumerate(flags) if word == "-isystem")
    shared = [word for word in shared if word != "-isystem" and word not in isystem]
    shared += [word for folder in isystem for word in ("-isystem", folder)]

    def tidy(file, flags):
        return subprocess.run(
            ["clang-tidy-14", "--quiet", f"--config-file={root}/.clang-tidy", str(file), "--",
             *flags, "-Wno-unknown-warning-option",  # the build's compiler may be GCC
             "-D__builtin_clear_padding(object)=static_cast<void>(object)"],  # and has more
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def run(numbered):
        number, bunch = numbered
        begin = time.monotonic()
        if len(bunch) == 1:
            name = bunch[0]
            result = tidy(root / name, own_flags.get(name, shared))
            code, output = result.returncode, result.stdout
        else:
            file = folder / f"{number}.cpp"
            texts = [(root / name).read_text() for name in bunch]
            file.write_text("".join(texts))
            result = tidy(file, shared)
            starts = list(itertools.accumulate((t.count("\n") for t in texts), initial=0))

            def place(found):
                line = int(found[1])
                at = bisect.bisect_left(starts, line) - 1
                return f"{root}/{bunch[at]}:{line - starts[at]}:"

            code = result.returncode
            output = re.sub(rf"(?m)^{re.escape(str(file))}:(\d+):", place, result.stdout)
            if "[clang-diagnostic-error" in output:
                print(f"tidy: {file} does not compile: its sources go alone", flush=True)
                results = [run((0, [name])) for name in bunch]
                code = max(code for code, _ in results)
                return code, "".join(output for _, output in results)
        print(f"tidy: {time.monotonic() - begin:.0f} s: {', '.join(bunch)}", flush=True)
        return code, output

    folder = build / "bunches"
    folder.mkdir(exist_ok=True)
    if patterns:
        bunches = [[name] for name in sources if any(p.search(name) for p in patterns)]
    else:
        bunches = bunches_of(sources)
    if not bunches:
        sys.exit("tidy: no source fits " + " ".join(sys.argv[2:]))
    failed = False
    told = set()
    with ThreadPoolExecutor(jobs) as pool:
        for code, output in pool.map(run, enumerate(bunches)):
            failed |= code != 0
            for finding in re.split(r"(?m)^(?=/.*: (?:error|warning): )", output):
                if finding and finding not in told:  # a header is in many bunches
                    told.add(finding)
                    print(finding.replace(f"{root}/", ""), end="", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
