// SPDX-License-Identifier: Apache-2.0

export type Child = Node | string | null | undefined | false;

/** An element with attributes and children; texts become text nodes, never markup. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean | EventListener | undefined> = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

let serial = 0;
/** Radio buttons that look like one control. */
export function segmented(
  label: string,
  options: { value: string; label: string }[],
  value: string,
  change: (value: string) => void,
): HTMLElement {
  const name = `switch-${++serial}`;
  return h(
    "div",
    { class: "segmented", role: "radiogroup", "aria-label": label },
    options.map((option) => {
      const input = h("input", {
        type: "radio",
        name,
        value: option.value,
        change: () => change(option.value),
      });
      input.checked = option.value === value;
      return h("label", {}, input, h("span", {}, option.label));
    }),
  );
}

export function dropDown(
  label: string,
  options: { value: string; label: string }[],
  value: string,
  change: (value: string) => void,
): HTMLElement {
  const select = h(
    "select",
    { "aria-label": label, change: () => change(select.value) },
    options.map((option) => h("option", { value: option.value }, option.label)),
  );
  select.value = value;
  return select;
}

export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** True where the text is on the clipboard. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "off-screen", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** A field of CSV as RFC 4180 has it; a text that a spreadsheet would run is defused. */
function csvField(value: string | number | null): string {
  if (value === null) return "nan";
  if (typeof value === "number") {
    return Number.isFinite(value)
      ? String(value)
      : Number.isNaN(value)
        ? "nan"
        : value < 0
          ? "-inf"
          : "inf";
  }
  const text = /^[=+\-@\t\r]/.test(value) ? "'" + value : value;
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

export type Table = { columns: string[]; rows: (string | number | null)[][] };

export function csv(table: Table): string {
  return [table.columns, ...table.rows].map((row) => row.map(csvField).join(",")).join("\n") + "\n";
}
