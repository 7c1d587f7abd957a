import { z } from 'zod';
import { Bytes } from '../model/binary';
import { SeriesSelection } from '../model/series';
import { stream } from './define';

export const exportsStreams = {
  /** Every raw sample of the range as CSV text in pieces, header first; ends when done. */
  'history.csv': stream(SeriesSelection, z.object({ text: z.string() })),
  /** Every raw sample of the range as a file in pieces, `rows` are the samples in it so far. Ends when done. */
  'history.export': stream(
    SeriesSelection.safeExtend({ format: z.enum(['openmetrics', 'parquet']) }),
    z.object({ bytes: Bytes, rows: z.number() }),
  ),
} as const;
