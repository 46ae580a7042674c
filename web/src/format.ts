// SPDX-License-Identifier: Apache-2.0
// Numbers for people; the same rules as text/number_format.cpp.

function notFinite(value: number): string {
  return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
}

/** Two significant digits in powers of ten: 1.2e26. */
export function powerText(value: number, digits = 2): string {
  if (!Number.isFinite(value)) return notFinite(value);
  if (value === 0) return "0";
  return value.toExponential(digits - 1).replace("e+", "e");
}

function trimmed(value: number, digits: number): string {
  const size = Math.abs(value);
  const before = size < 1 ? 1 : Math.floor(Math.log10(size)) + 1;
  return value.toFixed(Math.max(0, digits - before));
}

/** With k, M, B (1e9) or T: 820 M, 1.2 B. */
export function scaledText(value: number, digits = 2): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.995 || size >= 999.5e12) {
    return size < 0.995 && size >= 0.01
      ? String(Number(value.toPrecision(digits)))
      : powerText(value, digits);
  }
  const suffixes = ["", " k", " M", " B", " T"];
  let i = 0;
  let scaled = value;
  while (Math.abs(scaled) >= 999.5 && i + 1 < suffixes.length) {
    scaled /= 1000;
    ++i;
  }
  if (digits === 2) {
    return (Math.abs(scaled) < 9.95 ? scaled.toFixed(1) : scaled.toFixed(0)) + suffixes[i];
  }
  return trimmed(scaled, digits) + suffixes[i];
}

export function monthsText(value: number, digits = 1): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

export function shareText(share: number, digits = 1): string {
  if (!(share > 0)) return share === 0 ? "0%" : "";
  if (share >= 1) return "100%";
  const percent = 100 * share;
  if (percent < 0.1) return "<0.1%";
  if (percent < 9.95) return percent.toFixed(digits) + "%";
  return percent > 99.5 && percent < 100 && digits < 2 ? ">99%" : percent.toFixed(0) + "%";
}

/** The month that lies `months` after `start` (months since year 0). */
export function calendarMonth(start: number, months: number): string {
  const month = Math.floor(start + months);
  const year = Math.floor(month / 12);
  return `${String(year).padStart(4, "0")}-${String(month - year * 12 + 1).padStart(2, "0")}`;
}

export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Relative standard error in percent, rounded up. */
export function relativeError(estimate: number | null, error: number | null): string {
  if (estimate === null || error === null) return "";
  if (!Number.isFinite(estimate) || !Number.isFinite(error)) return "";
  if (error === 0) return "±0%";
  if (estimate === 0) return "";
  const percent = 100 * Math.abs(error / estimate);
  if (percent > 99) return "±>99%";
  return percent > 9.9
    ? `±${Math.ceil(percent)}%`
    : `±${(Math.ceil(percent * 10) / 10).toFixed(1)}%`;
}

export function absoluteError(error: number | null): string {
  if (error === null || !Number.isFinite(error)) return "";
  if (error === 0) return "±0";
  if (Math.abs(error) > 1e6) return `±${error.toPrecision(2)}`; // ten times it may be infinite
  return `±${(Math.ceil(error * 10) / 10).toFixed(1)}`;
}

/** How numbers of a unit are written, for tables (short) and for tooltips (long). */
export interface NumberStyle {
  short(value: number): string;
  long(value: number): string;
}

export function styleOf(unit: string): NumberStyle {
  if (unit === "FLOP") {
    return { short: (x) => powerText(x), long: (x) => powerText(x, 5) };
  }
  if (unit === "month") {
    return { short: (x) => monthsText(x), long: (x) => monthsText(x, 3) };
  }
  if (unit === "USD" || unit === "H100e" || unit === "chips" || unit === "chip" || unit === "W") {
    return { short: (x) => scaledText(x), long: (x) => scaledText(x, 5) };
  }
  const plain = (x: number, digits: number) => {
    if (!Number.isFinite(x)) return notFinite(x);
    const size = Math.abs(x);
    if (size !== 0 && (size < 1e-3 || size >= 1e6)) return powerText(x, digits);
    return String(Number(x.toPrecision(digits)));
  };
  return { short: (x) => plain(x, 3), long: (x) => plain(x, 5) };
}

/** `name` for a heading or a label: at most `length` characters. */
export function short(name: string, length = 40): string {
  return name.length <= length ? name : name.slice(0, length - 1) + "…";
}
