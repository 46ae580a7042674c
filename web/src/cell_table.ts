// SPDX-License-Identifier: Apache-2.0
// The cells of a sweep as a table: sorted by any column, a page of rows at a time.
import { unitOf, unitTitle } from "./charts/sweep_common";
import { at } from "./data";
import { csv, download, h } from "./dom";
import { grouped, short } from "./format";
import type { Sweep, SweepStatistic, SweptOutput } from "./sweep_data";

const rowsOfPage = 100;
const mostOutputs = 12;

interface Column {
  title: string;
  /** What the column is sorted by. */
  value(cell: number): number | string | null;
  cell(cell: number): HTMLElement;
}

function outputColumns(sweep: Sweep, one: SweptOutput): Column[] {
  const number = (statistic: SweepStatistic, title: string): Column => ({
    title,
    value: (cell) => at(one[statistic], cell),
    cell: (cell) =>
      h(
        "td",
        {
          class: statistic === "p50" ? "median" : "",
          "data-of": `${cell}|${one.output}|${statistic}`,
          "data-value": String(at(one[statistic], cell)),
        },
        sweep.valueText(one, statistic, at(one[statistic], cell)),
      ),
  });
  const text = (title: string, of: (cell: number) => string): Column => ({
    title,
    value: of,
    cell: (cell) => h("td", { class: "text small" }, of(cell)),
  });
  const isCensored = [one.share_below, one.share_above].some((share) =>
    Array.isArray(share) ? share.some((x) => (x ?? 0) > 0) : (share ?? 0) > 0,
  );
  return [
    number("p05", "p5"),
    number("p50", "p50"),
    {
      title: "±",
      value: (cell) => at(one.p50_se, cell),
      cell: (cell) => h("td", { class: "small" }, sweep.errorText(one, "p50", cell)),
    },
    number("p95", "p95"),
    number("mean", "mean"),
    ...(isCensored ? [text("censored", (cell) => sweep.censoredText(one, cell))] : []),
  ];
}

export function cellTable(sweep: Sweep): HTMLElement {
  const { data } = sweep;
  const outputs = data.outputs.slice(0, mostOutputs);
  const groups = outputs.map((one) => ({ one, columns: outputColumns(sweep, one) }));
  const columns: Column[] = [
    {
      title: "cell",
      value: (cell) => cell,
      cell: (cell) => h("th", { scope: "row" }, String(cell)),
    },
    ...data.keys.map((key, k): Column => ({
      title: sweep.names[k],
      value: (cell) => key.numbers[sweep.index(cell, k)] ?? sweep.text(cell, k),
      cell: (cell) =>
        h(
          "td",
          { class: key.numbers.length ? "" : "text", title: short(sweep.text(cell, k), 300) },
          short(
            sweep.isGrid ? sweep.text(cell, k) : String(Number(key.numbers[cell].toPrecision(6))),
            40,
          ),
        ),
    })),
    ...groups.flatMap((group) => group.columns),
  ];
  const order = Array.from({ length: data.cells }, (_nothing, cell) => cell);
  let sorted = 0;
  let sign = 1;
  let page = 0;
  const pages = Math.ceil(order.length / rowsOfPage);
  const body = h("tbody");
  const where = h("span", { role: "status" });
  const heads = columns.map((column, i) =>
    h(
      "th",
      { scope: "col" },
      h(
        "button",
        {
          type: "button",
          class: "sort",
          title: `Sort by ${column.title}`,
          click: () => {
            sign = sorted === i ? -sign : 1;
            sorted = i;
            page = 0;
            // cells in their order where the values are equal; what is not known comes last
            order.sort((a, b) => {
              const [u, v] = [column.value(a), column.value(b)];
              if (u === v) return a - b;
              if (u === null || v === null) return u === null ? 1 : -1;
              return (u < v ? -1 : 1) * sign;
            });
            fill();
          },
        },
        column.title,
      ),
    ),
  );
  const step = (label: string, name: string, by: number) =>
    h(
      "button",
      {
        type: "button",
        "aria-label": name,
        click: () => {
          page = Math.min(Math.max(page + by, 0), pages - 1);
          fill();
        },
      },
      label,
    );
  const back = step("‹", "Earlier rows", -1);
  const on = step("›", "Later rows", 1);
  const fill = () => {
    const from = page * rowsOfPage;
    body.replaceChildren(
      ...order.slice(from, from + rowsOfPage).map((cell) =>
        h(
          "tr",
          {},
          columns.map((column) => column.cell(cell)),
        ),
      ),
    );
    where.textContent = `${grouped(from + 1)} to ${grouped(Math.min(from + rowsOfPage, order.length))} of ${grouped(order.length)} cells`;
    heads.forEach((head, i) =>
      head.setAttribute(
        "aria-sort",
        i === sorted ? (sign > 0 ? "ascending" : "descending") : "none",
      ),
    );
    back.disabled = page === 0;
    on.disabled = page === pages - 1;
  };
  fill();
  return h(
    "div",
    { id: "cell-table" },
    h(
      "div",
      { class: "filters" },
      pages > 1 && h("span", { class: "buttons" }, back, on),
      where,
      h(
        "button",
        {
          type: "button",
          "data-action": "csv",
          click: () =>
            download(
              "leadtime-cells.csv",
              new Blob(
                [
                  csv(
                    sweep.table(
                      Array.from({ length: data.cells }, (_nothing, cell) => cell),
                      data.outputs,
                    ),
                  ),
                ],
                { type: "text/csv" },
              ),
            ),
        },
        "CSV",
      ),
      data.outputs.length > outputs.length &&
        h("span", {}, `${outputs.length} of ${data.outputs.length} outputs; CSV has all`),
    ),
    h(
      "div",
      { class: "table-scroll tall", tabindex: "0", role: "region", "aria-label": "Cells" },
      h(
        "table",
        { id: "cells-of-sweep" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("td"),
            h("th", { colspan: String(data.keys.length), scope: "colgroup" }, "keys"),
            groups.map(({ one, columns: own }) =>
              h(
                "th",
                { colspan: String(own.length), scope: "colgroup" },
                short(one.output, 60) + unitTitle(unitOf(one, "p50")),
              ),
            ),
          ),
          h("tr", {}, heads),
        ),
        body,
      ),
    ),
  );
}
