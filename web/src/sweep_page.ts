// SPDX-License-Identifier: Apache-2.0
// The page of a sweep: lines over one key, a heat map over two, dots of a hypercube.
import { cellTable } from "./cell_table";
import type { Chart } from "./chart";
import { heatMap } from "./charts/heat_map";
import { heldLines, oneKeyLines } from "./charts/key_lines";
import { scatters } from "./charts/scatter";
import { statisticLabels } from "./charts/sweep_common";
import { dropDown, h } from "./dom";
import { grouped, short } from "./format";
import { Board, fact, foot, head, section } from "./page";
import { keyNumber, Sweep, type SweepData } from "./sweep_data";

function chartsOf(sweep: Sweep): Chart[] {
  if (!sweep.isGrid) return scatters(sweep);
  return sweep.names.length === 1 ? oneKeyLines(sweep) : [heatMap(sweep), heldLines(sweep)];
}

/** `quantity.x.value: 5 values, 0.2 to 0.6`. */
function keyWords(sweep: Sweep, k: number): string {
  const { values, numbers, scale } = sweep.data.keys[k];
  const even = scale === "log" ? " (log)" : "";
  if (!sweep.isGrid) {
    return `${grouped(numbers.length)} values from ${keyNumber(Math.min(...numbers), 4)} to ${keyNumber(Math.max(...numbers), 4)}${even}`;
  }
  const all = values ?? [];
  const shown =
    all.length <= 12
      ? all.map((text) => short(text, 60)).join(", ")
      : `${short(all[0], 60)} to ${short(all[all.length - 1], 60)}`;
  return `${grouped(all.length)} value${all.length === 1 ? "" : "s"}: ${shown}${even}`;
}

export function sweepPage(data: SweepData): void {
  const sweep = new Sweep(data);
  const choice: Record<string, string> = { output: "0", statistic: "p50" };
  const board = new Board(chartsOf(sweep), () => ({ paths: [], choice }));
  const title = data.scenario.name || data.scenario.file || "leadtime";
  const cells = `${grouped(data.cells)} cells of ${grouped(data.samples)} samples`;

  // one choice for all charts; lines over a single key show every output anyway
  const isChosen = !sweep.isGrid || sweep.names.length > 1;
  const list = (key: string, label: string, options: { value: string; label: string }[]) =>
    h(
      "label",
      { class: "labelled" },
      h("span", {}, label),
      dropDown(label, options, choice[key], (value) => {
        choice[key] = value;
        board.redraw();
      }),
    );
  const hasShare = (name: "share_below" | "share_above") =>
    data.outputs.some((one) => Array.isArray(one[name]) || (one[name] ?? 0) > 0);
  const statistics = statisticLabels.filter(
    ([name]) => (name !== "share_below" && name !== "share_above") || hasShare(name),
  );
  const bar =
    isChosen &&
    h(
      "div",
      { class: "sticky" },
      h(
        "div",
        { class: "switches", role: "group", "aria-label": "What the charts show" },
        list(
          "output",
          "Output",
          data.outputs.map((one, i) => ({ value: String(i), label: short(one.output, 60) })),
        ),
        list(
          "statistic",
          "Statistic",
          statistics.map(([value, label]) => ({ value, label })),
        ),
      ),
    );

  const facts: [string, string][] = [
    ["scenario", short(data.scenario.file || data.scenario.name, 300)],
    ["design", data.design],
    ["cells", grouped(data.cells)],
    ["samples of a cell", grouped(data.samples)],
    ["seed", data.seed],
    ["program", short(data.leadtime, 120)],
  ];
  document.getElementById("app")!.append(
    head(
      title,
      data.scenario.description,
      `Sweep of ${data.keys.length === 1 ? "one key" : `${data.keys.length} keys`}: ${cells}, seed ${data.seed}, ${short(data.leadtime, 80)}`,
      [
        ["charts", "Charts"],
        ["cells", "Cells"],
        ["run", "Sweep"],
      ],
      board,
    ),
    bar || "",
    h(
      "main",
      { id: "main" },
      section("charts", "Charts", h("div", { class: "charts" }, board.elements())),
      section(
        "cells",
        "Cells",
        h(
          "p",
          { class: "about" },
          "p5, p50, p95: quantiles over the samples. ±: Monte Carlo standard error of p50. All cells have the same random numbers, so they differ by their keys alone.",
        ),
        cellTable(sweep),
      ),
      section(
        "run",
        "The sweep",
        h(
          "dl",
          { class: "run" },
          facts.map(([name, value]) => fact(name, value)),
        ),
        h("h3", {}, "Keys"),
        h(
          "ul",
          { class: "notes" },
          data.keys.map((key, k) =>
            h("li", {}, h("b", {}, short(key.key, 200)), ` ${keyWords(sweep, k)}`),
          ),
        ),
        data.overrides.length > 0 &&
          h(
            "div",
            {},
            h("h3", {}, "Set in all cells"),
            h(
              "ul",
              { class: "notes" },
              data.overrides.map((text) => h("li", {}, short(text, 500))),
            ),
          ),
      ),
    ),
    foot(),
  );
  board.start();
}
