import { mkdirSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';
import { systemClock } from '../telemetry/clock';
import { openDatabase, type Opened } from './file/database';
import { openDeviceTable, type DeviceTable } from './records/devices';
import { openDeviceTreeTable, type DeviceTreeTable } from './records/device-tree';
import { eventAppender, noteKeeper } from './records/events';
import { folderError, isDamage, storageError } from './file/errors';
import { noteDamage } from './file/inspect';
import { migrations } from './file/migrations';
import type { WriteHandle } from './file/open';
import { takeOwnership, type Ownership } from './file/ownership';
import { makePrivate } from './file/private';
import { applyStagedRestore } from './file/restore';
import type { StoreLog } from './records/rows';
import { openLedgerTable, type LedgerTable } from './records/ledger';
import { openPowerPartTable, type PowerPartTable } from './records/power-parts';
import { openRunTables, type RunTables } from './records/runs';
import { openCurveTables, type CurveTables } from './samples/curves/tables';
import { openSampleTables, type SampleTables } from './samples/samples';
import { openSettingsTable, type SettingsTable } from './records/settings';
import type { StoreWriter } from './types';

export interface WriterOptions {
  /** Absolute; made when missing, readable by its owner alone. */
  readonly dataDir: string;
  readonly log?: StoreLog;
  /** Clock.passedMs: by it samples age. Default: the machine's. */
  readonly passedMs?: () => number;
}

/** Where the database of a data folder lies. */
export function databasePath(dataDir: string): string {
  return join(dataDir, 'coldaisle.sqlite3');
}

/**
 * Opens the store of a data folder for writing and takes the folder: as long as it is open nobody else can.
 *
 * @throws {AppError} `conflict` (another process has the folder), `storage-full`, `storage-failed` (a newer database,
 *   left untouched; a folder that cannot be used; no addon for this runtime)
 */
export function openWriter({ dataDir, log = () => undefined, passedMs = () => systemClock.passedMs() }: WriterOptions): StoreWriter {
  if (!isAbsolute(dataDir)) throw new TypeError(`the data folder must be absolute, got ${dataDir}`);
  const path = databasePath(dataDir);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    makePrivate(dataDir);
  } catch (error) {
    throw folderError(error, dataDir);
  }
  const ownership = takeOwnership(dataDir);
  try {
    const before = applyStagedRestore(path);
    if (before !== null) log('warn', `${path} is the restored one from now on; the database before it is ${before.setAside ?? 'none'}`);
    const opened = openDatabase({
      path,
      migrations,
      suspect: !ownership.previousClosed && before === null,
      prepare: (db) => prepareTables(db, log, passedMs),
      log: (text) => log('warn', text),
    });
    return storeWriter(opened, ownership, log);
  } catch (error) {
    ownership.release(ownership.previousClosed);
    throw storageError(error, path);
  }
}

interface Tables {
  readonly series: SampleTables;
  readonly runs: RunTables;
  readonly curves: CurveTables;
  readonly tree: DeviceTreeTable;
  readonly devices: DeviceTable;
  readonly powerParts: PowerPartTable;
  readonly ledger: LedgerTable;
  appendEvents: StoreWriter['appendEvents'];
  readonly notes: ReturnType<typeof noteKeeper>;
  /** The run with its series and their samples. */
  deleteRun(runId: string): boolean;
  readonly settings: SettingsTable;
}

function prepareTables(db: WriteHandle, log: StoreLog, passedMs: () => number): Tables {
  const series = openSampleTables(db, log, passedMs);
  const curves = openCurveTables(db, log);
  const runs = openRunTables(db, curves, log);
  const ofDevice = db.query<{ id: number }>('SELECT id FROM series WHERE device = ?');
  return {
    series,
    runs,
    curves,
    appendEvents: eventAppender(db),
    notes: noteKeeper(db),
    deleteRun: (runId) =>
      db.transaction(() => {
        series.dropSeries(ofDevice.all(`run/${runId}`).map(({ id }) => id));
        return runs.delete(runId);
      }),
    tree: openDeviceTreeTable(db, log),
    devices: openDeviceTable(db, log),
    settings: openSettingsTable(db, log),
    powerParts: openPowerPartTable(db, log),
    ledger: openLedgerTable(db),
  };
}

function storeWriter({ db, tables, setAside }: Opened<Tables>, ownership: Ownership, log: StoreLog): StoreWriter {
  const { path } = db;
  const { series, runs, curves, tree } = tables;
  let open = true;

  /** Every use of the database goes through here, so that each failure leaves by its name. */
  const use = <T>(work: () => T): T => {
    if (!open) throw new AppError('storage-failed', message('message.store.closed', { path }));
    try {
      return work();
    } catch (error) {
      if (isDamage(error)) noteDamage(path);
      throw storageError(error, path);
    }
  };

  return {
    setAside,
    path,
    listSeries: () => use(() => series.list()),
    ensureSeries: (key) => use(() => series.ensure(key)),
    ensureAllSeries: (keys) => use(() => series.ensureAll(keys)),
    commitSamples: (samples) =>
      use(() => {
        series.commit(samples);
        curves.settleSome();
      }),
    commitColumns: (columns, onKnown) => use(() => series.commitColumns(columns, onKnown)),
    saveRun: (run, append = {}) => use(() => runs.save(run, append)),
    deleteRun: (runId) =>
      use(() => {
        const deleted = tables.deleteRun(runId);
        series.forgetDeleted();
        return deleted;
      }),
    listRuns: () => use(() => runs.list()),
    unfinishedRuns: () => use(() => runs.unfinished()),
    unbilledRuns: () => use(() => runs.unbilled()),
    runsUnderWay: (fromMs, toMs) => use(() => runs.underWay(fromMs, toMs)),
    getRun: (runId) => use(() => runs.get(runId)),
    newestPointMs: (runId) => use(() => curves.newestMs(runId)),
    runLog: (runId, afterSeq) => use(() => runs.log(runId, afterSeq)),
    loadSettings: () => use(() => tables.settings.load()),
    saveSettings: (changed) => use(() => tables.settings.save(changed)),
    loadTree: () => use(() => tree.load()),
    saveTree: (stored) => use(() => tree.save(stored)),
    loadDevices: () => use(() => tables.devices.load()),
    saveDevices: (devices) => use(() => tables.devices.save(devices)),
    powerParts: {
      load: () => use(() => tables.powerParts.load()),
      save: (part) => use(() => tables.powerParts.save(part)),
      remove: (device) => use(() => tables.powerParts.remove(device)),
    },
    ledger: {
      add: (booked) => use(() => tables.ledger.add(booked)),
      bookedUntil: () => use(() => tables.ledger.bookedUntil()),
    },
    appendEvents: (events) => use(() => tables.appendEvents(events)),
    reviseNote: (id, note) => use(() => tables.notes.revise(id, note)),
    removeNote: (id) => use(() => tables.notes.remove(id)),
    get rawFromMs() {
      return series.retention.rawFromMs;
    },
    get keeping() {
      return series.retention.keeping;
    },
    setRetention: (retention) => series.retention.set(retention),
    quarantineDamaged: ({ level, cluster, slotMs }) => use(() => series.checkSlot(level, cluster, slotMs)),
    databaseBytes: () => sizeOf(path) + sizeOf(`${path}-wal`),
    close() {
      if (!open) return;
      open = false;
      try {
        series.settleAll();
        db.exec('PRAGMA incremental_vacuum');
        db.query('PRAGMA wal_checkpoint(TRUNCATE)').get();
      } catch (error) {
        // What is committed is safe in the WAL, and the next start goes on from there.
        log('warn', `${path}: the last packing and checkpoint failed (${error instanceof Error ? error.message : String(error)})`);
      }
      db.close();
      ownership.release(true);
    },
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
