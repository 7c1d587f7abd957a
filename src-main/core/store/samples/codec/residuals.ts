import { BitReader, type ByteWriter, DamagedBlock } from './bits';
import { costBits, decodingTable, encodeStates, MAX_SYMBOLS, readTable, tableFor, writeTable, type SymbolTable } from './tans';

/**
 * Whole numbers ≥ 0 as symbols of a small alphabet plus bits as they are: below 16 each is a symbol of its own; above,
 * the symbol says how many bits the number has and the two bits after its first, and the rest follows as it is. Noise
 * keeps its shape in the symbols, and what no table could shorten costs no table.
 */
const DIRECT = 16;
const EXTRA_BITS = new Uint8Array(MAX_SYMBOLS);
const SYMBOL_BASE = new Float64Array(MAX_SYMBOLS);
for (let symbol = 0; symbol < MAX_SYMBOLS; symbol++) {
  if (symbol < DIRECT) {
    SYMBOL_BASE[symbol] = symbol;
    continue;
  }
  const bits = 4 + ((symbol - DIRECT) >> 2);
  EXTRA_BITS[symbol] = Math.min(53, bits - 2);
  SYMBOL_BASE[symbol] = 2 ** bits + ((symbol - DIRECT) & 3) * 2 ** (bits - 2);
}

function symbolOf(value: number): number {
  if (value < DIRECT) return value;
  if (value < 2 ** 31) {
    const bits = 31 - Math.clz32(value);
    return DIRECT + ((bits - 4) << 2) + ((value >>> (bits - 2)) & 3);
  }
  const high = Math.floor(value / 2 ** 22);
  const bits = 31 - Math.clz32(high);
  return DIRECT + ((bits + 22 - 4) << 2) + ((high >>> (bits - 2)) & 3);
}

/** How `encodeResiduals` wrote them. */
const RICE = 0;
const TANS = 1;

/** About what a symbol takes in the table. */
const TABLE_BITS = 8;

const MAX_RICE = 40;
/** So many ones, and the number itself follows in 53 bits. */
const RICE_ESCAPE = 20;

/** About how many bits these numbers take as symbols, with their table. */
export function symbolBits(values: Float64Array): number {
  const counts = new Uint32Array(MAX_SYMBOLS);
  let bits = 0;
  for (let i = 0; i < values.length; i++) {
    const symbol = symbolOf(values[i] as number);
    counts[symbol] = (counts[symbol] as number) + 1;
    bits += EXTRA_BITS[symbol] as number;
  }
  for (const count of counts) if (count > 0) bits += TABLE_BITS + count * Math.log2(values.length / count);
  return bits;
}

/** Writes `n` whole numbers from 0 to 2⁵³ − 1 the shorter way, a byte that says which before them. */
export function encodeResiduals(out: ByteWriter, values: Float64Array, n: number): void {
  if (n === 0) return;
  const counts = new Uint32Array(MAX_SYMBOLS);
  const symbols = new Uint8Array(n);
  let sum = 0;
  let extra = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i] as number;
    const symbol = symbolOf(value);
    symbols[i] = symbol;
    counts[symbol] = (counts[symbol] as number) + 1;
    extra += EXTRA_BITS[symbol] as number;
    sum += value;
  }
  const table = tableFor(counts, n) as SymbolTable;
  const tans = costBits(table, counts) + extra;
  const likely = Math.floor(Math.log2(sum / n + 1));
  let rice = Infinity;
  let parameter = 0;
  for (let k = Math.max(0, likely - 1); k <= Math.min(MAX_RICE, likely + 1); k++) {
    const bits = riceBits(values, n, k);
    if (bits < rice) [rice, parameter] = [bits, k];
  }
  if (rice <= tans) {
    out.u8(RICE | (parameter << 1));
    writeRice(out, values, n, parameter);
  } else {
    out.u8(TANS);
    writeTable(out, table);
    writeSymbols(out, table, symbols, n, (i, symbol) =>
      out.wideBits((values[i] as number) - (SYMBOL_BASE[symbol] as number), EXTRA_BITS[symbol] as number),
    );
  }
  out.endBits();
}

/** First the state, then for each symbol what belongs to it as it is and the bits that lead to the next state. */
export function writeSymbols(
  out: ByteWriter,
  table: SymbolTable,
  symbols: Uint8Array,
  n: number,
  rest: (i: number, symbol: number) => void,
): void {
  const { first, bits, counts } = encodeStates(table, symbols, n);
  out.bits(first, table.log);
  for (let i = 0; i < n; i++) {
    rest(i, symbols[i] as number);
    out.bits(bits[i] as number, counts[i] as number);
  }
}

function riceBits(values: Float64Array, n: number, k: number): number {
  const divisor = 2 ** k;
  let bits = 0;
  for (let i = 0; i < n; i++) {
    const quotient = Math.floor((values[i] as number) / divisor);
    bits += quotient < RICE_ESCAPE ? quotient + 1 + k : RICE_ESCAPE + 53;
  }
  return bits;
}

function writeRice(out: ByteWriter, values: Float64Array, n: number, k: number): void {
  const divisor = 2 ** k;
  for (let i = 0; i < n; i++) {
    const value = values[i] as number;
    const quotient = Math.floor(value / divisor);
    if (quotient >= RICE_ESCAPE) {
      out.bits((1 << RICE_ESCAPE) - 1, RICE_ESCAPE);
      out.wideBits(value, 53);
    } else {
      out.bits((1 << quotient) - 1, quotient + 1);
      out.wideBits(value - quotient * divisor, k);
    }
  }
}

/** Reads `n` numbers into `into`; `at` is the byte at which they begin. */
export function decodeResiduals(view: DataView<ArrayBufferLike>, at: number, into: Float64Array, n: number): void {
  if (n === 0) return;
  const head = view.getUint8(at);
  const bits = new BitReader(view, (at + 1) * 8);
  if ((head & 1) === RICE) readRice(bits, into, n, head >> 1);
  else if (head === TANS) readTans(bits, into, n);
  else throw new DamagedBlock(`residuals of kind ${head}`);
}

function readRice(bits: BitReader, into: Float64Array, n: number, k: number): void {
  if (k > MAX_RICE) throw new DamagedBlock(`a Rice parameter of ${k}`);
  const divisor = 2 ** k;
  const { view } = bits;
  for (let i = 0; i < n; i++) {
    const word = view.getUint32(bits.at >>> 3, true) >>> (bits.at & 7);
    // A clock that ticks evenly is zeros throughout: so many at once as are surely read.
    if (k === 0 && (word & 0xffffff) === 0 && i + 24 <= n) {
      into.fill(0, i, i + 24);
      bits.at += 24;
      i += 23;
      continue;
    }
    // The zero that ends the ones is the lowest bit that is set once all are turned over.
    const inverted = ~word & (0xffffffff >>> (bits.at & 7));
    const quotient = 31 - Math.clz32(inverted & -inverted);
    if (quotient >= 0 && quotient < RICE_ESCAPE) {
      bits.at += quotient + 1;
      into[i] = quotient * divisor + (k === 0 ? 0 : bits.wideBits(k));
    } else {
      bits.at += RICE_ESCAPE;
      into[i] = bits.wideBits(53);
    }
  }
}

function readTans(bits: BitReader, into: Float64Array, n: number): void {
  const table = readTable(bits);
  const entries = decodingTable(table);
  // The bits that follow a symbol go into the state's word too: with them at hand, the next state does not wait for a second look-up.
  for (let state = 0; state < entries.length; state++) {
    const entry = entries[state] as number;
    entries[state] = entry | ((EXTRA_BITS[entry >>> 16] as number) << 24);
  }
  const { view } = bits;
  let state = bits.bits(table.log);
  let at = bits.at;
  for (let i = 0; i < n; i++) {
    const entry = entries[state] as number;
    const extra = entry >>> 24;
    const count = (entry >>> 12) & 15;
    const base = SYMBOL_BASE[(entry >>> 16) & 255] as number;
    if (extra + count <= 24) {
      const word = view.getUint32(at >>> 3, true) >>> (at & 7);
      into[i] = base + (word & ((1 << extra) - 1));
      state = (entry & 4095) + ((word >>> extra) & ((1 << count) - 1));
      at += extra + count;
    } else {
      bits.at = at;
      into[i] = base + bits.wideBits(extra);
      state = (entry & 4095) + bits.bits(count);
      at = bits.at;
    }
  }
}
