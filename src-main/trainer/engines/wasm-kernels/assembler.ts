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

const flat = (code: Code): number[] => (typeof code === 'number' ? [code] : code.flatMap(flat));
const vector = (items: readonly Code[]): Code => [leb(items.length), items];
const section = (id: number, items: readonly Code[]): Code => {
  const body = flat(vector(items));
  return [id, leb(body.length), body];
};

export const get = (local: number): Code => [0x20, leb(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, leb(local)];
/** A constant from 0 to 63. */
export const int = (value: number): Code => {
  if (value < 0 || value > 63) throw new RangeError(`a small constant, not ${value}`);
  return [0x41, value];
};

const binary =
  (opcode: Code) =>
  (a: Code, b: Code): Code => [a, b, opcode];
const simd = (opcode: number): Code => [0xfd, leb(opcode)];
/** Natural alignment is only a hint; addresses here are multiples of four. */
const at = (offset: number): Code => [2, leb(offset)];

export const add = binary(0x6a);
export const mul = binary(0x6c);
export const shiftLeft = binary(0x74);
/** Rounds down to a multiple of 2^bits. */
export const roundDown = (value: Code, bits: number): Code => shiftLeft([value, int(bits), 0x76], int(bits));

/** Arithmetic on one float32 or on four of them at once. */
export interface Lanes {
  readonly count: 1 | 4;
  readonly type: typeof f32 | typeof v128;
  load(address: Code, offset?: number): Code;
  store(address: Code, value: Code, offset?: number): Code;
  /** One float32 of memory in every lane. */
  loadSame(address: Code): Code;
  /** One f32 value in every lane. */
  same(value: Code): Code;
  zero: Code;
  add(a: Code, b: Code): Code;
  sub(a: Code, b: Code): Code;
  mul(a: Code, b: Code): Code;
  div(a: Code, b: Code): Code;
  sqrt(a: Code): Code;
}

export const one: Lanes = {
  count: 1,
  type: f32,
  load: (address, offset = 0) => [address, 0x2a, at(offset)],
  store: (address, value, offset = 0) => [address, value, 0x38, at(offset)],
  loadSame: (address) => [address, 0x2a, at(0)],
  same: (value) => value,
  zero: [0x43, 0, 0, 0, 0],
  add: binary(0x92),
  sub: binary(0x93),
  mul: binary(0x94),
  div: binary(0x95),
  sqrt: (a) => [a, 0x91],
};

export const four: Lanes = {
  count: 4,
  type: v128,
  load: (address, offset = 0) => [address, simd(0x00), at(offset)],
  store: (address, value, offset = 0) => [address, value, simd(0x0b), at(offset)],
  loadSame: (address) => [address, simd(0x09), at(0)],
  same: (value) => [value, simd(0x13)],
  zero: [simd(0x0c), new Array<number>(16).fill(0)],
  add: binary(simd(0xe4)),
  sub: binary(simd(0xe5)),
  mul: binary(simd(0xe6)),
  div: binary(simd(0xe7)),
  sqrt: (a) => [a, simd(0xe3)],
};

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

  constructor(
    readonly name: string,
    readonly params: readonly ValueType[],
  ) {}

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

/** A module that imports its memory as `env.memory` and exports these functions, none of which returns a value. */
export function assemble(functions: readonly FunctionBuilder[]): Uint8Array {
  return Uint8Array.from(
    flat([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(
        1,
        functions.map(({ params }) => [0x60, vector(params), vector([])]),
      ),
      section(2, [[text('env'), text('memory'), 2, 0, 1]]),
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
