import { BitReader, type ByteWriter } from './bits';
import { writeSymbols } from './residuals';
import { decodingTable, MAX_SYMBOLS, readTable, tableFor, writeTable, type SymbolTable } from './tans';

/**
 * True doubles, as in Gorilla (Pelkonen et al., VLDB 2015): each is combined with the one before by XOR, and the zeros at
 * both ends are left out. How many there are is a symbol of an entropy coder here, not a flag and two fixed fields:
 * 0 = the same again, else 1 + 8 × (leading zeros / 4) + (trailing zeros / 8), both rounded down, at most 15 and 7.
 */
const words = new DataView(new ArrayBuffer(8));

export function encodeDoubles(out: ByteWriter, values: Float64Array, n: number): void {
  const lows = new Uint32Array(n);
  const highs = new Uint32Array(n);
  const symbols = new Uint8Array(n);
  const counts = new Uint32Array(MAX_SYMBOLS);
  let lowBefore = 0;
  let highBefore = 0;
  for (let i = 0; i < n; i++) {
    words.setFloat64(0, values[i] as number);
    const high = words.getUint32(0);
    const low = words.getUint32(4);
    const x = (highs[i] = (high ^ highBefore) >>> 0);
    const y = (lows[i] = (low ^ lowBefore) >>> 0);
    [highBefore, lowBefore] = [high, low];
    const symbol = x === 0 && y === 0 ? 0 : 1 + 8 * Math.min(15, leadingZeros(x, y) >> 2) + Math.min(7, trailingZeros(x, y) >> 3);
    symbols[i] = symbol;
    counts[symbol] = (counts[symbol] as number) + 1;
  }
  const table = tableFor(counts, n) as SymbolTable;
  writeTable(out, table);
  writeSymbols(out, table, symbols, n, (i, symbol) => {
    if (symbol === 0) return;
    const { trailing, length } = span(symbol);
    const x = highs[i] as number;
    const y = lows[i] as number;
    for (let from = trailing; from < trailing + length; from += 16) out.bits(bitsAt(x, y, from), Math.min(16, trailing + length - from));
  });
  out.endBits();
}

export function decodeDoubles(view: DataView<ArrayBufferLike>, at: number, into: Float64Array, n: number): void {
  const bits = new BitReader(view, at * 8);
  const table = readTable(bits);
  const entries = decodingTable(table);
  let state = bits.bits(table.log);
  let high = 0;
  let low = 0;
  for (let i = 0; i < n; i++) {
    const entry = entries[state] as number;
    const symbol = entry >>> 16;
    if (symbol !== 0) {
      const { trailing, length } = span(symbol);
      for (let from = trailing; from < trailing + length; from += 16) {
        const part = bits.bits(Math.min(16, trailing + length - from));
        if (from < 32) low ^= part << from;
        if (from > 16 && from < 32) high ^= part >>> (32 - from);
        if (from >= 32) high ^= part << (from - 32);
      }
    }
    state = (entry & 4095) + bits.bits((entry >>> 12) & 15);
    words.setUint32(0, high);
    words.setUint32(4, low);
    into[i] = words.getFloat64(0);
  }
}

/** Where the bits lie that are kept, from the least significant. */
function span(symbol: number): { trailing: number; length: number } {
  const trailing = ((symbol - 1) & 7) * 8;
  return { trailing, length: 64 - ((symbol - 1) >> 3) * 4 - trailing };
}

function leadingZeros(high: number, low: number): number {
  return high === 0 ? 32 + Math.clz32(low) : Math.clz32(high);
}

function trailingZeros(high: number, low: number): number {
  return low === 0 ? 63 - Math.clz32(high & -high) : 31 - Math.clz32(low & -low);
}

/** 16 bits of a 64-bit word from bit `from` on; those beyond its end are zeros. */
function bitsAt(high: number, low: number, from: number): number {
  if (from >= 32) return (high >>> (from - 32)) & 0xffff;
  const lower = low >>> from;
  return (from > 16 ? lower | (high << (32 - from)) : lower) & 0xffff;
}
