#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Pictures of a report.html, as README.md shows one.
//
// Usage: node tools/screenshots.mjs REPORT.html OUT.png [--width 1280] [--height 1000]
//                                   [--dark] [--full] [--at SELECTOR]
// Needs web/node_modules (cd web && npm ci) and a Chromium (CHROMIUM=/path, else the
// system's).
import { openReport } from "./browser.mjs";

const [file, out] = process.argv.slice(2);
const value = (name, fallback) => {
  const i = process.argv.indexOf(name);
  return i < 0 ? fallback : process.argv[i + 1];
};
const has = (name) => process.argv.includes(name);
if (!file || !out) {
  console.error(
    "usage: screenshots.mjs REPORT.html OUT.png [--width N] [--height N] [--dark] [--full] [--at SELECTOR]",
  );
  process.exit(2);
}
const { page, close } = await openReport(file, {
  width: Number(value("--width", 1280)),
  height: Number(value("--height", 1000)),
  dark: has("--dark"),
});
await page.waitForFunction(
  () => document.querySelectorAll("[data-chart]:not([data-drawn])").length === 0,
  null,
  { timeout: 60_000 },
);
const selector = value("--at", "");
if (selector) await page.locator(selector).first().scrollIntoViewIfNeeded();
if (selector)
  await page.evaluate(
    (s) => document.querySelector(s).scrollIntoView({ block: "start", behavior: "instant" }),
    selector,
  );
await page.waitForTimeout(300);
await page.screenshot({ path: out, fullPage: has("--full") });
await close();
