// SPDX-License-Identifier: Apache-2.0
// Which charts the page has: one for everything that the result holds.
import type { Chart } from "../chart";
import type { Report, Series } from "../data";
import { calendarMonth, powerText, short } from "../format";
import { domainOf, statisticsTable } from "./common";
import { dateBars, dateCurve, dateTable, dateWords } from "./dates";
import { driversTable, sobol, tornado } from "./drivers";
import { fan } from "./fan";
import { intervals } from "./intervals";
import { stack, stackTable, type Part } from "./stack";

export const fanWords =
  "Line: median. Dark band: 25 to 75 %, light band: 5 to 95 % of the samples.";

function seriesOf(report: Report, paths: string[], metric: string): Series[] {
  return paths
    .map((path) => report.series(path, metric))
    .filter((one): one is Series => one !== undefined);
}

interface FanChoice {
  metric: string;
  label: string;
  title: string;
  about: string;
}

/** A chart of fans with a switch between those metrics that the result has. */
function fanChart(
  report: Report,
  id: string,
  title: string,
  switchLabel: string,
  scale: "log" | "linear",
  choices: FanChoice[],
  marks: { value: number; label: string }[] = [],
  kind: "segmented" | "list" = "segmented",
): Chart | null {
  const known = choices.filter((choice) => report.hasSeries(choice.metric));
  if (known.length === 0) return null;
  const chosen = (choice: Record<string, string>) =>
    known.find((one) => one.metric === choice.metric) ?? known[0];
  return {
    id,
    title,
    switches: [
      {
        key: "metric",
        label: switchLabel,
        kind,
        options: known.map((one) => ({ value: one.metric, label: one.label })),
      },
    ],
    about: (state) => chosen(state.choice).about + " " + fanWords,
    spec: (state) => {
      const one = chosen(state.choice);
      return fan(report, state, seriesOf(report, state.paths, one.metric), {
        scale,
        title: one.title,
        marks,
      });
    },
    table: (state) =>
      statisticsTable(report, seriesOf(report, state.paths, chosen(state.choice).metric), true),
  };
}

function milestoneMarks(report: Report) {
  const names = new Set(
    report.data.scalars
      .filter((one) => one.metric.startsWith("milestone_month@"))
      .map((one) => one.metric.slice("milestone_month@".length)),
  );
  return [...names].map((name) => ({
    value: Number(name),
    label: powerText(Number(name)).replace(".0e", "e"),
  }));
}

/** What a date is of, in words: parity with whom, or a run of how many FLOP. */
function dateLabel(report: Report, metric: string): string {
  const effective = metric.startsWith("effective_") ? "effective " : "";
  const [name, flop] = metric.split("@");
  const other = name.includes(".") ? name.slice(name.indexOf(".") + 1) : report.data.reference;
  if (name.includes("parity_month")) return `${effective}parity with ${short(other, 24)}`;
  if (flop !== undefined && name.includes("milestone_month")) {
    return `first run of ${powerText(Number(flop)).replace(".0e", "e")} ${effective}FLOP`;
  }
  return short(metric, 40);
}

function datesChart(report: Report): Chart | null {
  const metrics = [
    ...new Set(
      report.data.scalars
        .filter((one) => one.path !== "" && one.cumulative !== undefined)
        .map((one) => one.metric),
    ),
  ];
  metrics.sort((a, b) => Number(b.includes("parity")) - Number(a.includes("parity")));
  const options = metrics.map((metric) => ({ value: metric, label: dateLabel(report, metric) }));
  if (options.length === 0) return null;
  const metricOf = (choice: Record<string, string>) => choice.what ?? options[0].value;
  const isParity = (metric: string) => metric.includes("parity_month");
  return {
    id: "dates",
    title: "When: parity and milestones",
    switches: [
      { key: "what", label: "What is reached", options, kind: "list" },
      {
        key: "as",
        label: "Drawn as",
        options: [
          { value: "bars", label: "by year" },
          { value: "curve", label: "cumulative" },
        ],
      },
    ],
    about: (state) => {
      const metric = metricOf(state.choice);
      return (
        (isParity(metric)
          ? "Parity: the first month in which a path's largest run is at least the reference's. "
          : "The first month in which the largest run has that many FLOP. ") +
        "“Later” is not by the end of the scenario. " +
        dateWords(report, state, metric)
      );
    },
    spec: (state) =>
      (state.choice.as === "curve" ? dateCurve : dateBars)(report, state, metricOf(state.choice)),
    table: (state) => dateTable(report, state, metricOf(state.choice)),
  };
}

function costChart(report: Report): Chart | null {
  const groups = [
    { label: "amortised", metric: "run_cost_amortised_usd" },
    { label: "rental", metric: "run_cost_rental_usd" },
    { label: "upfront", metric: "run_cost_upfront_usd" },
  ].filter((group) => report.hasSeries(group.metric));
  if (groups.length === 0) return null;
  const ends = report.yearEnds();
  const options = ends.map((step) => ({
    value: String(step),
    label: calendarMonth(report.month(step), 0),
  }));
  const first = options.splice(Math.min(Math.floor(ends.length / 2), options.length - 1), 1);
  const sorted = [...first, ...options];
  const stepOf = (choice: Record<string, string>) => Number(choice.step ?? sorted[0]?.value ?? 0);
  return {
    id: "cost",
    title: "What a run costs, by method",
    switches: [{ key: "step", label: "Month of the run", options: sorted, kind: "list" }],
    about: () =>
      "Amortised: the chips' value over the run, power and staff. Rental: at the market's hourly rate. Upfront: buying the cluster. Dot: median, thick 25 to 75 %, thin 5 to 95 %.",
    spec: (state) =>
      intervals(report, state, groups, stepOf(state.choice), "USD of the largest run"),
    table: (state) =>
      statisticsTable(
        report,
        groups.flatMap((group) => seriesOf(report, state.paths, group.metric)),
        true,
      ),
  };
}

function partsOf(report: Report, prefix: string) {
  return (path: string): Part[] =>
    report.data.series
      .filter((one) => one.path === path && one.metric.startsWith(prefix))
      .map((series) => ({ name: series.metric.slice(prefix.length).replace(/_/g, " "), series }));
}

function sourcesChart(report: Report): Chart | null {
  const by: Record<string, { prefix: string; label: string }> = {
    channel: { prefix: "channel.", label: "channel" },
    accelerator: { prefix: "chips.", label: "accelerator" },
  };
  const options = Object.entries(by)
    .filter(([, one]) => report.data.series.some((series) => series.metric.startsWith(one.prefix)))
    .map(([value, one]) => ({ value, label: `by ${one.label}` }));
  if (options.length === 0) return null;
  const prefix = (choice: Record<string, string>) => by[choice.by ?? options[0].value].prefix;
  return {
    id: "channels",
    title: "Where each path's chips come from",
    wide: true,
    switches: [
      { key: "by", label: "Grouped", options },
      {
        key: "as",
        label: "Scale",
        options: [
          { value: "chips", label: "chips" },
          { value: "share", label: "share" },
        ],
      },
    ],
    about: () =>
      "Means over the samples of the usable chips (means add up, medians do not); packages of unlike accelerators count one each.",
    spec: (state) =>
      stack(report, state, partsOf(report, prefix(state.choice)), {
        unit: "chips",
        asShare: state.choice.as === "share",
        title: "chips",
      }),
    table: (state) => stackTable(report, state, partsOf(report, prefix(state.choice))),
  };
}

/** Which accelerators and channels do the largest runs, at the ends of years. */
function carriersChart(report: Report): Chart | null {
  const prefix = "carried_by.";
  const channels = prefix + "channel.";
  const all = report.data.series.filter((series) => series.metric.startsWith(prefix));
  if (all.length === 0) return null;
  const parts = (choice: Record<string, string>) => {
    if (choice.by === "channel") return partsOf(report, channels);
    const of = partsOf(report, prefix);
    return (path: string) => of(path).filter((part) => !part.series.metric.startsWith(channels));
  };
  return {
    id: "carriers",
    title: "Who carries the largest run",
    wide: true,
    switches: [
      {
        key: "by",
        label: "Grouped",
        options: [
          { value: "accelerator", label: "by accelerator" },
          { value: "channel", label: "by channel" },
        ],
      },
    ],
    about: () =>
      "The part of the run's planned rate that comes from each, at the ends of years: means over the samples with a run.",
    spec: (state) =>
      stack(report, state, parts(state.choice), { unit: "1", asShare: true, title: "share" }),
    table: (state) => stackTable(report, state, parts(state.choice)),
  };
}

/** What the time of a run goes to, where paths use the cluster model. */
function limitsChart(report: Report): Chart | null {
  const prefix = "run_time_";
  if (!report.data.series.some((series) => series.metric.startsWith(prefix))) return null;
  const parts = partsOf(report, prefix);
  return {
    id: "limits",
    title: "What limits the cluster",
    wide: true,
    about: () =>
      "Where the time of the largest run goes: arithmetic, or waiting for tensor, expert, pipeline or data parallelism, latency, overhead and failures. Means over the samples of the shares.",
    spec: (state) => stack(report, state, parts, { unit: "1", asShare: true, title: "share" }),
    table: (state) => stackTable(report, state, parts),
  };
}

function explorer(report: Report): Chart | null {
  const metrics = new Map<string, string>();
  for (const one of report.data.series) {
    if (one.path !== "") metrics.set("path:" + one.metric, one.metric);
    else metrics.set("output:" + one.metric, one.metric + "  [output]");
  }
  if (metrics.size === 0) return null;
  const options = [...metrics].map(([value, label]) => ({ value, label: short(label, 60) }));
  const first = options.findIndex((one) => one.value.startsWith("output:"));
  if (first > 0) options.unshift(...options.splice(first, 1));
  const chosen = (choice: Record<string, string>, paths: string[]): Series[] => {
    const value = choice.metric ?? options[0].value;
    const metric = value.slice(value.indexOf(":") + 1);
    return value.startsWith("output:")
      ? seriesOf(report, [""], metric)
      : seriesOf(report, paths, metric);
  };
  return {
    id: "explore",
    title: "Any metric",
    wide: true,
    switches: [
      { key: "metric", label: "Metric", options, kind: "list" },
      {
        key: "scale",
        label: "Scale",
        options: [
          { value: "auto", label: "auto" },
          { value: "linear", label: "linear" },
          { value: "log", label: "log" },
        ],
      },
    ],
    about: () => `Every series of the result, those of [output] too. ${fanWords}`,
    spec: (state) => {
      const all = chosen(state.choice, state.paths);
      if (all.length === 0) return null;
      let scale = state.choice.scale ?? "auto";
      if (scale === "auto") {
        const flat = all
          .flatMap((one) => [one.p05, one.p95].flatMap((x) => (Array.isArray(x) ? x : [x])))
          .filter((x): x is number => x !== null && Number.isFinite(x));
        const [low, high] = domainOf(flat, "log");
        scale =
          flat.every((x) => x >= 0) &&
          flat.filter((x) => x > 0).length > flat.length / 2 &&
          high / low > 50 &&
          all[0].unit !== "1" &&
          all[0].unit !== "month"
            ? "log"
            : "linear";
      }
      return fan(report, state, all, {
        scale: scale as "log" | "linear",
        title: `${short(all[0].metric, 40)}, ${all[0].unit}`,
      });
    },
    table: (state) => statisticsTable(report, chosen(state.choice, state.paths), true),
  };
}

function driverCharts(report: Report): (Chart | null)[] {
  const outputs = report.data.sensitivity?.outputs ?? [];
  const options = (has: (index: number) => boolean) =>
    outputs
      .map((one, i) => ({ value: String(i), label: short(one.output, 60), ok: has(i) }))
      .filter((one) => one.ok);
  const make = (
    id: string,
    title: string,
    about: string,
    list: { value: string; label: string }[],
    draw: typeof tornado,
  ): Chart | null =>
    list.length === 0
      ? null
      : {
          id,
          title,
          switches: [{ key: "output", label: "Output", options: list, kind: "list" }],
          about: () => about,
          spec: (state) => draw(outputs[Number(state.choice.output ?? list[0].value)], state),
          table: (state) => driversTable(outputs[Number(state.choice.output ?? list[0].value)]),
        };
  return [
    make(
      "tornado",
      "What drives it: one input at a time",
      "The output with one input held at its 5 % and at its 95 % value, all others free; the line is the baseline.",
      options((i) => (outputs[i].tornado ?? []).length > 0),
      tornado,
    ),
    make(
      "sobol",
      "What drives it: shares of variance",
      "Sobol indices: what an input explains alone (first order) and with all its interactions (total). Whiskers: two standard errors.",
      options((i) => (outputs[i].sobol ?? []).length > 0),
      sobol,
    ),
  ];
}

export function allCharts(report: Report): Chart[] {
  const reference = short(report.data.reference, 24);
  const marks = milestoneMarks(report);
  const all: (Chart | null)[] = [
    fanChart(
      report,
      "run",
      "The largest training run",
      "Metric",
      "log",
      [
        {
          metric: "run_flop",
          label: "FLOP",
          title: "FLOP of the run",
          about: "Training FLOP of the largest run a path can field.",
        },
        {
          metric: "effective_flop",
          label: "effective FLOP",
          title: "effective FLOP",
          about:
            "What the largest run is worth with the path's algorithms, and with what it takes from others.",
        },
      ],
      marks,
    ),
    fanChart(report, "lag", `Months behind ${reference}`, "Metric", "linear", [
      {
        metric: "lag_months",
        label: "compute",
        title: "months",
        about: `How long ago ${reference} first had as large a run. A band that touches the frame is censored there: ahead of all ${reference} has by the end, or from before its record.`,
      },
      {
        metric: "effective_lag_months",
        label: "effective compute",
        title: "months",
        about: `How long ago ${reference} first had as much effective compute.`,
      },
    ]),
    fanChart(
      report,
      "fleet",
      "The fleet, in H100-equivalents",
      "Basis of an H100-equivalent",
      "log",
      [
        {
          metric: "h100e_bf16",
          label: "BF16",
          title: "H100e by BF16 rate",
          about: "Usable chips, owned and rented; one H100e is 989 TFLOP/s dense BF16.",
        },
        {
          metric: "h100e_8bit",
          label: "8-bit",
          title: "H100e by 8-bit rate",
          about: "Usable chips, owned and rented; one H100e is 1,979 TFLOP/s dense FP8 or INT8.",
        },
        {
          metric: "h100e_tpp",
          label: "TPP",
          title: "H100e by TPP",
          about:
            "Usable chips, owned and rented, by total processing performance, the measure of the US export rules (an H100 has 15,832).",
        },
      ],
    ),
    fanChart(
      report,
      "money",
      "Money",
      "Which money",
      "log",
      [
        {
          metric: "cumulative_spend_usd",
          label: "spent so far",
          title: "USD since the start",
          about: "All that a path has paid for accelerators since the start.",
        },
        {
          metric: "spend_usd",
          label: "spent in a step",
          title: "USD in the step",
          about: "Paid for accelerators in that step.",
        },
        {
          metric: "cash_usd",
          label: "unspent",
          title: "USD",
          about: "Money that found no chips to buy.",
        },
        {
          metric: "usd_per_1e24_flop_amortised",
          label: "per 1e24 FLOP",
          title: "USD per 1e24 FLOP",
          about: "Amortised cost of the run for each 1e24 FLOP.",
        },
      ],
      [],
      "list",
    ),
    datesChart(report),
    costChart(report),
    sourcesChart(report),
    carriersChart(report),
    limitsChart(report),
    fanChart(report, "efficiency", "How well the run uses its chips", "Metric", "linear", [
      {
        metric: "run_mfu",
        label: "MFU",
        title: "model FLOP utilisation",
        about: "Model FLOP over what the chips' dense peak would do in the same time.",
      },
      {
        metric: "run_goodput",
        label: "goodput",
        title: "share of time",
        about: "Share of the time in which the run makes progress.",
      },
      {
        metric: "run_chips",
        label: "chips",
        title: "chips in the run",
        about: "Chips in the largest run.",
      },
    ]),
    fanChart(report, "power", "Power of the owned chips", "Metric", "log", [
      {
        metric: "power_w",
        label: "W",
        title: "W with PUE",
        about: "After the power cap, with PUE.",
      },
    ]),
    ...driverCharts(report),
    explorer(report),
  ];
  return all.filter((chart): chart is Chart => chart !== null);
}
