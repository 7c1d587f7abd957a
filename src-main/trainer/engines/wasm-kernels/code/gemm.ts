import {
  add,
  below,
  both,
  count,
  countDown,
  div,
  equal,
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
  shiftRight,
  sub,
  v128,
  when,
  whileBelow,
  type Code,
  type Lanes,
} from '../assembler';

const TILE_VECTORS = 2;
/** Columns of one panel of a packed right operand. */
export const PANEL_COLUMNS = 4 * TILE_VECTORS;
/** Rows that are summed at once, the largest first: together with the panel they fill the 16 vector registers of x86-64. */
const TILE_ROWS = [6, 4, 2, 1] as const;
const MAX_ROWS = TILE_ROWS[0];
/** Rows of the largest tile. */
export const TILE_HEIGHT: number = MAX_ROWS;
/** Steps of the sum between two jumps. */
const UNROLL = 4;
const FLOAT = 4;
const EDGE_BYTES = MAX_ROWS * PANEL_COLUMNS * FLOAT;

/** Bytes of a right operand of k × n once packed. */
export const packedBytes = (k: number, n: number): number => Math.ceil(n / PANEL_COLUMNS) * PANEL_COLUMNS * k * FLOAT;
/** Bytes of scratch that a product needs, whose left operand lies by columns. */
export const gemmScratchBytes = (k: number): number => EDGE_BYTES + MAX_ROWS * k * FLOAT;

/**
 * Packs columns of `b` together, eight to a panel, padded by zeros: read from where they lie they would be a row apart and
 * push each other out of the cache. Element (l, j) of `b` lies at b + l·bRow + j·bColumn. Items: panels.
 */
export function packPanels(): FunctionBuilder {
  const fn = new FunctionBuilder('packPanels', new Array<typeof i32>(9).fill(i32));
  const [b, bRow, bColumn, k, n, packed, , from, to] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const [panel = 0, column = 0, lane = 0, left = 0, source = 0, target = 0] = fn.ints(6);
  const start = add(get(packed), mul(get(column), shiftLeft(get(k), int(2))));
  const rows: Code = [
    set(source, add(get(b), shiftLeft(get(column), int(2)))),
    set(target, start),
    set(left, get(k)),
    countDown(left, [
      Array.from({ length: TILE_VECTORS }, (_, v) => four.store(get(target), four.load(get(source), v * 16), v * 16)),
      set(source, add(get(source), get(bRow))),
      set(target, add(get(target), int(PANEL_COLUMNS * FLOAT))),
    ]),
  ];
  const columns = count(lane, int(0), int(PANEL_COLUMNS), [
    set(source, add(get(b), mul(add(get(column), get(lane)), get(bColumn)))),
    set(target, add(start, shiftLeft(get(lane), int(2)))),
    set(left, get(k)),
    when(
      below(add(get(column), get(lane)), get(n)),
      countDown(left, [
        one.store(get(target), one.load(get(source))),
        set(source, add(get(source), get(bRow))),
        set(target, add(get(target), int(PANEL_COLUMNS * FLOAT))),
      ]),
      countDown(left, [one.store(get(target), one.zero), set(target, add(get(target), int(PANEL_COLUMNS * FLOAT)))]),
    ),
  ]);
  fn.emit(
    count(panel, get(from), get(to), [
      set(column, mul(get(panel), int(PANEL_COLUMNS))),
      when(both(equal(get(bColumn), int(FLOAT)), below(add(get(column), int(PANEL_COLUMNS - 1)), get(n))), rows, columns),
    ]),
  );
  return fn;
}

/** Where the left operand's elements lie: a row's together, or a column's. */
export type LeftLayout = 'rows' | 'columns';

/**
 * out[row] = max(init[row] + a[row] · b, floor) over rows from..to. `a` has its rows (`columns`: its columns) `aStride`
 * bytes apart and contiguous within; `b` is packed; rows of `init` lie initRow apart (0 = the same for all: a bias, or
 * zeros) and may be read up to 28 bytes past their end. Sums run over k in order, whatever the tiles.
 */
export function gemm(name: string, layout: LeftLayout, lanes: Lanes): FunctionBuilder {
  const fn = new FunctionBuilder(name, [...new Array<typeof i32>(9).fill(i32), f32, i32, i32, i32]);
  const [a, aStride, packed, init, initRow, out, outRow, n, k, floor, scratch, from, to] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  const [row = 0, column = 0, left = 0, bAt = 0, initAt = 0, target = 0, targetRow = 0, aStart = 0, edge = 0, source = 0] = fn.ints(10);
  const aAt = fn.ints(MAX_ROWS);
  const lowest = fn.local(v128);
  const sums = aAt.map(() => Array.from({ length: TILE_VECTORS }, () => fn.local(v128)));
  const bs = Array.from({ length: TILE_VECTORS }, () => fn.local(v128));
  const element = fn.local(v128);

  const steps = (rows: number, howMany: number): Code => [
    Array.from({ length: howMany }, (_, step) => [
      bs.map((local, v) => set(local, lanes.load(get(bAt), (step * TILE_VECTORS + v) * 16))),
      sums
        .slice(0, rows)
        .map((rowSums, r) => [
          set(
            element,
            layout === 'rows'
              ? lanes.loadSame(get(aAt[r] ?? 0), step * FLOAT)
              : lanes.loadSame(get(aAt[0] ?? 0), (step * rows + r) * FLOAT),
          ),
          rowSums.map((sum, v) => set(sum, lanes.multiplyAdd(get(element), get(bs[v] ?? 0), get(sum)))),
        ]),
    ]),
    aAt
      .slice(0, layout === 'rows' ? rows : 1)
      .map((pointer) => set(pointer, add(get(pointer), int((layout === 'rows' ? 1 : rows) * howMany * FLOAT)))),
    set(bAt, add(get(bAt), int(howMany * PANEL_COLUMNS * FLOAT))),
  ];

  const panel = (rows: number): Code => [
    aAt
      .slice(0, layout === 'rows' ? rows : 1)
      .map((pointer, r) => set(pointer, r === 0 ? get(aStart) : add(get(aAt[r - 1] ?? 0), get(aStride)))),
    set(bAt, add(get(packed), mul(get(column), shiftLeft(get(k), int(2))))),
    set(initAt, add(add(get(init), mul(get(row), get(initRow))), shiftLeft(get(column), int(2)))),
    sums
      .slice(0, rows)
      .map((rowSums) => [rowSums.map((sum, v) => set(sum, lanes.load(get(initAt), v * 16))), set(initAt, add(get(initAt), get(initRow)))]),
    set(left, shiftRight(get(k), int(2))),
    when(get(left), countDown(left, steps(rows, UNROLL))),
    set(left, both(get(k), int(UNROLL - 1))),
    when(get(left), countDown(left, steps(rows, 1))),
    // A panel that is not full goes through the scratch: beyond it lies the next row.
    when(
      below(add(get(column), int(PANEL_COLUMNS - 1)), get(n)),
      [set(target, add(add(get(out), mul(get(row), get(outRow))), shiftLeft(get(column), int(2)))), set(targetRow, get(outRow))],
      [set(target, get(scratch)), set(targetRow, int(PANEL_COLUMNS * FLOAT))],
    ),
    sums
      .slice(0, rows)
      .map((rowSums) => [
        rowSums.map((sum, v) => lanes.store(get(target), lanes.max(get(sum), get(lowest)), v * 16)),
        set(target, add(get(target), get(targetRow))),
      ]),
    when(
      below(get(n), add(get(column), int(PANEL_COLUMNS))),
      Array.from({ length: rows }, (_, r) => [
        set(target, add(add(get(out), mul(add(get(row), int(r)), get(outRow))), shiftLeft(get(column), int(2)))),
        count(
          edge,
          int(0),
          shiftLeft(sub(get(n), get(column)), int(2)),
          [one.store(add(get(target), get(edge)), one.load(add(get(scratch), get(edge)), r * PANEL_COLUMNS * FLOAT))],
          FLOAT,
        ),
      ]),
    ),
  ];

  /** The tile's part of a left operand that lies by columns, together. */
  const packTile = (rows: number): Code => [
    set(source, add(get(a), shiftLeft(get(row), int(2)))),
    set(target, get(aStart)),
    set(left, get(k)),
    countDown(left, [
      rows >= 4 ? four.store(get(target), four.load(get(source))) : [],
      Array.from({ length: rows % 4 }, (_, i) => {
        const offset = (i + rows - (rows % 4)) * FLOAT;
        return one.store(get(target), one.load(get(source), offset), offset);
      }),
      set(source, add(get(source), get(aStride))),
      set(target, add(get(target), int(rows * FLOAT))),
    ]),
  ];

  fn.emit(
    set(lowest, four.same(get(floor))),
    set(row, get(from)),
    TILE_ROWS.map((rows) =>
      whileBelow(row, add(get(from), tilesOf(rows, sub(get(to), get(from)))), [
        layout === 'rows'
          ? set(aStart, add(get(a), mul(get(row), get(aStride))))
          : [set(aStart, add(get(scratch), int(EDGE_BYTES))), packTile(rows)],
        count(column, int(0), get(n), panel(rows), PANEL_COLUMNS),
        set(row, add(get(row), int(rows))),
      ]),
    ),
  );
  return fn;
}

/** How many of `rows` rows whole tiles of this height cover, the larger tiles having gone first. */
function tilesOf(height: (typeof TILE_ROWS)[number], rows: Code): Code {
  if (height === 1) return rows;
  if (height === MAX_ROWS) return mul(div(rows, int(MAX_ROWS)), int(MAX_ROWS));
  // What the tiles of six have left is at most five rows.
  const six = mul(div(rows, int(MAX_ROWS)), int(MAX_ROWS));
  return height === 4 ? add(six, roundDown(sub(rows, six), 2)) : add(six, roundDown(sub(rows, six), 1));
}
