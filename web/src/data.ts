// SPDX-License-Identifier: Apache-2.0
// What the C++ program puts into the page (docs/outputs.md, "report.html").

/** One number a step, or the same number for all steps. Infinities: censored. */
export type Numbers = (number | null)[] | number | null;

export const statisticNames = [
  "mean",
  "mean_se",
  "p05",
  "p25",
  "p50",
  "p75",
  "p95",
  "p50_se",
  "share_below",
  "share_above",
  "tail_index",
] as const;
export type StatisticName = (typeof statisticNames)[number];

export interface Series extends Record<StatisticName, Numbers> {
  path: string;
  metric: string;
  unit: string;
  /** Where not every step has a result: those that have, for which alone numbers stand. */
  steps?: number[];
}

export interface Scalar extends Record<StatisticName, number | null> {
  path: string;
  metric: string;
  unit: string;
  /** Dates only: share of samples that are at or before the start of each step. */
  cumulative?: Numbers;
}

export interface InputRecord {
  name: string;
  unit: string;
  value: string;
  source: string;
  confidence: string;
  note: string;
}

export interface SensitivityOutput {
  output: string;
  unit?: string;
  baseline?: number;
  tornado?: { input: string; low: number; high: number }[];
  sobol?: { input: string; first?: number; first_se?: number; total?: number; total_se?: number }[];
}

export interface ReportData {
  format: "leadtime-report";
  format_version: number;
  leadtime: string;
  scenario: { name: string; description: string; file: string; hash: string; text: string };
  seed: string;
  samples: number;
  determinism: string;
  /** `sorted samples` or `bins` */
  quantiles: string;
  start_month: number;
  months_per_step: number;
  steps: number;
  reference: string;
  record_start_month: number | null;
  paths: { name: string; description: string }[];
  series: Series[];
  scalars: Scalar[];
  inputs: InputRecord[];
  notes: string[];
  sensitivity: { outputs: SensitivityOutput[] } | null;
}

export function at(numbers: Numbers, step: number): number | null {
  return Array.isArray(numbers) ? numbers[step] : numbers;
}

/** Gives a series of some steps a place for every step, null where it has no result. */
function spreadOut(series: Series, steps: number): void {
  const given = series.steps;
  if (given === undefined) return;
  for (const name of statisticNames) {
    const numbers = series[name];
    const all: (number | null)[] = Array.from({ length: steps }, () => null);
    given.forEach((step, i) => (all[step] = at(numbers, i)));
    series[name] = all;
  }
  delete series.steps;
}

/** Look-ups that every chart needs. */
export class Report {
  private readonly bySeries = new Map<string, Series>();
  private readonly byScalar = new Map<string, Scalar>();
  readonly pathNames: string[];

  constructor(readonly data: ReportData) {
    for (const one of data.series) spreadOut(one, data.steps);
    for (const one of data.series) this.bySeries.set(one.path + "\n" + one.metric, one);
    for (const one of data.scalars) this.byScalar.set(one.path + "\n" + one.metric, one);
    this.pathNames = data.paths.map((path) => path.name);
  }

  series(path: string, metric: string): Series | undefined {
    return this.bySeries.get(path + "\n" + metric);
  }
  scalar(path: string, metric: string): Scalar | undefined {
    return this.byScalar.get(path + "\n" + metric);
  }
  hasSeries(metric: string): boolean {
    return this.pathNames.some((path) => this.series(path, metric) !== undefined);
  }

  /** The last month of a step, which names it, from the start. */
  lastMonth(step: number): number {
    return (step + 1) * this.data.months_per_step - 1;
  }
  /** The same since year 0. */
  month(step: number): number {
    return this.data.start_month + this.lastMonth(step);
  }
  /** Milliseconds since 1970 (UTC), which Vega reads as a date. */
  time(step: number): number {
    const month = this.month(step);
    return Date.UTC(Math.floor(month / 12), month % 12, 1);
  }
  /** The last step of each year. */
  yearEnds(): number[] {
    const ends: number[] = [];
    for (let step = 0; step < this.data.steps; ++step) {
      const last = step + 1 === this.data.steps;
      if (last || Math.floor(this.month(step + 1) / 12) !== Math.floor(this.month(step) / 12)) {
        ends.push(step);
      }
    }
    return ends;
  }
}
