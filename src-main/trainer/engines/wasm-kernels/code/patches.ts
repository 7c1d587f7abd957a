import {
  add,
  below,
  both,
  count,
  div,
  equal,
  four,
  FunctionBuilder,
  get,
  i32,
  int,
  mul,
  one,
  rem,
  roundDown,
  set,
  shiftLeft,
  sub,
  when,
  whileBelow,
  type Code,
  type Lanes,
} from '../assembler';

const FLOAT = 4;

/** What a window slides over: sizes in elements, in the order in which every kernel takes them. Images lie as NHWC. */
export const geometryNames = [
  'height',
  'width',
  'channels',
  'windowHeight',
  'windowWidth',
  'strideHeight',
  'strideWidth',
  'dilationHeight',
  'dilationWidth',
  'padTop',
  'padLeft',
  'outHeight',
  'outWidth',
] as const;
export type Geometry = Readonly<Record<(typeof geometryNames)[number], number>>;

/** The geometry's parameters, from this one on. */
export const geometryFrom = (first: number): Geometry =>
  Object.fromEntries(geometryNames.map((name, i) => [name, first + i])) as unknown as Geometry;

/** All of them, to be passed on. */
export const passGeometry = (geometry: Geometry): Code[] => geometryNames.map((name) => get(geometry[name]));

/**
 * Walks through the windows at output positions from..to (over all images) beside rows of windowHeight · windowWidth ·
 * channels floats, one a position. `gatherRows` copies what the windows see into the rows, zeros where they reach over the
 * edge; `scatterRows` adds the rows to what the windows saw: the gradient of the former.
 * Parameters: images, rows, from, to, geometry.
 */
function walkWindows(name: string, direction: 'gather' | 'scatter'): FunctionBuilder {
  const fn = new FunctionBuilder(name, new Array<typeof i32>(4 + geometryNames.length).fill(i32));
  const [images, rows, from, to] = [0, 1, 2, 3];
  const geometry = geometryFrom(4);
  const g = (field: keyof Geometry): Code => get(geometry[field]);
  const [position = 0, image = 0, inImage = 0, top = 0, left = 0, y = 0, x = 0, lineAt = 0, at = 0, rowAt = 0, end = 0] = fn.ints(11);
  const [ky = 0, kx = 0, pixelBytes = 0, spanBytes = 0] = fn.ints(4);
  const vectorEnd = fn.local(i32);

  const pass = (lanes: Lanes, limit: Code, visit: (lanes: Lanes) => Code): Code =>
    whileBelow(rowAt, limit, [visit(lanes), set(rowAt, add(get(rowAt), int(lanes.count * FLOAT)))]);
  /** Goes on in the row over so many bytes. */
  const span = (bytes: Code, visit: (lanes: Lanes) => Code): Code => [
    set(end, add(get(rowAt), bytes)),
    set(vectorEnd, add(get(rowAt), roundDown(bytes, 4))),
    pass(four, get(vectorEnd), visit),
    pass(one, get(end), visit),
  ];
  const move = (lanes: Lanes): Code => [
    direction === 'gather'
      ? lanes.store(get(rowAt), lanes.load(get(at)))
      : lanes.store(get(at), lanes.add(lanes.load(get(at)), lanes.load(get(rowAt)))),
    set(at, add(get(at), int(lanes.count * FLOAT))),
  ];
  const outside = (bytes: Code): Code =>
    direction === 'gather' ? span(bytes, (lanes) => lanes.store(get(rowAt), lanes.zero)) : set(rowAt, add(get(rowAt), bytes));

  const pixels = count(kx, int(0), g('windowWidth'), [
    set(x, add(get(left), mul(get(kx), g('dilationWidth')))),
    when(
      below(get(x), g('width')),
      [set(at, add(get(lineAt), mul(get(x), get(pixelBytes)))), span(get(pixelBytes), move)],
      outside(get(pixelBytes)),
    ),
  ]);
  // A window's line lies together where nothing of it is beyond the edge; a negative `left` is above every width.
  const whole = both(
    both(equal(g('dilationWidth'), int(1)), below(get(left), g('width'))),
    below(add(get(left), sub(g('windowWidth'), int(1))), g('width')),
  );
  fn.emit(
    set(pixelBytes, shiftLeft(g('channels'), int(2))),
    set(spanBytes, mul(get(pixelBytes), g('windowWidth'))),
    set(rowAt, get(rows)),
    count(position, get(from), get(to), [
      set(image, div(get(position), mul(g('outHeight'), g('outWidth')))),
      set(inImage, rem(get(position), mul(g('outHeight'), g('outWidth')))),
      set(top, sub(mul(div(get(inImage), g('outWidth')), g('strideHeight')), g('padTop'))),
      set(left, sub(mul(rem(get(inImage), g('outWidth')), g('strideWidth')), g('padLeft'))),
      count(ky, int(0), g('windowHeight'), [
        set(y, add(get(top), mul(get(ky), g('dilationHeight')))),
        when(
          below(get(y), g('height')),
          [
            set(lineAt, add(get(images), mul(mul(add(mul(get(image), g('height')), get(y)), g('width')), get(pixelBytes)))),
            when(whole, [set(at, add(get(lineAt), mul(get(left), get(pixelBytes)))), span(get(spanBytes), move)], pixels),
          ],
          outside(get(spanBytes)),
        ),
      ]),
    ]),
  );
  return fn;
}

export const gatherRows = (): FunctionBuilder => walkWindows('gatherRows', 'gather');
export const scatterRows = (): FunctionBuilder => walkWindows('scatterRows', 'scatter');

/** Zeros `count` floats at an address; code that leaves `cursor` at their end. */
export const zeroFloats = (cursor: number, start: Code, end: Code): Code => [
  set(cursor, start),
  whileBelow(cursor, add(start, roundDown(sub(end, start), 4)), [
    four.store(get(cursor), four.zero),
    set(cursor, add(get(cursor), int(4 * FLOAT))),
  ]),
  whileBelow(cursor, end, [one.store(get(cursor), one.zero), set(cursor, add(get(cursor), int(FLOAT)))]),
];
