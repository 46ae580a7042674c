// SPDX-License-Identifier: Apache-2.0
import type { ChartState, Switch } from "../chart";
import { at } from "../data";
import { short } from "../format";
import { isDate, type Sweep, type SweepStatistic, type SweptOutput } from "../sweep_data";
import { axisLabel, domainOf } from "./common";

export const statisticLabels: [SweepStatistic, string][] = [
  ["p50", "median"],
  ["mean", "mean"],
  ["p05", "5 % quantile"],
  ["p25", "25 % quantile"],
  ["p75", "75 % quantile"],
  ["p95", "95 % quantile"],
  ["sd", "standard deviation"],
  ["share_below", "share ahead or below"],
  ["share_above", "share older or above"],
];

export function statisticLabel(statistic: SweepStatistic): string {
  return statisticLabels.find(([name]) => name === statistic)?.[1] ?? statistic;
}

/** The output and the statistic of the bar at the top. */
export function chosen(
  sweep: Sweep,
  state: ChartState,
): { one: SweptOutput; statistic: SweepStatistic } {
  return {
    one: sweep.data.outputs[Number(state.choice.output ?? 0)],
    statistic: (state.choice.statistic ?? "p50") as SweepStatistic,
  };
}

/** Logarithmic where positive numbers span more than a factor of 50. */
export function scaleOf(values: number[], unit: string): "log" | "linear" {
  const good = values.filter((x) => Number.isFinite(x));
  if (good.length === 0 || ["1", "month", "date"].includes(unit) || good.some((x) => x <= 0))
    return "linear";
  const [low, high] = domainOf(good, "log");
  return high / low > 50 ? "log" : "linear";
}

/** Unit of a statistic: shares have none, and a spread of dates is in months. */
export function unitOf(one: SweptOutput, statistic: SweepStatistic): string {
  if (statistic.startsWith("share")) return "share";
  return isDate(one) ? (statistic === "sd" ? "month" : "date") : one.unit;
}

export function valueLabel(sweep: Sweep, unit: string, isLog: boolean): string {
  const start = sweep.data.start_month;
  if (unit === "share") return "format(datum.value, '~%')";
  if (unit === "date" && start !== null) {
    return `utcFormat(utc(${Math.floor(start / 12)}, ${start % 12} + floor(datum.value), 1), '%Y-%m')`;
  }
  return axisLabel(unit, isLog);
}

/** Labels of a key's axis, as keyNumber() writes them. */
export const keyLabel =
  "abs(datum.value) >= 1e4 && abs(datum.value) < 1e15 ? replace(format(datum.value, '.4~s'), 'G', 'B')" +
  " : replace(format(datum.value, '.4~g'), 'e+', 'e')";

/** `, month`, or what else the unit adds to a title. */
export function unitTitle(unit: string): string {
  return ["date", "1", "share"].includes(unit) ? "" : `, ${short(unit, 20)}`;
}

/** The values of all keys in a cell, for a tooltip; names cannot hide other fields. */
export function keyFields(sweep: Sweep, cell: number): Record<string, string> {
  return Object.fromEntries(
    sweep.names.map((_name, k) => [`key${k}`, short(sweep.text(cell, k), 60)]),
  );
}
export function keyTooltip(sweep: Sweep): { field: string; title: string }[] {
  return sweep.names.map((name, k) => ({ field: `key${k}`, title: name }));
}

/** The statistics of a cell as texts for a tooltip. */
export function cellFields(sweep: Sweep, one: SweptOutput, cell: number): Record<string, string> {
  const text = (name: SweepStatistic) => sweep.valueText(one, name, at(one[name], cell), true);
  return {
    median: `${text("p50")} ${sweep.errorText(one, "p50", cell)}`,
    mean: `${text("mean")} ${sweep.errorText(one, "mean", cell)}`,
    half: `${text("p25")} … ${text("p75")}`,
    ninety: `${text("p05")} … ${text("p95")}`,
    censored: sweep.censoredText(one, cell),
  };
}
export const cellTooltip = [
  { field: "median", title: "median" },
  { field: "mean", title: "mean" },
  { field: "half", title: "25–75 %" },
  { field: "ninety", title: "5–95 %" },
  { field: "censored", title: "censored" },
];

/** A list for each key of a grid, at which value it is held; `isFree` keys are on an axis. */
export function heldSwitches(
  sweep: Sweep,
  isFree: (key: number, choice: Record<string, string>) => boolean,
): Switch[] {
  return sweep.names.map((name, k) => {
    const order = sweep.order(k);
    return {
      key: `held${k}`,
      label: name,
      kind: "list",
      isLabelled: true,
      options: order.map((i) => ({ value: String(i), label: sweep.labels[k][i] })),
      initial: String(order[Math.floor((order.length - 1) / 2)]),
      isShown: (choice) => !isFree(k, choice),
    };
  });
}

export function heldIndices(sweep: Sweep, choice: Record<string, string>): number[] {
  return sweep.names.map((_name, k) => Number(choice[`held${k}`] ?? 0));
}

/** `law = 0, share = 0.4` of the keys that are on no axis. */
export function heldWords(sweep: Sweep, choice: Record<string, string>, free: number[]): string {
  const indices = heldIndices(sweep, choice);
  const words = sweep.names
    .map((name, k) => `${name} = ${sweep.labels[k][indices[k]]}`)
    .filter((_text, k) => !free.includes(k));
  return words.length > 0 ? ` Held: ${words.join(", ")}.` : "";
}
