// SPDX-License-Identifier: Apache-2.0
// What the page of a run and that of a sweep share: cards that are drawn when they are
// needed, the theme, the head and the sections.
import { Card, type Chart } from "./chart";
import { h } from "./dom";
import { short } from "./format";
import { currentTheme, restoreTheme, setTheme } from "./theme";

/** Charts as cards: those in sight are drawn first, the others when the browser has time. */
export class Board {
  private readonly cards: Card[];
  private readonly inSight = new Set<Card>();
  private idleWork = 0;

  constructor(charts: Chart[], shared: () => { paths: string[]; choice?: Record<string, string> }) {
    restoreTheme();
    this.cards = charts.map(
      (chart) => new Card(chart, () => ({ ...shared(), theme: currentTheme() })),
    );
  }

  elements(): HTMLElement[] {
    return this.cards.map((card) => card.element);
  }

  /** To be called when the cards are in the page. */
  start(): void {
    const byElement = new Map(this.cards.map((card) => [card.element as Element, card]));
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          const card = byElement.get(entry.target);
          if (card === undefined) continue;
          if (entry.isIntersecting) {
            this.inSight.add(card);
            if (card.isStale()) void card.draw();
          } else this.inSight.delete(card);
        }
      },
      { rootMargin: "300px" },
    );
    for (const card of this.cards) observer.observe(card.element);
    this.drawRest();
    let width = innerWidth;
    let timer = 0;
    addEventListener("resize", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        if (innerWidth === width) return;
        width = innerWidth;
        this.redraw();
      }, 150);
    });
    addEventListener("beforeprint", () =>
      this.cards.forEach((card) => card.isStale() && void card.draw()),
    );
    // what the tests measure: the page answers from here on
    requestAnimationFrame(() => setTimeout(() => performance.mark("leadtime-interactive"), 0));
  }

  redraw(): void {
    for (const card of this.cards) card.invalidate();
    for (const card of this.inSight) void card.draw();
    this.drawRest();
  }

  private drawRest(): void {
    const mine = ++this.idleWork;
    const next = () => {
      if (mine !== this.idleWork) return;
      const card = this.cards.find((one) => one.isStale());
      if (card === undefined) return;
      void card.draw().then(() => idle(next));
    };
    idle(next);
  }
}

function idle(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 500 });
  else setTimeout(work, 16);
}

/** The button that changes between light and dark. */
function themeButton(redraw: () => void): HTMLElement {
  const button = h("button", {
    type: "button",
    class: "theme",
    click: () => {
      setTheme(currentTheme() === "dark" ? "light" : "dark");
      label();
      redraw();
    },
  });
  const label = () => {
    button.textContent = currentTheme() === "dark" ? "Light" : "Dark";
    button.setAttribute(
      "aria-label",
      `Change to ${currentTheme() === "dark" ? "light" : "dark"} colours`,
    );
  };
  label();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    label();
    redraw();
  });
  return button;
}

/** The head of the page; `links` are ids of sections with their names. */
export function head(
  title: string,
  description: string,
  facts: string,
  links: [string, string][],
  board: Board,
): HTMLElement {
  document.title = `${short(title, 80)} · leadtime`;
  return h(
    "header",
    { class: "top" },
    h(
      "div",
      { class: "bar" },
      h("span", { class: "brand" }, "leadtime"),
      h(
        "nav",
        { "aria-label": "Parts of the report" },
        links.map(([id, name]) => h("a", { href: `#${id}` }, name)),
      ),
      themeButton(() => board.redraw()),
    ),
    h("h1", {}, short(title, 200)),
    description.trim() && h("p", { class: "description" }, short(description.trim(), 2000)),
    h("p", { class: "facts" }, facts),
  );
}

export function section(
  id: string,
  name: string,
  ...children: (Node | string | null | false)[]
): HTMLElement {
  return h(
    "section",
    { id, "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title` }, name),
    children,
  );
}

export function fact(name: string, value: string): HTMLElement {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

export function foot(): HTMLElement {
  return h(
    "footer",
    {},
    "Made by leadtime. One file: it works offline and asks nobody for anything.",
  );
}
