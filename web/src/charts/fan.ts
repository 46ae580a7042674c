// SPDX-License-Identifier: Apache-2.0
// Fans: the median over the months, the middle half and the middle 90 % around it.
import type { ChartState } from "../chart";
import { at, type Report, type Series } from "../data";
import { absoluteError, calendarMonth, relativeError } from "../format";
import { inks } from "../theme";
import { tooltip } from "../tooltip";
import {
  atFrame,
  axisLabel,
  censoredText,
  colourScale,
  dashScale,
  domainOf,
  extent,
  legendOf,
  logTicks,
  nearest,
  quantileLevels,
  quantileText,
  timeAxis,
} from "./common";

export interface FanOptions {
  scale: "log" | "linear";
  title: string;
  /** Horizontal lines with a name. */
  marks?: { value: number; label: string }[];
}

export function fan(
  report: Report,
  state: ChartState,
  all: Series[],
  options: FanOptions,
): Record<string, unknown> | null {
  if (all.length === 0) return null;
  const { steps } = report.data;
  const everything: number[] = [];
  for (const one of all) {
    for (const level of quantileLevels) {
      for (let step = 0; step < steps; ++step) {
        const value = at(one[level], step);
        if (value !== null) everything.push(value);
      }
    }
  }
  const { scale } = options;
  if (!everything.some((x) => Number.isFinite(x) && (scale === "linear" || x > 0))) return null;
  const domain = domainOf(
    [
      ...everything,
      ...(options.marks ?? [])
        .map((mark) => mark.value)
        .filter((x) => x > extent(everything.filter((y) => y > 0))[0] / 30),
    ],
    scale,
  );
  const ticks = scale === "log" ? logTicks(domain) : [];
  const drawn = atFrame(domain);

  const values: Record<string, unknown>[] = [];
  for (const one of all) {
    for (let step = 0; step < steps; ++step) {
      const raw = quantileLevels.map((level) => at(one[level], step));
      if (raw.every((x) => x === null)) continue;
      const text = (i: number) => quantileText(report, one, raw[i], step, true);
      const error = at(one.p50_se, step);
      values.push({
        path: one.path === "" ? one.metric : one.path,
        quantity: one.path === "" ? one.metric : undefined,
        t: report.time(step),
        p05: drawn(raw[0]),
        p25: drawn(raw[1]),
        p50: drawn(raw[2]),
        p75: drawn(raw[3]),
        p95: drawn(raw[4]),
        month: calendarMonth(report.month(step), 0),
        median: `${text(2)} ${one.unit === "month" ? absoluteError(error) : relativeError(raw[2], error)}`,
        unit: one.unit,
        "25–75 %": `${text(1)} … ${text(3)}`,
        "5–95 %": `${text(0)} … ${text(4)}`,
        censored: censoredText(one, step) || undefined,
      });
    }
  }
  const single = steps === 1;
  const shown = {
    ...state,
    paths: state.paths.filter((path) => all.some((one) => one.path === path)),
  };
  const colour = { field: "path", type: "nominal", scale: colourScale(report, shown) };
  const of = (names: string[]) => ({
    ...colour,
    scale: names.length
      ? { domain: names, range: names.map(() => colourScale(report, state).range[0] ?? "#0072b2") }
      : colour.scale,
  });
  const isOutput = all[0].path === "";
  const paint = isOutput ? of(all.map((one) => one.metric)) : colour;
  const y = (field: string) => ({
    field,
    type: "quantitative",
    title: options.title,
    scale: {
      type: scale,
      domain,
      nice: false,
      clamp: true,
      ...(scale === "log" ? {} : { zero: false }),
    },
    axis: {
      labelExpr: axisLabel(all[0].unit, scale === "log"),
      ...(scale === "log" ? { values: ticks } : { tickCount: 6 }),
    },
  });
  const x = { field: "t", type: "temporal", scale: { type: "utc" }, axis: timeAxis(state) };
  const legend = isOutput ? null : legendOf(state);
  const band = (low: string, high: string, opacity: number) => ({
    mark: single
      ? { type: "rule", strokeWidth: opacity > 0.15 ? 8 : 3, opacity: 0.6 }
      : { type: "area", opacity, line: false, clip: true },
    encoding: { x, y: y(low), y2: { field: high }, color: { ...paint, legend } },
  });
  const { soft } = inks(state.theme);
  return {
    width: state.width,
    height: state.height,
    autosize: { type: "fit", contains: "padding" },
    data: { values },
    layer: [
      band("p05", "p95", state.theme === "dark" ? 0.16 : 0.13),
      band("p25", "p75", state.theme === "dark" ? 0.3 : 0.25),
      ...(options.marks ?? [])
        .filter((mark) => mark.value >= domain[0] && mark.value <= domain[1])
        .map((mark) => ({
          data: { values: [{ y: mark.value, text: mark.label }] },
          layer: [
            {
              mark: { type: "rule", strokeDash: [2, 3], color: soft, opacity: 0.8 },
              encoding: { y: { field: "y", type: "quantitative" } },
            },
            ...(ticks.includes(mark.value)
              ? []
              : [
                  {
                    mark: {
                      type: "text",
                      align: "left",
                      baseline: "bottom",
                      dx: 3,
                      dy: -2,
                      color: soft,
                      fontSize: 10,
                    },
                    encoding: {
                      y: { field: "y", type: "quantitative" },
                      x: { value: 0 },
                      text: { field: "text" },
                    },
                  },
                ]),
          ],
        })),
      {
        mark: single
          ? { type: "point", filled: true, size: 80 }
          : { type: "line", strokeWidth: 2.2, clip: true },
        encoding: {
          x,
          y: y("p50"),
          color: { ...paint, legend },
          ...(isOutput
            ? {}
            : {
                strokeDash: {
                  field: "path",
                  type: "nominal",
                  scale: dashScale(report, shown),
                  legend,
                },
              }),
        },
      },
      {
        params: nearest.params,
        mark: {
          type: "point",
          filled: true,
          size: 70,
          stroke: inks(state.theme).card,
          strokeWidth: 1.5,
        },
        encoding: {
          x,
          y: y("p50"),
          color: { ...paint, legend },
          opacity: nearest.opacity,
          tooltip: tooltip(
            isOutput ? "quantity" : "path",
            "month",
            "median",
            "25–75 %",
            "5–95 %",
            "unit",
            ...(values.some((row) => row.censored) ? ["censored"] : []),
          ),
        },
      },
    ],
    resolve: { scale: { color: "shared", strokeDash: "shared" } },
  };
}
