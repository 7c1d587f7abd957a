import { unitOf } from './units';

/** A column's or a series' name as a file has it, taken apart. */
export interface ColumnName {
  /** As written, with its blanks made plain. */
  readonly text: string;
  /** Without the unit in brackets. */
  readonly base: string;
  /** As written; null where the name tells none. */
  readonly unit: string | null;
  /** Of a series named as Prometheus does, `name{label="value"}`. */
  readonly labels: ReadonlyMap<string, string>;
}

const none: ReadonlyMap<string, string> = new Map();
/** Unit words that end a name after `_`, `.` or a blank; shorter ones (a, s, c) are as often a phase or a plural. */
const ENDING =
  /[\s_.,]+(?:in )?(watts?|milliwatts|kilowatts|[kKmM]?W|[kKM]?Wh|kwh|wh|kw|w|joules?|volts?|mV|V|am(?:ps?|peres)|mA|celsius|°C|°F|pct|percent|%|bytes|[KMGT]i?B|[kmgt]ib|[kmg]b|hertz|[kMG]?Hz|[mg]hz|hz|rpm|RPM|seconds|secs?|milliseconds|msecs?|ms|ns|us|µs)$/;

export function columnName(text: string): ColumnName {
  const plain = text.replaceAll(/[\s\u00a0\u202f\ufeff]+/g, ' ').trim();
  const series = /^([a-zA-Z_:][\w:.]*)?\s*\{(.*)\}$/.exec(plain);
  if (series?.[2]?.includes('=')) {
    const labels = new Map(
      [...series[2].matchAll(/([\w.]+)\s*[=:]\s*(?:"((?:[^"\\]|\\.)*)"|([^,"]*))/g)].map(([, name = '', quoted, bare]) => [
        name,
        quoted ?? (bare ?? '').trim(),
      ]),
    );
    const name = series[1] ?? labels.get('__name__') ?? '';
    return { ...unitAtEnd(plain, name === '' ? 'value' : name), labels };
  }
  const square = /^(.*\S)\s*\[([^\]]{1,24})\]$/.exec(plain);
  if (square) return { text: plain, base: square[1] ?? '', unit: square[2]?.trim() ?? null, labels: none };
  const round = /^(.*\S)\s*\(([^)]{1,24})\)$/.exec(plain);
  if (round && unitOf(round[2] ?? '') !== null) return { text: plain, base: round[1] ?? '', unit: round[2]?.trim() ?? null, labels: none };
  return unitAtEnd(plain, plain);
}

function unitAtEnd(text: string, name: string): ColumnName {
  if (name.startsWith('%')) return { text, base: name, unit: '%', labels: none };
  if (/^[kM]?Wh?$|^°C$|^[kMG]Hz$|^rpm$/.test(name)) return { text, base: name, unit: name, labels: none };
  const found = ENDING.exec(name);
  // The unit stays a part of the name: "power_watts" is what people look for.
  return { text, base: name, unit: found?.[1] ?? null, labels: none };
}

/** Letters and figures only, in small letters, for looking a name up. */
export function plainName(name: string): string {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll(/[\s_.\-:/]+/g, ' ')
    .trim();
}
