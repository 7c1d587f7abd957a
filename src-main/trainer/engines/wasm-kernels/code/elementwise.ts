import {
  add,
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
  smaller,
  sub,
  whileBelow,
  type Code,
  type Lanes,
} from '../assembler';

const FLOAT = 4;

/**
 * A function over arrays of equal length, in one pass: what `each` makes of an element of every input (and of the
 * constants) goes to the outputs, in their order. Parameters: inputs, outputs, scratch, from, to, constants.
 */
function overElements(
  name: string,
  sizes: { readonly inputs: number; readonly outputs: number; readonly constants: number },
  each: (
    lanes: Lanes,
    inputs: readonly Code[],
    constants: readonly Code[],
    local: () => number,
  ) => { first?: Code; outputs: readonly Code[] },
): FunctionBuilder {
  const { inputs, outputs, constants } = sizes;
  const pointersCount = inputs + outputs;
  const fn = new FunctionBuilder(name, [
    ...new Array<typeof i32>(pointersCount + 3).fill(i32),
    ...new Array<typeof f32>(constants).fill(f32),
  ]);
  const pointers = Array.from({ length: pointersCount }, (_, i) => i);
  const [from, to] = [pointersCount + 1, pointersCount + 2];
  const done = fn.local(i32);
  const pass = (lanes: Lanes, limit: Code): Code => {
    // Each constant in every lane, made once before the loop.
    const spread = Array.from({ length: constants }, () => fn.local(lanes.type));
    const loaded = Array.from({ length: inputs }, () => fn.local(lanes.type));
    const { first, outputs: values } = each(lanes, loaded.map(get), spread.map(get), () => fn.local(lanes.type));
    return [
      spread.map((local, i) => set(local, lanes.same(get(pointersCount + 3 + i)))),
      whileBelow(done, limit, [
        loaded.map((local, i) => set(local, lanes.load(get(i)))),
        first ?? [],
        values.map((value, i) => lanes.store(get(inputs + i), value)),
        pointers.map((pointer) => set(pointer, add(get(pointer), int(lanes.count * FLOAT)))),
        set(done, add(get(done), int(lanes.count))),
      ]),
    ];
  };
  fn.emit(
    pointers.map((pointer) => set(pointer, add(get(pointer), shiftLeft(get(from), int(2))))),
    set(to, sub(get(to), get(from))),
    set(done, int(0)),
    pass(four, roundDown(get(to), 2)),
    pass(one, get(to)),
  );
  return fn;
}

/** out = max(x, 0). */
export const relu = (): FunctionBuilder =>
  overElements('relu', { inputs: 1, outputs: 1, constants: 0 }, (lanes, [x = []]) => ({ outputs: [lanes.max(x, lanes.zero)] }));

/** out = dy where x > 0, else 0. */
export const reluGrad = (): FunctionBuilder =>
  overElements('reluGrad', { inputs: 2, outputs: 1, constants: 0 }, (lanes, [dy = [], x = []]) => ({
    outputs: [lanes.pick(lanes.above(x, lanes.zero), dy)],
  }));

/** out = dy · y · (1 − y), the derivative of the logistic function by what it gave. */
export const sigmoidGrad = (): FunctionBuilder =>
  overElements('sigmoidGrad', { inputs: 2, outputs: 1, constants: 1 }, (lanes, [dy = [], y = []], [unit = []]) => ({
    outputs: [lanes.mul(dy, lanes.mul(y, lanes.sub(unit, y)))],
  }));

/** out = dy · (1 − y²), the derivative of tanh by what it gave. */
export const tanhGrad = (): FunctionBuilder =>
  overElements('tanhGrad', { inputs: 2, outputs: 1, constants: 1 }, (lanes, [dy = [], y = []], [unit = []]) => ({
    outputs: [lanes.mul(dy, lanes.sub(unit, lanes.mul(y, y)))],
  }));

/**
 * One step of Adam: moments are updated in place, the new weights go to `out`.
 * m ← β1·m + (1−β1)·g; v ← β2·v + (1−β2)·g²; out = w − step·m / (√(v·correction) + ε).
 * Inputs: weights, gradient, m, v; outputs: out, m, v; constants: β1, β2, 1−β1, 1−β2, step, correction, ε.
 */
export const adam = (): FunctionBuilder =>
  overElements('adam', { inputs: 4, outputs: 3, constants: 7 }, (lanes, [w = [], g = [], m = [], v = []], constants, local) => {
    const [beta1 = [], beta2 = [], rest1 = [], rest2 = [], step = [], correction = [], epsilon = []] = constants;
    const [first, second] = [local(), local()];
    return {
      first: [
        set(first, lanes.add(lanes.mul(beta1, m), lanes.mul(rest1, g))),
        set(second, lanes.add(lanes.mul(beta2, v), lanes.mul(rest2, lanes.mul(g, g)))),
      ],
      outputs: [
        lanes.sub(w, lanes.div(lanes.mul(step, get(first)), lanes.add(lanes.sqrt(lanes.mul(get(second), correction)), epsilon))),
        get(first),
        get(second),
      ],
    };
  });

/** out[row] = x[row] + bias, rows of `columns` floats. Items: rows. */
export function addRow(): FunctionBuilder {
  const fn = new FunctionBuilder('addRow', new Array<typeof i32>(7).fill(i32));
  const [x, bias, out, columns, , from, to] = [0, 1, 2, 3, 4, 5, 6];
  const [row = 0, offset = 0, biasAt = 0, end = 0, vectorEnd = 0] = fn.ints(5);
  const pass = (lanes: Lanes, limit: Code): Code =>
    whileBelow(biasAt, limit, [
      lanes.store(add(get(out), get(offset)), lanes.add(lanes.load(add(get(x), get(offset))), lanes.load(get(biasAt)))),
      set(offset, add(get(offset), int(lanes.count * FLOAT))),
      set(biasAt, add(get(biasAt), int(lanes.count * FLOAT))),
    ]);
  fn.emit(
    set(offset, shiftLeft(mul(get(from), get(columns)), int(2))),
    set(end, add(get(bias), shiftLeft(get(columns), int(2)))),
    set(vectorEnd, add(get(bias), shiftLeft(roundDown(get(columns), 2), int(2)))),
    count(row, get(from), get(to), [set(biasAt, get(bias)), pass(four, get(vectorEnd)), pass(one, get(end))]),
  );
  return fn;
}

/**
 * partials[part] = the sum of the part's rows, each of `columns` floats; a part has rowsPerPart of the `rows`. Parts depend
 * on the shape alone, so that a sum is the same on any number of threads. Items: parts.
 */
export function columnSums(): FunctionBuilder {
  const fn = new FunctionBuilder('columnSums', new Array<typeof i32>(8).fill(i32));
  const [x, rows, columns, rowsPerPart, partials, , from, to] = [0, 1, 2, 3, 4, 5, 6, 7];
  const [part = 0, row = 0, end = 0, at = 0, target = 0, stop = 0, start = 0, vectorStop = 0] = fn.ints(8);
  const pass = (lanes: Lanes, limit: Code, value: (sum: Code) => Code): Code =>
    whileBelow(target, limit, [
      lanes.store(get(target), value(lanes.load(get(target)))),
      set(target, add(get(target), int(lanes.count * FLOAT))),
    ]);
  const zero: Code = [pass(four, get(vectorStop), () => four.zero), pass(one, get(stop), () => one.zero)];
  const addTo =
    (lanes: Lanes) =>
    (sum: Code): Code =>
      lanes.add(sum, lanes.load(add(get(at), sub(get(target), get(start)))));
  fn.emit(
    count(part, get(from), get(to), [
      set(start, add(get(partials), shiftLeft(mul(get(part), get(columns)), int(2)))),
      set(stop, add(get(start), shiftLeft(get(columns), int(2)))),
      set(vectorStop, add(get(start), shiftLeft(roundDown(get(columns), 2), int(2)))),
      set(target, get(start)),
      zero,
      set(row, mul(get(part), get(rowsPerPart))),
      set(end, add(get(row), get(rowsPerPart))),
      // The smaller of the two: the last part may be short.
      set(end, smaller(get(end), get(rows))),
      set(at, add(get(x), shiftLeft(mul(get(row), get(columns)), int(2)))),
      whileBelow(row, get(end), [
        set(target, get(start)),
        pass(four, get(vectorStop), addTo(four)),
        pass(one, get(stop), addTo(one)),
        set(at, add(get(at), shiftLeft(get(columns), int(2)))),
        set(row, add(get(row), int(1))),
      ]),
    ]),
  );
  return fn;
}

/** out = partials[0] + partials[1] + … in this order, `size` floats each. Items: elements, a multiple of four at the start. */
export function sumParts(): FunctionBuilder {
  const fn = new FunctionBuilder('sumParts', new Array<typeof i32>(7).fill(i32));
  const [partials, parts, size, out, , from, to] = [0, 1, 2, 3, 4, 5, 6];
  const [element = 0, part = 0, at = 0] = fn.ints(3);
  const pass = (lanes: Lanes, limit: Code): Code => {
    const sum = fn.local(lanes.type);
    return whileBelow(element, limit, [
      set(at, add(get(partials), shiftLeft(get(element), int(2)))),
      set(sum, lanes.zero),
      count(part, int(0), get(parts), [
        set(sum, lanes.add(get(sum), lanes.load(get(at)))),
        set(at, add(get(at), shiftLeft(get(size), int(2)))),
      ]),
      lanes.store(add(get(out), shiftLeft(get(element), int(2))), get(sum)),
      set(element, add(get(element), int(lanes.count))),
    ]);
  };
  fn.emit(set(element, get(from)), pass(four, add(get(from), roundDown(sub(get(to), get(from)), 2))), pass(one, get(to)));
  return fn;
}
