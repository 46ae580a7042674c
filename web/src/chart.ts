// SPDX-License-Identifier: Apache-2.0
// One chart with its card: title, switches, downloads, a table for those who cannot
// or will not look at pictures.
import * as vega from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { copyText, csv, download, dropDown, h, segmented, type Table } from "./dom";
import { chartConfig, type Theme } from "./theme";
import { showTooltip } from "./tooltip";

export interface Switch {
  key: string;
  label: string;
  options: { value: string; label: string }[];
  kind?: "segmented" | "list";
  /** Chosen at first; the first option without it. */
  initial?: string;
  /** The label is written before it; else only those who listen are told. */
  isLabelled?: boolean;
  /** Whether it has a meaning beside the other choices. */
  isShown?(choice: Record<string, string>): boolean;
}

/** What a chart is drawn from, besides the report. */
export interface ChartState {
  paths: string[];
  theme: Theme;
  width: number;
  height: number;
  choice: Record<string, string>;
}

export interface Chart {
  id: string;
  title: string;
  switches?: Switch[];
  /** Makes the other choices fit the one that was changed, where lists depend on each other. */
  settle?(choice: Record<string, string>, changed: string, before: string): void;
  /** One or two sentences under the title. */
  about(state: ChartState): string;
  /** Without `config` and `$schema`, which the card adds; null: nothing to draw. */
  spec(state: ChartState): Record<string, unknown> | null;
  table(state: ChartState): Table;
  /** Full width of the page. */
  wide?: boolean;
}

const schema = "https://vega.github.io/schema/vega-lite/v6.json"; // a name, never fetched

export class Card {
  readonly element: HTMLElement;
  private readonly plot: HTMLElement;
  private readonly about: HTMLElement;
  private readonly details: HTMLDetailsElement;
  private readonly choice: Record<string, string> = {};
  private view: vega.View | null = null;
  private spec: Record<string, unknown> | null = null;
  private stale = true;
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly chart: Chart,
    private readonly shared: () => {
      paths: string[];
      theme: Theme;
      choice?: Record<string, string>;
    },
  ) {
    const { id, title } = chart;
    const switches = (chart.switches ?? []).filter((one) => one.options.length > 1);
    for (const one of chart.switches ?? [])
      this.choice[one.key] = one.initial ?? one.options[0]?.value ?? "";
    const controls = switches.map((one) => {
      const control = (one.kind === "list" ? dropDown : segmented)(
        one.label,
        one.options,
        this.choice[one.key],
        (value) => {
          const before = this.choice[one.key];
          this.choice[one.key] = value;
          chart.settle?.(this.choice, one.key, before);
          show();
          void this.draw();
        },
      );
      return {
        one,
        control,
        element: one.isLabelled
          ? h("label", { class: "labelled" }, h("span", {}, one.label), control)
          : control,
      };
    });
    const show = () => {
      for (const { one, control, element } of controls) {
        if (control instanceof HTMLSelectElement) control.value = this.choice[one.key];
        element.hidden = one.isShown !== undefined && !one.isShown(this.choice);
      }
    };
    show();
    this.plot = h("div", { class: "plot", role: "img" });
    this.about = h("p", { class: "about" });
    this.details = h("details", { class: "as-table" }, h("summary", {}, "Table"));
    this.details.addEventListener("toggle", () => this.fillTable());
    const button = (label: string, name: string, run: (button: HTMLButtonElement) => void) => {
      const element = h(
        "button",
        {
          type: "button",
          "aria-label": `${title}: ${name}`,
          "data-action": label.toLowerCase(),
          click: () => run(element),
        },
        label,
      );
      return element;
    };
    this.element = h(
      "figure",
      { class: chart.wide ? "card wide" : "card", id: `chart-${id}`, "data-chart": id },
      h(
        "figcaption",
        {},
        h("h3", {}, title),
        switches.length > 0 &&
          h(
            "div",
            { class: "switches" },
            controls.map(({ element }) => element),
          ),
        this.about,
      ),
      this.plot,
      h(
        "div",
        { class: "actions" },
        this.details,
        h(
          "span",
          { class: "buttons" },
          button("SVG", "download as SVG", () => void this.saveSvg()),
          button("PNG", "download as PNG", () => void this.savePng()),
          button("CSV", "download the numbers as CSV", () => this.saveCsv()),
          button(
            "Spec",
            "copy the Vega-Lite specification",
            (element) => void this.copySpec(element),
          ),
        ),
      ),
    );
  }

  private state(): ChartState {
    const width = Math.max(220, Math.floor(this.plot.clientWidth || 600));
    const shared = this.shared();
    return {
      ...shared,
      width,
      height: width < 520 ? 230 : 290,
      choice: { ...shared.choice, ...this.choice },
    };
  }

  /** The inputs changed: draw when next asked. */
  invalidate(): void {
    this.stale = true;
  }
  isStale(): boolean {
    return this.stale;
  }

  /** Draws; calls do not overlap. */
  draw(): Promise<void> {
    this.stale = false;
    this.queue = this.queue.then(() => this.drawNow());
    return this.queue;
  }

  private async drawNow(): Promise<void> {
    const state = this.state();
    const body = this.chart.spec(state);
    const about = this.chart.about(state);
    this.about.textContent = about;
    this.view?.finalize();
    this.view = null;
    if (body === null) {
      this.spec = null;
      this.plot.replaceChildren(h("p", { class: "empty" }, "Nothing to draw for this choice."));
      this.element.dataset.drawn = "empty";
      return;
    }
    this.spec = { $schema: schema, ...body, config: chartConfig(state.theme) };
    const vegaSpec = compile(this.spec as unknown as TopLevelSpec).spec;
    const runtime = vega.parse(vegaSpec, undefined, { ast: true });
    const holder = h("div");
    this.view = new vega.View(runtime, {
      expr: expressionInterpreter,
      renderer: "svg",
      container: holder,
      hover: true,
      tooltip: showTooltip as never,
      logLevel: vega.Warn,
    } as vega.ViewOptions);
    this.plot.setAttribute(
      "aria-label",
      `${this.chart.title}. ${about} The numbers are in the table below.`,
    );
    this.plot.replaceChildren(holder);
    await this.view.runAsync();
    this.element.dataset.drawn = "yes";
    this.fillTable();
  }

  private fillTable(): void {
    if (!this.details.open) return;
    const { columns, rows } = this.chart.table(this.state());
    const limit = 400;
    const cell = (value: string | number | null) =>
      value === null
        ? "–"
        : typeof value === "number"
          ? String(Number(value.toPrecision(5)))
          : value;
    const table = h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          columns.map((name) => h("th", { scope: "col" }, name)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.slice(0, limit).map((row) =>
          h(
            "tr",
            {},
            row.map((value) =>
              h("td", { class: typeof value === "string" ? "text" : "" }, cell(value)),
            ),
          ),
        ),
      ),
    );
    const more =
      rows.length > limit && h("p", {}, `The first ${limit} of ${rows.length} rows; CSV has all.`);
    this.details.querySelector(".table-scroll")?.remove();
    this.details.append(h("div", { class: "table-scroll", tabindex: "0" }, table, more));
  }

  private fileName(suffix: string): string {
    return `leadtime-${this.chart.id}.${suffix}`;
  }
  private async drawn(): Promise<vega.View | null> {
    if (this.stale) await this.draw();
    await this.queue;
    return this.view;
  }
  private async saveSvg(): Promise<void> {
    const view = await this.drawn();
    if (view)
      download(this.fileName("svg"), new Blob([await view.toSVG()], { type: "image/svg+xml" }));
  }
  private async savePng(): Promise<void> {
    const view = await this.drawn();
    if (!view) return;
    const canvas = (await view.toCanvas(2)) as unknown as HTMLCanvasElement;
    canvas.toBlob((blob) => blob && download(this.fileName("png"), blob), "image/png");
  }
  private saveCsv(): void {
    download(
      this.fileName("csv"),
      new Blob([csv(this.chart.table(this.state()))], { type: "text/csv" }),
    );
  }
  private async copySpec(button: HTMLButtonElement): Promise<void> {
    await this.drawn();
    const done = await copyText(JSON.stringify(this.spec, null, 1));
    button.textContent = done ? "Copied" : "No clipboard";
    setTimeout(() => (button.textContent = "Spec"), 1600);
  }
}
