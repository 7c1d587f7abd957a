import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { metricOf } from '@shared/model/metrics';
import type { Series } from '@shared/model/series';
import type { SamplePage } from '../store/samples/types';

/** Rows that are gathered before they are written as one row group: some megabytes of memory. */
const GROUP_ROWS = 65_536;

const text = (name: string): SchemaElement => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' });
const schema: SchemaElement[] = [
  { name: 'root', num_children: 8 },
  // With both annotations a reader knows it for a moment in UTC; the older one alone leaves the zone open.
  {
    name: 'at_ms',
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    repetition_type: 'REQUIRED',
  },
  { name: 'series_id', type: 'INT32', repetition_type: 'REQUIRED' },
  text('device'),
  text('label'),
  text('metric'),
  text('unit'),
  text('provenance'),
  // Null: the source was asked and had none.
  { name: 'value', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
];
const textColumns = ['device', 'label', 'metric', 'unit', 'provenance'] as const;

/**
 * A Parquet file in chunks, one row a sample. A row group is given out as soon as it is full, so memory holds one; the
 * texts are dictionary-encoded in each, so that a series costs its name once a group.
 */
export class ParquetChunks {
  private readonly bytes = new ByteWriter(1 << 20);
  private readonly file = new ParquetWriter({ writer: this.bytes, schema, createdBy: 'coldaisle' });
  private waiting: { readonly series: Series; readonly page: SamplePage }[] = [];
  private waitingRows = 0;
  private total = 0;

  /** Samples taken so far. */
  get rows(): number {
    return this.total;
  }

  /** Takes samples of one series. @returns the file's next bytes; null while a row group is being gathered */
  add(series: Series, page: SamplePage): Uint8Array<ArrayBuffer> | null {
    this.waiting.push({ series, page });
    this.waitingRows += page.atMs.length;
    this.total += page.atMs.length;
    if (this.waitingRows < GROUP_ROWS) return null;
    this.writeGroup();
    return this.take();
  }

  /** @returns the rest of the file */
  finish(): Uint8Array<ArrayBuffer> {
    if (this.waitingRows > 0) this.writeGroup();
    void this.file.finish();
    return this.take();
  }

  private writeGroup(): void {
    const rows = this.waitingRows;
    const atMs = new BigInt64Array(rows);
    const ids = new Int32Array(rows);
    const value = new Array<number | null>(rows);
    const texts = Object.fromEntries(textColumns.map((name) => [name, new Array<string>(rows)])) as Record<
      (typeof textColumns)[number],
      string[]
    >;
    let at = 0;
    for (const { series, page } of this.waiting) {
      const end = at + page.atMs.length;
      ids.fill(series.id, at, end);
      texts.device.fill(series.device, at, end);
      texts.label.fill(series.label, at, end);
      texts.metric.fill(series.metric, at, end);
      texts.unit.fill(metricOf(series).unit, at, end);
      texts.provenance.fill(series.provenance, at, end);
      for (let i = 0; i < page.atMs.length; i++) {
        const sample = page.value[i] as number;
        atMs[at + i] = BigInt(page.atMs[i] as number);
        value[at + i] = Number.isNaN(sample) ? null : sample;
      }
      at = end;
    }
    this.waiting = [];
    this.waitingRows = 0;
    const done = this.file.write({
      columnData: [
        { name: 'at_ms', data: atMs, encoding: 'DELTA_BINARY_PACKED' },
        { name: 'series_id', data: ids, encoding: 'RLE_DICTIONARY' },
        ...textColumns.map((name) => ({ name, data: texts[name], encoding: 'RLE_DICTIONARY' as const })),
        { name: 'value', data: value },
      ],
      rowGroupSize: rows,
    });
    // It waits only for a writer that has to; this one keeps bytes.
    if (done !== undefined) throw new TypeError('the Parquet writer did not write at once');
  }

  /** What was written since it was last taken. Offsets in the file go on counting. */
  private take(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.bytes.buffer.slice(0, this.bytes.index));
    this.bytes.index = 0;
    return bytes;
  }
}
