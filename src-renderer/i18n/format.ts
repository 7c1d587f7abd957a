import { isScaled, prefixFor, shownUnit, toShown, type ShownUnit, type TemperatureUnit } from '@shared/model/display-unit';
import { offsetText, type ClockZone } from './moments';
import { parseNumber, typedNumber } from './numbers';

/** What stands for a value there is none of. */
const NO_VALUE = '—';

const DATE_TIME: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
};
const MINUS = '\u2212';

/** A number and its unit, apart, so that the unit can be set smaller. */
export interface Figure {
  readonly text: string;
  readonly unit: string;
}

/** A figure with its unit in running text. The per cent sign stands at the figure, as this product's languages write it. */
export function withUnit(text: string, unit: string): string {
  return unit === '' ? text : unit === '%' ? `${text}%` : `${text} ${unit}`;
}

/** Below this an amount of money is told as less than it. */
const MIN_MONEY = 1e-4;

/** Numbers, times and durations in one language, times on one clock, temperatures in one unit. Made once for each three. */
export class Format {
  private readonly numbers = new Map<string, Intl.NumberFormat>();
  private readonly dates = new Map<string, Intl.DateTimeFormat>();
  private readonly collator: Intl.Collator;

  constructor(
    readonly locale: string,
    readonly zone: ClockZone = 'local',
    readonly temperature: TemperatureUnit = 'celsius',
  ) {
    this.collator = new Intl.Collator(locale, { numeric: true });
  }

  /** The order of names in this language, gpu2 before gpu10. */
  readonly compare = (a: string, b: string): number => this.collator.compare(a, b);

  /** Reads a number as this language writes it; null = it is none. */
  readonly parse = (text: string): number | null => parseNumber(text, this.locale);

  /** A number as it stands in a field to be changed: {@link parse} reads it back. */
  typed(value: number): string {
    return typedNumber(value, this.locale);
  }

  /** {@link withUnit}, of a figure and its unit apart. */
  withUnit({ text, unit }: Figure): string {
    return withUnit(text, unit);
  }

  /** With exactly `digits` after the point. */
  number(value: number | null, digits: number): string {
    if (value === null || Number.isNaN(value)) return NO_VALUE;
    return this.minus(this.numberFormat(`f${digits}`, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value));
  }

  /** With `digits` significant digits, as measuring instruments count. */
  significant(value: number | null, digits: number): string {
    if (value === null || Number.isNaN(value)) return NO_VALUE;
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-6 || size >= 1e9))
      return this.minus(this.numberFormat(`e${digits}`, { notation: 'scientific', maximumSignificantDigits: digits }).format(value));
    const whole = size < 1 ? 0 : Math.floor(Math.log10(size)) + 1;
    if (whole >= digits) return this.number(value, 0);
    return this.minus(
      this.numberFormat(`s${digits}`, { minimumSignificantDigits: digits, maximumSignificantDigits: digits }).format(value),
    );
  }

  /** A number as it was set by a person: no digits added or, up to ten, taken away. */
  plain(value: number | null): string {
    if (value === null) return NO_VALUE;
    return this.minus(this.numberFormat('plain', { maximumSignificantDigits: 10 }).format(value));
  }

  /**
   * A quantity for a tile, a table or a readout. A currency is a unit like any other; ¤ is one that was not recorded.
   * @param digits after the point, where the unit is shown as it is
   */
  quantity(value: number | null, unit: string, digits: number): Figure {
    const currency = /^(¤|[A-Z]{3})(?:\/h)?$/.exec(unit)?.[1];
    if (currency !== undefined) return { text: this.money(value, currency), unit };
    if (value === null) return { text: NO_VALUE, unit: this.shownUnit(unit).unit };
    // Of what nothing is known, not even how fine it is measured.
    if (unit === '') return { text: this.significant(value, 5), unit };
    if (!isScaled(unit)) return this.converted(value, this.shownUnit(unit), digits);
    const prefix = prefixFor(unit, Math.abs(value));
    if (prefix.unit === unit && unit !== 'kg' && unit !== 'kg/h') return { text: this.number(value, digits), unit };
    // Nothing has no digits: 0.000 Wh would look as if it were measured to the thousandth.
    return { text: value === 0 ? this.number(0, 0) : this.significant(value / prefix.factor, 4), unit: prefix.unit };
  }

  /** How far two values of this unit lie apart: of temperatures in the unit they are shown in, without its zero. */
  difference(value: number | null, unit: string, digits: number): Figure {
    const shown = shownUnit(unit, this.temperature, 'difference');
    return value === null || shown.unit === unit ? this.quantity(value, unit, digits) : this.converted(value, shown, digits);
  }

  /** In what a quantity kept in `unit` is shown and typed, before any prefix. */
  shownUnit(unit: string, kind: 'value' | 'difference' = 'value'): ShownUnit {
    const shown = shownUnit(unit, this.temperature, kind);
    return shown.unit === '1' ? { ...shown, unit: '' } : shown;
  }

  private converted(value: number, shown: ShownUnit, digits: number): Figure {
    return { text: this.number(toShown(value, shown), digits), unit: shown.unit };
  }

  /** A quantity in the prefix that suits `reference`, so that the parts of a sum stand in one column in one unit. */
  quantityLike(value: number | null, unit: string, reference: number | null): Figure {
    const prefix = prefixFor(unit, Math.abs(reference ?? value ?? 0));
    if (value === null) return { text: NO_VALUE, unit: prefix.unit };
    const largest = Math.abs((reference ?? value) / prefix.factor);
    const digits = largest === 0 ? 0 : Math.max(0, 3 - Math.floor(Math.log10(largest)));
    return { text: this.number(value / prefix.factor, Math.min(6, digits)), unit: prefix.unit };
  }

  /**
   * An amount with the digits its currency has (two for ¤, one that was not recorded). Below one, three significant digits
   * and none that is zero at the end; what is too small for four after the point is told as less than that.
   */
  money(value: number | null, currency: string): string {
    if (value === null) return NO_VALUE;
    const digits = this.currencyDigits(currency);
    const size = Math.abs(value);
    if (size === 0 || size >= 1) return this.number(value, digits);
    if (size < MIN_MONEY) return `${value < 0 ? '>' : '<'}${this.plain(Math.sign(value) * MIN_MONEY)}`;
    const most = Math.min(6, 2 - Math.floor(Math.log10(size)));
    const least = Math.min(digits, most);
    return this.minus(this.numberFormat(`m${least}-${most}`, { minimumFractionDigits: least, maximumFractionDigits: most }).format(value));
  }

  private currencyDigits(currency: string): number {
    if (currency === '¤') return 2;
    return this.numberFormat(`c${currency}`, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  }

  /** What the numbers on an axis count whose largest value is `largest`, so that ticks fall on round ones (of GiB or °F, say). */
  tickUnit(unit: string, largest: number): ShownUnit {
    return isScaled(unit) ? { ...prefixFor(unit, largest), offset: 0 } : this.shownUnit(unit);
  }

  /** A tick of an axis whose largest value is `largest`: all ticks share one prefix, and as few digits as tell them apart. */
  tick(value: number, unit: string, largest: number, step: number): string {
    const shown = this.tickUnit(unit, largest);
    const shownStep = step / shown.factor;
    const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(shownStep) + 1e-9)));
    const exact = Math.abs(shownStep * 10 ** decimals - Math.round(shownStep * 10 ** decimals)) > 1e-6 ? decimals + 1 : decimals;
    const text = this.number(toShown(value, shown), exact);
    // The unit stands at the head of the axis; only a prefix is worth repeating.
    return !isScaled(unit) || shown.unit === unit || value === 0 ? text : `${text} ${shown.unit}`;
  }

  /** 14:02:07 */
  time(atMs: number): string {
    return this.date('time', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(atMs);
  }

  /** 14:02 */
  minute(atMs: number): string {
    return this.date('minute', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(atMs);
  }

  /** Nov 23, as the language writes it. */
  day(atMs: number): string {
    return this.date('day', { month: 'short', day: 'numeric' }).format(atMs);
  }

  /** Nov, as the language writes it. */
  month(atMs: number): string {
    return this.date('month', { month: 'short' }).format(atMs);
  }

  /** 2026, as the language writes it. */
  year(atMs: number): string {
    return this.date('year', { year: 'numeric' }).format(atMs);
  }

  /** Date and time to the second. */
  dateTime(atMs: number): string {
    return this.date('dateTime', DATE_TIME).format(atMs);
  }

  /** From a moment to another, what they share said once. */
  range(fromMs: number, toMs: number): string {
    return this.date('dateTime', DATE_TIME).formatRange(fromMs, toMs);
  }

  /** Date and time to the minute, without the year. */
  shortDateTime(atMs: number): string {
    return this.date('short', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(atMs);
  }

  /** 0:07, 12:34, 1:02:03 */
  duration(ms: number | null): string {
    if (ms === null) return NO_VALUE;
    const total = Math.max(0, Math.floor(ms / 1000));
    const pad = (n: number): string => String(n).padStart(2, '0');
    const hours = Math.floor(total / 3600);
    const minutes = Math.floor(total / 60) % 60;
    return hours > 0 ? `${hours}:${pad(minutes)}:${pad(total % 60)}` : `${minutes}:${pad(total % 60)}`;
  }

  /** A stretch of time to the tenth of a second while it is short: 11.2 s, 4:07 */
  span(ms: number): string {
    return ms < 60_000 ? `${this.number(ms / 1000, 1)} s` : this.duration(ms);
  }

  /** Share of 1 as a percentage, as {@link withUnit} writes one. */
  percent(share: number | null, digits = 0): string {
    return share === null ? NO_VALUE : this.withUnit({ text: this.number(share * 100, digits), unit: '%' });
  }

  /** The clock's distance to UTC at a moment: UTC+8 */
  zoneText(atMs: number): string {
    return offsetText(atMs, this.zone);
  }

  private minus(text: string): string {
    return text.replace('-', MINUS);
  }

  private numberFormat(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
    let format = this.numbers.get(key);
    // What rounds to zero is zero: there is no minus before it.
    if (!format) this.numbers.set(key, (format = new Intl.NumberFormat(this.locale, { signDisplay: 'negative', ...options })));
    return format;
  }

  private date(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    let format = this.dates.get(key);
    const zone = this.zone === 'utc' ? { timeZone: 'UTC' } : {};
    if (!format) this.dates.set(key, (format = new Intl.DateTimeFormat(this.locale, { ...options, ...zone })));
    return format;
  }
}

const formats = new Map<string, Format>();

export function formatFor(locale: string, zone: ClockZone = 'local', temperature: TemperatureUnit = 'celsius'): Format {
  const key = `${locale} ${zone} ${temperature}`;
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Format(locale, zone, temperature)));
  return format;
}
