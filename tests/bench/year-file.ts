import { mkdirSync, statSync } from 'node:fs';
import { BlockWriter } from '../../src-main/core/store/samples/block-writer';
import type { Column } from '../../src-main/core/store/samples/columns';
import { clusterOf, floorTo, levelOf, RAW_LEVEL, RAW_SLOT_MS, ROLLUPS, type Level } from '../../src-main/core/store/samples/levels';
import { joinEntries, type Entries } from '../../src-main/core/store/samples/rollup-entries';
import { openForWriting, type WriteHandle } from '../../src-main/core/store/file/open';
import { entriesOf, rollupColumns } from '../../src-main/core/store/samples/rollup-columns';
import { encodePayload, BlockPayload } from '../../src-main/core/store/samples/block-payload';
import { openWriter } from '../../src-main/core/store/writer';
import { trace, type TraceSeries } from './trace';

const DAY_MS = 86_400_000;

export interface YearFile {
  readonly dataDir: string;
  readonly path: string;
  readonly ids: readonly number[];
  /** A whole day, UTC. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly samples: number;
  readonly bytes: number;
}

/**
 * A database with so many series of the trace at 1 Hz over so many days, in the format that the program writes: the first
 * day is encoded and rolled up by the program's own writer; every later day is that day again, its blocks placed at later
 * slots (what is in a block counts from the start of its slot) and its entries in the rollups that span days encoded anew.
 * So counters begin anew each midnight, and what does not change from day to day could not be compressed better: no block
 * holds more than a day of samples, nor refers to another.
 */
export function makeYearFile(dataDir: string, seriesCount: number, days: number, endMs: number): YearFile {
  mkdirSync(dataDir, { recursive: true });
  const toMs = floorTo(endMs, DAY_MS);
  const fromMs = toMs - days * DAY_MS;
  const day = series(DAY_MS / 1000, seriesCount);
  const writer = openWriter({ dataDir });
  const ids = day.map(({ key }) => writer.samples.ensureSeries(key).id);
  writer.close();
  const db = openForWriting(writer.path);
  try {
    db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
    firstDay(db, new Map(day.map(({ values }, i) => [ids[i] ?? 0, values])), fromMs);
    repeat(db, fromMs, days);
    db.exec('PRAGMA journal_mode = WAL');
  } finally {
    db.close();
  }
  return {
    dataDir,
    path: writer.path,
    ids,
    fromMs,
    toMs: toMs - 1000,
    samples: day.length * days * (DAY_MS / 1000),
    bytes: statSync(writer.path).size,
  };
}

function firstDay(db: WriteHandle, values: ReadonlyMap<number, Float64Array>, fromMs: number): void {
  const blocks = new BlockWriter(db, () => undefined);
  const perSlot = RAW_SLOT_MS / 1000;
  for (const cluster of new Set([...values.keys()].map(clusterOf))) {
    const hours = new Map<number, Map<number, Column>>();
    for (let slotMs = fromMs; slotMs < fromMs + DAY_MS; slotMs += RAW_SLOT_MS) {
      const at = (slotMs - fromMs) / 1000;
      const times = Float64Array.from({ length: perSlot }, (_, i) => slotMs + i * 1000);
      hours.set(
        slotMs,
        new Map(
          [...values].flatMap(([id, all]) =>
            clusterOf(id) === cluster ? [[id, { times, values: all.subarray(at, at + perSlot) }] as const] : [],
          ),
        ),
      );
    }
    // No hour goes on: all of them get their rollups.
    db.transaction(() => blocks.compactCluster(cluster, hours, NaN));
  }
}

function repeat(db: WriteHandle, fromMs: number, days: number): void {
  const copyDay = db.change(
    'INSERT INTO block (level, cluster, slot_ms, part, sealed, samples, bytes, data) SELECT level, cluster, slot_ms + ?, part, sealed, samples, bytes, data FROM block WHERE level = ? AND slot_ms >= ? AND slot_ms < ? ORDER BY slot_ms, cluster',
  );
  const spanning = ROLLUPS.filter(({ slotMs }) => slotMs > DAY_MS);
  for (const level of spanning) db.transaction(() => spread(db, level, fromMs, days));
  for (let day = 1; day < days; day++) {
    db.transaction(() => {
      for (const level of [RAW_LEVEL, ...ROLLUPS.filter(({ slotMs }) => slotMs === DAY_MS).map((each) => each.level)])
        copyDay.run(day * DAY_MS, level, fromMs, fromMs + DAY_MS);
    });
  }
}

/** The first day's entries of a level whose blocks span days, in every block of the year. */
function spread(db: WriteHandle, { level, widthMs, slotMs }: Level, fromMs: number, days: number): void {
  const insert = db.change(
    'INSERT INTO block (level, cluster, slot_ms, part, sealed, samples, bytes, data) VALUES (?, ?, ?, 0, 1, ?, ?, ?)',
  );
  const first = db
    .query<{ id: number; cluster: number; slot: number; data: Uint8Array }>(
      'SELECT id, cluster, slot_ms AS slot, data FROM block WHERE level = ?',
    )
    .all(level);
  const remove = db.change('DELETE FROM block WHERE id = ?');
  for (const { id, cluster, slot, data } of first) {
    const payload = new BlockPayload(data, { slotMs: slot, widthMs: levelOf(level).widthMs });
    const ofDay = payload.seriesIds().flatMap((seriesId) => {
      const entries = entriesOf(payload, seriesId);
      return entries === null ? [] : [{ seriesId, entries }];
    });
    remove.run(id);
    for (let slotAt = slot; slotAt < fromMs + days * DAY_MS; slotAt += slotMs) {
      const from = Math.max(fromMs, slotAt);
      const end = Math.min(fromMs + days * DAY_MS, slotAt + slotMs);
      const offsets = Array.from({ length: (end - from) / DAY_MS }, (_, i) => from - fromMs + i * DAY_MS);
      const columns = ofDay.flatMap(({ seriesId, entries }) =>
        rollupColumns(seriesId, joinEntries(offsets.map((offset) => later(entries, offset)))),
      );
      const bytes = encodePayload(columns, { slotMs: slotAt, widthMs });
      const counted = ofDay.reduce((sum, { entries }) => sum + entries.starts.length, 0) * offsets.length;
      insert.run(level, cluster, slotAt, counted, bytes.length, bytes);
    }
  }
}

const later = (entries: Entries, offsetMs: number): Entries => ({ ...entries, starts: entries.starts.map((start) => start + offsetMs) });

/** Those of one server after the other. */
function series(seconds: number, count: number): TraceSeries[] {
  const all: TraceSeries[] = [];
  for (let seed = 1; all.length < count; seed += 1) {
    const server = trace(seconds, seed);
    all.push(...(seed === 1 ? server : server.map((one) => ({ ...one, key: { ...one.key, device: `${one.key.device}@${seed}` } }))));
  }
  return all.slice(0, count);
}
