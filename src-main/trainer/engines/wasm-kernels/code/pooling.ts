import {
  add,
  below,
  count,
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
  sub,
  toFloat,
  when,
  whileBelow,
  type Code,
  type Lanes,
} from '../assembler';
import { geometryFrom, geometryNames, zeroFloats, type Geometry } from './patches';

const FLOAT = 4;

/**
 * dx of a pooling layer. The largest element of a window takes all of its dy (the first one, where several are equal); of
 * a mean, each element that is inside the image takes its share. Items: images.
 * Parameters: dy, x, y (both unused for a mean), dx, geometry, scratch, from, to.
 */
function poolGrad(name: string, kind: 'max' | 'mean'): FunctionBuilder {
  const last = 4 + geometryNames.length;
  const fn = new FunctionBuilder(name, new Array<typeof i32>(last + 3).fill(i32));
  const [dy, x, y, dx] = [0, 1, 2, 3];
  const [from, to] = [last + 1, last + 2];
  const geometry = geometryFrom(4);
  const g = (field: keyof Geometry): Code => get(geometry[field]);
  const [image = 0, row = 0, column = 0, ky = 0, kx = 0, iy = 0, ix = 0, top = 0, left = 0, channel = 0, offset = 0] = fn.ints(11);
  const [at = 0, cursor = 0, inside = 0, pixelBytes = 0, imageBytes = 0, vectorEnd = 0] = fn.ints(6);
  const share = fn.local(f32);

  /** Runs over the pixels of the window that lie in the image, `at` being their place from the first image's first pixel. */
  const overWindow = (visit: Code): Code =>
    count(ky, int(0), g('windowHeight'), [
      set(iy, add(get(top), mul(get(ky), g('dilationHeight')))),
      when(
        below(get(iy), g('height')),
        count(kx, int(0), g('windowWidth'), [
          set(ix, add(get(left), mul(get(kx), g('dilationWidth')))),
          when(below(get(ix), g('width')), [
            set(at, add(mul(get(image), get(imageBytes)), mul(add(mul(get(iy), g('width')), get(ix)), get(pixelBytes)))),
            visit,
          ]),
        ]),
      ),
    ]);

  const pass = (lanes: Lanes, limit: Code): Code => {
    const [gradient, largest, found, chosen] = [fn.local(lanes.type), fn.local(lanes.type), fn.local(lanes.mask), fn.local(lanes.mask)];
    const target = add(add(get(dx), get(at)), get(channel));
    const give = (value: Code): Code => lanes.store(target, lanes.add(lanes.load(target), value));
    return whileBelow(channel, limit, [
      set(gradient, lanes.load(add(add(get(dy), get(offset)), get(channel)))),
      kind === 'max'
        ? [
            set(largest, lanes.load(add(add(get(y), get(offset)), get(channel)))),
            set(found, lanes.none),
            overWindow([
              set(chosen, lanes.except(lanes.equal(lanes.load(add(add(get(x), get(at)), get(channel))), get(largest)), get(found))),
              set(found, lanes.either(get(found), get(chosen))),
              give(lanes.pick(get(chosen), get(gradient))),
            ]),
          ]
        : [set(gradient, lanes.mul(get(gradient), lanes.same(get(share)))), overWindow(give(get(gradient)))],
      set(channel, add(get(channel), int(lanes.count * FLOAT))),
    ]);
  };

  fn.emit(
    set(pixelBytes, shiftLeft(g('channels'), int(2))),
    set(imageBytes, mul(mul(g('height'), g('width')), get(pixelBytes))),
    set(vectorEnd, roundDown(get(pixelBytes), 4)),
    set(offset, mul(mul(mul(get(from), g('outHeight')), g('outWidth')), get(pixelBytes))),
    count(image, get(from), get(to), [
      zeroFloats(cursor, add(get(dx), mul(get(image), get(imageBytes))), add(get(dx), mul(add(get(image), int(1)), get(imageBytes)))),
      count(row, int(0), g('outHeight'), [
        set(top, sub(mul(get(row), g('strideHeight')), g('padTop'))),
        count(column, int(0), g('outWidth'), [
          set(left, sub(mul(get(column), g('strideWidth')), g('padLeft'))),
          kind === 'mean'
            ? [set(inside, int(0)), overWindow(set(inside, add(get(inside), int(1)))), set(share, one.div(ONE, toFloat(get(inside))))]
            : [],
          set(channel, int(0)),
          pass(four, get(vectorEnd)),
          pass(one, get(pixelBytes)),
          set(offset, add(get(offset), get(pixelBytes))),
        ]),
      ]),
    ]),
  );
  return fn;
}

const ONE: Code = [0x43, 0, 0, 0x80, 0x3f];

export const maxPoolGrad = (): FunctionBuilder => poolGrad('maxPoolGrad', 'max');
export const meanPoolGrad = (): FunctionBuilder => poolGrad('meanPoolGrad', 'mean');
