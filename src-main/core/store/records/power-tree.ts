import type { Log } from '@shared/base/log';
import { PowerPlace, type PowerTreeVersion } from '@shared/model/power-tree';
import { z } from 'zod';
import type { Migration } from '../file/migration';
import type { WriteHandle } from '../file/open';
import { noQueries, repository } from '../repository';

/** The places of the power tree and how often they were edited. */
export interface StoredPowerTree {
  readonly revision: number;
  readonly places: readonly PowerPlace[];
}

export interface PowerTreeTable {
  /** Null before the first save. */
  load(): StoredPowerTree | null;
  /** Replaces the whole tree in one transaction, and what it was from `fromMs` on. */
  save(tree: StoredPowerTree, fromMs: number): void;
  /** What it was at which time, oldest first; none = what it is now, always. */
  versions(): PowerTreeVersion[];
  /** Proposals that a person does not want, the latest last. */
  dismissed(): string[];
  putDismissed(ids: readonly string[]): void;
}

const REVISION = 'power_tree_revision';
const DISMISSED = 'power_proposals_dismissed';

interface MeterRow {
  readonly device: string;
  readonly place: string;
  readonly side: string;
  readonly classPercent: number;
}

function openPowerTreeTable(db: WriteHandle, log: Log): PowerTreeTable {
  const selectPlaces = db.query<{ id: string }>('SELECT id, parent, kind, name, position, device FROM power_place');
  const selectMeters = db.query<MeterRow>('SELECT device, place, side, class_percent AS classPercent FROM power_meter ORDER BY position');
  const insertPlace = db.change('INSERT INTO power_place (id, parent, kind, name, position, device) VALUES (?, ?, ?, ?, ?, ?)');
  const insertMeter = db.change('INSERT INTO power_meter (device, place, side, class_percent, position) VALUES (?, ?, ?, ?, ?)');
  const clearMeters = db.change('DELETE FROM power_meter');
  const clearPlaces = db.change('DELETE FROM power_place');
  const selectMeta = db.query<{ value: string }>('SELECT value FROM meta WHERE key = ?');
  const putMeta = db.change('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');

  const selectVersions = db.query<{ fromMs: number; places: string }>(
    'SELECT from_ms AS fromMs, places FROM power_tree_version ORDER BY from_ms',
  );
  const dropVersions = db.change('DELETE FROM power_tree_version WHERE from_ms >= ?');
  const insertVersion = db.change('INSERT INTO power_tree_version (from_ms, places) VALUES (?, ?)');

  const table: PowerTreeTable = {
    load() {
      const stored = selectMeta.get(REVISION);
      if (stored === undefined) return null;
      const meters = selectMeters.all();
      const places = selectPlaces.all().flatMap((row) => {
        const own = meters
          .filter(({ place }) => place === row.id)
          .map(({ device, side, classPercent }) => ({ device, side, classPercent }));
        const read = PowerPlace.safeParse({ ...row, meters: own });
        if (read.success) return [read.data];
        log('warn', `the place ${row.id} of the power tree cannot be read and is left out: ${read.error.issues[0]?.message ?? ''}`);
        return [];
      });
      const revision = Number(stored.value);
      return { revision: Number.isSafeInteger(revision) && revision >= 0 ? revision : 0, places };
    },
    save: ({ revision, places }, fromMs) =>
      db.transaction(() => {
        // What stood before the first edit that is kept had always stood.
        const before = fromMs > 0 && selectVersions.all().length === 0 ? table.load() : null;
        if (before !== null) insertVersion.run(0, JSON.stringify(before.places));
        dropVersions.run(fromMs);
        insertVersion.run(fromMs, JSON.stringify(places));
        clearMeters.run();
        clearPlaces.run();
        for (const { id, parent, kind, name, position, device } of places) insertPlace.run(id, parent, kind, name, position, device);
        for (const { id, meters } of places)
          meters.forEach(({ device, side, classPercent }, position) => insertMeter.run(device, id, side, classPercent, position));
        putMeta.run(REVISION, String(revision));
      }),
    versions: () =>
      selectVersions.all().flatMap(({ fromMs, places }) => {
        const read = readPlaces(places);
        if (read !== null) return [{ fromMs, places: read }];
        log('warn', `the power tree from ${new Date(fromMs).toISOString()} on cannot be read and is left out`);
        return [];
      }),
    dismissed() {
      const stored = selectMeta.get(DISMISSED);
      return stored === undefined ? [] : readIds(stored.value);
    },
    putDismissed: (ids) => void putMeta.run(DISMISSED, JSON.stringify(ids)),
  };
  return table;
}

function readIds(text: string): string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch {
    return [];
  }
}

function readPlaces(text: string): PowerPlace[] | null {
  try {
    return z.array(PowerPlace).parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * From the grid to the equipment: what feeds what, and which meter stands where. A meter stands at one place. The tree's revision
 * lies in `meta.power_tree_revision`, the dismissed proposals in `meta.power_proposals_dismissed`.
 */
const table: Migration = {
  version: 29,
  name: 'power tree',
  sql: `
    CREATE TABLE power_place (
      id TEXT NOT NULL PRIMARY KEY,
      parent TEXT REFERENCES power_place (id) DEFERRABLE INITIALLY DEFERRED,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      position INTEGER NOT NULL,
      -- Of a node or a device: which one it is; NULL = none that is known here.
      device TEXT UNIQUE
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE power_meter (
      -- The device of its series.
      device TEXT NOT NULL PRIMARY KEY,
      place TEXT NOT NULL REFERENCES power_place (id) DEFERRABLE INITIALLY DEFERRED,
      side TEXT NOT NULL,
      -- Accuracy, ± % of the reading.
      class_percent REAL NOT NULL,
      position INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};

const versions: Migration = {
  version: 35,
  name: 'the power tree over time',
  sql: `
    -- What the power tree was from which time on, so that figures of the past go by what held then; empty = as it is now.
    CREATE TABLE power_tree_version (
      -- Wall clock, a whole quarter of an hour; 0 = always before the next.
      from_ms INTEGER NOT NULL PRIMARY KEY,
      -- JSON (model/power-tree.ts)
      places TEXT NOT NULL
    ) STRICT;
  `,
};

/** The power tree: its places and the meters on them, now and before. */
export const powerTree = repository({ migrations: [table, versions], write: ({ db, log }) => openPowerTreeTable(db, log), ...noQueries });
