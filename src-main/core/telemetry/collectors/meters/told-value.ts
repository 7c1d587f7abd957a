import { metricDef } from '@shared/model/metrics';
import { message, MessageError, type Message } from '@shared/text/message';
import { parseQuantity, quantities, quantityNames, type QuantityName } from './quantities';
import type { MeterValue } from './readings';
import { needsUnit, scaled, unitScale, unitsFor } from './units';

/** What becomes of a number that is told in words: of a message, a document, a table. */
export interface ToldPoint {
  readonly quantity: QuantityName;
  /** `L1`, `outlet-3`; empty = the whole meter. */
  readonly part: string;
  /** What the number is multiplied by to be in the quantity's unit. */
  readonly scale: number;
  /** Added after that. */
  readonly offset: number;
  /** What is told where there is no value, beside what is no number anyhow. */
  readonly none: string | null;
}

/** A point as a preset has it. */
export function toldPoint(quantity: QuantityName, unit: string, part = ''): ToldPoint {
  const scale = unitScale(unit, metricDef(quantities[quantity]).unit);
  if (scale === null) throw new TypeError(`${quantity} is not measured in ${unit}`);
  return { quantity, part, scale: scale.factor, offset: scale.offset, none: null };
}

/** A text in its words; what stands in quotes is one. */
export function wordsOf(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"]|"(?:[^"\\]|\\.)*")+/g)].map(([word]) => word);
}

/** A word without the quotes around it. */
export const unquoted = (word: string): string => (/^".*"$/s.test(word) ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word);

/** Where a point as a person writes it has its value from. */
export interface WrittenPlace {
  readonly where: readonly string[];
  readonly options: Readonly<Record<string, string>>;
}

/**
 * The first word and the last ones of a point as a person writes it: `power.L1 … unit=kW scale=0.1 none=-1`; those between are
 * told back, and say where the value is found.
 * @param extra further options that are taken, and told back
 * @throws {MessageError} naming what is wrong, and how it is written
 */
export function parseToldPoint(text: string, extra: readonly string[] = []): ToldPoint & WrittenPlace {
  const refuse = (what: string): never => {
    throw new MessageError(message('message.told.point', { point: text, what }));
  };
  const [name = '', ...rest] = wordsOf(text.trim());
  const { quantity, part } = parseQuantity(name) ?? refuse(name === '' ? 'NAME' : `${name}: ${quantityNames.join(', ')}`);
  const isOption = (word: string): boolean => ['unit', 'scale', 'none', ...extra].some((key) => word.startsWith(`${key}=`));
  const options = rest.slice(rest.findLastIndex((word) => !isOption(word)) + 1);
  const own: Record<string, string> = {};
  const { unit: metricUnit } = metricDef(quantities[quantity]);
  let unit: string | null = null;
  let scale = 1;
  let none: string | null = null;
  for (const option of options) {
    const [, key, value = ''] = /^([a-z]+)=(.+)$/s.exec(option) ?? [];
    const number = Number(value);
    if (key === 'scale' && Number.isFinite(number) && number !== 0) scale *= number;
    else if (key === 'unit') unit = unquoted(value);
    else if (key === 'none') none = unquoted(value);
    else if (key !== undefined && extra.includes(key)) own[key] = unquoted(value);
    else refuse(`${option}: unit=kWh, scale=0.1, none=-1`);
  }
  if (unit === null && needsUnit(metricUnit)) refuse(`${name}: unit=kWh, unit=Wh`);
  const of = unitScale(unit ?? metricUnit, metricUnit) ?? refuse(`unit=${unit}: ${unitsFor(metricUnit).join(', ')}`);
  return {
    quantity,
    part,
    scale: scale * of.factor,
    offset: of.offset,
    none,
    where: rest.slice(0, rest.length - options.length),
    options: own,
  };
}

const RAW_MAX = 200;

/** What was told as it is shown: short, and as it came. */
export const rawOf = (told: unknown): string =>
  told === undefined ? '' : (typeof told === 'string' ? told : (JSON.stringify(told) ?? '')).slice(0, RAW_MAX);

/** A number as a program writes it. Words, and numbers that are written for people, are none: a wrong guess is worse than a gap. */
export function numberOf(told: unknown): number | null {
  if (typeof told === 'boolean') return told ? 1 : 0;
  const text = typeof told === 'string' ? told.trim() : '';
  const number = typeof told === 'number' ? told : /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

/** The value that was told for a point; null with the reason where it is none. */
export function toldValue({ quantity, part, scale, offset, none }: ToldPoint, told: unknown, atMs?: number): MeterValue {
  const raw = rawOf(told);
  const at = atMs === undefined ? {} : { atMs };
  const missing = (why: Message): MeterValue => ({ quantity, part, value: null, raw, why, ...at });
  if (told === undefined) return missing(message('message.told.absent'));
  const text = typeof told === 'string' ? told.trim() : '';
  if (told === null || /^(?:|-+|n\/?a|nan|null|none|unknown|unavailable)$/i.test(typeof told === 'string' ? text : 'x'))
    return missing(message('message.told.noValue'));
  const number = numberOf(told);
  if (none !== null && (raw === none || (number !== null && number === numberOf(none)))) return missing(message('message.told.noValue'));
  if (number === null) return missing(message('message.told.noNumber'));
  return { quantity, part, value: scaled(number, scale) + offset, raw, why: null, ...at };
}
