import { z } from 'zod';

/** A column of numbers, NaN where there is none: crosses the wire as bytes and is not looked through, since an answer holds hundreds of thousands. */
export const Doubles = z.custom<Float64Array>((value) => value instanceof Float64Array, 'an array of doubles');

/** A column of whole numbers from 0 to 2³² − 1, as the ids of series are: half the bytes. */
export const Uints = z.custom<Uint32Array>((value) => value instanceof Uint32Array, 'an array of whole numbers');

/** A piece of a file. */
export const Bytes = z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array, 'bytes');
