// SPDX-License-Identifier: Apache-2.0
import "./style.css";
import type { ReportData } from "./data";
import { h } from "./dom";
import { runPage } from "./run_page";
import type { SweepData } from "./sweep_data";
import { sweepPage } from "./sweep_page";

/** Vega keeps the marks of a path in an object under its name, and the one name that an
 * object has no place for is that of its prototype. */
function keptByVega(_key: string, value: unknown): unknown {
  return value === "__proto__" ? "__proto__\u00a0" : value;
}

try {
  const data = JSON.parse(document.getElementById("leadtime-data")?.textContent ?? "", keptByVega) as ReportData | SweepData;
  if (data.format === "leadtime-sweep-report") sweepPage(data);
  else runPage(data);
} catch (error) {
  const app = document.getElementById("app")!;
  app.append(h("p", { class: "failure", role: "alert" }, `This report cannot be shown: ${String(error)}. The numbers are in the CSV and netCDF files beside it.`));
  throw error;
}
