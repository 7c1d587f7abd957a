import type { Query, ReadHandle } from '../../file/open';
import {
  boundsOf,
  decodePoints,
  decodeSummary,
  ENTRY_POINTS,
  joinPoints,
  unlessDamaged,
  type BlockBounds,
  type Points,
  type Summary,
} from './block';
import { openRollupReader, rowWidth, type RollupOf } from './rollups';
import { pointsOf, type PointRow } from './tables';

/** Points by their number in the curve, `to` exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A stretch of a curve that is read as a whole: a block, or the rows after the last one. */
export class Stretch {
  private unpacked: Points | null;
  private running: Float64Array | null = null;
  private summed: Summary | null = null;

  /** @param timeBefore no point stands earlier than this: the latest time of all points before, ms */
  constructor(
    readonly first: number,
    readonly end: number,
    readonly bounds: BlockBounds,
    readonly timeBefore: number,
    private readonly source: { readonly points: Points } | { readonly data: () => Uint8Array; readonly summary: () => Uint8Array },
  ) {
    this.unpacked = 'points' in source ? source.points : null;
  }

  /** @throws {DamagedBlock} */
  points(): Points {
    return (this.unpacked ??= 'points' in this.source ? this.source.points : decodePoints(this.source.data()));
  }

  /** Null of rows, which are not summed up. @throws {DamagedBlock} */
  summary(): Summary | null {
    if ('points' in this.source) return null;
    return (this.summed ??= decodeSummary(this.source.summary(), this.end - this.first));
  }

  /** Whether the times are as they were recorded: the clock was not set back before or within it. */
  get isForward(): boolean {
    return !this.bounds.backward && this.bounds.firstAtMs >= this.timeBefore;
  }

  /** The latest time up to its end, ms. */
  get lastTime(): number {
    return Math.max(this.timeBefore, this.bounds.maxAtMs);
  }

  /** Times, of which none is before the one before it, ms. @throws {DamagedBlock} */
  times(): Float64Array {
    if (this.isForward) return this.points().atMs;
    if (this.running !== null) return this.running;
    let latest = this.timeBefore;
    return (this.running = this.points().atMs.map((atMs) => (latest = Math.max(latest, atMs))));
  }
}

export interface StoredCurve {
  readonly id: number;
  /** Oldest first; those before `after` are left out, but for a part of the first. */
  readonly stretches: readonly Stretch[];
  /** All points of the curve. */
  readonly total: number;
  /** The first point asked for. */
  readonly after: number;
  /** Its points before this one may be in summaries coarser than those of blocks. */
  readonly rolledUp: number;
  readonly rollup: RollupOf;
}

interface SummaryRow {
  readonly first: number;
  readonly points: number;
  readonly firstStep: number;
  readonly lastStep: number;
  readonly minStep: number;
  readonly restartStep: number | null;
  readonly firstAtMs: number;
  readonly maxAtMs: number;
  readonly backward: number;
}

export interface CurveKey {
  readonly id: number;
  readonly name: string;
  readonly settled: number;
}

/** Gives curves as they are stored; blocks are fetched and unpacked when they are looked into. */
export function openStoredCurves(db: ReadHandle): (key: CurveKey, after: number) => StoredCurve {
  const blocksFrom: Query<SummaryRow> = db.query(
    `SELECT first, points, first_step AS firstStep, last_step AS lastStep, min_step AS minStep, restart_step AS restartStep,
       first_at_ms AS firstAtMs, max_at_ms AS maxAtMs, backward FROM curve_summary WHERE curve_id = ? AND first + points > ? ORDER BY first`,
  );
  const before = db.query<{ atMs: number | null }>(
    'SELECT max(max_at_ms) AS atMs FROM curve_summary WHERE curve_id = ? AND first + points <= ?',
  );
  const lastBlock = db.query<{ step: number }>(
    'SELECT last_step AS step FROM curve_summary WHERE curve_id = ? ORDER BY first DESC LIMIT 1',
  );
  const summaryOf = db.query<{ summary: Uint8Array }>('SELECT summary FROM curve_summary WHERE curve_id = ? AND first = ?');
  const dataOf = db.query<{ data: Uint8Array }>('SELECT data FROM curve_block WHERE curve_id = ? AND first = ?');
  const rowsFrom = db.query<PointRow>('SELECT step, at_ms AS atMs, value FROM curve_recent WHERE curve_id = ? AND n >= ? ORDER BY n');
  const rollupOf = openRollupReader(db);
  const nothing = new Uint8Array();

  return ({ id, settled }, after) => {
    let latest = after === 0 ? -Infinity : (before.get(id, after)?.atMs ?? -Infinity);
    const stretches = blocksFrom.all(id, Math.min(after, settled)).map(({ first, points, backward, ...bounds }) => {
      const block = new Stretch(first, first + points, { ...bounds, backward: backward !== 0 }, latest, {
        data: () => dataOf.get(id, first)?.data ?? nothing,
        summary: () => summaryOf.get(id, first)?.summary ?? nothing,
      });
      latest = block.lastTime;
      return block;
    });
    // One row more, which says whether the first one asked for goes back.
    const from = Math.max(settled, after - 1);
    const rows = pointsOf(rowsFrom.all(id, from));
    const total = from + rows.value.length;
    if (rows.value.length > 0)
      stretches.push(tail(stretches, rows, from, latest, from > settled ? null : (lastBlock.get(id)?.step ?? null)));
    return {
      id,
      stretches,
      total,
      after,
      rolledUp: settled - (settled % rowWidth(1)),
      rollup: rollupOf(id),
    };
  };
}

/** The rows after the blocks; with the last block where that ends within an entry, so that entries are the same as once they are packed. */
function tail(blocks: Stretch[], rows: Points, from: number, latest: number, stepBefore: number | null): Stretch {
  const last = blocks.at(-1);
  const packed = last === undefined || from % ENTRY_POINTS === 0 ? null : unlessDamaged(() => last.points(), null);
  if (last === undefined || packed === null) {
    return new Stretch(from, from + rows.value.length, boundsOf(rows, stepBefore), latest, { points: rows });
  }
  blocks.pop();
  const points = joinPoints(packed, rows);
  const bounds = boundsOf(points, null);
  const restartStep = Math.min(last.bounds.restartStep ?? Infinity, bounds.restartStep ?? Infinity);
  return new Stretch(
    last.first,
    from + rows.value.length,
    { ...bounds, restartStep: restartStep === Infinity ? null : restartStep },
    last.timeBefore,
    { points },
  );
}
