#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""baseline_page.py PROGRAM [TABLE...]: writes the tables of docs/baseline.md anew

What is between `<!-- table NAME -->` and the next `<!-- end -->` is replaced by what PROGRAM
says; the text around it, and what a row says for itself, stay as they are. Without TABLE all
of them: results, cost, milestones, gap, cluster, records, prices, switches. `switches` are some 40 runs of
20,000 samples (--samples N for others), 10 minutes on two cores.
"""
import argparse
import json
import math
import subprocess
import sys
import tomllib
from pathlib import Path

from page_tables import write_table

root = Path(__file__).resolve().parent.parent
page = root / "docs/baseline.md"
paths = ("us_frontier", "cn_restricted", "cn_unrestricted")
years = (2024, 2025, 2026, 2028, 2030, 2032)
# of the run: close enough to say what share lies below a published value
levels = ",".join(f"{level / 100:.2f}" for level in (1, 2, *range(5, 100, 5), 98, 99))


def digits(value, count=2):
    """A number for people: `1.8e26`, `1,700`, `0.38`."""
    if value is None:
        return "later"
    if 1e6 <= value < 1e9:
        return digits(value * 1e-6, count) + "M"
    if value != 0 and not 1e-4 <= abs(value) < 1e6:
        text = f"{value:.{count - 1}e}"
        mantissa, exponent = text.split("e")
        return f"{mantissa}e{int(exponent)}"
    if value == 0:
        return "0"
    places = max(0, count - 1 - math.floor(math.log10(abs(value))))
    rounded = round(value, count - 1 - math.floor(math.log10(abs(value))))
    return f"{rounded:,.{places}f}"


def interval(low, middle, high, text=digits):
    return f"{text(low)}, **{text(middle)}**, {text(high)}"


def months(value):
    """Of a lag; nothing where a path is ahead for good (p5) or older than the record."""
    return "ahead" if value is None else f"{value + 0.0:.0f}"


class Run:
    def __init__(self, program, scenario, samples, options=()):
        command = [program, "run", scenario, "--samples", str(samples), "--json", "--quiet"]
        done = subprocess.run([*command, *options], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join([*command, *options])}\n{done.stderr}")
        self.data = json.loads(done.stdout)

    def series(self, metric, path=None):
        return self.data["metrics"][path][metric] if path else self.data["outputs"][metric]

    def at(self, metric, month, statistic="p50", path=None):
        series = self.series(metric, path)
        return series[statistic][series["months"].index(month)]

    def interval(self, metric, month, path=None, scale=1.0, text=digits):
        return interval(*(self.scaled(metric, month, s, path, scale) for s in ("p05", "p50", "p95")),
                        text=text)

    def scaled(self, metric, month, statistic, path, scale):
        value = self.at(metric, month, statistic, path)
        return None if value is None else value * scale


def results(run):
    yield "| year end | path | largest run, FLOP | its cost, M USD (amortised) | fleet, M H100e (8-bit) | lag to US, months | run / US run |"
    yield "|---|---|---|---|---|---|---|"
    for year in years:
        month = f"{year}-12"
        for path in paths:
            cells = [str(year) if path == paths[0] else "",
                     path,
                     run.interval("run_flop", month, path),
                     run.interval("run_cost_amortised_usd", month, path, 1e-6),
                     run.interval("h100e_8bit", month, path, 1e-6)]
            if path == paths[0]:
                cells += ["", ""]
            else:
                cells += [run.interval("lag_months", month, path, text=months),
                          run.interval("ratio", month, path)]
            yield ("| " + " | ".join(cells) + " |").replace("|  |", "| |").replace("|  |", "| |")


def cost(run):
    shown = (2024, 2025, 2026, 2027, 2028, 2030, 2032)
    yield "| at the year end | " + " | ".join(map(str, shown)) + " |"
    yield "|---|" + "---|" * len(shown)

    def row(name, cell):
        return f"| {name} | " + " | ".join(cell(f"{year}-12") for year in shown) + " |"

    yield row("`cost_of_controls`, months",
              lambda m: run.interval("cost_of_controls", m, text=months))
    yield row("`restricted_over_unrestricted`",
              lambda m: run.interval("restricted_over_unrestricted", m))
    yield row("`restricted_is_larger`, share",
              lambda m: f"{100 * run.at('restricted_is_larger', m, 'mean'):.2f} %")


def milestones(run):
    start = tuple(map(int, run.data["start"].split("-")))

    def date(value, end):
        if value is None or value > end:
            return "later"
        whole = start[0] * 12 + start[1] - 1 + math.floor(value)
        return f"{whole // 12}-{whole % 12 + 1:02d}"

    yield "| first month a run of this size is possible | " + " | ".join(paths) + " |"
    yield "|---|---|---|---|"
    end = run.data["steps"]
    for size in ("1e+25", "1e+26", "1e+27", "1e+28"):
        cells = []
        for path in paths:
            found = run.data["scalars"][path][f"milestone_month@{size}"]
            low, middle, high = (date(found[s], end) for s in ("p05", "p50", "p95"))
            never = found["share_above"]
            note = f" ({100 * never:.0f} % not by {run.data['end'][:4]})" if never >= 0.005 else ""
            cells.append(f"{low}, **{middle}**, {high}{note}")
        yield f"| {size.replace('+', '')} | " + " | ".join(cells) + " |"


def gap(run):
    shown = (2024, 2025, 2026, 2028, 2032)
    yield "   | months, median | " + " | ".join(f"end-{year}" for year in shown) + " |"
    yield "   |---|" + "---|" * len(shown)
    behind = (months(run.at("lag_months", f"{y}-12", path="cn_unrestricted")) for y in shown)
    added = (months(run.at("cost_of_controls", f"{y}-12")) for y in shown)
    yield "   | behind without controls | " + " | ".join(behind) + " |"
    yield "   | added by the controls | " + " | ".join(added) + " |"


def cluster(run):
    yield "| run of | end of | accelerators, median | MFU, % of the FP8 peak | goodput, % |"
    yield "|---|---|---|---|---|"
    percent = lambda value: f"{100 * value:.0f}"
    for path, year in (("us_frontier", 2024), ("cn_restricted", 2024),
                       ("us_frontier", 2028), ("cn_restricted", 2028),
                       ("us_frontier", 2032), ("cn_restricted", 2032)):
        month = f"{year}-12"
        yield (f"| `{path}` | {year} | {digits(run.at('run_chips', month, path=path))} | "
               f"{run.interval('run_mfu', month, path, text=percent)} | "
               f"{run.interval('run_goodput', month, path, text=percent)} |")


def place(run, path, month, flop):
    """Share of samples below, between the quantiles that are there: in logs."""
    levels = [(level, run.at("run_flop", month, f"p{round(100 * level):02d}", path))
              for level in run.data["quantile_levels"]]
    scores = [(math.log(v), math.log(l / (1 - l))) for l, v in levels if v]
    x = math.log(flop)
    for (a, low), (b, high) in zip(scores, scores[1:]):
        if x <= b or b == scores[-1][0]:
            score = low + (high - low) * (x - a) / (b - a)
            break
    return f"{100 / (1 + math.exp(-score)):.0f}"


def records(run):
    yield "| run | published | FLOP | model, 5 months before | place | model at publication | place |"
    yield "|---|---|---|---|---|---|---|"
    for name, path, before, at, *sizes in (
            ("GPT-4o", 0, "2024-01", "2024-05", 3.8e25),
            ("GPT-4.5", 0, "2024-09", "2025-02", 2.1e26, 3.8e26),
            ("Grok-3", 0, "2024-09", "2025-02", 3.5e26, 4.64e26),
            ("Grok 4", 0, "2025-02", "2025-07", 5e26),
            ("Qwen2-72B", 1, "2024-01", "2024-06", 3.0e24),
            ("GLM-4-Plus", 1, "2024-03", "2024-08", 3.6e25),
            ("Qwen2.5-72B", 1, "2024-04", "2024-09", 7.8e24),
            ("Doubao-pro", 1, "2024-05", "2024-10", 2.5e25),
            ("DeepSeek-V3", 1, "2024-07", "2024-12", 3.3e24),
            ("Qwen3", 1, "2024-11", "2025-04", 7.1e24),
            ("Kimi K2", 1, "2025-02", "2025-07", 3.0e24),
            ("DeepSeek-V4-Pro", 1, "2025-11", "2026-04", 9.7e24),
            ("Kimi K3", 1, "2026-02", "2026-07", 1.2e25, 2.5e25)):
        path = paths[path]
        shown = digits(sizes[0]) if sizes[0] != 4.64e26 else "4.64e26"
        shown += f" (or {sizes[1]:.3g})".replace("e+", "e") if len(sizes) > 1 else ""

        def places(month):
            found = [place(run, path, month, size) for size in sizes]
            return found[0] + (f" ({found[1]})" if len(found) > 1 else "") + " %"

        yield (f"| {name} | {at} | {shown} | {run.interval('run_flop', before, path)} | "
               f"{places(before)} | {run.interval('run_flop', at, path)} | {places(at)} |")


def prices(run):
    yield "| cost | published | model, millions |"
    yield "|---|---|---|"
    for name, month, metric, published in (
            ("Llama 3.1-405B, amortised", "2024-01", "usd_per_1e24_flop_amortised", 1.34),
            ("Grok-3, cloud rental", "2024-09", "usd_per_1e24_flop_rental", 2.5),
            ("Grok-3, up-front purchase", "2024-09", "usd_per_1e24_flop_upfront", 11.8),
            ("Grok-3, amortised", "2024-09", "usd_per_1e24_flop_amortised", 0.65)):
        model = run.interval(metric, month, "us_frontier", 1e-6)
        yield f"| {name} ({month}) | {published} | {model} |"


def knots(quantity, which, first="0"):
    """Overrides that put a series at its 5 % (0) or 95 % (2) from a month on."""
    baseline = tomllib.loads((root / "scenarios/baseline.toml").read_text())
    for month, value in baseline["quantity"][quantity]["at"].items():
        if month >= first and isinstance(value, str):
            yield f"quantity.{quantity}.at.{month}={value.split(' to ')[which]}"


def switch_rows():
    """Rows of section 5: what it says, and the options of `leadtime run`."""
    def sets(*overrides):
        return [word for one in overrides for word in ("--set", one)]

    smuggled = [f"quantity.smuggled_chips.at.{m}=" for m in ("2026-01", "2027-01", "2029-01")]
    both = lambda key, value: [f"path.cn_{p}.{key}={value}" for p in ("restricted", "unrestricted")]
    yield "baseline", []
    yield "**smuggling** at 25k chips a year from 2026 (about 57k H100e)", sets(*(k + "25k" for k in smuggled))
    yield "at 555k chips a year (AI-2040: 1.26M H100e)", sets(*(k + "555k" for k in smuggled))
    yield "the same, a quarter to the leader, clusters of 100k chips", sets(
        *(k + "555k" for k in smuggled),
        "quantity.cn_share_smuggled.value=0.25", "quantity.grey_cluster.value=100k")
    yield "**Ascend in 2026** at 300k (SemiAnalysis' HBM bear case)", sets("quantity.ascend_cards.at.2026-01=300k")
    yield "at 1.3M", sets("quantity.ascend_cards.at.2026-01=1.3M")
    yield "at its 5 % in every year from 2026", sets(*knots("ascend_cards", 0, "2026"))
    yield "at its 95 % in every year (24M in 2032)", sets(*knots("ascend_cards", 2, "2026"))
    h200 = [f"quantity.h200_shipments_china.at.{m}=" for m in ("2026-07", "2027-01", "2028-01")]
    yield "**H200**: none ever", sets(*(k + "0" for k in h200))
    yield "400k in 2026, 800k a year in 2027-28", sets(*(k + "800k" for k in h200))
    yield "**offshore rental law**: never", sets("quantity.remote_access_law.value=0")
    yield "for certain, from 2027-2030 on", sets("quantity.remote_access_law.value=1")
    yield "rental abroad at its 5 %", sets(*knots("offshore_h100e", 0, "2026"))
    yield "at AI-2040's floor (0.67M at end-2025), then 95 %", sets(
        "quantity.offshore_h100e.at.2026-01=670k", "quantity.offshore_h100e.at.2027-01=2M",
        "quantity.offshore_h100e.at.2028-01=4.8M", "quantity.offshore_h100e.at.2029-01=10M",
        "quantity.offshore_h100e.at.2033-01=80M")
    yield "every Ascend attempt fails once", sets("quantity.ascend_abort.value=1")
    yield "the Chinese leader puts 5 % of its training compute into one run", sets(*both("largest_run_share", 0.05))
    yield "50 %", sets(*both("largest_run_share", 0.5))
    yield "it trains and concentrates as the US leader does", sets(
        *both("largest_run_share", "largest_run_share"), *both("training_share", "training_share"))
    yield "Rubin shipments at their 5 % in every year", sets(*knots("rubin_shipments", 0))
    yield "at their 95 %", sets(*knots("rubin_shipments", 2))
    yield "**MFU and goodput** stated (`stated_mfu`)", ["stated_mfu"]
    yield "the **critical batch** at 8M to 30M to 120M, the batches in use", sets('quantity.critical_batch.value="8M to 30M to 120M"')
    yield "at its 5 %", sets("quantity.critical_batch.value=15M")
    yield "at its 95 %", sets("quantity.critical_batch.value=250M")
    yield "**restart** on NVIDIA in 30 s", sets("quantity.restart_nvidia.value=30")
    yield "in 1,200 s", sets("quantity.restart_nvidia.value=1200")
    yield "no faster recovery after mid-2025", sets("quantity.recovery_gain.value=1")
    yield "**every failure** stops the whole run (f = 0)", sets(
        "ecosystem.nvidia.masked_failures=0", "ecosystem.ascend.masked_failures=0")
    yield "90 % stop one replica only, 8 learners from 2027", sets(
        "ecosystem.nvidia.masked_failures=0.9", "ecosystem.ascend.masked_failures=0.9",
        "quantity.many_learners.value=1")
    every = lambda key, value: [f"path.{path}.{key}={value}" for path in paths]
    yield "no campaign factor (k = 1)", sets(*every("campaign_factor", 1))
    yield "k = 1.3", sets(*every("campaign_factor", 1.3))
    yield "no **post-training** (h = 0)", sets(*every("post_training_share", 0))
    yield "runs on **one pool** alone", sets("join.efficiency=0")
    yield "all pools up to two generations apart joined", sets("join.link=1", "join.mixed=1")
    yield "joined pools lose nothing, campuses have no limit", sets(
        "join.efficiency=1", "join.one_generation_apart=1", "join.two_generations_apart=1",
        "join.site_limit=1e12")
    yield "every run **dense**", sets("job.moe=0")
    yield "every run a mixture of experts", sets("job.moe=1")
    yield "sequences of 8,192 tokens", sets("quantity.sequence_tokens.value=8192")
    yield "no schedule fills the bubble", sets("quantity.hidden_bubble.value=0")


def switches(program, samples):
    shown = (2026, 2028, 2030, 2032)
    yield "| conflict or switch | " + " | ".join(f"end-{year}" for year in shown) + " |"
    yield "|---|" + "---|" * len(shown)
    for name, options in switch_rows():
        scenario = options.pop(0) if options and not options[0].startswith("-") else "baseline"
        outputs = [word for year in shown for word in
                   ("--output", f"cn_restricted.lag_months@{year}-12",
                    "--output", f"cost_of_controls@{year}-12")]
        run = Run(program, scenario, samples, [*options, *outputs])
        cells = (f"{months(run.at('lag_months', f'{y}-12', path='cn_restricted'))} / "
                 f"{months(run.at('cost_of_controls', f'{y}-12'))}" for y in shown)
        print(name, file=sys.stderr)
        yield f"| {name} | " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program")
    parser.add_argument("tables", nargs="*")
    parser.add_argument("--samples", type=int, default=20_000)
    asked = parser.parse_args()
    makers = {f.__name__: f for f in (results, cost, milestones, gap, cluster, records, prices)}
    wanted = asked.tables or [*makers, "switches"]
    run = None
    for name in wanted:
        if name == "switches":
            rows = switches(asked.program, asked.samples)
        else:
            run = run or Run(asked.program, "baseline", 100_000, ["--quantiles", levels])
            rows = makers[name](run)
        write_table(page, name, rows)


main()
