// SPDX-License-Identifier: Apache-2.0
// The page of a run.
import { allCharts } from "./charts/all";
import { censoredText, quantileText } from "./charts/common";
import { at, Report, type ReportData } from "./data";
import { dropDown, h } from "./dom";
import { absoluteError, calendarMonth, grouped, relativeError, short } from "./format";
import { Board, fact, foot, head, section } from "./page";
import { errorTable, inputTable, milestoneTable, outputTable, summaryTable } from "./tables";
import { pathColour } from "./theme";

/** More paths than this at once cannot be told apart; the others wait behind the switches. */
const mostPathsAtFirst = 6;

export function runPage(data: ReportData): void {
  const report = new Report(data);
  const visible = new Set(report.pathNames.slice(0, mostPathsAtFirst));
  const shownPaths = () => report.pathNames.filter((path) => visible.has(path));
  const title = data.scenario.name || data.scenario.file || "leadtime";

  const dot = (path: string) => {
    const mark = h("span", { class: "dot", "aria-hidden": "true" });
    mark.style.setProperty("--light", pathColour(report.pathNames.indexOf(path), "light"));
    mark.style.setProperty("--dark", pathColour(report.pathNames.indexOf(path), "dark"));
    return mark;
  };

  const board = new Board(allCharts(report), () => ({ paths: shownPaths() }));

  const tables = h("div");
  const tiles = h("div", { class: "tiles" });
  const ends = report.yearEnds();
  let tileStep = ends[Math.floor(ends.length / 2)] ?? 0;
  const fillTiles = () => tiles.replaceChildren(...shownPaths().map((path) => tile(path)));
  const tile = (path: string) => {
    const run = report.series(path, "run_flop");
    const lag = report.series(path, "lag_months");
    const fleet = report.series(path, "h100e_bf16");
    const cost = report.series(path, "run_cost_amortised_usd");
    const line = (name: string, one: typeof run, absolute = false) =>
      one &&
      at(one.p50, tileStep) !== null &&
      h(
        "div",
        { class: "fact" },
        h("dt", {}, name),
        h(
          "dd",
          {},
          h("b", {}, quantileText(report, one, at(one.p50, tileStep), tileStep)),
          " ",
          h(
            "span",
            { class: "error" },
            absolute
              ? absoluteError(at(one.p50_se, tileStep))
              : relativeError(at(one.p50, tileStep), at(one.p50_se, tileStep)),
          ),
          " ",
          h(
            "span",
            { class: "range" },
            `${quantileText(report, one, at(one.p05, tileStep), tileStep)} … ${quantileText(report, one, at(one.p95, tileStep), tileStep)}`,
          ),
          absolute &&
            censoredText(one, tileStep) &&
            h("span", { class: "range" }, ` (${censoredText(one, tileStep)})`),
        ),
      );
    const element = h(
      "section",
      { class: "tile", "aria-label": short(path, 80) },
      h(
        "h3",
        {},
        dot(path),
        short(path, 60),
        path === data.reference && h("small", {}, " reference"),
      ),
      h(
        "dl",
        {},
        line("largest run, FLOP", run),
        line("its amortised cost, USD", cost),
        line("fleet, H100e BF16", fleet),
        line("months behind", lag, true),
      ),
    );
    element.style.setProperty("--light", pathColour(report.pathNames.indexOf(path), "light"));
    element.style.setProperty("--dark", pathColour(report.pathNames.indexOf(path), "dark"));
    return element;
  };
  const fillTables = () => {
    const parts: (Node | null)[] = [];
    const summary = summaryTable(report, shownPaths(), dot);
    if (summary)
      parts.push(
        h("h3", {}, "At the year ends"),
        summary,
        h(
          "p",
          { class: "about" },
          "p5, p50, p95: quantiles over the samples. ±: Monte Carlo standard error of p50. A lag such as “< -24” is beyond what the reference has by the end, “> 107” from before its record.",
        ),
      );
    const milestones = milestoneTable(report, shownPaths(), dot);
    if (milestones)
      parts.push(
        h("h3", {}, "Milestones"),
        milestones,
        h(
          "p",
          { class: "about" },
          "First month in which the largest run has that many FLOP. later: share of samples in which it is not by the end. Dates ± in months.",
        ),
      );
    const outputs = outputTable(report);
    if (outputs) parts.push(h("h3", {}, "Quantities of [output]"), outputs);
    tables.replaceChildren(...parts.filter((part): part is Node => part !== null));
  };

  const pathSwitches = h(
    "div",
    { class: "paths", role: "group", "aria-label": "Paths to show" },
    report.pathNames.map((path) => {
      const box = h("input", {
        type: "checkbox",
        change: () => {
          if (box.checked) visible.add(path);
          else visible.delete(path);
          fillTiles();
          fillTables();
          board.redraw();
        },
      });
      box.checked = visible.has(path);
      return h(
        "label",
        { title: short(path, 300) },
        box,
        dot(path),
        h("span", {}, short(path, 30)),
      );
    }),
  );

  const from = calendarMonth(data.start_month, 0);
  const to = calendarMonth(report.month(Math.max(0, data.steps - 1)), 0);
  const inputs = inputTable(report);
  const errors = errorTable(report);
  const app = document.getElementById("app")!;
  const charts = h("div", { class: "charts" }, board.elements());
  const links: [string, string][] = [
    ["answer", "Answer"],
    ["charts", "Charts"],
    ["tables", "Tables"],
  ];
  if (inputs) links.push(["sources", "Sources"]);
  links.push(["run", "Run"]);
  app.append(
    head(
      title,
      data.scenario.description,
      `${grouped(data.samples)} samples, seed ${data.seed}, ${from} to ${to}, ${short(data.leadtime, 80)}`,
      links,
      board,
    ),
    (report.pathNames.length > 0 && h("div", { class: "sticky" }, pathSwitches)) || "",
    h(
      "main",
      { id: "main" },
      (report.pathNames.length > 0 &&
        section(
          "answer",
          "The answer",
          h(
            "div",
            { class: "month" },
            "In ",
            dropDown(
              "Month of the tiles",
              ends.map((step) => ({
                value: String(step),
                label: calendarMonth(report.month(step), 0),
              })),
              String(tileStep),
              (value) => {
                tileStep = Number(value);
                fillTiles();
              },
            ),
            ": median, its Monte Carlo error, 5 to 95 %",
          ),
          tiles,
        )) ||
        "",
      section("charts", "Charts", charts),
      section("tables", "Tables", tables),
      inputs ? section("sources", "Inputs and their sources", inputs) : "",
      section(
        "run",
        "The run",
        h(
          "dl",
          { class: "run" },
          fact("scenario", short(data.scenario.file || data.scenario.name, 300)),
          fact("scenario hash", data.scenario.hash),
          fact("samples", grouped(data.samples)),
          fact("seed", data.seed),
          fact("program", short(data.leadtime, 120)),
          fact("determinism", data.determinism),
          fact("quantiles from", data.quantiles),
          fact(
            "grid",
            `${from} to ${to}, ${data.steps} steps of ${data.months_per_step} month${data.months_per_step === 1 ? "" : "s"}`,
          ),
          fact("reference path", short(data.reference || "none", 120)),
        ),
        data.notes.length > 0 &&
          h(
            "div",
            {},
            h("h3", {}, "Notes"),
            h(
              "ul",
              { class: "notes" },
              data.notes.map((note) => h("li", {}, short(note, 2000))),
            ),
          ),
        errors &&
          h(
            "div",
            {},
            h("h3", {}, "Monte Carlo error"),
            h(
              "p",
              { class: "about" },
              "The largest standard error of a median over paths and months, relative where the unit is not months. Four times the samples halve it. It says nothing about the inputs: their uncertainty is the width of the bands.",
            ),
            errors,
          ),
        data.scenario.text !== "" &&
          h(
            "details",
            { class: "scenario" },
            h("summary", {}, "The scenario's text"),
            h("pre", { tabindex: "0" }, data.scenario.text),
          ),
      ),
    ),
    foot(),
  );
  fillTiles();
  fillTables();
  board.start();
}
