import type { Message } from '@shared/text/message';
import { message, messageOf } from '@shared/text/message';
import { scaled } from '../meters/units';
import { ModbusRefusal, type ModbusConnection } from './connection';
import { blocksOf, type Block, type Point } from './points';
import { decodeValue, wordsOf, wordsText } from './values';

/** SunSpec: -10 to 10. What is beyond is no power of ten, but a register read while it changed. */
const FACTOR_MAX = 10;

export interface PointValue {
  readonly point: Point;
  /** In the metric's unit; null = there is none, and `why` says so. */
  readonly value: number | null;
  /** The registers as they came: of the value, and of its scale factor behind it. */
  readonly raw: string;
  readonly why: Message | null;
}

/** Reads all points of a meter, in as few requests as it bears: what it refuses together is asked for apart from then on. */
export class MeterReader {
  private blocks: readonly Block[];

  constructor(
    private readonly connection: ModbusConnection,
    private readonly unit: number,
    points: readonly Point[],
  ) {
    this.blocks = blocksOf(points);
  }

  /** A register that the device refuses has no value. @throws {MessageError} what became of the connection */
  async read(signal: AbortSignal): Promise<PointValue[]> {
    const values: PointValue[] = [];
    const blocks: Block[] = [];
    for (const block of this.blocks) values.push(...(await this.readBlock(block, signal, blocks)));
    this.blocks = blocks;
    return values;
  }

  private async readBlock(block: Block, signal: AbortSignal, kept: Block[]): Promise<PointValue[]> {
    try {
      const words = await this.connection.readRegisters(this.unit, block.registers, block.address, block.count, signal);
      kept.push(block);
      return block.points.map((point) => valueOf(point, block.address, words));
    } catch (error) {
      if (!(error instanceof ModbusRefusal && error.isAddress)) throw error;
      const [first, second] = halves(block);
      if (second === null) {
        kept.push(block);
        return block.points.map((point) => ({ point, value: null, raw: '', why: messageOf(error) }));
      }
      return [...(await this.readBlock(first, signal, kept)), ...(await this.readBlock(second, signal, kept))];
    }
  }
}

/** Parts a block where the most registers lie between that nobody asked for: that is where a device has its hole. */
function halves(block: Block): [Block, Block | null] {
  const { points } = block;
  let at = Math.ceil(points.length / 2);
  let widest = 0;
  for (let i = 1; i < points.length; i++) {
    const [before, after] = [points[i - 1], points[i]];
    const gap = before && after ? after.address - before.address - wordsOf(before.type) : 0;
    if (gap > widest) [at, widest] = [i, gap];
  }
  const [first] = blocksOf(points.slice(0, at));
  const [second] = blocksOf(points.slice(at));
  return points.length < 2 || !first || !second ? [block, null] : [first, second];
}

function valueOf(point: Point, from: number, words: readonly number[]): PointValue {
  const own = words.slice(point.address - from, point.address - from + wordsOf(point.type));
  const factorWord = point.scaleFactor === undefined ? undefined : words[point.scaleFactor - from];
  const raw = [wordsText(own), ...(factorWord === undefined ? [] : [`SF ${wordsText([factorWord])}`])].join(' ');
  const value = decodeValue(own, point.type, point, point.noValue ?? null);
  if (value === null) return { point, value: null, raw, why: message('message.modbus.noValue') };
  // A factor that is not there leaves the value as it is.
  const exponent = factorWord === undefined ? 0 : (decodeValue([factorWord], 'int16') ?? 0);
  if (Math.abs(exponent) > FACTOR_MAX) return { point, value: null, raw, why: message('message.modbus.factor', { exponent }) };
  return { point, value: scaled(scaled(value, 10 ** exponent), point.scale) + (point.offset ?? 0), raw, why: null };
}
