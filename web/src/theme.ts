// SPDX-License-Identifier: Apache-2.0
// Colours. Hues are those of Okabe and Ito (2008), which stay apart for colour-blind
// readers, made lighter on dark; paths also differ by dash, and channels are tints of
// their path's colour.
import type { Config } from "vega-lite";

const onLight = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#b0508e",
  "#a67c00",
  "#3a3f47",
  "#3d9bd6",
  "#7a7d00",
];
const onDark = [
  "#4fb0e8",
  "#ff8c42",
  "#2ccf9f",
  "#e59bc4",
  "#f2c14e",
  "#cfd5de",
  "#a5dbfa",
  "#c9cf5a",
];
export const dashes = [
  [1, 0],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [4, 4],
  [12, 4],
  [1, 3],
  [6, 2, 2, 2],
];

export type Theme = "light" | "dark";
const key = "leadtime-theme";

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(key, theme);
  } catch {
    // a page without storage keeps the theme while it is open
  }
}

export function restoreTheme(): void {
  try {
    const stored = localStorage.getItem(key);
    if (stored === "light" || stored === "dark") document.documentElement.dataset.theme = stored;
  } catch {
    // as above
  }
}

export function pathColour(index: number, theme: Theme): string {
  const palette = theme === "dark" ? onDark : onLight;
  return palette[index % palette.length];
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
}

function mixed(colour: string, other: string, weight: number): string {
  const a = channels(colour);
  const b = channels(other);
  return (
    "#" +
    a
      .map((x, i) =>
        Math.round(x + (b[i] - x) * weight)
          .toString(16)
          .padStart(2, "0"),
      )
      .join("")
  );
}

/** `count` tints of a colour, dark to light. */
export function tints(colour: string, count: number, theme: Theme): string[] {
  const dark = mixed(colour, "#000000", theme === "dark" ? 0.55 : 0.45);
  const light = mixed(colour, "#ffffff", theme === "dark" ? 0.72 : 0.78);
  const all: string[] = [];
  for (let i = 0; i < count; ++i) {
    const t = count === 1 ? 0.5 : i / (count - 1);
    all.push(t < 0.5 ? mixed(dark, colour, t * 2) : mixed(colour, light, t * 2 - 1));
  }
  return all;
}

export interface Inks {
  ink: string;
  soft: string;
  grid: string;
  card: string;
}

export function inks(theme: Theme): Inks {
  return theme === "dark"
    ? { ink: "#e8ebf0", soft: "#a3adba", grid: "#2c3440", card: "#171c23" }
    : { ink: "#1b2430", soft: "#5b6675", grid: "#e4e8ee", card: "#ffffff" };
}

export const font = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

export function chartConfig(theme: Theme): Config {
  const { ink, soft, grid, card } = inks(theme);
  return {
    background: card,
    font,
    padding: { left: 4, right: 8, top: 4, bottom: 4 },
    view: { stroke: null },
    axis: {
      labelColor: soft,
      titleColor: soft,
      gridColor: grid,
      domainColor: grid,
      tickColor: grid,
      labelFontSize: 11,
      titleFontSize: 11,
      titleFontWeight: "normal",
      labelOverlap: true,
    },
    axisX: { grid: false, domainColor: soft, tickColor: soft },
    legend: {
      labelColor: ink,
      titleColor: soft,
      labelFontSize: 12,
      titleFontSize: 11,
      titleFontWeight: "normal",
      labelLimit: 190,
      symbolSize: 110,
      orient: "top",
      direction: "horizontal",
      offset: 6,
    },
    header: {
      labelColor: ink,
      labelFontSize: 12,
      labelFontWeight: "bold",
      titleColor: soft,
      labelLimit: 260,
    },
    text: { color: ink, fontSize: 11 },
    rule: { color: soft },
  };
}
