import type { BandColumns, LineColumns, Numbers } from '../../data/columns';

/** Keeps what was worked out from a line as long as the line is there. */
function keep(make: (columns: LineColumns) => LineColumns): (columns: LineColumns) => LineColumns {
  const cache = new WeakMap<LineColumns, LineColumns>();
  return (columns) => {
    const made = cache.get(columns) ?? make(columns);
    cache.set(columns, made);
    return made;
  };
}

/** A line's logarithms; what is not above zero is a gap. */
export const logarithm = keep((columns) => {
  const log = (values: Numbers): Float64Array => Float64Array.from(values, (value) => (value > 0 ? Math.log10(value) : Number.NaN));
  if (!('low' in columns)) return { ...columns, y: log(columns.y) };
  const y = log(columns.y);
  // Of a band that reaches below, what is above zero is drawn.
  const low = log(columns.low).map((value, i) => (Number.isNaN(value) ? (y[i] ?? Number.NaN) : value));
  const banded: BandColumns = { ...columns, y, low, high: log(columns.high) };
  return banded;
});

const smoothings = new Map<number, (columns: LineColumns) => LineColumns>();

/**
 * A line each of whose points leans by `weight` on those before it: an exponential moving average that is not drawn towards
 * zero at its beginning (Kingma and Ba, Adam, 2015, section 3). Gaps stay.
 */
export function smoothed(columns: LineColumns, weight: number): LineColumns {
  let smooth = smoothings.get(weight);
  if (!smooth) {
    smooth = keep(({ x, y }) => {
      const result = new Float64Array(y.length);
      let [mean, norm] = [0, 0];
      for (let i = 0; i < y.length; i += 1) {
        const value = y[i] ?? Number.NaN;
        if (!Number.isNaN(value)) {
          mean = weight * mean + (1 - weight) * value;
          norm = weight * norm + (1 - weight);
        }
        result[i] = Number.isNaN(value) ? Number.NaN : mean / norm;
      }
      return { x, y: result };
    });
    smoothings.set(weight, smooth);
  }
  return smooth(columns);
}
