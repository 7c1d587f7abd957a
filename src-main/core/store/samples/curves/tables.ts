import type { Log } from '@shared/base/log';
import type { ScalarPoints } from '@shared/model/curve';
import { isDamage } from '../../file/errors';
import type { WriteHandle } from '../../file/open';

import { openRollups } from './rollups';
import {
  BLOCK_POINTS,
  boundsOf,
  decodePoints,
  emptyPoints,
  encodePoints,
  encodeSummary,
  joinPoints,
  summarise,
  type Points,
} from './block';

/** A row of `curve_recent`. */
export interface PointRow {
  readonly step: number;
  readonly atMs: number;
  /** NULL stands for NaN, which SQLite has not. */
  readonly value: number | null;
}

export interface CurveTables {
  /** Adds points to a run's curves, in the order they are told; within the caller's transaction. A full block of them is packed. */
  append(runKey: number, curves: readonly ScalarPoints[]): void;
  /** Takes curves away, with all their points; within the caller's transaction. */
  drop(runKey: number, names: readonly string[]): void;
  /** Packs what is left of a run that is over; within the caller's transaction. */
  settle(runKey: number): void;
  /** Packs a block of what an older version, or a crash, left unpacked of runs that are over. Never throws. @returns whether there may be more */
  settleSome(): boolean;
  /** When the newest point of a run came, ms; null = it has none. */
  newestMs(runId: string): number | null;
  /** How many points each curve of a run has. */
  countPoints(runId: string): Map<string, number>;
}

interface CurveRow {
  readonly id: number;
  readonly settled: number;
}

/** The writer's side of a run's curves. New points lie in rows, each BLOCK_POINTS of them then in a block. */
export function openCurveTables(db: WriteHandle, log: Log): CurveTables {
  const insertCurve = db.query<CurveRow>(
    'INSERT INTO curve (run_key, name, settled) VALUES (?, ?, 0) ON CONFLICT (run_key, name) DO UPDATE SET settled = settled RETURNING id, settled',
  );
  const deleteCurve = db.change('DELETE FROM curve WHERE run_key = ? AND name = ?');
  const curvesOf = db.query<CurveRow>('SELECT id, settled FROM curve WHERE run_key = ?');
  const lastRow = db.query<{ n: number }>('SELECT n FROM curve_recent WHERE curve_id = ? ORDER BY n DESC LIMIT 1');
  const insertRow = db.change('INSERT INTO curve_recent (curve_id, n, step, at_ms, value) VALUES (?, ?, ?, ?, ?)');
  const selectRows = db.query<PointRow>(
    'SELECT step, at_ms AS atMs, value FROM curve_recent WHERE curve_id = ? AND n >= ? AND n < ? ORDER BY n',
  );
  const deleteRows = db.change('DELETE FROM curve_recent WHERE curve_id = ? AND n < ?');
  const selectBlock = db.query<{ data: Uint8Array }>('SELECT data FROM curve_block WHERE curve_id = ? AND first = ?');
  const lastStep = db.query<{ step: number }>('SELECT last_step AS step FROM curve_summary WHERE curve_id = ? AND first = ?');
  const putBlock = db.change('INSERT OR REPLACE INTO curve_block (curve_id, first, data) VALUES (?, ?, ?)');
  const putSummary = db.change(
    `INSERT OR REPLACE INTO curve_summary (curve_id, first, points, first_step, last_step, min_step, restart_step, first_at_ms, max_at_ms, backward, summary)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const rollUp = openRollups(db);
  const setSettled = db.change('UPDATE curve SET settled = ? WHERE id = ?');
  const unsettled = db.query<CurveRow>(
    `SELECT c.id, c.settled FROM curve c JOIN run r ON r.key = c.run_key
     WHERE c.id IN (SELECT DISTINCT curve_id FROM curve_recent) AND r.status IN ('succeeded', 'failed', 'stopped')`,
  );
  const newestRow = db.query<{ atMs: number | null }>(
    `SELECT max(at_ms) AS atMs FROM (
       SELECT max(at_ms) AS at_ms FROM curve_recent WHERE curve_id IN (SELECT c.id FROM curve c JOIN run r ON r.key = c.run_key WHERE r.id = ?)
       UNION ALL
       SELECT max(max_at_ms) FROM curve_summary WHERE curve_id IN (SELECT c.id FROM curve c JOIN run r ON r.key = c.run_key WHERE r.id = ?))`,
  );
  const counts = db.query<{ name: string; points: number }>(
    `SELECT name, max(settled, coalesce((SELECT max(n) + 1 FROM curve_recent WHERE curve_id = curve.id), 0)) AS points
     FROM curve WHERE run_key = (SELECT key FROM run WHERE id = ?)`,
  );
  /** Curves with rows of runs that are over, as found at the start. */
  let backlog: number[] | null = null;
  const curveOf = db.query<CurveRow>('SELECT id, settled FROM curve WHERE id = ?');

  /** Packs points from the last whole block on, up to before `end`. @returns whether they are packed */
  function pack({ id, settled }: CurveRow, end: number): boolean {
    const first = Math.floor(settled / BLOCK_POINTS) * BLOCK_POINTS;
    let points = pointsOf(selectRows.all(id, settled, end));
    if (settled > first) {
      try {
        points = joinPoints(decodePoints(selectBlock.get(id, first)?.data ?? new Uint8Array()), points);
      } catch (error) {
        if (!isDamage(error)) throw error;
        log('warn', `The last block of curve ${id} cannot be read: what came after it stays beside it`);
        return false;
      }
    }
    const before = first === 0 ? null : (lastStep.get(id, first - BLOCK_POINTS)?.step ?? null);
    const bounds = boundsOf(points, before);
    putBlock.run(id, first, encodePoints(points));
    putSummary.run(
      id,
      first,
      end - first,
      bounds.firstStep,
      bounds.lastStep,
      bounds.minStep,
      bounds.restartStep,
      bounds.firstAtMs,
      bounds.maxAtMs,
      bounds.backward ? 1 : 0,
      encodeSummary(summarise(points)),
    );
    deleteRows.run(id, end);
    setSettled.run(end, id);
    if (end % BLOCK_POINTS === 0) rollUp(id, end);
    return true;
  }

  /** Packs whole blocks; `all`: what is left too. @returns how many were packed */
  function packAll(curve: CurveRow, next: number, all: boolean, most = Infinity): number {
    let { settled } = curve;
    let packed = 0;
    while (settled < next && packed < most) {
      const whole = (Math.floor(settled / BLOCK_POINTS) + 1) * BLOCK_POINTS;
      if (whole > next && !all) break;
      const end = Math.min(whole, next);
      if (!pack({ id: curve.id, settled }, end)) break;
      settled = end;
      packed++;
    }
    return packed;
  }

  const nextOf = ({ id, settled }: CurveRow): number => (lastRow.get(id)?.n ?? settled - 1) + 1;

  return {
    append(runKey, curves) {
      for (const { name, step, atMs, value } of curves) {
        const curve = insertCurve.get(runKey, name);
        if (curve === undefined) throw new Error(`the curve ${name} was not stored`);
        let next = nextOf(curve);
        for (let i = 0; i < value.length; i++) {
          const each = value[i] as number;
          insertRow.run(curve.id, next++, step[i] as number, Math.round(atMs[i] as number), Number.isNaN(each) ? null : each);
        }
        packAll(curve, next, false);
      }
    },
    drop(runKey, names) {
      for (const name of names) deleteCurve.run(runKey, name);
    },
    settle(runKey) {
      for (const curve of curvesOf.all(runKey)) packAll(curve, nextOf(curve), true);
    },
    settleSome() {
      try {
        backlog ??= unsettled.all().map(({ id }) => id);
        const id = backlog.at(-1);
        const curve = id === undefined ? undefined : curveOf.get(id);
        const packed = curve === undefined ? 0 : db.transaction(() => packAll(curve, nextOf(curve), true, 1));
        if (packed === 0) backlog.pop();
      } catch (error) {
        // They are read as they are, and packed after another start.
        log('warn', `Curves of earlier runs are left unpacked: ${error instanceof Error ? error.message : String(error)}`);
        backlog = [];
      }
      return backlog.length > 0;
    },
    newestMs: (runId) => newestRow.get(runId, runId)?.atMs ?? null,
    countPoints: (runId) => new Map(counts.all(runId).map(({ name, points }) => [name, points])),
  };
}

export function pointsOf(rows: readonly PointRow[]): Points {
  const points = emptyPoints(rows.length);
  rows.forEach(({ step, atMs, value }, i) => {
    points.step[i] = step;
    points.atMs[i] = atMs;
    points.value[i] = value ?? NaN;
  });
  return points;
}
