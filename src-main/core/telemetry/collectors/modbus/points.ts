import { metricDef } from '@shared/model/metrics';
import { message, MessageError } from '@shared/text/message';
import type { RegisterKind } from './connection';
import { parseQuantity, quantities, quantityNames, type QuantityName } from '../meters/quantities';
import { needsUnit, unitScale, unitsFor } from '../meters/units';
import { valueTypes, wordsOf, type Layout, type ValueType } from './values';

/** One value of a meter. */
export interface Point extends Layout {
  /** What it is; also of one phase: the part behind it names that. */
  readonly quantity: QuantityName;
  /** `L1`, `outlet-3`; empty = the whole meter. */
  readonly part: string;
  readonly registers: RegisterKind;
  /** As it goes over the wire: 0 is the first register. */
  readonly address: number;
  readonly type: ValueType;
  /** What the number is multiplied by to be in the quantity's unit. */
  readonly scale: number;
  /** Added after that. */
  readonly offset?: number | undefined;
  /** Register of the power of ten that the number is multiplied by as well. */
  readonly scaleFactor?: number | undefined;
  /** What the device writes where it has no value, beside its type's own marker. */
  readonly noValue?: bigint | undefined;
}

/** How addresses are written: as they go over the wire, counted from 1, or with the kind of register before them (40001, 3x0001). */
export const addressKinds = ['wire', 'one', 'modicon'] as const;
export type AddressKind = (typeof addressKinds)[number];

/**
 * A point as a person writes it, or a document: `power 40013 int32 scale=0.1 unit=kW`, `current.L1 input:0x0C int32 words=low scale=0.001`.
 * @throws {MessageError} naming the part that is wrong, and how it is written
 */
export function parsePoint(text: string, addresses: AddressKind): Point {
  const refuse = (what: string): never => {
    throw new MessageError(message('message.modbus.point', { point: text, what }));
  };
  const [name = '', place = '', typed = '', ...options] = text.trim().split(/\s+/);
  const { quantity, part } = parseQuantity(name) ?? refuse(name === '' ? 'NAME ADDRESS TYPE' : `${name}: ${quantityNames.join(', ')}`);
  const at = addressOf(place, addresses) ?? refuse(place === '' ? 'ADDRESS' : `${place}: 0–65535, 0x0000–0xFFFF, 40001, 3x0001`);
  const type = valueTypes.find((one) => one === typed) ?? refuse(`${typed === '' ? 'TYPE' : typed}: ${valueTypes.join(', ')}`);
  const point: { -readonly [K in keyof Point]: Point[K] } = { quantity, part, ...at, type, scale: 1 };
  const { unit: metricUnit } = metricDef(quantities[quantity]);
  let unit: string | null = null;
  for (const option of options) {
    const [, key = '', value = ''] = /^([a-z]+)=(.+)$/.exec(option) ?? [];
    const number = Number(value);
    if (key === 'scale' && Number.isFinite(number) && number !== 0) point.scale *= number;
    else if (key === 'unit') unit = value;
    else if (key === 'sf') point.scaleFactor = addressOf(value, addresses)?.address ?? refuse(option);
    else if (key === 'none' && /^0x[0-9a-f]{1,16}$/i.test(value)) point.noValue = BigInt(value);
    else if (key === 'words' && (value === 'low' || value === 'high')) point.lowWordFirst = value === 'low';
    else if (key === 'bytes' && value === 'swapped') point.bytesSwapped = true;
    else refuse(`${option}: scale=0.1, unit=kWh, sf=ADDRESS, none=0x8000, words=low, bytes=swapped`);
  }
  if (unit === null && needsUnit(metricUnit)) refuse(`${name}: unit=kWh, unit=Wh`);
  const { factor, offset } = unitScale(unit ?? metricUnit, metricUnit) ?? refuse(`unit=${unit}: ${unitsFor(metricUnit).join(', ')}`);
  point.scale *= factor;
  if (offset !== 0) point.offset = offset;
  return point;
}

function addressOf(text: string, kind: AddressKind): Pick<Point, 'registers' | 'address'> | null {
  const [, named, written = ''] = /^(?:(holding|input):)?(.+)$/.exec(text) ?? [];
  const registers: RegisterKind = named === 'input' ? 'input' : 'holding';
  const at = (address: number, of: RegisterKind): Pick<Point, 'registers' | 'address'> | null =>
    Number.isSafeInteger(address) && address >= 0 && address <= 0xffff ? { registers: of, address } : null;
  // Written so, it can mean one thing only.
  const [, table, place] = /^([34])x0*(\d{1,5})$/.exec(written) ?? [];
  if (table !== undefined) return at(Number(place) - 1, table === '3' ? 'input' : 'holding');
  if (/^0x[0-9a-f]{1,4}$/i.test(written)) return at(Number(written) - (kind === 'one' ? 1 : 0), registers);
  if (!/^\d{1,6}$/.test(written)) return null;
  if (kind === 'wire') return at(Number(written), registers);
  if (kind === 'one') return at(Number(written) - 1, registers);
  const [, digit, rest] = /^([34])(\d{4,5})$/.exec(written) ?? [];
  return digit === undefined ? null : at(Number(rest) - 1, digit === '3' ? 'input' : 'holding');
}

/** Registers that are read at once. */
export interface Block {
  readonly registers: RegisterKind;
  readonly address: number;
  readonly count: number;
  readonly points: readonly Point[];
}

/** A request takes 125 at most (Modbus Application Protocol V1.1b3, section 6.3); some devices take fewer. */
const BLOCK_MAX = 100;
/** Registers that nobody asked for are read along up to this many: a request costs more than they do. */
const GAP_MAX = 16;

/** The first register, and the one behind the last, of what a point is made of: a value and its scale factor are of one moment. */
function extent({ address, type, scaleFactor }: Point): [from: number, to: number] {
  const end = address + wordsOf(type);
  return scaleFactor === undefined ? [address, end] : [Math.min(address, scaleFactor), Math.max(end, scaleFactor + 1)];
}

export function blocksOf(points: readonly Point[]): Block[] {
  const blocks: Block[] = [];
  for (const registers of ['holding', 'input'] as const) {
    const own = points.filter((point) => point.registers === registers).sort((a, b) => extent(a)[0] - extent(b)[0]);
    let open: { from: number; to: number; points: Point[] } | null = null;
    const shut = (): void => {
      if (open) blocks.push({ registers, address: open.from, count: open.to - open.from, points: open.points });
    };
    for (const point of own) {
      const [from, to] = extent(point);
      if (open !== null && from - open.to <= GAP_MAX && Math.max(to, open.to) - open.from <= BLOCK_MAX) {
        open.to = Math.max(open.to, to);
        open.points.push(point);
        continue;
      }
      shut();
      open = { from, to, points: [point] };
    }
    shut();
  }
  return blocks;
}
