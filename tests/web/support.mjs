// SPDX-License-Identifier: Apache-2.0
// What the tests of pages in a browser share. Arguments of each: PROGRAM SOURCE_ROOT
// [NAME...], where a NAME is a part of a test's name. A test ends with 77 (skipped, with
// the reason) where no browser or no page is there.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { browserProblem } from "../../tools/browser.mjs";

const [program, root, ...wanted] = process.argv.slice(2);
export { root };
export const folder = mkdtempSync(join(tmpdir(), "leadtime-web-"));
let failures = 0;
let current = "";

export function check(condition, claim, detail = "") {
  if (!condition) {
    ++failures;
    console.error(`FAILED ${current}: ${claim}\n${String(detail).slice(0, 1500)}`);
  }
}

function skip(why) {
  console.log(`skipped: ${why}`);
  rmSync(folder, { recursive: true, force: true });
  process.exit(77);
}

export function leadtime(...args) {
  return spawnSync(resolve(program), args.map(String), {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, OMP_NUM_THREADS: "2", OMP_PROC_BIND: "false" },
  });
}

export async function allDrawn(page) {
  await page.waitForFunction(
    () =>
      document.querySelectorAll("[data-chart]").length > 0 &&
      document.querySelectorAll("[data-chart]:not([data-drawn])").length === 0,
    null,
    { timeout: 60_000 },
  );
}

/** Pictures that Vega drew: paths and symbols with a size. */
export const marksOf = (page, id) =>
  page.$$eval(
    `#chart-${id} .plot svg [role="graphics-symbol"], #chart-${id} .plot svg .mark-area path, #chart-${id} .plot svg .mark-line path, #chart-${id} .plot svg .mark-rect path, #chart-${id} .plot svg .mark-rule line, #chart-${id} .plot svg .mark-symbol path`,
    (all) =>
      all.filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width + box.height > 2;
      }).length,
  );

export function quiet(report, where) {
  check(
    report.messages.length === 0,
    `${where}: the console is not silent`,
    report.messages.join("\n"),
  );
  const foreign = report.requests.filter((url) => !/^(file|blob|data):/.test(url));
  const files = report.requests.filter((url) => url.startsWith("file:"));
  check(foreign.length === 0, `${where}: requests leave the page`, foreign.join("\n"));
  check(files.length === 1, `${where}: other files are read`, files.join("\n"));
}

export const close = (a, b) =>
  a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= 1e-6 * Math.abs(b);
export const number = (text) =>
  text === "inf" ? Infinity : text === "-inf" ? -Infinity : text === "nan" ? NaN : Number(text);

/** The fields of a line of CSV. */
export const fieldsOf = (line) =>
  line
    .match(/("([^"]|"")*"|[^,]*)(,|$)/g)
    .map((field) => field.replace(/,$/, "").replace(/^"|"$/g, "").replace(/""/g, '"'));

/** Runs the tests whose names were asked for, and ends the program. */
export async function runTests(tests) {
  const problem = browserProblem();
  if (problem) skip(problem);
  const probe = leadtime(
    "run",
    join(resolve(root), "scenarios/minimal.toml"),
    "--samples",
    10,
    "--out",
    "probe",
  );
  if (/without the HTML report/.test(probe.stderr))
    skip("this leadtime was built without the HTML report");
  try {
    for (const [name, test] of Object.entries(tests)) {
      if (wanted.length && !wanted.some((one) => name.includes(one))) continue;
      current = name;
      const begin = Date.now();
      try {
        await test();
      } catch (error) {
        check(false, "it stopped", error.stack);
      }
      console.log(`${((Date.now() - begin) / 1000).toFixed(1)} s  ${name}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${failures} failures`);
  process.exit(failures ? 1 : 0);
}
