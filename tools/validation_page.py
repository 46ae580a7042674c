#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""validation_page.py PROGRAM: writes the tables of docs/validation.md anew

What is between `<!-- table NAME -->` and the next `<!-- end -->` is replaced by what
`PROGRAM backtest --json` says; the text around it stays.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

from page_tables import write_table

page = Path(__file__).resolve().parent.parent / "docs/validation.md"


def percent(value, sign=""):
    return f"{100 * value:{sign}.1f}"


def holds(interval, value):
    return "yes" if interval[0] <= value <= interval[2] else "no"


def figure(value):
    text = f"{value:.3g}"
    return re.sub(r"e([+-])0*(\d+)", lambda e: f"e{e[1]}{e[2]}".replace("e+", "e"), text)


def classes(found):
    yield "| class | rows | given layout | inside | chosen layout | inside |"
    yield "|---|---|---|---|---|---|"
    for row in found["classes"]:
        yield (f"| {row['class']} | {row['rows']} | {percent(row['given_error'])} | {row['given_hits']} | "
               f"{percent(row['automatic_error'])} | {row['automatic_hits']} |")


def throughput(found):
    yield "| # | run | chip | N | bits | actual | given | error | chosen | error | p5 | p50 | p95 | inside | source |"
    yield "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    for row in found["throughput"]:
        actual, interval = row["reported_mfu"], row["given_interval"]
        yield "| " + " | ".join(
            [str(row["row"]), row["label"], row["accelerator"], f"{row['chips']:,.0f}",
             str(row["precision_bits"]), percent(actual), percent(row["given_mfu"]),
             percent(row["given_error"], "+"), percent(row["automatic_mfu"]),
             percent(row["automatic_error"], "+"), *map(percent, interval),
             holds(interval, actual), row["source"]]) + " |"


def training(found):
    yield "| run | chip | N | quantity | actual | p5 | p50 | p95 | error % | inside |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for row in found["training"]:
        low, middle, high = row["interval"]
        is_formula = row["quantity"] == "flop"
        yield "| " + " | ".join(
            [row["model"], row["hardware"], f"{row['chips']:,.0f}", row["quantity"],
             figure(row["actual"]), "" if is_formula else figure(low), figure(middle),
             "" if is_formula else figure(high), percent(row["error"], "+"),
             "" if is_formula else holds(row["interval"], row["actual"])]) + " |"


def costs(found):
    yield "| run | formula, USD | published, USD | error % |"
    yield "|---|---|---|---|"
    for row in found["costs"]:
        error = row["formula_usd"] / row["published_usd"] - 1
        yield (f"| {row['model']} | {row['formula_usd']:,.0f} | {row['published_usd']:,.0f} | "
               f"{percent(error, '+')} |")


def pits(found):
    """By kind of prediction: where the published value lies in it, 0 to 1."""
    for is_moe, kind in ((False, "dense"), (True, "mixtures")):
        rows = [row for row in found["throughput"] if row["moe"] == is_moe]
        yield f"{kind}, published layout", [row["given_pit"] for row in rows]
        yield f"{kind}, chosen layout", [row["automatic_pit"] for row in rows]
    yield "accelerator-hours of training runs", [
        row["pit"] for row in found["training"] if row["quantity"] == "chip_hours"]


def pit(found):
    fifths = [f"{i / 5:.1f}-{(i + 1) / 5:.1f}" for i in range(5)]
    yield "| predictions | rows | " + " | ".join(fifths) + " |"
    yield "|---|---|" + "---|" * len(fifths)
    for kind, values in pits(found):
        counts = [sum(i == min(int(5 * value), 4) for value in values) for i in range(5)]
        yield f"| {kind} | {len(values)} | " + " | ".join(map(str, counts)) + " |"


def reliability(found):
    shares = (0.5, 0.8, 0.9)
    yield "| predictions | rows | " + " | ".join(f"inside {s:.0%}" for s in shares) + " |"
    yield "|---|---|" + "---|" * len(shares)
    for kind, values in pits(found):
        inside = (sum(abs(value - 0.5) <= share / 2 for value in values) for share in shares)
        yield (f"| {kind} | {len(values)} | "
               + " | ".join(f"{100 * count / len(values):.0f} %" for count in inside) + " |")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    done = subprocess.run([sys.argv[1], "backtest", "--json"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    found = json.loads(done.stdout)
    for make in (classes, reliability, pit, throughput, training, costs):
        write_table(page, make.__name__, make(found))


main()
