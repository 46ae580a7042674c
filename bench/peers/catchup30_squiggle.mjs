// SPDX-License-Identifier: Apache-2.0
// Runs catchup30.squiggle and prints JSON: samples/s and the checked quantiles.
// Usage: node catchup30_squiggle.mjs SAMPLES FOLDER_WITH_node_modules
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const samples = Number(process.argv[2] ?? 5000);
const folder = process.argv[3] ?? ".";
const require = createRequire(pathToFileURL(folder + "/"));
const { run } = await import(
  pathToFileURL(require.resolve("@quri/squiggle-lang")).href);

const code = readFileSync(new URL("catchup30.squiggle", import.meta.url), "utf8");
const environment = { sampleCount: samples, xyPointLength: 1000, seed: "1" };
await run("normal(0, 1)", { environment });  // the engine is warm
const begin = performance.now();
const output = await run(code, { environment });
if (!output.result.ok) {
  console.error(String(output.result.value));
  process.exit(1);
}
const rows = output.result.value.result.asJS();
const seconds = (performance.now() - begin) / 1000;
console.log(JSON.stringify({ samples, seconds, run_U_39: rows[39], T_U: rows[160],
                             lag: rows[162] }));
