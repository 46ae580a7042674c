#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The manual and the completions have every command and option of --help.

Usage: generated.test.py PROGRAM

Shells and formatters that are there read what was written; others are left out.
"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

program = str(Path(sys.argv[1]).resolve())
failures = []


def run(*command, **options):
    return subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, **options)


def check(condition, claim, detail=""):
    if not condition:
        failures.append(claim)
        print(f"FAILED: {claim}\n{detail}", file=sys.stderr)


def options_of(command):
    """--name and -n of an option, from the lines of --help that start with one."""
    text = run(program, command, "--help").stdout
    heads = "\n".join(re.findall(r"^  (-.*?)(?:  .*)?$", text, re.M))
    return set(re.findall(r"(?<![\w-])--?[a-zA-Z][a-z-]*", heads))


def commands():
    text = run(program, "--help").stdout
    return re.findall(r"^  ([a-z]+) {2,}\S", text[text.index("Commands"):], re.M)


def complete(script, *words):
    """What bash offers for the last word."""
    lines = (f"source {script}; COMP_WORDS=(leadtime {' '.join(repr(w) for w in words)}); "
             f"COMP_CWORD={len(words)}; _leadtime; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    return run("bash", "-c", lines, cwd=str(Path(script).parent)).stdout.split("\n")[:-1]


def bash(script, known):
    check(run("bash", "-n", script).returncode == 0, "bash does not read its completion")
    check(set(complete(script, "")) == set(known) | {"--help", "--version"},
          "bash offers other commands", str(complete(script, "")))
    for command, options in known.items():
        offered = set(complete(script, command, "-"))
        check(options <= offered, f"bash: options of {command}", str(options - offered))
    check("baseline" in complete(script, "run", "base"), "bash does not know the baseline")
    check("minimal 2.toml" in complete(script, "run", "mini"), "bash offers no file")
    check(complete(script, "run", "--sampler", "") == ["philox", "qmc"], "bash: --sampler")
    check("h100_sxm" in complete(script, "cluster", "--accelerator", "h100"), "bash: chips")


def other_shells(texts, known):
    for shell in ("zsh", "fish"):
        if shutil.which(shell):
            done = run(shell, "-n" if shell == "zsh" else "--no-execute", texts[shell])
            check(done.returncode == 0, f"{shell} does not read its completion", done.stderr)
        else:
            print(f"no {shell} here: its completion was not read")
    zsh, fish = texts["zsh"].read_text("utf-8"), texts["fish"].read_text("utf-8")
    for command, options in known.items():
        of_zsh = re.search(rf"^        {command}\)\n(.*?);;", zsh, re.M | re.S).group(1)
        of_fish = "\n".join(re.findall(rf"seen_subcommand_from {command}'(.*)", fish))
        for option in options:
            check(re.search(rf"'\*?{option}\[", of_zsh), f"zsh: {option} of {command}", of_zsh)
            flag = f"-l {option[2:]} " if option.startswith("--") else f"-s {option[1:]} "
            check(flag in of_fish, f"fish: {option} of {command}", of_fish)
    if shutil.which("fish"):
        offered = run("fish", "-c", f"source {texts['fish']}; complete -C 'leadtime run --sampler '")
        check("qmc" in offered.stdout.split(), "fish: --sampler", offered.stdout + offered.stderr)


def manual(page, known):
    text = page.read_text("utf-8").replace("\\-", "-")
    for command, options in known.items():
        section = re.search(rf"^\.SS leadtime {command}\n(.*?)(?=^\.S[SH])", text, re.M | re.S)
        check(section, f"man: no section of {command}")
        for option in options:
            check(section and re.search(rf"^\\fB(.*, )?{option}[,\\]", section.group(1), re.M),
                  f"man: {option} of {command}")
    if shutil.which("man"):
        done = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page)
        check(done.returncode == 0 and not done.stderr, "man warns", done.stderr)
    else:
        print("no man here: the page was not formatted")


def main():
    known = {command: options_of(command) for command in commands()}
    check(len(known) >= 12 and len(known["run"]) >= 12, "--help lists little", str(known))
    check("generate" not in known, "generate is listed")
    with tempfile.TemporaryDirectory(prefix="leadtime-generated-") as folder:
        texts = {}
        for kind in ("man", "bash", "zsh", "fish"):
            done = run(program, "generate", kind)
            check(done.returncode == 0 and not done.stderr, f"generate {kind}", done.stderr)
            texts[kind] = Path(folder, kind)
            texts[kind].write_text(done.stdout, "utf-8")
        Path(folder, "minimal 2.toml").touch()
        bash(texts["bash"], known)
        other_shells(texts, known)
        manual(texts["man"], known)
    for words, text in (
            (["csh"], '"csh" cannot be generated (it may be man, bash, zsh or fish)'),
            ([""], '"" cannot be generated (it may be man, bash, zsh or fish)'),
            ([], "KIND is missing (see leadtime generate --help)")):
        done = run(program, "generate", *words)
        check(done.returncode == 2 and done.stderr == f"leadtime: error: {text}\n",
              f"generate {words}", done.stderr)


main()
sys.exit(1 if failures else 0)
