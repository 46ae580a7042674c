#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The documentation says what the program does.

Usage: docs.test.py PROGRAM SOURCE_ROOT [NAME...]

1. docs/cli.md has every command and option of --help, and no other.
2. docs/scenario-reference.md has every key that a table of a scenario may have, and no other.
3. Links between the pages lead somewhere.
4. CITATION.cff and the recipes in packaging/ have the program's version and ask for nothing
   that environment.yml and spack.yaml leave out.
5. Prose is wrapped at 100 columns; tables, code and addresses may be longer.
6. Commands in ```sh blocks run, one after the other, page by page, in an empty folder; a
   block of ```toml after the words "<!-- file NAME -->" is written to that file first.

A change of the program that fails here needs a line in the page that is named.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

program = os.path.abspath(sys.argv[1])
root = Path(sys.argv[2]).resolve()
wanted = sys.argv[3:]
failures = []


def run(*arguments, cwd=None):
    environment = dict(os.environ, OMP_NUM_THREADS="2", NO_COLOR="1",
                       PATH=os.path.dirname(program) + ":" + os.environ["PATH"])
    return subprocess.run([program, *map(str, arguments)], cwd=cwd, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)


def check(condition, claim, detail=""):
    if not condition:
        failures.append(claim)
        print(f"FAILED: {claim}\n{detail}", file=sys.stderr)


def page(name):
    return (root / name).read_text("utf-8")


def section(text, heading):
    """The text from a heading of any depth to the next of the same or a lesser depth."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        depth = len(line) - len(line.lstrip("#"))
        if depth and line.strip("# ") == heading:
            end = next((j for j in range(i + 1, len(lines))
                        if re.match(r"#{1,%d} " % depth, lines[j])), len(lines))
            return "\n".join(lines[i:end])
    return ""


def options_in(text):
    # CLI11 indents options by two blanks
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) - {"--help"}


def command_line():
    """docs/cli.md against --help."""
    text = page("docs/cli.md")
    synopsis = text[text.index("```"):text.index("```", text.index("```") + 3)]
    help_text = run("--help").stdout
    commands = re.findall(r"^  ([a-z]+) {2,}\S", help_text[help_text.index("Commands"):], re.M)
    check(len(commands) >= 6, "leadtime --help lists no commands", help_text)
    for command in commands:
        shown = run(command, "--help").stdout
        known = options_in("\n".join(re.findall(r"^  (-.*)$", shown, re.M)))
        mine = re.search(rf"^leadtime {command}\b.*(\n +.*)*", synopsis, re.M)
        own = section(text, f"leadtime {command}")
        check(mine, f"docs/cli.md: the first block does not have 'leadtime {command}'")
        check(own, f"docs/cli.md: there is no section '## leadtime {command}'")
        described = (mine.group(0) if mine else "") + own
        for option in sorted(known - options_in(described)):
            check(False, f"docs/cli.md: {option} of 'leadtime {command}' is missing")
        # a command line in the section may name another command
        foreign = {option for line in re.findall(r"leadtime (\w+)(.*)", own)
                   if line[0] != command for option in options_in(line[1])}
        text_options = {option for row in re.findall(r"^\| `(.*?)` \|", own, re.M)
                        for option in options_in(row)}
        for option in sorted((options_in(mine.group(0) if mine else "") | text_options)
                             - known - foreign):
            check(False, f"docs/cli.md: 'leadtime {command}' has no {option}")
        check("Example:" in shown, f"leadtime {command} --help has no example")


# Which section of the reference describes a table.
sections = [
    (r"scenario", "`[scenario]`"),
    (r"milestones", "`[milestones]` and `[output]`"),
    (r"output", "`[milestones]` and `[output]`"),
    (r"correlation\[\d+\]", "`[[correlation]]`"),
    (r"(path\.\w+\.)?accelerator\.\w+", "`[accelerator.ID]` and `[path.NAME.accelerator.ID]`"),
    (r"path\.\w+\.channel\.\w+", "`[path.NAME.channel.NAME]`"),
    (r"path\.\w+", "`[path.NAME]`"),
    (r"quantity\.\w+", "`[quantity.NAME]`"),
]

# One of everything: keys that only some kinds of a table have.
every_kind = """
[scenario]
start = "2024-01"
end = "2025-12"
[quantity.a]
dist = "beta"
p5 = 0.1
p95 = 0.5
[quantity.b]
at = { 2024-01 = 1, 2025-01 = 2 }
[quantity.c]
formula = "a + b"
[[correlation]]
quantities = ["a", "b"]
rank = 0.1
[milestones]
run_flop = [1e25]
[output]
quantities = ["c"]
[accelerator.h100_sxm]
mfu = 0.4
goodput = 0.9
price = 3e4
rental_price = 2
[path.x]
budget = 1e9
run_months = 3
precision = "bf16"
pue = 1.2
electricity_price = 0.1
life = 5
[path.x.channel.buy]
kind = "purchase"
accelerator = "h100_sxm"
supply = 100
[path.x.channel.rent]
kind = "rental"
accelerator = "h100_sxm"
supply = 100
[path.x.channel.own]
kind = "stock"
accelerator = "h100_sxm"
initial = 100
"""


def ticked(text):
    return set(re.findall(r"`([A-Za-z_][\w]*)`", text))


def scenario_keys():
    """docs/scenario-reference.md against `leadtime check --keys`."""
    text = page("docs/scenario-reference.md")
    values = section(text, "Values")
    known = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "every.toml")
        path.write_text(every_kind, encoding="utf-8")
        scenarios = [path, "baseline", *sorted((root / "scenarios").rglob("*.toml"))]
        for scenario in scenarios:
            result = run("check", scenario, "--keys")
            if scenario in (path, "baseline"):
                check(result.returncode == 0, f"check --keys {scenario} fails", result.stderr)
            if result.returncode != 0:
                continue  # a model's shape, or a part of a scenario
            for table, keys in re.findall(r"^\[(.*)\] (.*)$", result.stdout, re.M):
                known.setdefault(table, set()).update(keys.split())
    by_section = {}
    for table, keys in sorted(known.items()):
        if table == "":
            # files of rules have roots of their own; tables of a scenario have names
            of_rule_files = {"charge", "control", "limit"}
            for key in sorted((keys & {re.split(r"[.\[]", name)[0] for name in known if name})
                              - of_rule_files):
                check(re.search(rf"^#+ .*`\\[\\[?(?:\\w+\\.)*{key}\\b" .replace("\\\\", "\\"), text, re.M),
                      f"docs/scenario-reference.md: no section for [{key}]")
            continue
        # inline tables such as hazard_per_year belong to the section of their table
        found = next((heading for pattern, heading in sections if re.fullmatch(pattern, table)), None)
        if found is None and {"unit", "value", "formula"} <= keys and "." not in table:
            found = "`[quantity.NAME]`"  # readers call a quantity by its name alone
        if found is None:
            first = table.split(".")[0].split("[")[0]
            found = next((line.strip("# ") for line in text.split("\n")
                          if line.startswith("#") and re.search(rf"`\[\[?{first}\b", line)), None)
            if found is None or table.count(".") > 1:
                continue
        by_section.setdefault(found, set()).update(keys)
    check(len(by_section) >= 7, "too few tables were looked at", str(by_section))
    shared = {"source", "confidence", "note"}
    for heading, keys in sorted(by_section.items()):
        own = section(text, heading)
        check(own, f"docs/scenario-reference.md: there is no section {heading}")
        described = ticked(own) | (ticked(values) if "quantity" in heading else set())
        if "accelerator" in heading:  # inputs of the cluster model may stand here too
            described |= ticked(section(
                text, "`[cluster]`, `[ecosystem.NAME]`: inputs of the cluster model"))
        # tables in a table have sections of their own
        tables = {key for key in keys if re.search(rf"^#+ .*\w\.{key}\b", text, re.M)}
        quantiles = {key for key in keys if re.fullmatch(r"p\d+(_\d+)?", key)}
        for key in sorted(keys - described - shared - tables - quantiles):
            check(False, f"docs/scenario-reference.md, {heading}: the key `{key}` is missing",
                  "the program accepts it (leadtime check --keys)")
        # the first cell of a row holds keys and nothing else
        rows = [cell for cell in re.findall(r"^\| (`.*?) \|", own, re.M)]
        if "milestones" in heading:
            rows = re.findall(r"^\| `\[\w+\]` \| (`\w+`) \|", own, re.M)
        for key in sorted({key for row in rows for key in ticked(row)} - keys - shared
                          - {"p5", "mean"}):
            check(False, f"docs/scenario-reference.md, {heading}: there is no key `{key}`")


def links():
    """Every relative link of a page leads to a file, and to a heading where it says so."""
    pages = [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").glob("*.md"))]
    for source in pages:
        text = re.sub(r"```.*?```", "", source.read_text("utf-8"), flags=re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            path = (source.parent / file) if file else source
            check(path.exists(), f"{source.name}: {target} leads nowhere")
            if anchor and path.suffix == ".md" and path.exists():
                headings = {re.sub(r"[^\w\- ]", "", line.strip("# ").lower()).replace(" ", "-")
                            for line in path.read_text("utf-8").split("\n") if line.startswith("#")}
                check(anchor in headings, f"{source.name}: {target} names no heading")


widest = 100  # columns


def wide_lines(text):
    """Numbers of the lines of prose that are too wide: no table, code or address is."""
    found = []
    is_fenced = is_code = is_list = False
    is_after_blank = True
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(r"\s*(```|~~~)", line):
            is_fenced = not is_fenced
            continue
        # four blanks after an empty line begin a block of code, but not within a list
        if line.strip():
            is_indented = line.startswith("    ")
            is_code = is_indented and (is_code or (is_after_blank and not is_list))
            if not is_indented:
                is_list = bool(re.match(r" *([-*+]|\d+[.)]) ", line)) or (
                    is_list and (line.startswith(" ") or not is_after_blank))
        is_after_blank = not line.strip()
        if is_fenced or is_code or line.lstrip().startswith("|"):
            continue
        prose = re.sub(r"\]\([^)\s]*\)|<?https?://\S+|^ *\[[^\]]+\]: \S+", "]", line)
        if len(prose) > widest:
            found.append(number)
    return found


def widths():
    """Prose of the pages is wrapped."""
    for text, wide in (("x " * 51, [1]), ("- a\n\n    " + "x " * 51, [3]),
                       ("x\n\n    " + "x " * 51, []), ("```\n" + "x " * 51 + "\n```", []),
                       ("| " + "x " * 51 + "|", []), ("[x](" + "x" * 100 + ")", [])):
        check(wide_lines(text) == wide, "the check of widths is wrong", repr(text))
    names = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md",
             *(f"docs/{source.name}" for source in sorted((root / "docs").glob("*.md")))]
    for name in names:
        wide = wide_lines(page(name))
        check(not wide, f"{name}: prose beyond {widest} columns",
              "lines " + ", ".join(map(str, wide)))


def recipes():
    """CITATION.cff and packaging/ against the program, spack.yaml and environment.yml."""
    version = run("--version").stdout.split()[1]
    check(re.search(rf"^version: {re.escape(version)}$", page("CITATION.cff"), re.M),
          f"CITATION.cff: the version is not {version}")
    conda, spack = page("packaging/conda/meta.yaml"), page("packaging/spack/packages/leadtime/package.py")
    check(f'version = "{version}"' in conda, f"packaging/conda: the version is not {version}")
    for text in (conda, spack):
        check(text.startswith("# Not run here"), "a recipe does not say that it was not run")
    wanted_conda = set(re.findall(r"^    - ([\w-]+.*)$", section_of_yaml(conda, "requirements"), re.M))
    listed_conda = set(re.findall(r"^  - (\S+.*)$", page("environment.yml"), re.M))
    check(len(wanted_conda) >= 10, "packaging/conda: few requirements", str(wanted_conda))
    check(wanted_conda <= listed_conda, "environment.yml lacks what packaging/conda needs",
          str(wanted_conda - listed_conda))
    wanted_spack = set(re.findall(r'depends_on\("([\w-]+)', spack)) - {"cxx"}
    listed_spack = set(re.findall(r'^    - "?([\w-]+)', page("spack.yaml"), re.M))
    check(len(wanted_spack) >= 10, "packaging/spack: few dependencies", str(wanted_spack))
    check(wanted_spack <= listed_spack, "spack.yaml lacks what packaging/spack needs",
          str(wanted_spack - listed_spack))


def section_of_yaml(text, key):
    return re.search(rf"^{key}:\n((?:  .*\n)+)", text, re.M).group(1)


def blocks(text):
    """(kind, file name or empty, content) of the fenced blocks of a page."""
    pattern = r"(?:<!-- file (\S+) -->\s*)?^```(\w*)\n(.*?)^```"
    return [(kind, name or "", content)
            for name, kind, content in re.findall(pattern, text, re.S | re.M)]


most_samples = 2000  # the examples say more; what they show is not tested here


def fewer_samples(words):
    """A run of the examples in a time that a test may take."""
    sizes = {"run": {"--samples": most_samples}, "compare": {"--samples": most_samples},
             "resilience": {"--samples": most_samples}, "sweep": {"--samples": 200},
             "sensitivity": {"--samples": most_samples, "--tornado": 1024, "--top": 2}}
    for option, most in sizes.get("".join(words[1:2]), {}).items():
        if option in words:
            i = words.index(option) + 1
            words = [*words[:i], str(most), *words[i + 1:]]
        else:
            words = [*words, option, str(most)]
    return words


def examples():
    """Commands of the pages run."""
    count = 0
    for source in [root / "README.md", *sorted((root / "docs").glob("*.md"))]:
        all_blocks = blocks(source.read_text("utf-8"))
        with tempfile.TemporaryDirectory() as folder:
            for kind, name, content in all_blocks:
                if name:
                    Path(folder, name).write_text(content, encoding="utf-8")
                if kind != "sh":
                    continue
                content = re.sub(r"\\\n\s*", " ", content)
                for line in content.split("\n"):
                    words = shlex.split(line, comments=True)
                    if not words or words[0] != "leadtime":
                        continue
                    target = None
                    if "|" in words:  # what comes after it is not ours
                        words = words[:words.index("|")]
                    if ">" in words:
                        target = Path(folder, words[words.index(">") + 1])
                        words = words[:words.index(">")]
                    if "--figures" in words and not any(
                            Path(place, "gnuplot").exists()
                            for place in os.environ["PATH"].split(":")):
                        continue
                    result = run(*fewer_samples(words)[1:], cwd=folder)
                    if "without the HTML report" in result.stderr and words[1] == "report":
                        continue
                    count += 1
                    check(result.returncode in (0, 1), f"{source.name}: '{line}' fails",
                          result.stderr)
                    if target:
                        target.write_text(result.stdout, encoding="utf-8")
    print(f"{count} commands of the pages were run")
    check(count >= 8, "too few examples", str(count))


for test in (command_line, scenario_keys, links, recipes, widths, examples):
    if not wanted or test.__name__ in wanted:
        test()
print(f"{len(failures)} failures")
sys.exit(1 if failures else 0)
