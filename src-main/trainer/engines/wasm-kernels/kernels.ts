import {
  add,
  assemble,
  countDown,
  f32,
  four,
  FunctionBuilder,
  get,
  i32,
  int,
  mul,
  one,
  roundDown,
  set,
  shiftLeft,
  whileBelow,
  type Code,
  type Lanes,
} from './assembler';

/** Addresses and strides in bytes, counts in elements. */
export interface Kernels {
  /**
   * c[m×n] = a[m×k] · b[k×n]. Element (i, l) of `a` lies at a + i·aRow + l·aColumn, so a transposed operand needs no
   * copy; rows of `b` lie bRow apart and are contiguous within; `c` is contiguous. m, n, k ≥ 1. Sums run over k in order.
   * `scratch` is room for k · PANEL_BYTES.
   */
  matMul(
    a: number,
    aRow: number,
    aColumn: number,
    b: number,
    bRow: number,
    c: number,
    m: number,
    n: number,
    k: number,
    scratch: number,
  ): void;
  /**
   * One step of Adam over `count` float32: moments are updated in place, the new weights go to `out`.
   * m ← β1·m + (1−β1)·g; v ← β2·v + (1−β2)·g²; out = w − step·m / (√(v·correction) + ε).
   */
  adam(
    weights: number,
    out: number,
    firstMoment: number,
    secondMoment: number,
    gradient: number,
    count: number,
    beta1: number,
    beta2: number,
    rest1: number,
    rest2: number,
    step: number,
    correction: number,
    epsilon: number,
  ): void;
}

const TILE_ROWS = 4;
const TILE_VECTORS = 2;
const PANEL_COLUMNS = 4 * TILE_VECTORS;
/** One row of a panel of `b`. */
export const PANEL_BYTES = 4 * PANEL_COLUMNS;

function matMul(): FunctionBuilder {
  const fn = new FunctionBuilder('matMul', new Array<typeof i32>(10).fill(i32));
  const [a, aRow, aColumn, b, bRow, c, m, n, k, scratch] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const [row, column, left, to, bAt, cRow] = [fn.local(i32), fn.local(i32), fn.local(i32), fn.local(i32), fn.local(i32), fn.local(i32)];
  const aAt = Array.from({ length: TILE_ROWS }, () => fn.local(i32));

  /** Registers of one tile: `rows` × `vectors` sums, one row of b, one element of a. */
  const registers = (lanes: Lanes, vectors: number) => ({
    lanes,
    sums: aAt.map(() => Array.from({ length: vectors }, () => fn.local(lanes.type))),
    bs: Array.from({ length: vectors }, () => fn.local(lanes.type)),
    element: fn.local(lanes.type),
  });
  const wide = registers(four, TILE_VECTORS);
  const narrow = registers(one, 1);

  interface Source {
    readonly start: Code;
    readonly stride: Code;
  }
  const columnOfB: Source = { start: add(get(b), shiftLeft(get(column), int(2))), stride: get(bRow) };
  const panel: Source = { start: get(scratch), stride: int(PANEL_BYTES) };

  const tile = ({ lanes, sums, bs, element }: typeof wide, source: Source, rows: number): Code => [
    aAt
      .slice(0, rows)
      .map((pointer, r) => set(pointer, r === 0 ? add(get(a), mul(get(row), get(aRow))) : add(get(aAt[r - 1] ?? 0), get(aRow)))),
    sums
      .slice(0, rows)
      .flat()
      .map((sum) => set(sum, lanes.zero)),
    set(bAt, source.start),
    set(left, get(k)),
    countDown(left, [
      bs.map((local, v) => set(local, lanes.load(get(bAt), v * lanes.count * 4))),
      sums
        .slice(0, rows)
        .map((rowSums, r) => [
          set(element, lanes.loadSame(get(aAt[r] ?? 0))),
          rowSums.map((sum, v) => set(sum, lanes.add(get(sum), lanes.mul(get(element), get(bs[v] ?? 0))))),
          set(aAt[r] ?? 0, add(get(aAt[r] ?? 0), get(aColumn))),
        ]),
      set(bAt, add(get(bAt), source.stride)),
    ]),
    set(to, add(add(get(c), mul(get(row), get(cRow))), shiftLeft(get(column), int(2)))),
    sums
      .slice(0, rows)
      .map((rowSums, r) => [
        r === 0 ? [] : set(to, add(get(to), get(cRow))),
        rowSums.map((sum, v) => lanes.store(get(to), get(sum), v * lanes.count * 4)),
      ]),
  ];
  /** Copies eight columns of b together: read again for each tile, they would lie a row apart and push each other out of the cache. */
  const pack: Code = [
    set(bAt, columnOfB.start),
    set(to, panel.start),
    set(left, get(k)),
    countDown(left, [
      Array.from({ length: TILE_VECTORS }, (_, v) => four.store(get(to), four.load(get(bAt), v * 16), v * 16)),
      set(bAt, add(get(bAt), get(bRow))),
      set(to, add(get(to), panel.stride)),
    ]),
  ];
  const rowsOf = (registersOf: typeof wide, source: Source): Code => [
    set(row, int(0)),
    whileBelow(row, roundDown(get(m), 2), [tile(registersOf, source, TILE_ROWS), set(row, add(get(row), int(TILE_ROWS)))]),
    whileBelow(row, get(m), [tile(registersOf, source, 1), set(row, add(get(row), int(1)))]),
  ];

  fn.emit(
    set(cRow, shiftLeft(get(n), int(2))),
    whileBelow(column, roundDown(get(n), 3), [pack, rowsOf(wide, panel), set(column, add(get(column), int(PANEL_COLUMNS)))]),
    whileBelow(column, get(n), [rowsOf(narrow, columnOfB), set(column, add(get(column), int(1)))]),
  );
  return fn;
}

function adam(): FunctionBuilder {
  const fn = new FunctionBuilder('adam', [...new Array<typeof i32>(6).fill(i32), ...new Array<typeof f32>(7).fill(f32)]);
  const [weights, out, first, second, gradient, count] = [0, 1, 2, 3, 4, 5];
  const constants = [6, 7, 8, 9, 10, 11, 12];
  const done = fn.local(i32);
  const pointers = [weights, out, first, second, gradient];

  const pass = (lanes: Lanes, limit: Code): Code => {
    const [g = 0, m = 0, v = 0] = [fn.local(lanes.type), fn.local(lanes.type), fn.local(lanes.type)];
    // Each constant in every lane, made once before the loop.
    const [beta1 = 0, beta2 = 0, rest1 = 0, rest2 = 0, step = 0, correction = 0, epsilon = 0] = constants.map(() => fn.local(lanes.type));
    const spread = [beta1, beta2, rest1, rest2, step, correction, epsilon].map((local, i) =>
      set(local, lanes.same(get(constants[i] ?? 0))),
    );
    return [
      spread,
      whileBelow(done, limit, [
        set(g, lanes.load(get(gradient))),
        set(m, lanes.add(lanes.mul(get(beta1), lanes.load(get(first))), lanes.mul(get(rest1), get(g)))),
        set(v, lanes.add(lanes.mul(get(beta2), lanes.load(get(second))), lanes.mul(get(rest2), lanes.mul(get(g), get(g))))),
        lanes.store(get(first), get(m)),
        lanes.store(get(second), get(v)),
        lanes.store(
          get(out),
          lanes.sub(
            lanes.load(get(weights)),
            lanes.div(lanes.mul(get(step), get(m)), lanes.add(lanes.sqrt(lanes.mul(get(v), get(correction))), get(epsilon))),
          ),
        ),
        pointers.map((pointer) => set(pointer, add(get(pointer), int(lanes.count * 4)))),
        set(done, add(get(done), int(lanes.count))),
      ]),
    ];
  };
  fn.emit(pass(four, roundDown(get(count), 2)), pass(one, get(count)));
  return fn;
}

/** What is used of WebAssembly's own API, which Node's types leave to the browser's. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: { env: { memory: object } }) => { readonly exports: object };
}

/**
 * The kernels over this memory, which may grow while they live.
 *
 * @param memory a WebAssembly.Memory
 */
export function createKernels(memory: object): Kernels {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
  return new WebAssembly.Instance(new WebAssembly.Module(assemble([matMul(), adam()])), { env: { memory } }).exports as Kernels;
}
