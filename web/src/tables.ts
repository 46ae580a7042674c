// SPDX-License-Identifier: Apache-2.0
// The tables. A cell that holds a number of the result says which: data-of is
// path|metric|month|statistic and data-value the number itself, as in summary.csv.
import { censoredText, quantileText } from "./charts/common";
import { at, type Report, type Scalar, type Series, type StatisticName } from "./data";
import { h } from "./dom";
import {
  absoluteError,
  calendarMonth,
  powerText,
  relativeError,
  shareText,
  short,
  styleOf,
} from "./format";

type Cell = HTMLTableCellElement;

function numberCell(
  report: Report,
  one: Series | Scalar | undefined,
  name: StatisticName,
  step: number,
  text?: (value: number) => string,
): Cell {
  const value = one === undefined ? null : at(one[name], Math.max(step, 0));
  if (one === undefined || value === null) return h("td", {}, "");
  const month = step < 0 ? "" : calendarMonth(report.month(step), 0);
  return h(
    "td",
    { "data-of": `${one.path}|${one.metric}|${month}|${name}`, "data-value": String(value) },
    text && Number.isFinite(value) ? text(value) : quantileText(report, one, value, step),
  );
}

function medianCells(
  report: Report,
  one: Series | Scalar | undefined,
  step: number,
  text?: (value: number) => string,
  absolute = false,
): Cell[] {
  const error = one === undefined ? null : at(one.p50_se, Math.max(step, 0));
  const median = one === undefined ? null : at(one.p50, Math.max(step, 0));
  const isFinite = median !== null && Number.isFinite(median);
  return [
    numberCell(report, one, "p05", step, text),
    h("td", { class: "median" }, ...numberCell(report, one, "p50", step, text).childNodes),
    h(
      "td",
      { class: "error" },
      !isFinite ? "" : absolute ? absoluteError(error) : relativeError(median, error),
    ),
    numberCell(report, one, "p95", step, text),
  ].map((cell, i) => {
    if (i === 1) {
      const source = numberCell(report, one, "p50", step, text);
      for (const name of ["data-of", "data-value"]) {
        const value = source.getAttribute(name);
        if (value !== null) cell.setAttribute(name, value);
      }
    }
    return cell;
  });
}

function scrolling(label: string, table: HTMLTableElement): HTMLElement {
  return h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": label },
    table,
  );
}

const quantileHeads = () => [
  h("th", { scope: "col" }, "p5"),
  h("th", { scope: "col" }, "p50"),
  h("th", { scope: "col", class: "error" }, "±"),
  h("th", { scope: "col" }, "p95"),
];

export function summaryTable(
  report: Report,
  paths: string[],
  dot: (path: string) => HTMLElement,
): HTMLElement | null {
  if (report.pathNames.length === 0) return null;
  const body = h("tbody");
  for (const path of paths) {
    body.append(
      h(
        "tr",
        { class: "section" },
        h(
          "th",
          { colspan: "16", scope: "colgroup" },
          dot(path),
          short(path, 60) + (path === report.data.reference ? " (reference)" : ""),
        ),
      ),
    );
    for (const step of report.yearEnds()) {
      const lag = report.series(path, "lag_months");
      const fleet = report.series(path, "h100e_bf16");
      body.append(
        h(
          "tr",
          {},
          h("th", { scope: "row" }, calendarMonth(report.month(step), 0)),
          medianCells(report, report.series(path, "run_flop"), step),
          medianCells(report, report.series(path, "run_cost_amortised_usd"), step),
          numberCell(report, fleet, "p50", step),
          h(
            "td",
            { class: "error" },
            fleet ? relativeError(at(fleet.p50, step), at(fleet.p50_se, step)) : "",
          ),
          medianCells(report, lag, step, undefined, true),
          h("td", { class: "text small" }, lag ? censoredText(lag, step) : ""),
        ),
      );
    }
  }
  return scrolling(
    "Summary at the year ends",
    h(
      "table",
      { id: "summary" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td"),
          h("th", { colspan: "4", scope: "colgroup" }, "largest run, FLOP"),
          h("th", { colspan: "4", scope: "colgroup" }, "its amortised cost, USD"),
          h("th", { colspan: "2", scope: "colgroup" }, "fleet, H100e BF16"),
          h(
            "th",
            { colspan: "5", scope: "colgroup" },
            `months behind ${short(report.data.reference, 24)}`,
          ),
        ),
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "month"),
          quantileHeads(),
          quantileHeads(),
          h("th", { scope: "col" }, "p50"),
          h("th", { scope: "col", class: "error" }, "±"),
          quantileHeads(),
          h("th", { scope: "col", class: "text" }, "censored"),
        ),
      ),
      body,
    ),
  );
}

export function milestoneTable(
  report: Report,
  paths: string[],
  dot: (path: string) => HTMLElement,
): HTMLElement | null {
  const prefix = "milestone_month@";
  const body = h("tbody");
  const date = (value: number) => calendarMonth(report.data.start_month, value);
  const word = (below: string, above: string, cells: Cell[]) =>
    cells.map((cell) => {
      const value = Number(cell.dataset.value);
      if (cell.dataset.value !== undefined && !Number.isFinite(value))
        cell.textContent = value < 0 ? below : above;
      return cell;
    });
  for (const path of paths) {
    const own = report.data.scalars.filter(
      (one) => one.path === path && one.metric.startsWith(prefix),
    );
    const parity = report.scalar(path, "parity_month");
    if (own.length === 0 && !parity) continue;
    body.append(
      h(
        "tr",
        { class: "section" },
        h(
          "th",
          { colspan: "14", scope: "colgroup" },
          dot(path),
          short(path, 60) + (path === report.data.reference ? " (reference)" : ""),
        ),
      ),
    );
    const row = (name: string, month: Scalar, lag?: Scalar, cost?: Scalar) =>
      body.append(
        h(
          "tr",
          {},
          h("th", { scope: "row" }, name),
          word("before", "later", medianCells(report, month, -1, date, true)),
          numberCell(report, month, "share_above", -1, (x) => (x > 0 ? shareText(x) : "")),
          word("ahead", "later", medianCells(report, lag, -1, undefined, true)),
          word("before", "later", medianCells(report, cost, -1)),
        ),
      );
    for (const one of own) {
      const name = one.metric.slice(prefix.length);
      row(
        powerText(Number(name)).replace(".0e", "e"),
        one,
        report.scalar(path, "milestone_lag_months@" + name),
        report.scalar(path, "milestone_cost_usd@" + name),
      );
    }
    if (parity) row("parity", parity);
  }
  if (body.childElementCount === 0) return null;
  return scrolling(
    "Milestones",
    h(
      "table",
      { id: "milestones" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td"),
          h("th", { colspan: "5", scope: "colgroup" }, "first reached"),
          h(
            "th",
            { colspan: "4", scope: "colgroup" },
            `months behind ${short(report.data.reference, 24)}`,
          ),
          h("th", { colspan: "4", scope: "colgroup" }, "spent until then, USD"),
        ),
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "FLOP of a run"),
          quantileHeads(),
          h("th", { scope: "col" }, "later"),
          quantileHeads(),
          quantileHeads(),
        ),
      ),
      body,
    ),
  );
}

/** A mean, or what its tail says of it (docs/outputs.md, "Means of heavy tails"). */
function meanCell(
  report: Report,
  one: Series | Scalar,
  step: number,
  text?: (value: number) => string,
): Cell {
  const tail = at(one.tail_index, Math.max(step, 0)) ?? Infinity;
  if (tail < 1.05) return h("td", {}, "not estimable");
  const cell = numberCell(report, one, "mean", step, text);
  if (tail < 2) cell.append(h("span", { class: "small" }, " (error not reliable)"));
  return cell;
}

export function outputTable(report: Report): HTMLElement | null {
  const body = h("tbody");
  const add = (one: Series | Scalar, step: number) => {
    const isDate = one.unit === "date";
    const text = isDate
      ? (value: number) => calendarMonth(report.data.start_month, value)
      : undefined;
    body.append(
      h(
        "tr",
        {},
        h("th", { scope: "row" }, short(one.metric, 60)),
        h("td", { class: "text" }, step < 0 ? "" : calendarMonth(report.month(step), 0)),
        medianCells(report, one, step, text, isDate || one.unit === "month"),
        meanCell(report, one, step, text),
        h("td", { class: "text" }, short(one.unit, 30)),
        h("td", { class: "text small" }, censoredText(one, Math.max(step, 0))),
      ),
    );
  };
  for (const one of report.data.scalars) if (one.path === "") add(one, -1);
  const ends = report.yearEnds();
  const three =
    ends.length <= 3 ? ends : [ends[0], ends[Math.floor(ends.length / 2)], ends[ends.length - 1]];
  for (const one of report.data.series)
    if (one.path === "") for (const step of three) if (at(one.p50, step) !== null) add(one, step);
  if (body.childElementCount === 0) return null;
  return scrolling(
    "Quantities of [output]",
    h(
      "table",
      { id: "outputs" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "quantity"),
          h("th", { scope: "col", class: "text" }, "month"),
          quantileHeads(),
          h("th", { scope: "col" }, "mean"),
          h("th", { scope: "col", class: "text" }, "unit"),
          h("th", { scope: "col", class: "text" }, "censored"),
        ),
      ),
      body,
    ),
  );
}

/** Where every input is from; rows can be searched. */
export function inputTable(report: Report): HTMLElement | null {
  const { inputs } = report.data;
  if (inputs.length === 0) return null;
  const isConflict = (note: string) => /CONFLICT/.test(note);
  const isAssumption = (source: string) => /^\s*assumption/i.test(source);
  const counts = { high: 0, medium: 0, low: 0, none: 0, conflicts: 0, assumptions: 0 };
  for (const one of inputs) {
    if (one.confidence === "high" || one.confidence === "medium" || one.confidence === "low")
      ++counts[one.confidence];
    else ++counts.none;
    if (isConflict(one.note)) ++counts.conflicts;
    if (isAssumption(one.source)) ++counts.assumptions;
  }
  const rows = inputs.map((one) => {
    const note = isConflict(one.note);
    const level = ["high", "medium", "low"].includes(one.confidence) ? one.confidence : "none";
    const row = h(
      "tr",
      { class: note ? "conflict" : "" },
      h("th", { scope: "row" }, short(one.name, 80)),
      h("td", { class: "text value" }, short(one.value, 300)),
      h("td", { class: "text" }, short(one.unit, 30)),
      h(
        "td",
        { class: "text" },
        h("span", { class: `confidence ${level}` }, one.confidence || "not stated"),
      ),
      h(
        "td",
        { class: "text source" },
        short(one.source, 1000) || "no source",
        one.note && h("p", { class: "note" }, short(one.note, 1500)),
      ),
    );
    return {
      row,
      text: `${one.name} ${one.value} ${one.source} ${one.confidence} ${one.note}`.toLowerCase(),
      one,
    };
  });
  const body = h(
    "tbody",
    {},
    rows.map(({ row }) => row),
  );
  const shown = h("span", { role: "status" });
  let filter = "all";
  let words = "";
  const apply = () => {
    let n = 0;
    for (const { row, text, one } of rows) {
      const ok =
        (filter === "all" ||
          (filter === "conflicts" && isConflict(one.note)) ||
          (filter === "assumptions" && isAssumption(one.source)) ||
          one.confidence === filter) &&
        words.split(/\s+/).every((word) => text.includes(word));
      row.hidden = !ok;
      n += ok ? 1 : 0;
    }
    shown.textContent = `${n} of ${rows.length} inputs`;
  };
  const search = h("input", {
    type: "search",
    placeholder: "Search name, source, note",
    "aria-label": "Search the inputs",
    input: () => {
      words = search.value.toLowerCase().trim();
      apply();
    },
  });
  const filters: [string, string][] = [
    ["all", `all ${inputs.length}`],
    ["conflicts", `conflicts ${counts.conflicts}`],
    ["assumptions", `assumptions ${counts.assumptions}`],
    ["low", `low ${counts.low}`],
    ["medium", `medium ${counts.medium}`],
    ["high", `high ${counts.high}`],
  ];
  const buttons = filters.map(([value, text]) => {
    const button: HTMLButtonElement = h(
      "button",
      {
        type: "button",
        "aria-pressed": value === "all" ? "true" : "false",
        "data-filter": value,
        click: () => {
          filter = value;
          for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
          apply();
        },
      },
      text,
    );
    return button;
  });
  apply();
  return h(
    "div",
    {},
    h(
      "div",
      { class: "filters" },
      search,
      h("span", { class: "buttons", role: "group", "aria-label": "Which inputs" }, buttons),
      shown,
    ),
    h(
      "div",
      {
        class: "table-scroll tall",
        tabindex: "0",
        role: "region",
        "aria-label": "Inputs and their sources",
      },
      h(
        "table",
        { id: "inputs" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["input", "value", "unit", "confidence", "source and note"].map((name, i) =>
              h("th", { scope: "col", class: i ? "text" : "" }, name),
            ),
          ),
        ),
        body,
      ),
    ),
  );
}

/** The largest relative Monte Carlo error of a median, by metric: what more samples would buy. */
export function errorTable(report: Report): HTMLElement | null {
  const worst = new Map<string, { path: string; step: number; error: number; unit: string }>();
  for (const one of report.data.series) {
    if (one.unit === "1" && one.metric === "parity") continue;
    for (let step = 0; step < report.data.steps; ++step) {
      const median = at(one.p50, step);
      const error = at(one.p50_se, step);
      if (
        median === null ||
        error === null ||
        !Number.isFinite(median) ||
        !Number.isFinite(error) ||
        median === 0
      )
        continue;
      const size = one.unit === "month" || one.unit === "date" ? error : Math.abs(error / median);
      const known = worst.get(one.metric);
      if (!known || size > known.error)
        worst.set(one.metric, { path: one.path, step, error: size, unit: one.unit });
    }
  }
  if (worst.size === 0) return null;
  const rows = [...worst]
    .sort(
      (a, b) =>
        Number(a[1].unit === "month") - Number(b[1].unit === "month") || b[1].error - a[1].error,
    )
    .slice(0, 40);
  return scrolling(
    "Monte Carlo error",
    h(
      "table",
      { id: "errors" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "metric"),
          h("th", { scope: "col" }, "largest error of a median"),
          h("th", { scope: "col", class: "text" }, "path"),
          h("th", { scope: "col", class: "text" }, "month"),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map(([metric, one]) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, short(metric, 60)),
            h(
              "td",
              {},
              one.unit === "month" || one.unit === "date"
                ? `±${styleOf("month").short(one.error)} months`
                : relativeError(1, one.error),
            ),
            h("td", { class: "text" }, short(one.path || "[output]", 40)),
            h("td", { class: "text" }, calendarMonth(report.month(one.step), 0)),
          ),
        ),
      ),
    ),
  );
}
