// SPDX-License-Identifier: Apache-2.0
// Intervals in one month: median, middle half and middle 90 %, for each path and row.
import type { ChartState } from "../chart";
import { at, type Report, type Series } from "../data";
import { relativeError } from "../format";
import { inks } from "../theme";
import {
  axisLabel,
  colourScale,
  domainOf,
  drawable,
  legendOf,
  logTicks,
  quantileText,
} from "./common";

export interface Group {
  label: string;
  metric: string;
}

export function intervals(
  report: Report,
  state: ChartState,
  groups: Group[],
  step: number,
  title: string,
): Record<string, unknown> | null {
  const values: Record<string, unknown>[] = [];
  let unit = "USD";
  for (const group of groups) {
    for (const path of state.paths) {
      const one: Series | undefined = report.series(path, group.metric);
      if (one === undefined) continue;
      const raw = (["p05", "p25", "p50", "p75", "p95"] as const).map((name) => at(one[name], step));
      if (raw.some((x) => x === null || !(x > 0) || !Number.isFinite(x))) continue;
      unit = one.unit;
      const text = (i: number) => quantileText(report, one, raw[i], step, true);
      values.push({
        path,
        group: group.label,
        ...Object.fromEntries(
          (["p05", "p25", "p50", "p75", "p95"] as const).map((name, i) => [
            name,
            drawable(raw[i]!),
          ]),
        ),
        median: `${text(2)} ${relativeError(raw[2], at(one.p50_se, step))}`,
        half: `${text(1)} … ${text(3)}`,
        ninety: `${text(0)} … ${text(4)}`,
      });
    }
  }
  if (values.length === 0) return null;
  const domain = domainOf(
    values.flatMap((row) => [row.p05 as number, row.p95 as number]),
    "log",
  );
  const x = (field: string) => ({
    field,
    type: "quantitative",
    title,
    scale: { type: "log", domain, nice: false },
    axis: { values: logTicks(domain), labelExpr: axisLabel(unit, true), grid: true },
  });
  const order = groups.map((group) => group.label);
  const y = {
    field: "group",
    type: "nominal",
    sort: order,
    title: null,
    axis: { labelLimit: 120, ticks: false, domain: false, labelFontSize: 12 },
    scale: { paddingInner: 0.35 },
  };
  const yOffset = { field: "path", type: "nominal", sort: state.paths };
  const color = {
    field: "path",
    type: "nominal",
    scale: colourScale(report, state),
    legend: legendOf(state) && {
      ...legendOf(state),
      symbolType: "circle",
      symbolStrokeWidth: 0,
      symbolOpacity: 1,
    },
  };
  const tooltip = [
    { field: "path", title: "path" },
    { field: "group", title: "method" },
    { field: "median", title: `median, ${unit}` },
    { field: "half", title: "25–75 %" },
    { field: "ninety", title: "5–95 %" },
  ];
  return {
    width: state.width,
    height: Math.max(state.height - 40, groups.length * (18 * state.paths.length + 14) + 40),
    autosize: { type: "fit", contains: "padding" },
    data: { values },
    encoding: { y, yOffset, color, tooltip },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 2.5, opacity: 0.55 },
        encoding: { x: x("p05"), x2: { field: "p95" } },
      },
      {
        mark: { type: "rule", strokeWidth: 8, opacity: 0.45 },
        encoding: { x: x("p25"), x2: { field: "p75" } },
      },
      {
        mark: {
          type: "point",
          filled: true,
          size: 75,
          opacity: 1,
          stroke: inks(state.theme).card,
          strokeWidth: 1.5,
        },
        encoding: { x: x("p50") },
      },
    ],
  };
}
