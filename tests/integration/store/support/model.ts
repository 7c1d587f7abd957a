import { expect } from 'vitest';
import type { Sample } from '@shared/model/series';
import { ROLLUPS } from '../../../../src-main/core/store/samples/levels';
import { rollUp } from '../../../../src-main/core/store/samples/rollup-entries';
import { openForWriting, type WriteHandle } from '../../../../src-main/core/store/file/open';
import { entriesOf } from '../../../../src-main/core/store/samples/rollup-columns';
import { BlockPayload } from '../../../../src-main/core/store/samples/block-payload';
import type { StoreWriter } from '../../../../src-main/core/store/types';
import { NOON_MS, samplesOf, seriesKey, type RawReader } from './stores';

export const HOUR_MS = 3_600_000;
export const EVER = { fromMs: 0, toMs: NOON_MS * 2 };

export function withDatabase<T>(path: string, work: (db: WriteHandle) => T): T {
  const db = openForWriting(path);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** What a store must hold after these commits: the last value given for each time, in order. */
export class Model {
  private readonly series = new Map<number, Map<number, number | null>>();

  commit(writer: StoreWriter, samples: readonly Sample[]): void {
    writer.samples.commit(samples);
    for (const { seriesId, atMs, value } of samples) {
      const times = this.series.get(seriesId) ?? new Map<number, number | null>();
      this.series.set(seriesId, times.set(atMs, value));
    }
  }

  samples(seriesId: number): Sample[] {
    return [...(this.series.get(seriesId) ?? [])].sort(([a], [b]) => a - b).map(([atMs, value]) => ({ seriesId, atMs, value }));
  }

  async expectIn(reader: RawReader): Promise<void> {
    for (const id of this.series.keys()) expect(await samplesOf(reader, { seriesIds: [id], ...EVER })).toEqual(this.samples(id));
  }

  /** Every stored rollup is that of the samples, to the last bit, and none is missing for an hour that is over. */
  expectRollups(path: string): number {
    let checked = 0;
    withDatabase(path, (db) => {
      for (const { level, widthMs } of ROLLUPS.slice(1)) {
        for (const { slot, data } of db
          .query<{ slot: number; data: Uint8Array }>('SELECT slot_ms AS slot, data FROM block WHERE level = ?')
          .all(level)) {
          const payload = new BlockPayload(data, { slotMs: slot, widthMs });
          for (const id of payload.seriesIds()) {
            const stored = entriesOf(payload, id);
            const hours = new Set([...(stored?.starts ?? [])].map((start) => Math.floor(start / HOUR_MS)));
            const own = this.samples(id).filter(({ atMs }) => hours.has(Math.floor(atMs / HOUR_MS)) && atMs >= slot);
            const inSlot = own.filter(
              ({ atMs }) => payload.span() !== null && Math.floor(atMs / widthMs) * widthMs <= (payload.span()?.last ?? 0),
            );
            const times = Float64Array.from(inSlot, ({ atMs }) => atMs);
            expect(stored).toEqual(rollUp({ times, values: Float64Array.from(inSlot, ({ value }) => value ?? NaN) }, widthMs));
            checked += stored?.starts.length ?? 0;
          }
        }
      }
    });
    return checked;
  }
}

export const ids = (writer: StoreWriter, n: number): number[] =>
  Array.from({ length: n }, (_, i) => writer.samples.ensureSeries(seriesKey({ device: `gpu${i}` })).id);
