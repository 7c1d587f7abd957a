import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openHistoryQueries } from '../../../../src-main/core/store/samples/history';
import { openForReading, openForWriting } from '../../../../src-main/core/store/file/open';
import type { StoreWriter } from '../../../../src-main/core/store/types';
import { databasePath } from '../../../../src-main/core/store/writer';
import { random } from '../../../helpers/random';
import { NOON_MS, seriesKey, temporaryFolder, testWriter } from '../support/stores';

const WAL_HEADER = 32;
const FRAME = 24 + 4096;

/** The file and its WAL as they would stand on a disk at this moment, had every write reached it. */
interface Moment {
  readonly folder: string;
  readonly ticks: number;
  /** Bytes of the WAL then. */
  readonly wal: number;
}

/** What a power cut makes of a WAL whose writes were on their way to the disk in any order. */
const cuts: Record<string, (wal: Buffer, rand: () => number) => Buffer> = {
  'is cut short': (wal, rand) => wal.subarray(0, Math.floor(rand() * wal.length)),
  'has a frame that never came': (wal, rand) => {
    const at = WAL_HEADER + Math.floor((rand() * (wal.length - WAL_HEADER)) / FRAME) * FRAME;
    return Buffer.concat([wal.subarray(0, at), Buffer.alloc(Math.min(FRAME, wal.length - at)), wal.subarray(at + FRAME)]);
  },
  'has a torn sector': (wal, rand) => {
    const at = Math.floor((rand() * wal.length) / 512) * 512;
    return Buffer.concat([wal.subarray(0, at), Buffer.alloc(Math.min(512, wal.length - at), 0xa5), wal.subarray(at + 512)]);
  },
  'has a flipped bit': (wal, rand) => {
    const copy = Buffer.from(wal);
    const at = Math.floor(rand() * copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(rand() * 8));
    return copy;
  },
};

describe('a power cut', () => {
  const SERIES = 6;
  const STEP_MS = 15_000;

  /** Ticks with all that goes with them (packing, rollups, dropped rows), and a copy of the files at some of them. */
  function record(writer: StoreWriter, moments: Moment[]): void {
    const ids = Array.from({ length: SERIES }, (_, i) => writer.samples.ensureSeries(seriesKey({ device: `gpu${i}` })).id);
    for (let tick = 0; tick < 500; tick++) {
      writer.samples.commit(ids.map((seriesId) => ({ seriesId, atMs: NOON_MS + tick * STEP_MS, value: tick })));
      if (tick % 9 !== 8) continue;
      const folder = temporaryFolder();
      for (const end of ['', '-wal']) copyFileSync(writer.path + end, databasePath(folder) + end);
      moments.push({ folder, ticks: tick + 1, wal: statSync(`${writer.path}-wal`).size });
    }
  }

  it.each(Object.entries(cuts))('after which the WAL %s leaves a prefix of the ticks, whole, and a store that goes on', (_name, cut) => {
    const rand = random(23);
    const writer = testWriter();
    const moments: Moment[] = [];
    record(writer, moments);
    writer.close();
    let lost = 0;
    for (const { folder, ticks } of moments) {
      const path = databasePath(folder);
      writeFileSync(`${path}-wal`, cut(readFileSync(`${path}-wal`), rand));
      writeFileSync(join(folder, 'coldaisle.pid'), '1\n');
      const again = testWriter(folder);
      // Before the first checkpoint the file itself may be empty: then nothing at all was on the disk.
      expect(again.setAside).toBeNull();
      const db = openForReading(again.path);
      const stored = openHistoryQueries(db).samples(
        { seriesIds: Array.from({ length: SERIES }, (_, i) => i + 1), fromMs: 0, toMs: NOON_MS * 2 },
        () => undefined,
      );
      db.close();
      const kept = stored[0]?.value.length ?? 0;
      expect(kept).toBeLessThanOrEqual(ticks);
      lost += ticks - kept;
      for (const { value } of stored) expect([...value]).toEqual(Array.from({ length: kept }, (_, tick) => tick));
      const { id } = again.samples.ensureSeries(seriesKey());
      again.samples.commit([{ seriesId: id, atMs: NOON_MS + ticks * STEP_MS, value: -1 }]);
      again.close();
      const check = openForWriting(path);
      expect(check.query('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
      expect(check.query('SELECT count(*) AS n FROM quarantine').all()).toEqual([{ n: 0 }]);
      check.close();
      expect(existsSync(`${path}-wal`)).toBe(false);
    }
    // Some cuts did cost ticks: the damage reached what is read.
    expect(lost).toBeGreaterThan(0);
  });
});
