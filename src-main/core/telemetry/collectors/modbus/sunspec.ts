import { message, MessageError } from '@shared/text/message';
import type { ModbusConnection } from './connection';
import { ModbusRefusal } from './connection';
import type { Point } from './points';
import type { QuantityName } from '../meters/quantities';
import { decodeText, type ValueType } from './values';

/** Where a map may begin: SunSpec Device Information Model Specification, section 6.2. */
const BASES = [40_000, 50_000, 0];
/** "SunS". */
const MARK = [0x5375, 0x6e53];
const END = 0xffff;
/** A map with more is none, or is read out of step. */
const MODELS_MAX = 100;
const COMMON = 1;

export interface SunSpecDevice {
  readonly maker: string;
  readonly model: string;
  readonly serial: string;
  /** Numbers of the models that it has, in their order. */
  readonly models: readonly number[];
  readonly points: readonly Point[];
}

type Row = readonly [quantity: QuantityName, part: string, offset: number, type: ValueType, scaleFactor?: number | undefined];

/** Points of a phase follow each other, behind the one of all. */
const phases = (
  quantity: QuantityName,
  total: number | null,
  first: number,
  step: number,
  type: ValueType,
  scaleFactor?: number,
): Row[] => [
  ...(total === null ? [] : [[quantity, '', total, type, scaleFactor] as const]),
  ...['L1', 'L2', 'L3'].map((part, i): Row => [quantity, part, first + i * step, type, scaleFactor]),
];

/** Offsets are of the first register behind a model's number and length: the models as SunSpec publishes them (github.com/sunspec/models). */
const inverter: readonly Row[] = [
  ...phases('current', 0, 1, 1, 'uint16', 4),
  ...phases('voltage', null, 8, 1, 'uint16', 11),
  ['power', '', 12, 'int16', 13],
  ['frequency', '', 14, 'uint16', 15],
  ['power.apparent', '', 16, 'int16', 17],
  ['power.reactive', '', 18, 'int16', 19],
  ['energy.export', '', 22, 'acc32', 24],
  ['temperature', '', 31, 'int16', 35],
];
const inverterFloat: readonly Row[] = [
  ...phases('current', 0, 2, 2, 'float32'),
  ...phases('voltage', null, 14, 2, 'float32'),
  ['power', '', 20, 'float32'],
  ['frequency', '', 22, 'float32'],
  ['power.apparent', '', 24, 'float32'],
  ['power.reactive', '', 26, 'float32'],
  ['energy.export', '', 30, 'float32'],
  ['temperature', '', 38, 'float32'],
];
const meter: readonly Row[] = [
  ...phases('current', 0, 1, 1, 'int16', 4),
  ...phases('voltage', null, 6, 1, 'int16', 13),
  ['frequency', '', 14, 'int16', 15],
  ...phases('power', 16, 17, 1, 'int16', 20),
  ...phases('power.apparent', 21, 22, 1, 'int16', 25),
  ...phases('power.reactive', 26, 27, 1, 'int16', 30),
  ...phases('energy.export', 36, 38, 2, 'acc32', 52),
  ...phases('energy.import', 44, 46, 2, 'acc32', 52),
];
const meterFloat: readonly Row[] = [
  ...phases('current', 0, 2, 2, 'float32'),
  ...phases('voltage', null, 10, 2, 'float32'),
  ['frequency', '', 24, 'float32'],
  ...phases('power', 26, 28, 2, 'float32'),
  ...phases('power.apparent', 34, 36, 2, 'float32'),
  ...phases('power.reactive', 42, 44, 2, 'float32'),
  ...phases('energy.export', 58, 60, 2, 'float32'),
  ...phases('energy.import', 66, 68, 2, 'float32'),
];

const models: ReadonlyMap<number, readonly Row[]> = new Map([
  ...[101, 102, 103].map((id) => [id, inverter] as const),
  ...[111, 112, 113].map((id) => [id, inverterFloat] as const),
  ...[201, 202, 203, 204].map((id) => [id, meter] as const),
  ...[211, 212, 213, 214].map((id) => [id, meterFloat] as const),
]);

/** What a model's energies, in Wh, are in the metric's unit. */
const scaleOf = (quantity: QuantityName): number => (quantity.startsWith('energy.') ? 3_600 : 1);

/** Finds the map of a device and what of it is read. @throws {MessageError} when it has none, or nothing that is read */
export async function discoverSunSpec(
  connection: ModbusConnection,
  host: string,
  unit: number,
  signal: AbortSignal,
): Promise<SunSpecDevice> {
  const read = (address: number, count: number): Promise<number[]> => connection.readRegisters(unit, 'holding', address, count, signal);
  for (const base of BASES) {
    let mark: number[];
    try {
      mark = await read(base, 2);
    } catch (error) {
      if (error instanceof ModbusRefusal && error.isAddress) continue;
      throw error;
    }
    if (mark[0] === MARK[0] && mark[1] === MARK[1]) return walk(read, base + 2, host, unit);
  }
  throw new MessageError(message('message.modbus.noSunSpec', { host, unit }));
}

async function walk(
  read: (address: number, count: number) => Promise<number[]>,
  first: number,
  host: string,
  unit: number,
): Promise<SunSpecDevice> {
  const found: number[] = [];
  const points: Point[] = [];
  let names = { maker: '', model: '', serial: '' };
  let at = first;
  for (let i = 0; i < MODELS_MAX; i++) {
    const [id = END, length = 0] = await read(at, 2);
    // Some end their map with a length of nothing instead.
    if (id === END || length === 0 || at + 2 + length > 0xffff) break;
    found.push(id);
    if (id === COMMON && length >= 64) {
      const words = await read(at + 2, 64);
      names = {
        maker: decodeText(words.slice(0, 16)),
        model: decodeText(words.slice(16, 32)),
        serial: decodeText(words.slice(48, 64)),
      };
    }
    const rows = models.get(id) ?? [];
    // A second meter behind the same unit is told apart by its place.
    const place = points.length === 0 ? '' : `model${found.length}`;
    for (const [quantity, part, offset, type, scaleFactor] of rows) {
      if (offset + (type === 'float32' || type === 'acc32' ? 2 : 1) > length) continue;
      points.push({
        quantity,
        part: [place, part].filter((one) => one !== '').join('-'),
        registers: 'holding',
        address: at + 2 + offset,
        type,
        scale: scaleOf(quantity),
        // Some models name a factor that is not there: the value is taken as it is.
        ...(scaleFactor === undefined || scaleFactor >= length ? {} : { scaleFactor: at + 2 + scaleFactor }),
      });
    }
    at += 2 + length;
  }
  if (points.length === 0) throw new MessageError(message('message.modbus.sunSpecEmpty', { host, unit, models: found.join(', ') }));
  return { ...names, models: found, points };
}
