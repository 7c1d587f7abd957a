import { READ_AHEAD } from '../../src-main/core/store/samples/codec/bits';
import { decodeColumn, encodeColumn } from '../../src-main/core/store/samples/codec/column';
import { trace } from './trace';
import { median, type Row } from './figures';

const HOUR = 3600;
const ROUNDS = 5;
/** Packs and unpacks an hour of the trace, column by column, beside a copy of the same numbers as they are. */
export async function run(): Promise<{ rows: Row[] }> {
  const columns = trace(HOUR).map(({ values }) => values);
  const n = columns.length * HOUR;
  const packed = columns.map((values) => {
    const bytes = encodeColumn(values);
    const padded = new Uint8Array(bytes.length + READ_AHEAD);
    padded.set(bytes);
    return { view: new DataView(padded.buffer), length: bytes.length };
  });
  const rate = (work: () => void): number => {
    const times = Array.from({ length: ROUNDS }, () => {
      const startedMs = performance.now();
      work();
      return performance.now() - startedMs;
    });
    return n / (median(times) / 1000);
  };
  const encode = rate(() => columns.forEach((values) => encodeColumn(values)));
  const decode = rate(() => packed.forEach(({ view }) => decodeColumn(view, 0, HOUR)));
  const bytes = packed.reduce((sum, { length }) => sum + length, 0);
  return {
    rows: [
      {
        name: 'an hour of 178 series, packed',
        value: bytes / n,
        unit: 'B/sample',
        ratio: { value: bytes / (8 * n), against: 'doubles as they are' },
      },
      { name: 'packing', value: encode / 1e6, unit: 'M samples/s' },
      { name: 'unpacking', value: decode / 1e6, unit: 'M samples/s', ratio: { value: decode / encode, against: 'packing' } },
    ],
  };
}
