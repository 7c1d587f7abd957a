import { z } from 'zod';

/** A column of numbers, NaN where there is none: crosses the wire as bytes and is not looked through, since an answer holds hundreds of thousands. */
export const Doubles = z.custom<Float64Array>((value) => value instanceof Float64Array, 'an array of doubles');

/** A piece of a file. */
export const Bytes = z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array, 'bytes');
