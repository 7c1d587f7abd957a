import { message, type Message } from '@shared/text/message';
import type { MeterValue } from '../meters/readings';
import { scaled } from '../meters/units';
import { atIndex, indexOf, prefixOf, type BesideValue, type SnmpPoint } from './points';
import type { SnmpSession, SnmpValue } from './session';

/** More is a register read while it changed. */
const DIGITS_MAX = 9;

/** What of a device was read at its first reading, which says what it has. */
interface Row {
  readonly point: SnmpPoint;
  readonly index: readonly number[];
  readonly part: string;
}

/** Reads all points of a device: single ones together, columns as a walk each. */
export class SnmpReader {
  /** What stands beside the values, by OID: a device's own constants. Null = it has none there. */
  private readonly beside = new Map<string, number | null>();
  private rows: readonly Row[] = [];
  private isKnown: boolean;

  /** @param isShipped what the device has of the table is found at the first reading that has any, and the rest is not asked for again */
  constructor(
    private readonly session: SnmpSession,
    private points: readonly SnmpPoint[],
    private readonly isShipped: boolean,
  ) {
    this.isKnown = !isShipped;
  }

  /** @throws {MessageError} what became of the device */
  async read(signal: AbortSignal): Promise<MeterValue[]> {
    const found = new Map<string, SnmpValue>();
    const asked = this.points.flatMap(({ oid, where, fahrenheit }) => [oid, ...[where, fahrenheit].flatMap((beside) => beside?.oid ?? [])]);
    const single = asked.filter((oid) => !oid.includes('*'));
    for (const value of await this.session.get([...new Set(single)], signal)) found.set(value.oid, value);
    const bases = new Set(asked.filter((oid) => oid.includes('*')).map(prefixOf));
    for (const base of bases) for (const value of await this.session.walk(base, signal)) found.set(value.oid, value);
    await this.readKinds(found, signal);
    this.note(found);
    await this.readDigits(signal);
    if (!this.isKnown && [...found.values()].some(({ raw }) => raw !== '')) this.forgetAbsent(found);
    return this.rows.map((row) => this.valueOf(row, found));
  }

  /** A row that was there stays on the list: without a value it is missing, and not gone. */
  private note(found: ReadonlyMap<string, SnmpValue>): void {
    const rows: Row[] = [];
    for (const point of this.points) {
      const before = this.rows.filter((row) => row.point === point).map(({ index }) => index);
      const now = indexesOf(point, found).filter((index) => this.isOf(point, index) && isWhile(point.where, index, found) !== false);
      const indexes = new Map([...before, ...now].map((one) => [one.join('.'), one]));
      if (indexes.size === 0 && !this.isShipped) rows.push({ point, index: [], part: point.part.replaceAll('*', 'all') });
      const isWhole = point.isAlone && indexes.size === 1;
      for (const index of indexes.values()) rows.push({ point, index, part: isWhole ? '' : this.partOf(point, index) });
    }
    this.rows = rows;
  }

  /** What stands there at an index; 0 = nothing does. */
  private besideAt(oid: string, index: readonly number[]): number {
    return this.beside.get(atIndex(oid, index)) ?? 0;
  }

  /** Which one the row at an index is; 0 = none. */
  private whichOf(by: string, as: SnmpPoint['as'], index: readonly number[]): number {
    const told = this.besideAt(by, index);
    return as === null ? told : (as.get(told) ?? 0);
  }

  private isOf({ by, as, without }: SnmpPoint, index: readonly number[]): boolean {
    return (by === null || this.whichOf(by, as, index) !== 0) && (without === null || this.besideAt(without, index) === 0);
  }

  private partOf({ part, by, as }: SnmpPoint, index: readonly number[]): string {
    return part.replaceAll('*', by === null ? index.join('-') : String(this.whichOf(by, as, index)));
  }

  /** Which one each row is, and of what kind. */
  private async readKinds(found: ReadonlyMap<string, SnmpValue>, signal: AbortSignal): Promise<void> {
    await this.readBeside(
      this.points.flatMap((point) => {
        const columns = [point.by, point.without].filter((oid) => oid !== null);
        return columns.length === 0 ? [] : indexesOf(point, found).flatMap((index) => columns.map((oid) => atIndex(oid, index)));
      }),
      signal,
      { isFinal: true },
    );
  }

  private readDigits(signal: AbortSignal): Promise<void> {
    return this.readBeside(
      this.rows.flatMap(({ point, index }) => (point.digits === null ? [] : atIndex(point.digits, index))),
      signal,
      // A value without its digits is told as missing: they are asked for until they are there.
      { isFinal: false },
    );
  }

  /** @param isFinal what is not there is not asked for again */
  private async readBeside(wanted: readonly string[], signal: AbortSignal, { isFinal }: { isFinal: boolean }): Promise<void> {
    const unknown = [...new Set(wanted)].filter((oid) => !this.beside.has(oid));
    if (unknown.length === 0) return;
    for (const { oid, value } of await this.session.get(unknown, signal)) {
      const number = Number(value);
      const isNumber = value !== null && Number.isInteger(number) && number >= 0 && (isFinal || number <= DIGITS_MAX);
      if (isNumber || isFinal) this.beside.set(oid, isNumber ? number : null);
    }
  }

  private valueOf({ point, index, part }: Row, found: ReadonlyMap<string, SnmpValue>): MeterValue {
    const { quantity, scale, offset, noValue, isNegativeNone, yes } = point;
    const oid = index.length === 0 ? point.oid : atIndex(point.oid, index);
    const { value, raw, why } = found.get(oid) ?? { value: null, raw: '', why: message('message.snmp.noObject', { oid }) };
    const none = (reason: Message): MeterValue => ({ quantity, part, value: null, raw, why: reason });
    if (value === null) return none(why ?? message('message.snmp.noObject', { oid }));
    const number = typeof value === 'string' ? numberOf(value) : Number(value);
    if (number === null) return none(message('message.snmp.noNumber'));
    if (noValue.includes(number) || (isNegativeNone && number < 0)) return none(message('message.snmp.noValue'));
    if (isWhile(point.where, index, found) === false) return none(message('message.snmp.noValue'));
    if (yes !== null) return { quantity, part, value: yes.includes(number) ? 1 : 0, raw, why: null };
    let digits = 0;
    if (point.digits !== null) {
      const known = this.beside.get(atIndex(point.digits, index));
      // Without it the value may be wrong by any power of ten.
      if (known === undefined || known === null) return none(message('message.snmp.noDigits'));
      digits = known;
    }
    const told = scaled(scaled(number, 10 ** -digits), scale) + offset;
    if (point.fahrenheit === null) return { quantity, part, value: told, raw, why: null };
    const isFahrenheit = isWhile(point.fahrenheit, index, found);
    // Either reading of it would be a temperature that a room may have.
    if (isFahrenheit === null) return none(message('message.snmp.noScale'));
    return { quantity, part, value: isFahrenheit ? scaled(told - 32, 5 / 9) : told, raw, why: null };
  }

  private forgetAbsent(found: ReadonlyMap<string, SnmpValue>): void {
    const isThere = (point: SnmpPoint): boolean =>
      point.oid.includes('*') ? this.rows.some((row) => row.point === point) : (found.get(point.oid)?.raw ?? '') !== '';
    this.isKnown = true;
    const better = this.rows.filter((row) => this.valueOf(row, found).value !== null);
    // Some values are told twice, the finer one only by newer devices: it comes first in the table.
    const isSecond = ({ point, part }: Row): boolean => {
      const first = [...better, ...this.rows].find((row) => row.point.quantity === point.quantity && row.part === part);
      return first !== undefined && first.point !== point;
    };
    const taken = new Set(this.rows.filter((row) => !isSecond(row)).map(({ point }) => point));
    this.points = this.points.filter((point) => isThere(point) && taken.has(point));
    this.rows = this.rows.filter(({ point }) => this.points.includes(point));
  }
}

/** Whether one of the numbers stands there; null = nothing does, or nothing is to. */
function isWhile(beside: BesideValue | null, index: readonly number[], found: ReadonlyMap<string, SnmpValue>): boolean | null {
  const value = beside === null ? null : (found.get(atIndex(beside.oid, index))?.value ?? null);
  return beside === null || value === null ? null : beside.values.includes(Number(value));
}

/** At which of a point's indexes something was found; a single one has the empty index. */
function indexesOf({ oid }: SnmpPoint, found: ReadonlyMap<string, SnmpValue>): (readonly number[])[] {
  return oid.includes('*') ? [...found.keys()].flatMap((one) => [indexOf(oid, one)].filter((index) => index !== null)) : [[]];
}

/** Some agents write their numbers as text; a text that is none, such as an empty one, is no value. */
function numberOf(text: string): number | null {
  const trimmed = text.trim();
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(trimmed) ? Number(trimmed) : null;
}
