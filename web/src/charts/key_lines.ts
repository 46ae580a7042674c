// SPDX-License-Identifier: Apache-2.0
// Outputs over the values of one key of a grid, the other keys held.
import type { Chart, ChartState } from "../chart";
import { at } from "../data";
import { short } from "../format";
import { groupName, outputGroups, type Sweep, type SweptOutput } from "../sweep_data";
import { dashes, inks, pathColour } from "../theme";
import { tipsOf } from "../tooltip";
import { atFrame, domainOf, drawable, extent, logTicks, nearest, quantileLevels } from "./common";
import {
  cellFields,
  cellTooltip,
  chosen,
  heldIndices,
  heldSwitches,
  heldWords,
  keyFields,
  keyLabel,
  keyTooltip,
  scaleOf,
  unitOf,
  unitTitle,
  valueLabel,
} from "./sweep_common";

function cellsOf(sweep: Sweep, choice: Record<string, string>, key: number): number[] {
  const indices = heldIndices(sweep, choice);
  return sweep.order(key).map((i) => {
    indices[key] = i;
    return sweep.cellAt(indices);
  });
}

function spec(
  sweep: Sweep,
  state: ChartState,
  group: SweptOutput[],
  key: number,
): Record<string, unknown> | null {
  const cells = cellsOf(sweep, state.choice, key);
  const unit = unitOf(group[0], "p50");
  const everything = group
    .flatMap((one) => cells.flatMap((cell) => quantileLevels.map((level) => at(one[level], cell))))
    .filter((x): x is number => x !== null);
  if (!everything.some(Number.isFinite)) return null;
  const type = scaleOf(everything, unit);
  const domain = domainOf(everything, type);
  const drawn = atFrame(domain);
  const { numbers, scale } = sweep.data.keys[key];
  const isCurve = isCurveOver(sweep, key);
  const labels = sweep.order(key).map((i) => sweep.labels[key][i]);
  const tooltip = [
    ...(group.length > 1 ? [{ field: "line", title: "path" }] : []),
    ...keyTooltip(sweep),
    ...cellTooltip,
  ];
  const values = group.flatMap((one) =>
    cells.map((cell, n) => {
      const row = {
        line: short(one.path || one.output, 60),
        x: isCurve ? drawable(numbers[sweep.index(cell, key)]) : labels[n],
        ...Object.fromEntries(quantileLevels.map((level) => [level, drawn(at(one[level], cell))])),
        ...keyFields(sweep, cell),
        ...cellFields(sweep, one, cell),
      };
      return isCurve ? { ...row, tips: tipsOf(tooltip, row) } : row;
    }),
  );
  // a path has one colour on the page
  const paths = [...new Set(sweep.data.outputs.map((one) => one.path || one.output))];
  const names = group.map((one) => short(one.path || one.output, 60));
  const places = group.map((one) => paths.indexOf(one.path || one.output));
  const legend =
    group.length < 2
      ? null
      : {
          title: null,
          symbolType: "stroke",
          symbolStrokeWidth: 3,
          symbolOpacity: 1,
          columns: state.width < 520 ? 1 : undefined,
        };
  const color = {
    field: "line",
    type: "nominal",
    legend,
    scale: { domain: names, range: places.map((i) => pathColour(i, state.theme)) },
  };
  const strokeDash = {
    field: "line",
    type: "nominal",
    legend,
    scale: { domain: names, range: places.map((i) => dashes[i % dashes.length]) },
  };
  const span = extent(numbers.map(drawable));
  const few =
    numbers.length <= (state.width < 520 ? 6 : 11)
      ? numbers.map(drawable).sort((a, b) => a - b)
      : undefined;
  const x = isCurve
    ? {
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
          values: few ?? (scale === "log" ? logTicks(span) : undefined),
          labelExpr: keyLabel,
          labelFlush: true,
        },
      }
    : {
        field: "x",
        type: "ordinal",
        sort: null,
        title: sweep.names[key],
        scale: { domain: labels },
        axis: {
          labelAngle: labels.join("").length * 7 > state.width - 80 ? -35 : 0,
          labelLimit: state.width < 520 ? 110 : 220,
        },
      };
  const y = (field: string) => ({
    field,
    type: "quantitative",
    title: short(`${groupName(group)}${unitTitle(unit)}`, state.width < 520 ? 30 : 40),
    scale: { type, domain, nice: false, clamp: true, ...(type === "log" ? {} : { zero: false }) },
    axis: {
      labelExpr: valueLabel(sweep, unit, type === "log"),
      ...(type === "log" ? { values: logTicks(domain) } : { tickCount: 6 }),
    },
  });
  const apart =
    isCurve || group.length < 2
      ? {}
      : { xOffset: { field: "line", type: "nominal", sort: names, scale: { domain: names } } };
  const dark = state.theme === "dark";
  const band = (low: string, high: string, opacity: number, width: number) => ({
    mark: isCurve
      ? { type: "area", opacity, line: false, clip: true }
      : { type: "rule", strokeWidth: width, opacity: 0.5 },
    encoding: { x, ...apart, y: y(low), y2: { field: high }, color },
  });
  const card = inks(state.theme).card;
  const dots = { type: "point", filled: true, stroke: card, strokeWidth: 1.2, opacity: 1 };
  return {
    width: state.width,
    height: state.height + 20,
    autosize: { type: "fit", contains: "padding" },
    data: { values },
    layer: [
      band("p05", "p95", dark ? 0.16 : 0.13, 3),
      band("p25", "p75", dark ? 0.3 : 0.25, 9),
      ...(isCurve
        ? [
            {
              mark: { type: "line", strokeWidth: 2.2, clip: true },
              encoding: { x, y: y("p50"), color, ...(group.length > 1 ? { strokeDash } : {}) },
            },
            ...(cells.length > 30
              ? []
              : [
                  { mark: { ...dots, size: 34, clip: false }, encoding: { x, y: y("p50"), color } },
                ]),
            {
              params: nearest.params,
              mark: { ...dots, size: 80 },
              encoding: { x, y: y("p50"), color, tooltip, opacity: nearest.opacity },
            },
          ]
        : [
            { mark: { ...dots, size: 85 }, encoding: { x, ...apart, y: y("p50"), color, tooltip } },
          ]),
    ],
    resolve: { scale: { color: "shared", strokeDash: "shared" } },
  };
}

const isCurveOver = (sweep: Sweep, key: number) => new Set(sweep.data.keys[key].numbers).size > 1;

function words(sweep: Sweep, key: number): string {
  return isCurveOver(sweep, key)
    ? "Line: median. Dark band: 25 to 75 %, light band: 5 to 95 % of the samples."
    : "Dot: median. Thick: 25 to 75 %, thin: 5 to 95 % of the samples.";
}
const censoredWords = " What touches the frame is censored there.";

function isCensored(sweep: Sweep, group: SweptOutput[], cells: number[]): boolean {
  return group.some((one) =>
    cells.some((cell) =>
      quantileLevels.some(
        (level) =>
          !Number.isFinite(at(one[level], cell) ?? NaN) && sweep.censoredText(one, cell) !== "",
      ),
    ),
  );
}

/** Of a grid of one key: all outputs, those of the same metric and month together. */
export function oneKeyLines(sweep: Sweep): Chart[] {
  const groups = outputGroups(sweep.data.outputs);
  const most = 8; // more are behind a list
  const make = (
    id: string,
    title: string,
    groupOf: (choice: Record<string, string>) => SweptOutput[],
    list: boolean,
  ): Chart => ({
    id,
    title,
    wide: groups.length === 1 || list,
    switches: list
      ? [
          {
            key: "group",
            label: "Output",
            kind: "list",
            options: groups.map((group, i) => ({
              value: String(i),
              label: short(groupName(group), 60),
            })),
          },
        ]
      : [],
    about: (state) =>
      words(sweep, 0) +
      (isCensored(sweep, groupOf(state.choice), cellsOf(sweep, state.choice, 0))
        ? censoredWords
        : ""),
    spec: (state) => spec(sweep, state, groupOf(state.choice), 0),
    table: (state) => sweep.table(cellsOf(sweep, state.choice, 0), groupOf(state.choice)),
  });
  return groups.length > most
    ? [make("lines", "Over the key's values", (choice) => groups[Number(choice.group ?? 0)], true)]
    : groups.map((group, i) => make(`lines-${i}`, short(groupName(group), 80), () => group, false));
}

/** Of a larger grid: the chosen output with those of its kind, over a chosen key. */
export function heldLines(sweep: Sweep): Chart {
  const keyOf = (choice: Record<string, string>) => Number(choice.over ?? 0);
  const groups = outputGroups(sweep.data.outputs);
  const groupOf = (state: ChartState) =>
    groups.find((group) => group.includes(chosen(sweep, state).one))!;
  return {
    id: "lines",
    title: "One key at a time",
    wide: true,
    switches: [
      {
        key: "over",
        label: "over",
        kind: "list",
        isLabelled: true,
        options: sweep.names.map((name, k) => ({ value: String(k), label: name })),
      },
      ...heldSwitches(sweep, (key, choice) => keyOf(choice) === key),
    ],
    about: (state) =>
      `${words(sweep, keyOf(state.choice))}${isCensored(sweep, groupOf(state), cellsOf(sweep, state.choice, keyOf(state.choice))) ? censoredWords : ""}${heldWords(sweep, state.choice, [keyOf(state.choice)])}`,
    spec: (state) => spec(sweep, state, groupOf(state), keyOf(state.choice)),
    table: (state) =>
      sweep.table(cellsOf(sweep, state.choice, keyOf(state.choice)), groupOf(state)),
  };
}
