import { type BitReader, type ByteWriter, DamagedBlock } from './bits';

/**
 * Tabled asymmetric numeral systems (J. Duda, arXiv 1311.2540): an entropy coder of whole tables, within about a
 * thousandth of the entropy for the alphabets used here, decoded with one table look-up a symbol. Symbols are spread as
 * in Zstandard's FSE (RFC 8878, 4.1.1).
 */

/** Symbols of one alphabet are below this. */
export const MAX_SYMBOLS = 256;
const MIN_LOG = 5;
const MAX_LOG = 12;

/** How often each symbol stands in the table; the sum is 2^log. Log 0 = there is one symbol only, which takes no bits. */
export interface SymbolTable {
  readonly log: number;
  readonly frequency: Uint16Array;
}

/** The table for these counts (index = symbol), or null when there is none. */
export function tableFor(counts: Uint32Array, total: number): SymbolTable | null {
  const frequency = new Uint16Array(MAX_SYMBOLS);
  let distinct = 0;
  let only = 0;
  for (let symbol = 0; symbol < MAX_SYMBOLS; symbol++) {
    if ((counts[symbol] ?? 0) === 0) continue;
    distinct++;
    only = symbol;
  }
  if (distinct === 0) return null;
  if (distinct === 1) {
    frequency[only] = 1;
    return { log: 0, frequency };
  }
  // A quarter as many states as symbols: more would save less than a thousandth, and take longer to lay out than to use.
  const wanted = Math.ceil(Math.log2(total)) - 2;
  const log = Math.max(MIN_LOG, Math.ceil(Math.log2(distinct)) + 1, Math.min(MAX_LOG, wanted));
  const size = 1 << log;
  let left = size;
  let largest = only;
  for (let symbol = 0; symbol < MAX_SYMBOLS; symbol++) {
    const count = counts[symbol] ?? 0;
    if (count === 0) continue;
    const share = Math.max(1, Math.round((count / total) * size));
    frequency[symbol] = share;
    left -= share;
    if (share > (frequency[largest] ?? 0)) largest = symbol;
  }
  // What rounding left over goes to the most frequent; what it took too much comes from those that can give.
  if (left > 0) frequency[largest] = (frequency[largest] ?? 0) + left;
  while (left < 0) {
    for (let symbol = 0; symbol < MAX_SYMBOLS && left < 0; symbol++) {
      const share = frequency[symbol] ?? 0;
      if (share < 2 || (share < size / 16 && share < (frequency[largest] ?? 0))) continue;
      frequency[symbol] = share - 1;
      left++;
    }
    largest = frequency.indexOf(Math.max(...frequency));
  }
  return { log, frequency };
}

/** About how many bits the symbols take with this table, the table included. */
export function costBits({ log, frequency }: SymbolTable, counts: Uint32Array): number {
  let bits = 12;
  let before = -1;
  for (let symbol = 0; symbol < MAX_SYMBOLS; symbol++) {
    const share = frequency[symbol] ?? 0;
    if (share === 0) continue;
    bits += (counts[symbol] ?? 0) * (log - Math.log2(share)) + 2 * Math.log2(share) + 2 * Math.log2(symbol - before) + 2;
    before = symbol;
  }
  return bits;
}

export function writeTable(out: ByteWriter, { log, frequency }: SymbolTable): void {
  out.bits(log, 4);
  let before = -1;
  for (let symbol = 0; symbol < MAX_SYMBOLS; symbol++) {
    const share = frequency[symbol] ?? 0;
    if (share === 0) continue;
    out.gamma(symbol - before);
    if (log === 0) return;
    out.gamma(share);
    before = symbol;
  }
}

export function readTable(bits: BitReader): SymbolTable {
  const log = bits.bits(4);
  if (log !== 0 && (log < MIN_LOG || log > MAX_LOG)) throw new DamagedBlock(`a table of 2^${log} states`);
  const frequency = new Uint16Array(MAX_SYMBOLS);
  let symbol = -1;
  for (let left = 1 << log; left > 0;) {
    symbol += bits.gamma();
    if (symbol >= MAX_SYMBOLS) throw new DamagedBlock('a table names a symbol that is none');
    const share = log === 0 ? 1 : bits.gamma();
    frequency[symbol] = share;
    left -= share;
    if (left < 0) throw new DamagedBlock('a table holds more than its states');
  }
  return { log, frequency };
}

/** The symbol of each state, spread over the table. */
function spread({ log, frequency }: SymbolTable): Uint8Array {
  const size = 1 << log;
  const states = new Uint8Array(size);
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (let symbol = 0; symbol < MAX_SYMBOLS; symbol++) {
    for (let n = frequency[symbol] as number; n > 0; n--) {
      states[at] = symbol;
      at = (at + step) & (size - 1);
    }
  }
  return states;
}

/** One word a state: symbol << 16 | bits to read << 12 | what they are added to. */
export function decodingTable(table: SymbolTable): Uint32Array {
  const states = spread(table);
  const next = Uint16Array.from(table.frequency);
  const entries = new Uint32Array(states.length);
  for (let state = 0; state < states.length; state++) {
    const symbol = states[state] as number;
    const x = next[symbol] as number;
    next[symbol] = x + 1;
    const count = table.log - (31 - Math.clz32(x));
    entries[state] = (symbol << 16) | (count << 12) | ((x << count) - states.length);
  }
  return entries;
}

/**
 * The states that a decoder goes through to give `symbols[0 … n−1]`: it begins with `first`, and after symbol i reads
 * `counts[i]` bits that say `bits[i]` (none after the last).
 */
export function encodeStates(table: SymbolTable, symbols: Uint8Array, n: number): { first: number; bits: Uint16Array; counts: Uint8Array } {
  const size = 1 << table.log;
  const states = spread(table);
  // For each symbol, the states that give it, in order: its x-th occurrence.
  const start = new Uint32Array(MAX_SYMBOLS);
  let sum = 0;
  for (let symbol = 0; symbol < MAX_SYMBOLS; symbol++) {
    start[symbol] = sum;
    sum += table.frequency[symbol] as number;
  }
  const slots = new Uint16Array(size);
  const fill = Uint32Array.from(start);
  for (let state = 0; state < size; state++) {
    const symbol = states[state] as number;
    slots[fill[symbol] as number] = state;
    fill[symbol] = (fill[symbol] as number) + 1;
  }
  const bits = new Uint16Array(n);
  const counts = new Uint8Array(n);
  let state = slots[start[symbols[n - 1] as number] as number] as number;
  for (let i = n - 2; i >= 0; i--) {
    const symbol = symbols[i] as number;
    const share = table.frequency[symbol] as number;
    let x = state + size;
    let count = 0;
    while (x >> count >= 2 * share) count++;
    bits[i] = x & ((1 << count) - 1);
    counts[i] = count;
    x >>= count;
    state = slots[(start[symbol] as number) + x - share] as number;
  }
  return { first: state, bits, counts };
}
