// SPDX-License-Identifier: Apache-2.0
// What the C++ program puts into the page of a sweep (docs/outputs.md, "report.html").
import { at, type Numbers } from "./data";
import type { Table } from "./dom";
import { absoluteError, calendarMonth, relativeError, shareText, short, styleOf } from "./format";

export const sweepStatistics = [
  "mean",
  "mean_se",
  "sd",
  "p05",
  "p05_se",
  "p25",
  "p25_se",
  "p50",
  "p50_se",
  "p75",
  "p75_se",
  "p95",
  "p95_se",
  "share_below",
  "share_above",
] as const;
export type SweepStatistic = (typeof sweepStatistics)[number];

export interface SweptKey {
  key: string;
  scale: "linear" | "log" | "ordinal";
  /** As they were written; missing where a hypercube's numbers say the same. */
  values?: string[];
  /** None where the key is ordinal. */
  numbers: number[];
}

export interface SweptOutput extends Record<SweepStatistic, Numbers> {
  output: string;
  path: string;
  metric: string;
  unit: string;
  month: string;
}

export interface SweepData {
  format: "leadtime-sweep-report";
  format_version: number;
  leadtime: string;
  scenario: { name: string; description: string; file: string };
  start_month: number | null;
  overrides: string[];
  seed: string;
  samples: number;
  design: "grid" | "latin hypercube";
  cells: number;
  keys: SweptKey[];
  outputs: SweptOutput[];
}

/** Months from the start that are written as calendar months. */
export function isDate(one: SweptOutput): boolean {
  return one.unit === "date" || /^(effective_)?(milestone|parity)_month([@.]|$)/.test(one.metric);
}

/** Texts that differ, as names on an axis must. */
function unique(texts: string[]): string[] {
  const seen = new Map<string, number>();
  return texts.map((text) => {
    const n = (seen.get(text) ?? 0) + 1;
    seen.set(text, n);
    return n === 1 ? text : `${text} (${n})`;
  });
}

/** `20k`, as scenarios write it; powers of ten beyond. */
export function keyNumber(x: number, digits: number): string {
  const size = Math.abs(x);
  if (size >= 1e4 && size < 1e15) {
    const power = Math.min(4, Math.floor(Math.log10(size) / 3));
    return (
      String(Number((x / 1000 ** power).toPrecision(digits))) + ["", "k", "M", "B", "T"][power]
    );
  }
  return size !== 0 && (size < 1e-4 || size >= 1e15)
    ? x
        .toExponential(digits - 1)
        .replace(/\.?0*e/, "e")
        .replace("e+", "e")
    : String(Number(x.toPrecision(digits)));
}

/** As few digits as keep the numbers apart. */
function numberLabels(numbers: number[]): string[] {
  const distinct = new Set(numbers).size;
  for (let digits = 3; digits <= 12; ++digits) {
    const texts = numbers.map((x) => keyNumber(x, digits));
    if (new Set(texts).size === distinct) return texts;
  }
  return numbers.map(String);
}

export class Sweep {
  readonly isGrid: boolean;
  /** Names of the keys for titles: without what all quantities have in common. */
  readonly names: string[];
  /** Names of a grid's values for axes, all different; empty of a hypercube. */
  readonly labels: string[][];
  private readonly strides: number[] = [];

  constructor(readonly data: SweepData) {
    this.isGrid = data.design === "grid";
    const bare = data.keys.map((key) => key.key.replace(/^quantity\./, "").replace(/\.value$/, ""));
    this.names = bare.map((name, i) =>
      short(bare.indexOf(name) === bare.lastIndexOf(name) ? name : data.keys[i].key, 60),
    );
    this.labels = data.keys.map((key) =>
      !this.isGrid
        ? []
        : unique(
            key.numbers.length > 0
              ? numberLabels(key.numbers)
              : key.values!.map((text) => short(text, 40)),
          ),
    );
    let stride = 1;
    for (let k = data.keys.length; k-- > 0;) {
      this.strides[k] = stride;
      stride *= this.labels[k].length;
    }
  }

  /** The number of a key's value in a cell. */
  index(cell: number, key: number): number {
    return this.isGrid ? Math.floor(cell / this.strides[key]) % this.labels[key].length : cell;
  }
  /** The cell of a grid with these values. */
  cellAt(indices: number[]): number {
    return indices.reduce((sum, index, key) => sum + index * this.strides[key], 0);
  }
  /** A key's value in a cell, as it was written. */
  text(cell: number, key: number): string {
    const { values, numbers } = this.data.keys[key];
    const i = this.index(cell, key);
    return values ? values[i] : String(numbers[i]);
  }
  /** Values of a grid's key in the order of an axis: numbers ascend. */
  order(key: number): number[] {
    const { numbers } = this.data.keys[key];
    const order = this.labels[key].map((_label, i) => i);
    return numbers.length > 0 ? order.sort((a, b) => numbers[a] - numbers[b]) : order;
  }

  /** A statistic of an output for people, with a word for a censored one. */
  valueText(
    one: SweptOutput,
    statistic: SweepStatistic,
    value: number | null,
    long = false,
  ): string {
    if (value === null) return "–";
    if (statistic.startsWith("share")) return shareText(value, long ? 2 : 1);
    if (!Number.isFinite(value)) {
      return one.metric.includes("lag")
        ? value < 0
          ? "ahead"
          : "older"
        : isDate(one)
          ? value < 0
            ? "before"
            : "later"
          : value < 0
            ? "-inf"
            : "inf";
    }
    if (isDate(one) && statistic !== "sd" && this.data.start_month !== null)
      return calendarMonth(this.data.start_month, value);
    const style = styleOf(isDate(one) ? "month" : one.unit);
    return long ? style.long(value) : style.short(value);
  }
  /** Its Monte Carlo standard error, where there is one. */
  errorText(one: SweptOutput, statistic: SweepStatistic, cell: number): string {
    const errors = one[`${statistic}_se` as SweepStatistic] as Numbers | undefined;
    if (errors === undefined) return "";
    const error = at(errors, cell);
    return one.unit === "month" || one.unit === "date"
      ? absoluteError(error)
      : relativeError(at(one[statistic], cell), error);
  }
  censoredText(one: SweptOutput, cell: number): string {
    const words = one.metric.includes("lag")
      ? ["ahead", "older or no run"]
      : isDate(one)
        ? ["before", "later"]
        : ["below", "above"];
    return ([one.share_below, one.share_above] as const)
      .map((share, i) => {
        const value = at(share, cell) ?? 0;
        return value > 0 ? `${words[i]}: ${shareText(value)}` : "";
      })
      .filter(Boolean)
      .join(", ");
  }

  /** All statistics of some cells and outputs, a row for each pair. */
  table(cells: number[], outputs: SweptOutput[]): Table {
    const keys = this.data.keys.map((_key, k) => k);
    return {
      columns: [
        "cell",
        ...this.data.keys.map((key) => key.key),
        "path",
        "metric",
        "unit",
        "month",
        ...sweepStatistics,
      ],
      rows: cells.flatMap((cell) =>
        outputs.map((one) => [
          cell,
          ...keys.map((k) => this.data.keys[k].numbers[this.index(cell, k)] ?? this.text(cell, k)),
          one.path,
          one.metric,
          one.unit,
          one.month,
          ...sweepStatistics.map((name) => at(one[name], cell)),
        ]),
      ),
    };
  }
}

/** Outputs that share a chart: the same metric in the same month, a line for each path. */
export function outputGroups(outputs: SweptOutput[]): SweptOutput[][] {
  const groups = new Map<string, SweptOutput[]>();
  for (const one of outputs) {
    const key = one.path === "" ? one.output : [one.metric, one.unit, one.month].join("\n");
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

export function groupName(group: SweptOutput[]): string {
  const [one] = group;
  return group.length === 1 ? one.output : one.metric + (one.month && `@${one.month}`);
}
