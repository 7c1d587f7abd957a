import type { BatchColumns, EpochPoint, LogLine, Run } from '@shared/model/run';
import type { WriteHandle } from '../file/open';
import { readRun, runColumns, runValues, type RunRow, type StoreLog } from './rows';
import type { RunAppend } from '../types';

/** Lines of a run's log that are kept. */
const LOG_LINES = 200;

export interface RunTables {
  save(run: Run, append: RunAppend): void;
  delete(runId: string): boolean;
  list(): Run[];
  get(runId: string): Run | null;
  points(runId: string): { batches: BatchColumns; epochs: EpochPoint[]; log: LogLine[] };
  log(runId: string, afterSeq: number): LogLine[];
}

/** The writer's side of `run` and what hangs on it. */
export function openRunTables(db: WriteHandle, log: StoreLog): RunTables {
  const columns = runColumns.join(', ');
  const updates = runColumns.filter((column) => column !== 'id').map((column) => `${column} = excluded.${column}`);
  const put = db.query<{ key: number }>(
    `INSERT INTO run (${columns}) VALUES (${runColumns.map(() => '?').join(', ')}) ON CONFLICT (id) DO UPDATE SET ${updates.join(', ')} RETURNING key`,
  );
  const selectAll = db.query<RunRow>(`SELECT ${columns} FROM run ORDER BY created_at_ms DESC, key DESC`);
  const selectOne = db.query<RunRow>(`SELECT ${columns} FROM run WHERE id = ?`);
  const ofRun = 'run_key = (SELECT key FROM run WHERE id = ?)';
  const insertBatch = db.change('INSERT INTO run_batch (run_key, step, epoch, at_ms, loss, accuracy) VALUES (?, ?, ?, ?, ?, ?)');
  const insertEpoch = db.change(
    'INSERT INTO run_epoch (run_key, epoch, at_ms, loss, accuracy, val_loss, val_accuracy, samples_per_second) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertLog = db.change('INSERT INTO run_log (run_key, seq, at_ms, source, text) VALUES (?, ?, ?, ?, ?)');
  const trimLog = db.change(
    `DELETE FROM run_log WHERE run_key = ? AND seq <= (SELECT seq FROM run_log WHERE run_key = ? ORDER BY seq DESC LIMIT 1 OFFSET ${LOG_LINES})`,
  );
  const selectBatches = db.query<{ step: number; epoch: number; atMs: number; loss: number | null; accuracy: number | null }>(
    `SELECT step, epoch, at_ms AS atMs, loss, accuracy FROM run_batch WHERE ${ofRun} ORDER BY step`,
  );
  const selectEpochs = db.query<EpochPoint>(
    `SELECT epoch, at_ms AS atMs, loss, accuracy, val_loss AS valLoss, val_accuracy AS valAccuracy, samples_per_second AS samplesPerSecond FROM run_epoch WHERE ${ofRun} ORDER BY epoch`,
  );
  const selectLog = db.query<LogLine>(`SELECT seq, at_ms AS atMs, source, text FROM run_log WHERE ${ofRun} AND seq > ? ORDER BY seq`);
  const deleteRun = db.change('DELETE FROM run WHERE id = ?');
  // Their samples are taken out of the blocks before (samples.ts).
  const deleteSeries = db.change('DELETE FROM series WHERE device = ?');

  return {
    save: (run, append) =>
      db.transaction(() => {
        const key = put.get(...runValues(run))?.key;
        if (key === undefined) throw new Error(`run ${run.id} was not stored`);
        append.batches?.step.forEach((step, i) => {
          const { epoch, atMs, loss, accuracy } = append.batches ?? raise('no batches');
          insertBatch.run(
            key,
            step,
            epoch[i] ?? raise(`batch ${step} has no epoch`),
            Math.round(atMs[i] ?? raise(`batch ${step} has no time`)),
            loss[i] ?? null,
            accuracy[i] ?? null,
          );
        });
        for (const point of append.epochs ?? [])
          insertEpoch.run(
            key,
            point.epoch,
            Math.round(point.atMs),
            point.loss,
            point.accuracy,
            point.valLoss,
            point.valAccuracy,
            point.samplesPerSecond,
          );
        if (append.log === undefined || append.log.length === 0) return;
        for (const line of append.log.slice(-LOG_LINES)) insertLog.run(key, line.seq, Math.round(line.atMs), line.source, line.text);
        trimLog.run(key, key);
      }),
    delete: (runId) =>
      db.transaction(() => {
        deleteSeries.run(`run/${runId}`);
        return deleteRun.run(runId) > 0;
      }),
    list: () => selectAll.all().map((row) => readRun(row, log)),
    get(runId) {
      const row = selectOne.get(runId);
      return row === undefined ? null : readRun(row, log);
    },
    points(runId) {
      const batches: BatchColumns = { step: [], epoch: [], atMs: [], loss: [], accuracy: [] };
      for (const row of selectBatches.all(runId)) {
        batches.step.push(row.step);
        batches.epoch.push(row.epoch);
        batches.atMs.push(row.atMs);
        batches.loss.push(row.loss);
        batches.accuracy.push(row.accuracy);
      }
      return { batches, epochs: selectEpochs.all(runId), log: selectLog.all(runId, -1) };
    },
    log: (runId, afterSeq) => selectLog.all(runId, afterSeq),
  };
}

function raise(message: string): never {
  throw new TypeError(message);
}
