// SPDX-License-Identifier: Apache-2.0
// A headless Chromium for the tests of report.html and its pictures.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const candidates = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Why no browser can be driven here; empty where one can. */
export function browserProblem() {
  if (!candidates.some((path) => path && existsSync(path))) {
    return "no Chromium here (set CHROMIUM, or apt-get install chromium)";
  }
  try {
    require.resolve("playwright-core");
  } catch {
    return "no playwright-core here (cd web && npm ci)";
  }
  return "";
}

const require = createRequire(new URL("../web/package.json", import.meta.url));

/** A page with nothing in it, and what it logs and asks for. */
export async function openBrowser({ width = 1280, height = 1000, dark = false } = {}) {
  const problem = browserProblem();
  if (problem) throw new Error(problem);
  const { chromium } = require("playwright-core");
  const profile = mkdtempSync(join(tmpdir(), "leadtime-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: candidates.find((path) => path && existsSync(path)),
    headless: true,
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    acceptDownloads: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--allow-file-access-from-files",
    ],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const messages = [];
  const requests = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      messages.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => messages.push(`exception: ${error.message}`));
  page.on("request", (request) => requests.push(request.url()));
  return {
    context,
    page,
    messages,
    requests,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

export async function openReport(file, options = {}) {
  const opened = await openBrowser(options);
  await opened.page.goto(pathToFileURL(resolve(file)).href);
  return opened;
}
