// SPDX-License-Identifier: Apache-2.0
import "./style.css";
import type { ReportData } from "./data";
import { h } from "./dom";
import { runPage } from "./run_page";
import type { SweepData } from "./sweep_data";
import { sweepPage } from "./sweep_page";

/** Vega keeps what belongs to a path in objects under its name, and takes what every
 * object has (`constructor`, `__proto__`) for its own. */
function keptByVega(_key: string, value: unknown): unknown {
  return typeof value === "string" && value in Object.prototype ? value + "\u00a0" : value;
}

try {
  const data = JSON.parse(
    document.getElementById("leadtime-data")?.textContent ?? "",
    keptByVega,
  ) as ReportData | SweepData;
  if (data.format === "leadtime-sweep-report") sweepPage(data);
  else runPage(data);
} catch (error) {
  const app = document.getElementById("app")!;
  app.append(
    h(
      "p",
      { class: "failure", role: "alert" },
      `This report cannot be shown: ${String(error)}. The numbers are in the CSV and netCDF files beside it.`,
    ),
  );
  throw error;
}
