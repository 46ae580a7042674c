// SPDX-License-Identifier: Apache-2.0
// When something is reached: the share of samples for each year, with those in which it
// is not reached by the end beside them.
import type { ChartState } from "../chart";
import { at, type Report, type Scalar } from "../data";
import type { Table } from "../dom";
import { calendarMonth, shareText } from "../format";
import { tooltip } from "../tooltip";
import { colourScale, dashScale, legendOf, nearest, timeAxis } from "./common";

/** Share of samples in [0, 1] for each year, and the two that have no date. */
function yearly(report: Report, one: Scalar): { label: string; share: number }[] {
  const bars: { label: string; share: number }[] = [];
  const cumulative = one.cumulative ?? null;
  let before = one.share_below ?? 0;
  if (before > 0) bars.push({ label: "before", share: before });
  const ends = report.yearEnds();
  ends.forEach((step, i) => {
    // a year's share ends where the next year's first step starts
    const reached =
      i + 1 === ends.length ? 1 - (one.share_above ?? 0) : (at(cumulative, step + 1) ?? before);
    bars.push({
      label: String(Math.floor(report.month(step) / 12)),
      share: Math.max(0, reached - before),
    });
    before = Math.max(before, reached);
  });
  bars.push({ label: "later", share: one.share_above ?? 0 });
  return bars;
}

function scalarsOf(report: Report, state: ChartState, metric: string): Scalar[] {
  return state.paths
    .map((path) => report.scalar(path, metric))
    .filter((one): one is Scalar => one?.cumulative !== undefined);
}

export function dateBars(
  report: Report,
  state: ChartState,
  metric: string,
): Record<string, unknown> | null {
  const all = scalarsOf(report, state, metric);
  if (all.length === 0) return null;
  const shown = { ...state, paths: all.map((one) => one.path) };
  const values: Record<string, unknown>[] = [];
  const labels: string[] = [];
  for (const one of all) {
    for (const bar of yearly(report, one)) {
      if (!labels.includes(bar.label)) labels.push(bar.label);
      values.push({
        path: one.path,
        year: bar.label,
        share: bar.share,
        text: shareText(bar.share, 2),
      });
    }
  }
  const order = [
    ...labels.filter((x) => x === "before"),
    ...labels.filter((x) => x !== "before" && x !== "later").sort(),
    "later",
  ];
  return {
    width: state.width,
    height: state.height,
    autosize: { type: "fit", contains: "padding" },
    data: { values },
    mark: { type: "bar", cornerRadiusTopLeft: 2, cornerRadiusTopRight: 2 },
    encoding: {
      x: {
        field: "year",
        type: "ordinal",
        sort: order,
        title: null,
        axis: { labelAngle: state.width < 520 ? -50 : 0, labelOverlap: false },
      },
      xOffset: { field: "path", sort: shown.paths },
      y: {
        field: "share",
        type: "quantitative",
        title: "share of samples",
        axis: { format: "%", tickCount: 5 },
      },
      color: {
        field: "path",
        type: "nominal",
        scale: colourScale(report, shown),
        legend: legendOf(shown) && { ...legendOf(shown), symbolType: "square" },
      },
      tooltip: [
        { field: "path", title: "path" },
        { field: "year", title: "reached" },
        { field: "text", title: "share" },
      ],
    },
  };
}

export function dateCurve(
  report: Report,
  state: ChartState,
  metric: string,
): Record<string, unknown> | null {
  const all = scalarsOf(report, state, metric);
  if (all.length === 0) return null;
  const shown = { ...state, paths: all.map((one) => one.path) };
  const values: Record<string, unknown>[] = [];
  for (const one of all) {
    for (let step = 0; step < report.data.steps; ++step) {
      const share = at(one.cumulative ?? null, step);
      if (share === null) continue;
      values.push({
        path: one.path,
        t: report.time(step),
        share,
        "reached by then": shareText(share, 2),
        month: calendarMonth(report.month(step), 0),
      });
    }
  }
  const x = { field: "t", type: "temporal", scale: { type: "utc" }, axis: timeAxis(state) };
  const y = {
    field: "share",
    type: "quantitative",
    title: "reached by then",
    scale: { domain: [0, 1] },
    axis: { format: "%", tickCount: 5 },
  };
  const color = { field: "path", type: "nominal", scale: colourScale(report, shown) };
  return {
    width: state.width,
    height: state.height,
    autosize: { type: "fit", contains: "padding" },
    data: { values },
    layer: [
      {
        mark: { type: "line", strokeWidth: 2.2, interpolate: "step-after" },
        encoding: {
          x,
          y,
          color: { ...color, legend: legendOf(shown) },
          strokeDash: {
            field: "path",
            type: "nominal",
            scale: dashScale(report, shown),
            legend: legendOf(shown),
          },
        },
      },
      {
        params: nearest.params,
        mark: { type: "point", filled: true, size: 60 },
        encoding: {
          x,
          y,
          color: { ...color, legend: legendOf(shown) },
          opacity: nearest.opacity,
          tooltip: tooltip("path", "month", "reached by then"),
        },
      },
    ],
  };
}

export function dateTable(report: Report, state: ChartState, metric: string): Table {
  const rows: Table["rows"] = [];
  for (const one of scalarsOf(report, state, metric)) {
    for (const bar of yearly(report, one)) rows.push([one.path, metric, bar.label, bar.share]);
  }
  return { columns: ["path", "metric", "reached_in", "share_of_samples"], rows };
}

/** In words: how often, and when at the median. */
export function dateWords(report: Report, state: ChartState, metric: string): string {
  return (
    scalarsOf(report, state, metric)
      .map((one) => {
        const later = one.share_above ?? 0;
        const when =
          one.p50 === null
            ? ""
            : Number.isFinite(one.p50)
              ? `median ${calendarMonth(report.data.start_month, one.p50)}, `
              : "";
        return `${one.path}: ${when}not by the end in ${shareText(later)} of the samples`;
      })
      .join("; ") + "."
  );
}
