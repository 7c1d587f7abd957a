import {
  add,
  call,
  count,
  f32,
  FunctionBuilder,
  get,
  i32,
  int,
  mul,
  set,
  shiftLeft,
  shiftRight,
  smaller,
  sub,
  type Code,
} from '../assembler';
import { gemmScratchBytes, packedBytes } from './gemm';
import { geometryFrom, geometryNames, passGeometry, zeroFloats } from './patches';

const FLOAT = 4;
const LOWEST: Code = [0x43, 0, 0, 0x80, 0xff];
/** Output positions whose windows are copied out and multiplied at once: rows that stay in the second cache, a multiple of the tiles' six. */
export const BLOCK = 96;
/** Where the copied rows begin in the scratch: behind what the product needs of it. */
const ROWS_AT = Math.ceil(gemmScratchBytes(BLOCK) / 64) * 64;

/** Bytes of scratch a thread needs, for windows of `window` elements and so many output channels. */
export const convScratchBytes = (window: number, outChannels: number): number =>
  ROWS_AT + Math.max(BLOCK * window * FLOAT + packedBytes(BLOCK, outChannels), BLOCK * window * FLOAT + 64);

interface Callees {
  readonly gatherRows: FunctionBuilder;
  readonly scatterRows: FunctionBuilder;
  readonly packPanels: FunctionBuilder;
  readonly gemmRows: FunctionBuilder;
  readonly gemmColumns: FunctionBuilder;
}

/**
 * y = max(windows of x · filter + bias, floor). `packed` is the filter as a matrix window × outChannels; `bias` has
 * outChannels floats and 28 bytes to spare. Items: blocks of output positions.
 * Parameters: x, packed, bias, y, window, outChannels, positions, floor, geometry, scratch, from, to.
 */
export function convForward({ gatherRows, gemmRows }: Callees): FunctionBuilder {
  const last = 8 + geometryNames.length;
  const fn = new FunctionBuilder('convForward', [...new Array<typeof i32>(7).fill(i32), f32, ...new Array<typeof i32>(last - 5).fill(i32)]);
  const [x, packed, bias, y, window, outChannels, positions, floor] = [0, 1, 2, 3, 4, 5, 6, 7];
  const [scratch, from, to] = [last, last + 1, last + 2];
  const [block = 0, first = 0, end = 0] = fn.ints(3);
  const rows = add(get(scratch), int(ROWS_AT));
  const channelBytes = shiftLeft(get(outChannels), int(2));
  fn.emit(
    count(block, get(from), get(to), [
      set(first, mul(get(block), int(BLOCK))),
      set(end, smaller(add(get(first), int(BLOCK)), get(positions))),
      call(gatherRows, [get(x), rows, get(first), get(end), ...passGeometry(geometryFrom(8))]),
      call(gemmRows, [
        ...[rows, shiftLeft(get(window), int(2)), get(packed), get(bias), int(0)],
        ...[add(get(y), mul(get(first), channelBytes)), channelBytes, get(outChannels), get(window), get(floor)],
        ...[get(scratch), int(0), sub(get(end), get(first))],
      ]),
    ]),
  );
  return fn;
}

/**
 * partials[part] = the gradient of the filter (window × outChannels) by the part's output positions. Parts depend on the
 * shape alone, so that the sum is the same on any number of threads. Items: parts.
 * Parameters: x, dy, partials, window, outChannels, positions, positionsPerPart, geometry, scratch, from, to.
 */
export function convFilterGrad({ gatherRows, packPanels, gemmColumns }: Callees): FunctionBuilder {
  const last = 7 + geometryNames.length;
  const fn = new FunctionBuilder('convFilterGrad', new Array<typeof i32>(last + 3).fill(i32));
  const [x, dy, partials, window, outChannels, positions, positionsPerPart] = [0, 1, 2, 3, 4, 5, 6];
  const [scratch, from, to] = [last, last + 1, last + 2];
  const [part = 0, first = 0, end = 0, partEnd = 0, sums = 0, cursor = 0, panels = 0, howMany = 0] = fn.ints(8);
  const rows = add(get(scratch), int(ROWS_AT));
  const [windowBytes, channelBytes] = [shiftLeft(get(window), int(2)), shiftLeft(get(outChannels), int(2))];
  fn.emit(
    set(panels, add(rows, mul(int(BLOCK), windowBytes))),
    count(part, get(from), get(to), [
      set(sums, add(get(partials), mul(get(part), mul(get(window), channelBytes)))),
      zeroFloats(cursor, get(sums), add(get(sums), mul(get(window), channelBytes))),
      set(partEnd, smaller(mul(add(get(part), int(1)), get(positionsPerPart)), get(positions))),
      count(
        first,
        mul(get(part), get(positionsPerPart)),
        get(partEnd),
        [
          set(end, smaller(add(get(first), int(BLOCK)), get(partEnd))),
          set(howMany, sub(get(end), get(first))),
          call(gatherRows, [get(x), rows, get(first), get(end), ...passGeometry(geometryFrom(7))]),
          call(packPanels, [
            ...[add(get(dy), mul(get(first), channelBytes)), channelBytes, int(FLOAT), get(howMany), get(outChannels)],
            ...[get(panels), get(scratch), int(0), panelsOf(get(outChannels))],
          ]),
          call(gemmColumns, [
            ...[rows, windowBytes, get(panels), get(sums), channelBytes],
            ...[get(sums), channelBytes, get(outChannels), get(howMany), LOWEST],
            ...[get(scratch), int(0), get(window)],
          ]),
        ],
        BLOCK,
      ),
    ]),
  );
  return fn;
}

const panelsOf = (columns: Code): Code => shiftRight(add(columns, int(7)), int(3));

/**
 * dx = dy · filterᵀ, laid over each other where the windows lay. `packed` is the filter as a matrix outChannels × window;
 * `zeros` has `window` floats and 28 bytes to spare. Items: images.
 * Parameters: dy, packed, zeros, dx, window, outChannels, positions of an image, floats of an image, geometry, scratch, from, to.
 */
export function convInputGrad({ scatterRows, gemmRows }: Callees): FunctionBuilder {
  const last = 8 + geometryNames.length;
  const fn = new FunctionBuilder('convInputGrad', new Array<typeof i32>(last + 3).fill(i32));
  const [dy, packed, zeros, dx, window, outChannels, positions, imageSize] = [0, 1, 2, 3, 4, 5, 6, 7];
  const [scratch, from, to] = [last, last + 1, last + 2];
  const [image = 0, first = 0, end = 0, imageEnd = 0, cursor = 0, start = 0] = fn.ints(6);
  const rows = add(get(scratch), int(ROWS_AT));
  const [windowBytes, channelBytes] = [shiftLeft(get(window), int(2)), shiftLeft(get(outChannels), int(2))];
  fn.emit(
    count(image, get(from), get(to), [
      set(start, add(get(dx), shiftLeft(mul(get(image), get(imageSize)), int(2)))),
      zeroFloats(cursor, get(start), add(get(start), shiftLeft(get(imageSize), int(2)))),
      set(imageEnd, mul(add(get(image), int(1)), get(positions))),
      count(
        first,
        mul(get(image), get(positions)),
        get(imageEnd),
        [
          set(end, smaller(add(get(first), int(BLOCK)), get(imageEnd))),
          call(gemmRows, [
            ...[add(get(dy), mul(get(first), channelBytes)), channelBytes, get(packed), get(zeros), int(0)],
            ...[rows, windowBytes, get(window), get(outChannels), LOWEST],
            ...[get(scratch), int(0), sub(get(end), get(first))],
          ]),
          call(scatterRows, [get(dx), rows, get(first), get(end), ...passGeometry(geometryFrom(8))]),
        ],
        BLOCK,
      ),
    ]),
  );
  return fn;
}
