// SPDX-License-Identifier: Apache-2.0
import type { ChartState } from "../chart";
import { at, statisticNames, type Report, type Scalar, type Series } from "../data";
import type { Table } from "../dom";
import { calendarMonth, shareText, styleOf } from "../format";
import { dashes, pathColour } from "../theme";

/** One colour and dash for each path, by its place in the report, on the whole page. */
export function colourScale(report: Report, state: ChartState) {
  const domain = state.paths;
  return {
    domain,
    range: domain.map((path) => pathColour(report.pathNames.indexOf(path), state.theme)),
  };
}
export function dashScale(report: Report, state: ChartState) {
  const domain = state.paths;
  return {
    domain,
    range: domain.map((path) => dashes[report.pathNames.indexOf(path) % dashes.length]),
  };
}

export function legendOf(state: ChartState) {
  return state.paths.length < 2
    ? null
    : {
        title: null,
        labelLimit: Math.max(120, state.width / 2 - 40),
        columns: state.width < 520 ? 1 : undefined,
        symbolType: "stroke",
        symbolStrokeWidth: 3,
        symbolOpacity: 1,
      };
}

/** A quantile for people, with a word for a censored one. */
export function quantileText(
  report: Report,
  one: Series | Scalar,
  value: number | null,
  step: number,
  long = false,
): string {
  if (value === null || Number.isNaN(value)) return "–";
  const style = styleOf(one.unit);
  if (Number.isFinite(value)) return long ? style.long(value) : style.short(value);
  if (one.metric === "lag_months" || one.metric.includes("lag")) {
    const month = report.lastMonth(step);
    const end = report.lastMonth(report.data.steps - 1);
    if (value < 0) return `< ${(month - end).toFixed(0)}`;
    return report.data.record_start_month === null
      ? "record"
      : `> ${(month - report.data.record_start_month).toFixed(0)}`;
  }
  return value < 0 ? "-inf" : "inf";
}

/** What a fan is made of. */
export const quantileLevels = ["p05", "p25", "p50", "p75", "p95"] as const;

/** Values as they are drawn: what is censored, or 0 on a logarithmic axis, at the frame. */
export function atFrame([low, high]: [number, number]): (value: number | null) => number | null {
  return (value) => (value === null ? null : Math.min(Math.max(value, low), high));
}

/** For a layer of marks of which the one nearest to the pointer is shown, with its tooltip. */
export const nearest = {
  params: [
    {
      name: "near",
      select: { type: "point", on: "pointermove,pointerdown", nearest: true, clear: "pointerout" },
    },
  ],
  opacity: { condition: { param: "near", empty: false, value: 1 }, value: 0 },
};

/** A number as it is drawn: axes add to the largest, which must not become infinite. */
export function drawable(x: number): number {
  return Number.isFinite(x) ? Math.min(Math.max(x, -1e300), 1e300) : x;
}

/** The smallest and the largest; of any number of values. */
export function extent(values: number[]): [number, number] {
  return values.reduce(
    ([low, high], x) => [Math.min(low, x), Math.max(high, x)],
    [Infinity, -Infinity],
  );
}

/** Domain that holds all of these; of a logarithmic axis the positive ones. */
export function domainOf(values: number[], scale: "log" | "linear"): [number, number] {
  const good = values
    .filter((x) => Number.isFinite(x) && (scale === "linear" || x > 0))
    .map(drawable);
  if (good.length === 0) return scale === "log" ? [1, 10] : [0, 1];
  let [low, high] = extent(good);
  if (scale === "log") {
    low = Math.max(low, high * 1e-9);
    if (low === high) [low, high] = [low / 2, high * 2];
    return [low / 1.15, high * 1.15];
  }
  if (low === high) {
    const pad = Math.max(1, Math.abs(low) * 1e-6); // 1 is nothing beside the largest numbers
    [low, high] = [low - pad, high + pad];
  }
  const pad = (high - low) * 0.05;
  return [low >= 0 && low < high * 0.5 ? 0 : low - pad, high + pad];
}

/** Ticks of a logarithmic axis: decades, thinned; 1-2-5 where there are few. */
export function logTicks([low, high]: [number, number]): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const stride = Math.max(1, Math.ceil((last - first) / 8));
  const ticks: number[] = [];
  for (let e = first; e <= last; ++e) {
    if (last - first <= 2) for (const m of [1, 2, 5]) ticks.push(m * 10 ** e);
    else if ((e - first) % stride === 0) ticks.push(10 ** e);
  }
  return ticks.filter((x) => x >= low && x <= high).map((x) => Number(x.toPrecision(3)));
}

export function axisLabel(unit: string, isLog: boolean): string {
  if (unit === "FLOP") return "replace(format(datum.value, '.1~e'), 'e+', 'e')";
  if (unit === "USD" || unit === "H100e" || unit === "chips" || unit === "W") {
    return "replace(replace(format(datum.value, '~s'), 'G', ' B'), /([kMT])$/, ' $1')";
  }
  return isLog ? "format(datum.value, '~g')" : "format(datum.value, '~r')";
}

export function timeAxis(state: ChartState) {
  return {
    title: null,
    format: "%Y",
    tickCount: state.width < 520 ? 5 : { interval: "year", step: 1 },
  };
}

/** All statistics of some series, one row for each path and step, or for each scalar. */
export function statisticsTable(
  report: Report,
  all: (Series | Scalar | undefined)[],
  isSeries: boolean,
): Table {
  const columns = ["path", "metric", "unit", ...(isSeries ? ["month"] : []), ...statisticNames];
  const rows: Table["rows"] = [];
  for (const one of all) {
    if (one === undefined) continue;
    for (let step = 0; step < (isSeries ? report.data.steps : 1); ++step) {
      const values = statisticNames.map((name) => at(one[name], step));
      if (values.every((x) => x === null)) continue;
      rows.push([
        one.path,
        one.metric,
        one.unit,
        ...(isSeries ? [calendarMonth(report.month(step), 0)] : []),
        ...values,
      ]);
    }
  }
  return { columns, rows };
}

/** Shares of samples without a number, as words for a tooltip. */
export function censoredText(one: Series | Scalar, step: number): string {
  const below = at(one.share_below, step) ?? 0;
  const above = at(one.share_above, step) ?? 0;
  const isLag = one.metric.includes("lag");
  return [
    below > 0 && `${isLag ? "ahead" : "below"}: ${shareText(below)}`,
    above > 0 && `${isLag ? "older or no run" : "above"}: ${shareText(above)}`,
  ]
    .filter(Boolean)
    .join(", ");
}
