// SPDX-License-Identifier: Apache-2.0
import { h } from "./dom";

let box: HTMLElement | null = null;

/** The texts of a row by title, for its `tips`. */
export function tipsOf(
  fields: { field: string; title: string }[],
  row: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ field, title }) => [title, row[field]]));
}

/** Fields for a tooltip, each with the name it is shown by. */
export function tooltip(...names: string[]): { field: string; title: string }[] {
  return names.map((name) => ({ field: name, title: name }));
}

/** The value of a field. Where the pointer is nearest to a mark and not on it, Vega-Lite
 * 6.4 looks for the fields in the mark instead of in its datum, and finds nothing.
 * Rows whose fields are not named as their titles have `tips`, their texts by title. */
function textOf(name: string, value: unknown, item: unknown): unknown {
  const nearest = (item as { datum?: { datum?: Record<string, unknown> } } | null)?.datum?.datum;
  const titled = nearest?.tips as Record<string, unknown> | undefined;
  if (titled !== undefined && name in titled) return titled[name];
  return nearest !== undefined && name in nearest ? nearest[name] : value;
}

/** Vega's tooltip handler: the fields of the value as a small table of texts. */
export function showTooltip(
  _handler: unknown,
  event: MouseEvent,
  item: unknown,
  value: unknown,
): void {
  if (box === null) {
    box = h("div", { class: "tooltip", role: "status" });
    document.body.append(box);
  }
  if (value === null || value === undefined || value === "") {
    box.classList.remove("shown");
    return;
  }
  const rows: Node[] = [];
  if (typeof value === "object") {
    for (const [name, given] of Object.entries(value as Record<string, unknown>)) {
      const text = textOf(name, given, item);
      if (text === undefined || text === null || text === "" || text === "undefined") continue;
      rows.push(h("tr", {}, h("th", {}, name), h("td", {}, String(text))));
    }
  } else {
    rows.push(h("tr", {}, h("td", {}, String(value))));
  }
  box.replaceChildren(h("table", {}, h("tbody", {}, rows)));
  box.classList.add("shown");
  const gap = 14;
  const width = box.offsetWidth;
  const height = box.offsetHeight;
  let x = event.clientX + gap;
  let y = event.clientY + gap;
  if (x + width > innerWidth - 6) x = Math.max(6, event.clientX - width - gap);
  if (y + height > innerHeight - 6) y = Math.max(6, event.clientY - height - gap);
  box.style.left = `${x}px`;
  box.style.top = `${y}px`;
}
