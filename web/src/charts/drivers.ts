// SPDX-License-Identifier: Apache-2.0
// What drives an output: the optional section of `leadtime report --sensitivity`.
import type { ChartState } from "../chart";
import type { SensitivityOutput } from "../data";
import type { Table } from "../dom";
import { short, styleOf } from "../format";
import { inks, pathColour } from "../theme";
import { drawable } from "./common";

const most = 16;

export function tornado(one: SensitivityOutput, state: ChartState): Record<string, unknown> | null {
  const style = styleOf(one.unit ?? "1");
  const bars = [...(one.tornado ?? [])]
    .sort((a, b) => Math.abs(b.high - b.low) - Math.abs(a.high - a.low))
    .slice(0, most);
  if (bars.length === 0) return null;
  const baseline = drawable(one.baseline ?? bars[0].low / 2 + bars[0].high / 2);
  const values = bars.flatMap((bar) =>
    (["low", "high"] as const).map((end) => ({
      input: short(bar.input, 44),
      end: end === "low" ? "input at its 5 %" : "input at its 95 %",
      from: baseline,
      to: drawable(bar[end]),
      text: style.long(bar[end]),
    })),
  );
  const order = bars.map((bar) => short(bar.input, 44));
  return {
    width: state.width,
    height: bars.length * 22 + 30,
    autosize: { type: "fit", contains: "padding" },
    data: { values },
    layer: [
      {
        mark: { type: "bar", height: 12, opacity: 0.85 },
        encoding: {
          x: {
            field: "from",
            type: "quantitative",
            title: `${short(one.output, 60)}${one.unit ? ", " + one.unit : ""}`,
            scale: { zero: false },
          },
          x2: { field: "to" },
          y: {
            field: "input",
            type: "nominal",
            sort: order,
            title: null,
            axis: { labelLimit: state.width < 520 ? 130 : 240 },
          },
          color: {
            field: "end",
            type: "nominal",
            scale: { range: [pathColour(0, state.theme), pathColour(1, state.theme)] },
            legend: { title: null, symbolType: "square" },
          },
          tooltip: [
            { field: "input", title: "input" },
            { field: "end", title: "set" },
            { field: "text", title: one.unit ?? "output" },
          ],
        },
      },
      {
        mark: { type: "rule", color: inks(state.theme).soft },
        data: { values: [{ x: baseline }] },
        encoding: { x: { field: "x", type: "quantitative" } },
      },
    ],
  };
}

export function sobol(one: SensitivityOutput, state: ChartState): Record<string, unknown> | null {
  const bars = [...(one.sobol ?? [])]
    .sort((a, b) => (b.total ?? b.first ?? 0) - (a.total ?? a.first ?? 0))
    .slice(0, most);
  if (bars.length === 0) return null;
  const values: Record<string, unknown>[] = [];
  for (const bar of bars) {
    for (const kind of ["first", "total"] as const) {
      if (bar[kind] === undefined || bar[kind] === null) continue;
      const value = drawable(bar[kind]);
      const error = drawable(bar[`${kind}_se`] ?? 0);
      values.push({
        input: short(bar.input, 44),
        kind: kind === "first" ? "first order" : "total",
        value,
        low: error ? value - 2 * error : value,
        high: error ? value + 2 * error : value,
        text: value.toFixed(3) + (error ? ` ±${error.toFixed(3)}` : ""),
      });
    }
  }
  const y = {
    field: "input",
    type: "nominal",
    sort: bars.map((bar) => short(bar.input, 44)),
    title: null,
    axis: { labelLimit: state.width < 520 ? 130 : 240 },
  };
  const yOffset = { field: "kind", sort: ["first order", "total"] };
  return {
    width: state.width,
    height: bars.length * 28 + 30,
    autosize: { type: "fit", contains: "padding" },
    data: { values },
    layer: [
      {
        mark: { type: "bar", height: 10, opacity: 0.9 },
        encoding: {
          y,
          yOffset,
          x: { field: "value", type: "quantitative", title: "share of the variance" },
          color: {
            field: "kind",
            type: "nominal",
            scale: { range: [pathColour(0, state.theme), pathColour(4, state.theme)] },
            legend: { title: null, symbolType: "square" },
          },
          tooltip: [
            { field: "input", title: "input" },
            { field: "kind", title: "index" },
            { field: "text", title: "value" },
          ],
        },
      },
      {
        mark: { type: "rule", color: inks(state.theme).ink },
        encoding: { y, yOffset, x: { field: "low", type: "quantitative" }, x2: { field: "high" } },
      },
    ],
  };
}

export function driversTable(one: SensitivityOutput): Table {
  const rows: Table["rows"] = [];
  for (const bar of one.tornado ?? [])
    rows.push([one.output, "tornado", bar.input, bar.low, bar.high]);
  for (const bar of one.sobol ?? [])
    rows.push([one.output, "sobol", bar.input, bar.first ?? null, bar.total ?? null]);
  return { columns: ["output", "kind", "input", "low_or_first", "high_or_total"], rows };
}
