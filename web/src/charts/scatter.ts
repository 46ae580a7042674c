// SPDX-License-Identifier: Apache-2.0
// Of a Latin hypercube: a statistic of an output in each cell, against one key.
import type { Chart, ChartState } from "../chart";
import { at } from "../data";
import { short } from "../format";
import type { Sweep } from "../sweep_data";
import { inks, pathColour } from "../theme";
import { domainOf, drawable, logTicks } from "./common";
import {
  cellFields,
  cellTooltip,
  chosen,
  keyFields,
  keyLabel,
  keyTooltip,
  scaleOf,
  statisticLabel,
  unitOf,
  unitTitle,
  valueLabel,
} from "./sweep_common";

/** Cells in each of the means that make the trend. */
function trendOf(points: { x: number; y: number }[]): { x: number; y: number }[] {
  const slices = Math.min(12, Math.floor(points.length / 10));
  if (slices < 3) return [];
  const sorted = [...points].sort((a, b) => a.x - b.x);
  const mean = (all: number[]) => all.reduce((sum, value) => sum + value, 0) / all.length;
  return Array.from({ length: slices }, (_nothing, i) => {
    const own = sorted.slice(
      Math.floor((i * sorted.length) / slices),
      Math.floor(((i + 1) * sorted.length) / slices),
    );
    return { x: own[Math.floor(own.length / 2)].x, y: mean(own.map((point) => point.y)) };
  });
}

function spec(sweep: Sweep, state: ChartState, key: number): Record<string, unknown> | null {
  const { one, statistic } = chosen(sweep, state);
  const { numbers, scale } = sweep.data.keys[key];
  const unit = unitOf(one, statistic);
  const all = numbers.map((_x, cell) => at(one[statistic], cell));
  const good = all.filter((y): y is number => y !== null && Number.isFinite(y));
  if (good.length === 0) return null;
  const type = scaleOf(good, unit);
  const domain = domainOf(good, type);
  const rows = numbers
    .map((x, cell) => ({ x, y: all[cell], cell, isNumber: Number.isFinite(all[cell] ?? NaN) }))
    .filter((row) => row.y !== null)
    .map((row) => ({
      x: drawable(row.x),
      y: row.isNumber ? drawable(row.y!) : row.y! < 0 ? domain[0] : domain[1],
      isNumber: row.isNumber,
      text: `${sweep.valueText(one, statistic, row.y, true)} ${sweep.errorText(one, statistic, row.cell)}`,
      ...keyFields(sweep, row.cell),
      ...cellFields(sweep, one, row.cell),
    }));
  const finite = rows.filter((row) => row.isNumber);
  const censored = rows.filter((row) => !row.isNumber);
  const span = domainOf(numbers, scale === "log" ? "log" : "linear");
  const encoding = {
    x: {
      field: "x",
      type: "quantitative",
      title: sweep.names[key],
      scale: {
        type: scale,
        domain: span,
        nice: false,
        ...(scale === "log" ? {} : { zero: false }),
      },
      axis: {
        labelExpr: keyLabel,
        ...(scale === "log"
          ? { values: logTicks(span) }
          : { tickCount: state.width < 520 ? 4 : 6 }),
      },
    },
    y: {
      field: "y",
      type: "quantitative",
      title: short(`${one.output}${unitTitle(unit)}`, state.width < 520 ? 30 : 40),
      scale: { type, domain, nice: false, ...(type === "log" ? {} : { zero: false }) },
      axis: {
        labelExpr: valueLabel(sweep, unit, type === "log"),
        ...(type === "log" ? { values: logTicks(domain) } : { tickCount: 6 }),
      },
    },
  };
  const tooltip = [
    ...keyTooltip(sweep),
    ...(statistic === "p50" || statistic === "mean"
      ? []
      : [{ field: "text", title: statisticLabel(statistic) }]),
    ...cellTooltip,
  ];
  const many = rows.length > 800;
  const trend = trendOf(finite);
  return {
    width: state.width,
    height: state.height,
    autosize: { type: "fit", contains: "padding" },
    layer: [
      {
        data: { values: finite },
        mark: {
          type: "point",
          filled: true,
          size: many ? 12 : 34,
          opacity: many ? 0.45 : 0.7,
          color: pathColour(0, state.theme),
        },
        encoding: { ...encoding, tooltip },
      },
      ...(censored.length === 0
        ? []
        : [
            {
              data: { values: censored },
              mark: { type: "point", shape: "triangle", size: 40, color: inks(state.theme).soft },
              encoding: { ...encoding, tooltip },
            },
          ]),
      ...(trend.length === 0
        ? []
        : [
            {
              data: { values: trend },
              mark: { type: "line", strokeWidth: 2.4, color: pathColour(1, state.theme) },
              encoding,
            },
          ]),
    ],
  };
}

export function scatters(sweep: Sweep): Chart[] {
  return sweep.names.map((name, key) => ({
    id: `scatter-${key}`,
    title: `Against ${short(name, 60)}`,
    wide: sweep.names.length === 1,
    about: (state) => {
      const { one, statistic } = chosen(sweep, state);
      const values = sweep.data.keys[key].numbers.map((_x, cell) => at(one[statistic], cell));
      return (
        `The ${statisticLabel(statistic)} of ${short(one.output, 60)}: a dot for each cell, all keys vary.` +
        (values.length >= 30 ? " Line: means of slices of equally many cells." : "") +
        (values.some((value) => value !== null && !Number.isFinite(value))
          ? " Triangles at the frame: censored."
          : "")
      );
    },
    spec: (state) => spec(sweep, state, key),
    table: (state) =>
      sweep.table(
        Array.from({ length: sweep.data.cells }, (_nothing, cell) => cell),
        [chosen(sweep, state).one],
      ),
  }));
}
