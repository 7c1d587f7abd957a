/**
 * Just enough of an assembler for WebAssembly functions over 32-bit addresses, float32 and 128-bit vectors. Code is
 * bytes in the order of the stack machine, nested as it is composed.
 * Encoding: WebAssembly Core Specification 2.0, chapter 5.
 */
export type Code = number | readonly Code[];

export const i32 = 0x7f;
export const f32 = 0x7d;
export const v128 = 0x7b;
export type ValueType = typeof i32 | typeof f32 | typeof v128;

/** Unsigned LEB128. */
function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit number. */
function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
}

const flat = (code: Code): number[] => (typeof code === 'number' ? [code] : code.flatMap(flat));
const vector = (items: readonly Code[]): Code => [leb(items.length), items];
const section = (id: number, items: readonly Code[]): Code => {
  const body = flat(vector(items));
  return [id, leb(body.length), body];
};

export const get = (local: number): Code => [0x20, leb(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, leb(local)];
/** An i32 constant. */
export const int = (value: number): Code => [0x41, signedLeb(value)];

const binary =
  (opcode: Code) =>
  (a: Code, b: Code): Code => [a, b, opcode];
const simd = (opcode: number): Code => [0xfd, leb(opcode)];
/** Natural alignment is only a hint; addresses here are multiples of four. */
const at = (offset: number): Code => [2, leb(offset)];

export const add = binary(0x6a);
export const sub = binary(0x6b);
export const mul = binary(0x6c);
/** Unsigned, rounded down. */
export const div = binary(0x6e);
export const rem = binary(0x70);
export const equal = binary(0x46);
/** Unsigned: a negative number is above every address and size. */
export const below = binary(0x49);
export const atMost = binary(0x4d);
export const atLeast = binary(0x4f);
export const both = binary(0x71);
/** The smaller of two unsigned numbers. */
export const smaller = (a: Code, b: Code): Code => [a, b, a, b, 0x49, 0x1b];
export const loadInt = (address: Code): Code => [address, 0x28, at(0)];
export const shiftLeft = binary(0x74);
export const shiftRight = binary(0x76);
/** Rounds down to a multiple of 2^bits. */
export const roundDown = (value: Code, bits: number): Code => shiftLeft(shiftRight(value, int(bits)), int(bits));

/** Arithmetic on one float32 or on four of them at once. */
export interface Lanes {
  readonly count: 1 | 4;
  readonly type: typeof f32 | typeof v128;
  /** The type of a comparison's answer. */
  readonly mask: typeof i32 | typeof v128;
  load(address: Code, offset?: number): Code;
  store(address: Code, value: Code, offset?: number): Code;
  /** One float32 of memory in every lane. */
  loadSame(address: Code, offset?: number): Code;
  /** One f32 value in every lane. */
  same(value: Code): Code;
  zero: Code;
  none: Code;
  add(a: Code, b: Code): Code;
  sub(a: Code, b: Code): Code;
  mul(a: Code, b: Code): Code;
  div(a: Code, b: Code): Code;
  sqrt(a: Code): Code;
  /** a·b + sum: in one rounding where the runtime has relaxed SIMD, else in two. */
  multiplyAdd(a: Code, b: Code, sum: Code): Code;
  /** The larger one; `a` where either is no number. */
  max(a: Code, b: Code): Code;
  equal(a: Code, b: Code): Code;
  above(a: Code, b: Code): Code;
  /** Set in `a` and not in `b`. */
  except(a: Code, b: Code): Code;
  either(a: Code, b: Code): Code;
  /** The value where the mask is set, zero elsewhere. `value` is computed in any case. */
  pick(mask: Code, value: Code): Code;
}

const addOne = binary(0x92);
const mulOne = binary(0x94);
const zeroOne: Code = [0x43, 0, 0, 0, 0];

export const one: Lanes = {
  count: 1,
  type: f32,
  mask: i32,
  load: (address, offset = 0) => [address, 0x2a, at(offset)],
  store: (address, value, offset = 0) => [address, value, 0x38, at(offset)],
  loadSame: (address, offset = 0) => [address, 0x2a, at(offset)],
  same: (value) => value,
  zero: zeroOne,
  none: int(0),
  add: addOne,
  sub: binary(0x93),
  mul: mulOne,
  div: binary(0x95),
  sqrt: (a) => [a, 0x91],
  multiplyAdd: (a, b, sum) => addOne(mulOne(a, b), sum),
  max: (a, b) => [b, a, a, b, 0x5d, 0x1b],
  equal: binary(0x5b),
  above: binary(0x5e),
  except: (a, b) => both(a, [b, 0x45]),
  either: binary(0x72),
  pick: (mask, value) => [value, zeroOne, mask, 0x1b],
};

const addFour = binary(simd(0xe4));
const mulFour = binary(simd(0xe6));

export const four: Lanes = {
  count: 4,
  type: v128,
  mask: v128,
  load: (address, offset = 0) => [address, simd(0x00), at(offset)],
  store: (address, value, offset = 0) => [address, value, simd(0x0b), at(offset)],
  loadSame: (address, offset = 0) => [address, simd(0x09), at(offset)],
  same: (value) => [value, simd(0x13)],
  zero: [simd(0x0c), new Array<number>(16).fill(0)],
  none: [simd(0x0c), new Array<number>(16).fill(0)],
  add: addFour,
  sub: binary(simd(0xe5)),
  mul: mulFour,
  div: binary(simd(0xe7)),
  sqrt: (a) => [a, simd(0xe3)],
  multiplyAdd: (a, b, sum) => addFour(mulFour(a, b), sum),
  max: binary(simd(0xeb)),
  equal: binary(simd(0x41)),
  above: binary(simd(0x44)),
  except: binary(simd(0x4f)),
  either: binary(simd(0x50)),
  pick: binary(simd(0x4e)),
};

/** With the fused multiply-add of relaxed SIMD (WebAssembly 3.0), twice as fast in a matrix product. */
export const fourRelaxed: Lanes = { ...four, multiplyAdd: (a, b, sum) => [a, b, sum, simd(0x105)] };

/** Calls a function of the same module. */
export const call = ({ index }: FunctionBuilder, args: readonly Code[]): Code => [args, 0x10, leb(index)];
/** f32 of an unsigned i32. */
export const toFloat = (value: Code): Code => [value, 0xb3];

export const when = (condition: Code, then: Code, otherwise?: Code): Code => [
  condition,
  0x04,
  0x40,
  then,
  otherwise === undefined ? [] : [0x05, otherwise],
  0x0b,
];

/** for (counter = from; counter < limit; counter += step) body; unsigned. */
export const count = (counter: number, from: Code, limit: Code, body: Code, step = 1): Code => [
  set(counter, from),
  whileBelow(counter, limit, [body, set(counter, add(get(counter), int(step)))]),
];

/** while (counter < limit) body; unsigned. */
export const whileBelow = (counter: number, limit: Code, body: Code): Code => [
  0x02,
  0x40,
  0x03,
  0x40,
  get(counter),
  limit,
  0x4f,
  0x0d,
  1,
  body,
  0x0c,
  0,
  0x0b,
  0x0b,
];

/** do body; while (--counter != 0). The counter starts at one or more. */
export const countDown = (counter: number, body: Code): Code => [
  0x03,
  0x40,
  body,
  get(counter),
  int(1),
  0x6b,
  0x22,
  leb(counter),
  0x0d,
  0,
  0x0b,
];

/** Builds one function: its parameters first, then its locals, each by number. */
export class FunctionBuilder {
  private readonly locals: ValueType[] = [];
  readonly body: Code[] = [];
  /** Its place in the module. */
  index = -1;

  constructor(
    readonly name: string,
    readonly params: readonly ValueType[],
  ) {}

  /** So many locals of this type. */
  ints(howMany: number): number[] {
    return Array.from({ length: howMany }, () => this.local(i32));
  }

  local(type: ValueType): number {
    return this.params.length + this.locals.push(type) - 1;
  }

  emit(...code: Code[]): void {
    this.body.push(...code);
  }

  code(): Code {
    const content = flat([vector(this.locals.map((type) => [1, type])), this.body, 0x0b]);
    return [leb(content.length), content];
  }
}

const text = (value: string): Code => vector([...new TextEncoder().encode(value)]);

export interface MemoryImport {
  readonly shared: boolean;
}

/** The most pages of 64 KiB that a memory of 32-bit addresses has. */
const MAX_PAGES = 65536;

/**
 * A module that imports its memory as `env.memory` and exports these functions, none of which returns a value. They may
 * call each other by the index that they have in this order.
 */
export function assemble(functions: readonly FunctionBuilder[], { shared }: MemoryImport): Uint8Array {
  const limits: Code = shared ? [3, 1, leb(MAX_PAGES)] : [0, 1];
  return Uint8Array.from(
    flat([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(
        1,
        functions.map(({ params }) => [0x60, vector(params), vector([])]),
      ),
      section(2, [[text('env'), text('memory'), 2, limits]]),
      section(
        3,
        functions.map((_, i) => leb(i)),
      ),
      section(
        7,
        functions.map(({ name }, i) => [text(name), 0, leb(i)]),
      ),
      section(
        10,
        functions.map((builder) => builder.code()),
      ),
    ]),
  );
}
