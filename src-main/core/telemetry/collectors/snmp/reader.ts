import { message, type Message } from '@shared/text/message';
import type { MeterValue } from '../meters/readings';
import { scaled } from '../meters/units';
import { atIndex, indexOf, prefixOf, type SnmpPoint } from './points';
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
  /** Number of digits by OID: a device's own constant. */
  private readonly digits = new Map<string, number>();
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
    const single = this.points.filter(({ oid }) => !oid.includes('*')).map(({ oid }) => oid);
    for (const value of await this.session.get([...new Set(single)], signal)) found.set(value.oid, value);
    const bases = new Set(this.points.filter(({ oid }) => oid.includes('*')).map(({ oid }) => prefixOf(oid)));
    for (const base of bases) for (const value of await this.session.walk(base, signal)) found.set(value.oid, value);
    this.note(found);
    if (!this.isKnown && [...found.values()].some(({ raw }) => raw !== '')) this.forgetAbsent(found);
    await this.readDigits(signal);
    return this.rows.map((row) => this.valueOf(row, found));
  }

  /** A row that was there stays on the list: without a value it is missing, and not gone. */
  private note(found: ReadonlyMap<string, SnmpValue>): void {
    const rows: Row[] = [];
    for (const point of this.points) {
      const before = this.rows.filter((row) => row.point === point).map(({ index }) => index);
      const now = point.oid.includes('*') ? [...found.keys()].flatMap((oid) => [indexOf(point.oid, oid) ?? []]) : [[]];
      const indexes = new Map(
        [...before, ...now.filter((index) => index.length > 0 || !point.oid.includes('*'))].map((one) => [one.join('.'), one]),
      );
      if (indexes.size === 0 && !this.isShipped) rows.push({ point, index: [], part: point.part.replaceAll('*', 'all') });
      const isWhole = point.isAlone && indexes.size === 1;
      for (const index of indexes.values()) rows.push({ point, index, part: isWhole ? '' : point.part.replaceAll('*', index.join('-')) });
    }
    this.rows = rows;
  }

  private async readDigits(signal: AbortSignal): Promise<void> {
    const wanted = this.rows.flatMap(({ point, index }) => (point.digits === null ? [] : atIndex(point.digits, index)));
    const unknown = [...new Set(wanted)].filter((oid) => !this.digits.has(oid));
    if (unknown.length === 0) return;
    for (const { oid, value } of await this.session.get(unknown, signal)) {
      const digits = Number(value);
      if (value !== null && Number.isInteger(digits) && digits >= 0 && digits <= DIGITS_MAX) this.digits.set(oid, digits);
    }
  }

  private valueOf({ point, index, part }: Row, found: ReadonlyMap<string, SnmpValue>): MeterValue {
    const { quantity, scale, offset, noValue, yes } = point;
    const oid = index.length === 0 ? point.oid : atIndex(point.oid, index);
    const { value, raw, why } = found.get(oid) ?? { value: null, raw: '', why: message('message.snmp.noObject', { oid }) };
    const none = (reason: Message): MeterValue => ({ quantity, part, value: null, raw, why: reason });
    if (value === null) return none(why ?? message('message.snmp.noObject', { oid }));
    const number = typeof value === 'string' ? numberOf(value) : Number(value);
    if (number === null) return none(message('message.snmp.noNumber'));
    if (noValue.includes(number)) return none(message('message.snmp.noValue'));
    if (yes !== null) return { quantity, part, value: yes.includes(number) ? 1 : 0, raw, why: null };
    let digits = 0;
    if (point.digits !== null) {
      const known = this.digits.get(atIndex(point.digits, index));
      // Without it the value may be wrong by any power of ten.
      if (known === undefined) return none(message('message.snmp.noDigits'));
      digits = known;
    }
    return { quantity, part, value: scaled(scaled(number, 10 ** -digits), scale) + offset, raw, why: null };
  }

  private forgetAbsent(found: ReadonlyMap<string, SnmpValue>): void {
    const isThere = (point: SnmpPoint): boolean =>
      point.oid.includes('*') ? this.rows.some((row) => row.point === point) : (found.get(point.oid)?.raw ?? '') !== '';
    this.isKnown = true;
    this.points = this.points.filter(isThere);
    this.rows = this.rows.filter(({ point }) => this.points.includes(point));
  }
}

/** Some agents write their numbers as text; a text that is none, such as an empty one, is no value. */
function numberOf(text: string): number | null {
  const trimmed = text.trim();
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(trimmed) ? Number(trimmed) : null;
}
