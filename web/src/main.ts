// SPDX-License-Identifier: Apache-2.0
import "./style.css";
import { Card } from "./chart";
import { allCharts } from "./charts/all";
import { censoredText, quantileText } from "./charts/common";
import { at, readData, Report } from "./data";
import { dropDown, h } from "./dom";
import { absoluteError, calendarMonth, grouped, relativeError, short } from "./format";
import { errorTable, inputTable, milestoneTable, outputTable, summaryTable } from "./tables";
import { currentTheme, pathColour, restoreTheme, setTheme } from "./theme";

/** More paths than this at once cannot be told apart; the others wait behind the switches. */
const mostPathsAtFirst = 6;

function start(): void {
  restoreTheme();
  const report = new Report(readData());
  const { data } = report;
  const visible = new Set(report.pathNames.slice(0, mostPathsAtFirst));
  const shownPaths = () => report.pathNames.filter((path) => visible.has(path));
  const title = data.scenario.name || data.scenario.file || "leadtime";
  document.title = `${short(title, 80)} · leadtime`;

  const dot = (path: string) => {
    const mark = h("span", { class: "dot", "aria-hidden": "true" });
    mark.style.setProperty("--light", pathColour(report.pathNames.indexOf(path), "light"));
    mark.style.setProperty("--dark", pathColour(report.pathNames.indexOf(path), "dark"));
    return mark;
  };

  // charts: those in sight first, the others when the browser has time
  const cards = allCharts(report).map((chart) => new Card(chart, () => ({ paths: shownPaths(), theme: currentTheme() })));
  const byElement = new Map(cards.map((card) => [card.element as Element, card]));
  const inSight = new Set<Card>();
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const card = byElement.get(entry.target);
      if (card === undefined) continue;
      if (entry.isIntersecting) {
        inSight.add(card);
        if (card.isStale()) void card.draw();
      } else inSight.delete(card);
    }
  }, { rootMargin: "300px" });
  let idleWork = 0;
  const drawRest = () => {
    const mine = ++idleWork;
    const next = () => {
      if (mine !== idleWork) return;
      const card = cards.find((one) => one.isStale());
      if (card === undefined) return;
      void card.draw().then(() => idle(next));
    };
    idle(next);
  };
  const redraw = () => {
    for (const card of cards) card.invalidate();
    for (const card of inSight) void card.draw();
    drawRest();
  };

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
    const line = (name: string, one: typeof run, absolute = false) => one && at(one.p50, tileStep) !== null && h("div", { class: "fact" },
      h("dt", {}, name),
      h("dd", {},
        h("b", {}, quantileText(report, one, at(one.p50, tileStep), tileStep)), " ",
        h("span", { class: "error" }, absolute ? absoluteError(at(one.p50_se, tileStep)) : relativeError(at(one.p50, tileStep), at(one.p50_se, tileStep))), " ",
        h("span", { class: "range" }, `${quantileText(report, one, at(one.p05, tileStep), tileStep)} … ${quantileText(report, one, at(one.p95, tileStep), tileStep)}`),
        absolute && censoredText(one, tileStep) && h("span", { class: "range" }, ` (${censoredText(one, tileStep)})`)));
    const element = h("section", { class: "tile", "aria-label": short(path, 80) },
      h("h3", {}, dot(path), short(path, 60), path === data.reference && h("small", {}, " reference")),
      h("dl", {}, line("largest run, FLOP", run), line("its amortised cost, USD", cost), line("fleet, H100e BF16", fleet), line("months behind", lag, true)));
    element.style.setProperty("--light", pathColour(report.pathNames.indexOf(path), "light"));
    element.style.setProperty("--dark", pathColour(report.pathNames.indexOf(path), "dark"));
    return element;
  };
  const fillTables = () => {
    const parts: (Node | null)[] = [];
    const summary = summaryTable(report, shownPaths(), dot);
    if (summary) parts.push(h("h3", {}, "At the year ends"), summary, h("p", { class: "about" },
      "p5, p50, p95: quantiles over the samples. ±: Monte Carlo standard error of p50. A lag such as “< -24” is beyond what the reference has by the end, “> 107” from before its record."));
    const milestones = milestoneTable(report, shownPaths(), dot);
    if (milestones) parts.push(h("h3", {}, "Milestones"), milestones, h("p", { class: "about" },
      "First month in which the largest run has that many FLOP. later: share of samples in which it is not by the end. Dates ± in months."));
    const outputs = outputTable(report);
    if (outputs) parts.push(h("h3", {}, "Quantities of [output]"), outputs);
    tables.replaceChildren(...parts.filter((part): part is Node => part !== null));
  };

  const pathSwitches = h("div", { class: "paths", role: "group", "aria-label": "Paths to show" }, report.pathNames.map((path) => {
    const box = h("input", { type: "checkbox", change: () => {
      if (box.checked) visible.add(path);
      else visible.delete(path);
      fillTiles();
      fillTables();
      redraw();
    } });
    box.checked = visible.has(path);
    return h("label", { title: short(path, 300) }, box, dot(path), h("span", {}, short(path, 30)));
  }));

  const themeButton = h("button", { type: "button", class: "theme", click: () => {
    setTheme(currentTheme() === "dark" ? "light" : "dark");
    label();
    redraw();
  } });
  const label = () => {
    themeButton.textContent = currentTheme() === "dark" ? "Light" : "Dark";
    themeButton.setAttribute("aria-label", `Change to ${currentTheme() === "dark" ? "light" : "dark"} colours`);
  };
  label();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    label();
    redraw();
  });

  const from = calendarMonth(data.start_month, 0);
  const to = calendarMonth(data.start_month, Math.max(0, data.steps - 1) * data.months_per_step);
  const fact = (name: string, value: string) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
  const inputs = inputTable(report);
  const errors = errorTable(report);
  const section = (id: string, name: string, ...children: (Node | string | null | false)[]) =>
    h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, name), children);
  const app = document.getElementById("app")!;
  const charts = h("div", { class: "charts" }, cards.map((card) => card.element));
  const links: [string, string][] = [["answer", "Answer"], ["charts", "Charts"], ["tables", "Tables"]];
  if (inputs) links.push(["sources", "Sources"]);
  links.push(["run", "Run"]);
  app.append(
    h("header", { class: "top" },
      h("div", { class: "bar" }, h("span", { class: "brand" }, "leadtime"),
        h("nav", { "aria-label": "Parts of the report" }, links.map(([id, name]) => h("a", { href: `#${id}` }, name))), themeButton),
      h("h1", {}, short(title, 200)),
      data.scenario.description.trim() && h("p", { class: "description" }, short(data.scenario.description.trim(), 2000)),
      h("p", { class: "facts" }, `${grouped(data.samples)} samples, seed ${data.seed}, ${from} to ${to}, ${short(data.leadtime, 80)}`)),
    report.pathNames.length > 0 && h("div", { class: "sticky" }, pathSwitches) || "",
    h("main", { id: "main" },
      report.pathNames.length > 0 && section("answer", "The answer",
        h("div", { class: "month" }, "In ", dropDown("Month of the tiles", ends.map((step) => ({ value: String(step), label: calendarMonth(data.start_month, step * data.months_per_step) })), String(tileStep), (value) => {
          tileStep = Number(value);
          fillTiles();
        }), ": median, its Monte Carlo error, 5 to 95 %"), tiles) || "",
      section("charts", "Charts", charts),
      section("tables", "Tables", tables),
      inputs ? section("sources", "Inputs and their sources", inputs) : "",
      section("run", "The run",
        h("dl", { class: "run" },
          fact("scenario", short(data.scenario.file || data.scenario.name, 300)), fact("scenario hash", data.scenario.hash),
          fact("samples", grouped(data.samples)), fact("seed", data.seed), fact("program", short(data.leadtime, 120)),
          fact("determinism", data.determinism), fact("grid", `${from} to ${to}, ${data.steps} steps of ${data.months_per_step} month${data.months_per_step === 1 ? "" : "s"}`),
          fact("reference path", short(data.reference || "none", 120))),
        data.notes.length > 0 && h("div", {}, h("h3", {}, "Notes"), h("ul", { class: "notes" }, data.notes.map((note) => h("li", {}, short(note, 2000))))),
        errors && h("div", {}, h("h3", {}, "Monte Carlo error"), h("p", { class: "about" }, "The largest standard error of a median over paths and months, relative where the unit is not months. Four times the samples halve it. It says nothing about the inputs: their uncertainty is the width of the bands."), errors),
        data.scenario.text !== "" && h("details", { class: "scenario" }, h("summary", {}, "The scenario's text"), h("pre", { tabindex: "0" }, data.scenario.text)))),
    h("footer", {}, "Made by leadtime. One file: it works offline and asks nobody for anything."));
  fillTiles();
  fillTables();
  for (const card of cards) observer.observe(card.element);
  drawRest();

  let width = innerWidth;
  let timer = 0;
  addEventListener("resize", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (innerWidth === width) return;
      width = innerWidth;
      redraw();
    }, 150);
  });
  addEventListener("beforeprint", () => cards.forEach((card) => card.isStale() && void card.draw()));
  // what the tests measure: the page answers from here on
  requestAnimationFrame(() => setTimeout(() => performance.mark("leadtime-interactive"), 0));
}

function idle(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 500 });
  else setTimeout(work, 16);
}

try {
  start();
} catch (error) {
  const app = document.getElementById("app")!;
  app.append(h("p", { class: "failure", role: "alert" }, `This report cannot be shown: ${String(error)}. The numbers are in summary.csv and result.nc.`));
  throw error;
}
