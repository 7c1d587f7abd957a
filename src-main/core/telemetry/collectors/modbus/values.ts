/** What a register, or several that follow each other, hold; most significant word first unless a point says otherwise. */
export const valueTypes = ['int16', 'uint16', 'int32', 'uint32', 'acc32', 'int64', 'uint64', 'acc64', 'float32', 'float64'] as const;
export type ValueType = (typeof valueTypes)[number];

const WORDS: Readonly<Record<ValueType, number>> = {
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  acc32: 2,
  float32: 2,
  int64: 4,
  uint64: 4,
  acc64: 4,
  float64: 4,
};

export const wordsOf = (type: ValueType): number => WORDS[type];

/**
 * What a device writes where it has no value, by type: SunSpec Information Model Specification, "unimplemented" values. Many meters
 * without SunSpec keep to it. An accumulator (acc) that has counted nothing is one that is not there.
 */
const NO_VALUE: Readonly<Record<ValueType, bigint | null>> = {
  int16: -0x8000n,
  uint16: 0xffffn,
  int32: -0x8000_0000n,
  uint32: 0xffff_ffffn,
  acc32: 0n,
  int64: -0x8000_0000_0000_0000n,
  uint64: 0xffff_ffff_ffff_ffffn,
  acc64: 0n,
  float32: null,
  float64: null,
};

export interface Layout {
  /** The least significant word comes first. */
  readonly lowWordFirst?: boolean;
  /** The bytes of each word are swapped. */
  readonly bytesSwapped?: boolean;
}

/**
 * The number in `words`; null where they are the type's own "no value", NaN or infinite.
 * @param noValue a further marker, as the unsigned number that the words make
 * @throws {RangeError} for too few words
 */
export function decodeValue(words: readonly number[], type: ValueType, layout: Layout = {}, noValue: bigint | null = null): number | null {
  const count = WORDS[type];
  if (words.length < count) throw new RangeError(`${type} needs ${count} registers, there are ${words.length}`);
  const own = words.slice(0, count);
  if (layout.lowWordFirst === true) own.reverse();
  let bits = 0n;
  for (const word of own) bits = (bits << 16n) | BigInt(layout.bytesSwapped === true ? ((word & 0xff) << 8) | (word >> 8) : word);
  if (noValue !== null && bits === noValue) return null;
  if (type === 'float32' || type === 'float64') return floatOf(bits, count);
  const whole = type.startsWith('int') ? BigInt.asIntN(count * 16, bits) : bits;
  return whole === NO_VALUE[type] ? null : Number(whole);
}

/** A NaN has many bit patterns, and devices write several of them. */
function floatOf(bits: bigint, count: number): number | null {
  const view = new DataView(new ArrayBuffer(8));
  let value: number;
  if (count === 2) {
    view.setUint32(0, Number(bits));
    value = view.getFloat32(0);
  } else {
    view.setBigUint64(0, bits);
    value = view.getFloat64(0);
  }
  return Number.isFinite(value) ? value : null;
}

/** A text in registers: two bytes a word, filled up with zeros or blanks. */
export function decodeText(words: readonly number[]): string {
  const bytes = Buffer.from(words.flatMap((word) => [word >> 8, word & 0xff]));
  const end = bytes.indexOf(0);
  return bytes
    .subarray(0, end < 0 ? bytes.length : end)
    .toString('latin1')
    .trim();
}

/** The words as they came, for a person to compare with the meter's table: "077A 429B". */
export const wordsText = (words: readonly number[]): string =>
  words.map((word) => word.toString(16).toUpperCase().padStart(4, '0')).join(' ');
