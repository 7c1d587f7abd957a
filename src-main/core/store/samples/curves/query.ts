import { z } from 'zod';
import { AppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';
import { MAX_CURVE_ENTRIES, type Curve, type CurveAnswer, type CurveQuery } from '@shared/model/curve';
import { Provenance } from '@shared/model/provenance';
import type { ReadHandle } from '../../file/open';
import { HandOver } from '../../repository';
import { parseJson } from '../../file/json';
import { clipSpans, energyAxis, firstBeyond, pointsIn, stepAxis, timeAxis, type Axis } from './axes';
import { unlessDamaged } from './block';
import { openEnergy, type EnergyByTime } from './energy-axis';
import { entriesFor, entryPointsFor } from './entries';
import { openStoredCurves, type CurveKey, type Span, type StoredCurve } from './stored-curve';

/** Entries beyond what is asked for, so that lines reach the edges of a range. */
const MARGIN_ENTRIES = 4;

/** What of a bill says how its energy is known. */
const BilledEnergy = z.object({
  itJ: z.object({ value: z.number().nullable(), provenance: Provenance, coverage: z.number().optional() }),
});

interface RunKey {
  readonly id: string;
  readonly key: number;
  readonly energy: string | null;
}

/** What lies beyond the first `after` points of one curve, over an axis. */
interface Reading {
  readonly axis: Axis;
  readonly energy: EnergyByTime | null;
}

/** Answers queries for curves, each from one state of the database. */
export function openCurveQuery(db: ReadHandle): (query: CurveQuery, check: () => void) => CurveAnswer {
  const runOf = db.query<RunKey>('SELECT id, key, energy FROM run WHERE id = ?');
  const all = db.query<CurveKey>('SELECT id, name, settled FROM curve WHERE run_key = ? ORDER BY id');
  const named = db.query<CurveKey>('SELECT id, name, settled FROM curve WHERE run_key = ? AND name = ?');
  const stored = openStoredCurves(db);
  const energyOf = openEnergy(db, stored);

  return (query, check) =>
    db.snapshot(() => {
      const answer: { curves: Curve[]; energy: CurveAnswer['energy'] } = { curves: [], energy: [] };
      let entries = 0;
      const known = new Map((query.after ?? []).map(({ runId, name, points }) => [`${runId}\n${name}`, points]));
      for (const runId of new Set(query.runIds)) {
        const run = runOf.get(runId);
        if (run === undefined) continue;
        const reading = readingOf(query, run, energyOf);
        if (query.x === 'energy') answer.energy.push({ runId, ...billed(run.energy) });
        const keys = query.names === undefined ? all.all(run.key) : query.names.flatMap((name) => named.get(run.key, name) ?? []);
        for (const key of keys) {
          check();
          const curve = readCurve(stored(key, known.get(`${runId}\n${key.name}`) ?? 0), reading, query, check);
          entries += curve.x.length;
          if (entries > MAX_CURVE_ENTRIES) throw new AppError('too-large', message('message.curves.tooMany', { most: MAX_CURVE_ENTRIES }));
          answer.curves.push({ runId, name: key.name, ...curve });
        }
      }
      return answer;
    });
}

function readingOf({ x }: CurveQuery, run: RunKey, energyOf: (run: RunKey) => EnergyByTime): Reading {
  if (x !== 'energy') return { axis: x === 'step' ? stepAxis : timeAxis, energy: null };
  const energy = energyOf(run);
  return { axis: energyAxis(energy), energy };
}

function readCurve(curve: StoredCurve, { axis, energy }: Reading, query: CurveQuery, check: () => void): Omit<Curve, 'runId' | 'name'> {
  const { total, after } = curve;
  const placed = axis.spans(curve);
  const { spans, entryPoints } = query.range
    ? within(curve, placed, axis, rangeOf(query.range, energy), query.maxPoints)
    : { spans: placed, entryPoints: entryPointsFor(placed, query.maxPoints) };
  const { x, y, low, high, damaged } = entriesFor(curve, spans, axis, entryPoints, check);
  return {
    // What was drawn since the last bill is not known yet: those points are told once it is.
    points: energy === null ? total : Math.max(after, placed.at(-1)?.to ?? 0),
    after,
    // Fewer points than the asker knows of: it is another curve by now.
    restarted: total < after || (after > 0 && axis === stepAxis && goesBack(curve)),
    entryPoints,
    x: Float64Array.from(energy === null ? x : x.map((ms) => energy.at(ms))),
    y: Float64Array.from(y),
    ...(entryPoints > 1 ? { low: Float64Array.from(low), high: Float64Array.from(high) } : {}),
    unplaced: Math.max(0, total - after) - pointsIn(placed),
    damaged,
  };
}

function rangeOf(range: { from: number; to: number }, energy: EnergyByTime | null): { from: number; to: number } {
  return energy === null ? range : { from: energy.firstMs(range.from), to: energy.lastMs(range.to) };
}

/** The spans of a part of the axis, and an entry beyond each end. */
function within(
  curve: StoredCurve,
  placed: readonly Span[],
  axis: Axis,
  range: { from: number; to: number },
  maxPoints: number,
): { spans: Span[]; entryPoints: number } {
  const from = firstBeyond(curve, placed, axis, range.from, false);
  const to = Math.max(from, firstBeyond(curve, placed, axis, range.to, true));
  const entryPoints = entryPointsFor(clipSpans(placed, from, to), Math.max(1, maxPoints - MARGIN_ENTRIES));
  const outward = (Math.floor(from / entryPoints) - 1) * entryPoints;
  return { spans: clipSpans(placed, outward, (Math.ceil(to / entryPoints) + 1) * entryPoints), entryPoints };
}

/** Whether a step beyond the first `after` points is below the one before it. */
function goesBack({ stretches, after }: StoredCurve): boolean {
  return stretches.some((stretch) => {
    if (stretch.bounds.restartStep === null) return false;
    if (stretch.first >= after) return true;
    const step = unlessDamaged(() => stretch.points().step, null);
    if (step === null) return true;
    for (let i = Math.max(1, after - stretch.first); i < step.length; i++) if ((step[i] as number) < (step[i - 1] as number)) return true;
    return false;
  });
}

function billed(json: string | null): { provenance: Provenance | null; coverage: number | null } {
  const parsed = BilledEnergy.safeParse(parseJson(json));
  if (!parsed.success || parsed.data.itJ.value === null) return { provenance: null, coverage: null };
  return { provenance: parsed.data.itJ.provenance, coverage: parsed.data.itJ.coverage ?? null };
}

/** The same with all columns in one buffer, which goes to another thread at once: of many short curves each would cost more than it holds. */
export function packed(answer: CurveAnswer): HandOver<CurveAnswer> {
  const lengths = answer.curves.map(({ x, low }) => x.length * (low === undefined ? 2 : 4));
  const all = new Float64Array(lengths.reduce((sum, each) => sum + each, 0));
  let at = 0;
  const put = (column: Float64Array): Float64Array => {
    all.set(column, at);
    return all.subarray(at, (at += column.length));
  };
  const curves = answer.curves.map((curve) => ({
    ...curve,
    x: put(curve.x),
    y: put(curve.y),
    ...(curve.low && curve.high ? { low: put(curve.low), high: put(curve.high) } : {}),
  }));
  return new HandOver({ ...answer, curves }, [all.buffer]);
}
