// SPDX-License-Identifier: Apache-2.0
// A statistic over two keys of a grid.
import type { Chart, ChartState } from "../chart";
import { at } from "../data";
import { short } from "../format";
import type { Sweep } from "../sweep_data";
import { inks } from "../theme";
import { domainOf, drawable, extent } from "./common";
import {
  cellFields,
  cellTooltip,
  chosen,
  heldIndices,
  heldSwitches,
  heldWords,
  keyFields,
  keyTooltip,
  scaleOf,
  statisticLabel,
  unitOf,
  unitTitle,
  valueLabel,
} from "./sweep_common";

function axes(choice: Record<string, string>): [number, number] {
  return [Number(choice.x ?? 0), Number(choice.y ?? 1)];
}

/** The cells of the picture, as [place on x, place on y, cell]. */
function cellsOf(
  sweep: Sweep,
  choice: Record<string, string>,
): { i: number; j: number; cell: number }[] {
  const [x, y] = axes(choice);
  const indices = heldIndices(sweep, choice);
  return sweep.order(y).flatMap((j) =>
    sweep.order(x).map((i) => {
      indices[x] = i;
      indices[y] = j;
      return { i, j, cell: sweep.cellAt(indices) };
    }),
  );
}

function spec(sweep: Sweep, state: ChartState): Record<string, unknown> | null {
  const { one, statistic } = chosen(sweep, state);
  const [x, y] = axes(state.choice);
  const cells = cellsOf(sweep, state.choice);
  const unit = unitOf(one, statistic);
  const numbers = cells
    .map(({ cell }) => at(one[statistic], cell))
    .filter((v): v is number => v !== null && Number.isFinite(v));
  const type = scaleOf(numbers, unit);
  let domain: [number, number] = extent(numbers.map(drawable));
  if (domain[0] === domain[1]) domain = domainOf(numbers, type);
  const place = (v: number) =>
    type === "log"
      ? Math.log(v / domain[0]) / Math.log(domain[1] / domain[0])
      : (v - domain[0]) / (domain[1] - domain[0]);
  const rows = cells.map(({ i, j, cell }) => {
    const value = at(one[statistic], cell);
    const isNumber = value !== null && Number.isFinite(value);
    return {
      x: sweep.labels[x][i],
      y: sweep.labels[y][j],
      value: isNumber ? drawable(value) : null,
      text: sweep.valueText(one, statistic, value),
      isLight: isNumber && place(drawable(value)) > 0.45,
      ...keyFields(sweep, cell),
      ...cellFields(sweep, one, cell),
    };
  });
  const xs = sweep.order(x).map((i) => sweep.labels[x][i]);
  const ys = sweep.order(y).map((j) => sweep.labels[y][j]);
  if (sweep.data.keys[y].numbers.length > 0) ys.reverse(); // numbers ascend upwards, texts read downwards
  const narrow = state.width < 520;
  const limit = narrow ? 90 : 220;
  const taken = Math.min(limit, 7 * Math.max(...ys.map((text) => text.length))) + 45;
  const height = Math.max(state.height, Math.min(560, ys.length * 30));
  const longest = Math.max(...rows.map((row) => row.text.length));
  const isPrinted =
    (state.width - taken) / xs.length > longest * 6.6 + 6 && height / ys.length > 15;
  const { ink, soft, card } = inks(state.theme);
  const gap = rows.length > 1500 ? 0 : 1;
  const axis = (key: number, isX: boolean) => ({
    title: sweep.names[key],
    grid: false,
    ticks: false,
    domain: false,
    labelLimit: limit,
    ...(isX
      ? {
          labelAngle:
            Math.max(...xs.map((text) => text.length)) * 7 * xs.length > state.width - taken &&
            sweep.data.keys[key].numbers.length === 0
              ? -35
              : 0,
        }
      : {}),
  });
  const encoding = {
    x: {
      field: "x",
      type: "ordinal",
      sort: null,
      scale: { domain: xs, paddingInner: 0, paddingOuter: 0 },
      axis: axis(x, true),
    },
    y: {
      field: "y",
      type: "ordinal",
      sort: null,
      scale: { domain: ys, paddingInner: 0, paddingOuter: 0 },
      axis: axis(y, false),
    },
    tooltip: [
      ...keyTooltip(sweep),
      ...(statistic === "p50" || statistic === "mean" || statistic === "sd"
        ? []
        : [{ field: "text", title: statisticLabel(statistic) }]),
      ...cellTooltip,
    ],
  };
  const good = rows.filter((row) => row.value !== null);
  const other = rows.filter((row) => row.value === null);
  const mark = { type: "rect", stroke: card, strokeWidth: gap };
  return {
    width: state.width,
    height,
    autosize: { type: "fit", contains: "padding" },
    encoding,
    layer: [
      ...(good.length === 0
        ? []
        : [
            {
              data: { values: good },
              mark,
              encoding: {
                color: {
                  field: "value",
                  type: "quantitative",
                  scale: { type, domain, scheme: "viridis", nice: false },
                  legend: {
                    title: short(
                      `${statisticLabel(statistic)} of ${one.output}${unitTitle(unit)}`,
                      narrow ? 46 : 110,
                    ),
                    titleLimit: state.width - 20,
                    gradientLength: Math.min(260, state.width - 80),
                    gradientThickness: 10,
                    labelExpr: valueLabel(sweep, unit, type === "log"),
                    labelOverlap: true,
                  },
                },
              },
            },
          ]),
      ...(other.length === 0
        ? []
        : [{ data: { values: other }, mark: { ...mark, fill: soft, fillOpacity: 0.3 } }]),
      ...(isPrinted
        ? ([
            [good.filter((row) => row.isLight), "#000000"],
            [good.filter((row) => !row.isLight), "#ffffff"],
            [other, ink],
          ] as const)
        : []
      )
        .filter(([values]) => values.length > 0)
        .map(([values, colour]) => ({
          data: { values },
          mark: { type: "text", fontSize: 11, color: colour },
          encoding: { text: { field: "text" }, tooltip: { value: null } },
        })),
    ],
  };
}

export function heatMap(sweep: Sweep): Chart {
  const keys = sweep.names.map((name, k) => ({ value: String(k), label: name }));
  const many = keys.length > 2;
  return {
    id: "map",
    title: "Two keys at once",
    wide: true,
    switches: many
      ? [
          {
            key: "x",
            label: "across",
            options: keys,
            kind: "list",
            isLabelled: true,
            initial: "0",
          },
          { key: "y", label: "up", options: keys, kind: "list", isLabelled: true, initial: "1" },
          ...heldSwitches(sweep, (key, choice) => axes(choice).includes(key)),
        ]
      : [],
    settle: (choice, changed, before) => {
      if (choice.x === choice.y) choice[changed === "x" ? "y" : "x"] = before;
    },
    about: (state) => {
      const { one, statistic } = chosen(sweep, state);
      const censored = cellsOf(sweep, state.choice).some(
        ({ cell }) => !Number.isFinite(at(one[statistic], cell) ?? NaN),
      );
      return (
        `The ${statisticLabel(statistic)} of ${short(one.output, 80)} in each cell, ${sweep.data.samples === 1 ? "one sample" : "the same samples in all"}.` +
        (censored ? " Grey: censored, no number." : "") +
        heldWords(sweep, state.choice, axes(state.choice))
      );
    },
    spec: (state) => spec(sweep, state),
    table: (state) =>
      sweep.table(
        cellsOf(sweep, state.choice).map(({ cell }) => cell),
        [chosen(sweep, state).one],
      ),
  };
}
