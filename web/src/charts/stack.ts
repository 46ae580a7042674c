// SPDX-License-Identifier: Apache-2.0
// Parts of a whole over the months: one small chart for each path, stacked means.
// Means, because only they add up to the mean of the whole.
import type { ChartState } from "../chart";
import { at, type Report, type Series } from "../data";
import type { Table } from "../dom";
import { calendarMonth, shareText, short, styleOf } from "../format";
import { inks, pathColour, tints } from "../theme";
import { axisLabel, drawable, timeAxis } from "./common";

export interface Part {
  name: string;
  series: Series;
}

/** Tints can tell this many parts apart; the smallest others become one. */
const mostParts = 8;

interface DrawnPart {
  name: string;
  mean(step: number): number;
}

/** The steps that have results: of some metrics only the ends of years have. */
function stepsWithResults(parts: Part[], steps: number): number[] {
  return Array.from({ length: steps }, (_, step) => step).filter((step) =>
    parts.some((part) => at(part.series.mean, step) !== null),
  );
}

function drawnParts(parts: Part[], steps: number[]): DrawnPart[] {
  const area = new Map(
    parts.map((part) => [part, steps.reduce((sum, step) => sum + meanOf(part, step), 0)]),
  );
  const kept = parts.filter((part) => area.get(part)! > 0);
  const large = new Set(
    [...kept]
      .sort((a, b) => area.get(b)! - area.get(a)!)
      .slice(0, kept.length > mostParts ? mostParts - 1 : mostParts),
  );
  const rest = kept.filter((part) => !large.has(part));
  const drawn: DrawnPart[] = kept
    .filter((part) => large.has(part))
    .map((part) => ({ name: part.name, mean: (step) => meanOf(part, step) }));
  if (rest.length > 0) {
    drawn.push({
      name: `${rest.length} others`,
      mean: (step) => rest.reduce((sum, part) => sum + meanOf(part, step), 0),
    });
  }
  return drawn;
}

export interface StackOptions {
  unit: string;
  asShare: boolean;
  title: string;
}

function meanOf(part: Part, step: number): number {
  const value = at(part.series.mean, step);
  return value === null || !Number.isFinite(value) ? 0 : Math.max(0, drawable(value));
}

export function stack(
  report: Report,
  state: ChartState,
  partsOf: (path: string) => Part[],
  options: StackOptions,
): Record<string, unknown> | null {
  const shown = state.paths
    .map((path) => {
      const all = partsOf(path);
      const steps = stepsWithResults(all, report.data.steps);
      return { path, steps, parts: drawnParts(all, steps) };
    })
    .filter((one) => one.parts.length > 0);
  if (shown.length === 0) return null;
  const columns = state.width < 560 ? 1 : Math.min(3, shown.length);
  const width = Math.floor((state.width - 20) / columns) - 62;
  const style = styleOf(options.unit);
  const concat = shown.map(({ path, steps, parts }) => {
    const names = parts.map((part) => short(part.name, 34));
    const values: Record<string, unknown>[] = [];
    for (const step of steps) {
      const total = parts.reduce((sum, part) => sum + part.mean(step), 0);
      parts.forEach((part, i) => {
        const mean = part.mean(step);
        const share = total > 0 ? mean / total : 0;
        values.push({
          t: report.time(step),
          part: names[i],
          order: i,
          value: options.asShare ? share : mean,
          month: calendarMonth(report.month(step), 0),
          text: options.unit === "1" ? shareText(mean, 2) : style.long(mean),
          share: shareText(share, 2),
        });
      });
    }
    const colour = pathColour(report.pathNames.indexOf(path), state.theme);
    const encoding = {
      x: {
        field: "t",
        type: "temporal",
        scale: { type: "utc" },
        axis: { ...timeAxis(state), tickCount: { interval: "year", step: width < 260 ? 4 : 2 } },
      },
      y: {
        field: "value",
        type: "quantitative",
        stack: "zero",
        title: null,
        scale: options.asShare || options.unit === "1" ? { domain: [0, 1] } : {},
        axis: {
          tickCount: 5,
          labelExpr:
            options.asShare || options.unit === "1"
              ? "format(datum.value, '.0%')"
              : axisLabel(options.unit, false),
        },
      },
      color: {
        field: "part",
        type: "nominal",
        sort: names,
        scale: { domain: names, range: tints(colour, names.length, state.theme) },
        legend: {
          title: null,
          orient: "bottom",
          direction: "vertical",
          columns: 1,
          symbolType: "square",
          labelLimit: width - 20,
          labelFontSize: 11,
          offset: 4,
          rowPadding: 1,
        },
      },
      order: { field: "order", type: "quantitative" },
      tooltip: [
        { field: "part", title: "part" },
        { field: "month", title: "month" },
        { field: "text", title: options.unit === "1" ? "mean share" : `mean, ${options.unit}` },
        ...(options.unit === "1" ? [] : [{ field: "share", title: "share" }]),
      ],
    };
    return {
      title: { text: short(path, 30), color: colour, fontSize: 13, anchor: "start", offset: 6 },
      width,
      height: Math.min(state.height, 220),
      data: { values },
      mark:
        steps.length === 1
          ? { type: "bar", size: 40 }
          : {
              type: "area",
              stroke: inks(state.theme).card,
              strokeWidth: 0.6,
              interpolate: "linear",
            },
      encoding,
    };
  });
  return {
    concat,
    columns,
    spacing: 18,
    resolve: { scale: { color: "independent", y: "independent" } },
  };
}

export function stackTable(
  report: Report,
  state: ChartState,
  partsOf: (path: string) => Part[],
): Table {
  const rows: Table["rows"] = [];
  for (const path of state.paths) {
    const parts = partsOf(path);
    const steps = stepsWithResults(parts, report.data.steps);
    for (const part of parts) {
      for (const step of steps) {
        rows.push([
          path,
          part.series.metric,
          part.series.unit,
          calendarMonth(report.month(step), 0),
          at(part.series.mean, step),
        ]);
      }
    }
  }
  return { columns: ["path", "metric", "unit", "month", "mean"], rows };
}
