import { mulberry32 } from './random';

/**
 * Rows of length one at right angles to each other, drawn from a seed: what Keras begins a recurrent layer's own weights with
 * (Saxe et al. 2014). tfjs has it as an initializer that does not run without all its chained operations.
 *
 * @param rows at most `columns`
 */
export function orthogonalRows(rows: number, columns: number, seed: number): Float32Array {
  const random = mulberry32(seed);
  // Box and Muller 1958.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const made = Array.from({ length: rows }, () => Float64Array.from({ length: columns }, normal));
  const product = (a: Float64Array, b: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += (a[i] ?? NaN) * (b[i] ?? NaN);
    return sum;
  };
  // Gram and Schmidt, each row against those before it as it stands by then.
  made.forEach((row, at) => {
    for (const before of made.slice(0, at)) {
      const share = product(row, before);
      for (let i = 0; i < columns; i++) row[i] = (row[i] ?? NaN) - share * (before[i] ?? NaN);
    }
    const length = Math.sqrt(product(row, row));
    for (let i = 0; i < columns; i++) row[i] = (row[i] ?? NaN) / length;
  });
  const flat = new Float32Array(rows * columns);
  made.forEach((row, at) => flat.set(row, at * columns));
  return flat;
}
