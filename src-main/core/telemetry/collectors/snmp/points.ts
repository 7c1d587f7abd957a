import { metricDef } from '@shared/model/metrics';
import { message, MessageError } from '@shared/text/message';
import { parseQuantity, quantities, quantityNames, type QuantityName } from '../meters/quantities';
import { needsUnit, unitScale, unitsFor } from '../meters/units';

/** A column, or object, and the numbers of it that are meant; its `*` are the first numbers of the row's index. */
export interface BesideValue {
  readonly oid: string;
  readonly values: readonly number[];
}

/** One value of a device, or a column of them: each `*` in the OID is a number of the row's index. */
export interface SnmpPoint {
  readonly quantity: QuantityName;
  /** `L1`, `outlet-*`; `*` becomes the index, its numbers joined by dashes; empty = the whole device. */
  readonly part: string;
  readonly oid: string;
  /** What the number is multiplied by to be in the quantity's unit. */
  readonly scale: number;
  readonly offset: number;
  /** What the device writes where it has no value. */
  readonly noValue: readonly number[];
  /** Any number below 0 is no value: what several makers' MIBs say without naming one. */
  readonly isNegativeNone: boolean;
  /** Where the number of decimal digits stands, by the same index. */
  readonly digits: string | null;
  /** Where it stands which one a row is (a phase's number), by the same index: 0 = it is none. Null = the index itself says that. */
  readonly by: string | null;
  /** Which one each of the numbers that stand there is, where they are kinds and no count; one that is not named is none. */
  readonly as: ReadonlyMap<number, number> | null;
  /** A row at whose index something other than 0 stands there is of another kind. */
  readonly without: string | null;
  /** There is no value while other numbers stand there: a probe that is not plugged in. Asked at each reading; nothing there says nothing. */
  readonly where: BesideValue | null;
  /** The value is in °F while these numbers stand there, and in °C otherwise. Asked at each reading. */
  readonly fahrenheit: BesideValue | null;
  /** A row that is the only one is the whole device. */
  readonly isAlone: boolean;
  /** The numbers that mean yes; null = the number is the value. */
  readonly yes: readonly number[] | null;
}

const OID = /^\.?(\d+(?:\.(?:\d+|\*))+)$/;
/** Kinds and which one each is: `3:1,4:2,5:3`. */
const PAIRS = /^\d+:\d+(,\d+:\d+)*$/;
/** A place and the numbers that are meant there: `1.3.6.1.4.1.318.1.1.26.10.2.2.1.6.*:2`. */
const WHILE = /^([\d.*]+):(-?\d+(?:,-?\d+)*)$/;
const OPTIONS =
  'scale=0.1, unit=kWh, none=-1, none=negative, digits=OID, by=OID, as=3:1,4:2, without=OID, where=OID:2, fahrenheit=OID:1, yes=3, alone';
/** An own one would be somebody else's whole tree. */
const LEAST_FIXED = 6;

/**
 * A point as a person writes it: `power 1.3.6.1.4.1.318.1.1.12.1.16.0`, `current.outlet-* 1.3.6.1.4.1.318.1.1.26.9.4.3.1.6.* scale=0.1`.
 * @throws {MessageError} naming the part that is wrong, and how it is written
 */
export function parseSnmpPoint(text: string): SnmpPoint {
  const refuse = (what: string): never => {
    throw new MessageError(message('message.snmp.point', { point: text, what }));
  };
  const [name = '', place = '', ...options] = text.trim().split(/\s+/);
  const named = parseQuantity(name.replaceAll('*', '0'));
  if (named === null) return refuse(name === '' ? 'NAME OID' : `${name}: ${quantityNames.join(', ')}`);
  const { quantity } = named;
  const oidOf = (written: string): string => {
    const oid = OID.exec(written)?.[1] ?? refuse(written === '' ? 'OID' : `${written}: 1.3.6.1.…`);
    if (prefixOf(oid).split('.').length < LEAST_FIXED) refuse(`${written}: 1.3.6.1.…`);
    return oid;
  };
  const oid = oidOf(place);
  const { unit: metricUnit } = metricDef(quantities[quantity]);
  let unit: string | null = null;
  let [scale, isAlone] = [1, false];
  const beside: Record<'digits' | 'by' | 'without', string | null> = { digits: null, by: null, without: null };
  const whiles: Record<'where' | 'fahrenheit', BesideValue | null> = { where: null, fahrenheit: null };
  let [noValue, yes]: [number[], number[] | null] = [[], null];
  let [isNegativeNone, as]: [boolean, Map<number, number> | null] = [false, null];
  for (const option of options) {
    const [, key = '', value = ''] = /^([a-z]+)(?:=(.+))?$/.exec(option) ?? [];
    const numbers = value.split(',').map(Number);
    if (key === 'scale' && Number.isFinite(numbers[0]) && numbers[0] !== 0 && numbers.length === 1) scale *= numbers[0] ?? 1;
    else if (key === 'unit') unit = value;
    else if (key === 'digits' || key === 'by' || key === 'without') beside[key] = oidOf(value);
    else if (key === 'as' && PAIRS.test(value)) as = new Map(value.split(',').map((pair) => pairOf(pair)));
    else if ((key === 'where' || key === 'fahrenheit') && WHILE.test(value)) {
      const [, where = '', those = ''] = WHILE.exec(value) ?? [];
      whiles[key] = { oid: oidOf(where), values: those.split(',').map(Number) };
    } else if (key === 'none' && value === 'negative') isNegativeNone = true;
    else if (key === 'none' && value !== '' && numbers.every(Number.isFinite)) noValue = numbers;
    else if (key === 'yes' && value !== '' && numbers.every(Number.isFinite)) yes = numbers;
    else if (key === 'alone' && value === '') isAlone = true;
    else refuse(`${option}: ${OPTIONS}`);
  }
  if (unit === null && needsUnit(metricUnit)) refuse(`${name}: unit=kWh, unit=Wh`);
  const { factor, offset } = unitScale(unit ?? metricUnit, metricUnit) ?? refuse(`unit=${unit}: ${unitsFor(metricUnit).join(', ')}`);
  const part = name.slice(quantity.length + 1);
  if (oid.includes('*') && !part.includes('*')) refuse(`${name}: ${quantity}.outlet-*`);
  return { quantity, part, oid, scale: scale * factor, offset, noValue, isNegativeNone, ...beside, as, ...whiles, isAlone, yes };
}

function pairOf(text: string): [number, number] {
  const [from = NaN, to = NaN] = text.split(':').map(Number);
  return [from, to];
}

/** What stands before the first `*`: what is walked. */
export const prefixOf = (oid: string): string => oid.split('.*')[0] ?? oid;

/** The numbers in the place of each `*`; null = it is another OID. */
export function indexOf(pattern: string, oid: string): number[] | null {
  const [wanted, found] = [pattern.split('.'), oid.split('.')];
  if (wanted.length !== found.length) return null;
  const index: number[] = [];
  for (const [i, one] of wanted.entries()) {
    if (one === '*') index.push(Number(found[i]));
    else if (one !== found[i]) return null;
  }
  return index;
}

/** The OID of a pattern at an index. */
export function atIndex(pattern: string, index: readonly number[]): string {
  let next = 0;
  return pattern.replace(/\*/g, () => String(index[next++] ?? ''));
}
