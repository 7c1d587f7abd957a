import { AppError } from '@shared/contract/errors';
import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { Curve, CurveAnswer, CurveAxis } from '@shared/model/curve';
import type { RpcClient } from '@shared/rpc/client';

/** What one of the axis as it is shown is in the core's unit: Wh of J. */
export const AXIS_UNIT: Readonly<Record<CurveAxis, number>> = { step: 1, time: 1, energy: 3600 };

/**
 * A curve as far as it is known here, ready to be drawn: `x` ascends, in the unit of the axis as shown; what is not finite is NaN,
 * where the line breaks off. Where entries stand for several points, `low` and `high` are theirs. The arrays grow in place: an
 * answer costs what is new in it.
 */
export interface HeldCurve {
  readonly name: string;
  /** Points of the curve that are in it. */
  readonly points: number;
  readonly entryPoints: number;
  readonly x: number[];
  readonly y: number[];
  readonly low: number[];
  readonly high: number[];
}

export interface CurveSelection {
  readonly runIds: readonly string[];
  /** Left out = all of each run. */
  readonly names?: readonly string[];
  readonly x: CurveAxis;
  /** Entries of each curve. */
  readonly maxPoints: number;
}

/** A curve that has grown to so many times what was asked for is asked for anew, decimated. */
const GROWTH = 2;

/**
 * The curves of some runs, kept up by asking for what is new: `refresh` says that there may be something. One query is
 * under way at a time; what is told meanwhile is asked for after it.
 */
export class CurveStore implements Disposable {
  private readonly runs = new Map<string, Map<string, HeldCurve>>();
  private readonly changes = new Emitter<void>('rethrow');
  private readonly abort = new AbortController();
  private asking = false;
  private again = false;
  private lastError: AppError | null = null;
  private answered: CurveAnswer | null = null;

  constructor(
    private readonly client: Pick<RpcClient, 'call'>,
    private readonly selection: CurveSelection,
  ) {}

  /** Those of one run by name, in the order they were first told; empty before the first answer. */
  of(runId: string): ReadonlyMap<string, HeldCurve> {
    return this.runs.get(runId) ?? new Map<string, HeldCurve>();
  }

  /** Why the newest query was not answered; null = it was. */
  get error(): AppError | null {
    return this.lastError;
  }

  /** Of x = energy: how the runs' energy is known, as last told. */
  get energy(): CurveAnswer['energy'] {
    return this.answered?.energy ?? [];
  }

  get isLoaded(): boolean {
    return this.answered !== null;
  }

  onChange(listener: () => void): Disposable {
    return this.changes.on(listener);
  }

  refresh(): void {
    this.again = true;
    if (!this.asking && !this.abort.signal.aborted) void this.askAll();
  }

  dispose(): void {
    this.abort.abort();
    this.changes.clear();
  }

  private async askAll(): Promise<void> {
    this.asking = true;
    try {
      while (this.again && !this.abort.signal.aborted) {
        this.again = false;
        const answer = await this.ask();
        if (this.abort.signal.aborted) return;
        this.lastError = null;
        this.answered = answer;
        let anew = false;
        for (const curve of answer.curves) anew = !this.take(curve) || anew;
        if (anew) this.again = true;
        this.changes.emit();
      }
    } catch (error) {
      if (this.abort.signal.aborted) return;
      // Asked once more when there is something new.
      this.lastError = error instanceof AppError ? error : new AppError('internal', String(error));
      this.changes.emit();
    } finally {
      this.asking = false;
    }
  }

  private ask(): Promise<CurveAnswer> {
    const { runIds, names, x, maxPoints } = this.selection;
    const after = [...this.runs].flatMap(([runId, curves]) => [...curves.values()].map(({ name, points }) => ({ runId, name, points })));
    return this.client.call('runs.curves', {
      runIds: [...runIds],
      ...(names === undefined ? {} : { names: [...names] }),
      x,
      maxPoints,
      ...(after.length > 0 ? { after } : {}),
    });
  }

  /** @returns false when the curve is to be asked for anew, as a whole */
  private take(curve: Curve): boolean {
    const curves = this.runs.get(curve.runId) ?? new Map<string, HeldCurve>();
    this.runs.set(curve.runId, curves);
    const held = curves.get(curve.name);
    if (held === undefined) {
      curves.set(curve.name, heldFrom(curve, AXIS_UNIT[this.selection.x]));
      return true;
    }
    // The query may be one of before it was asked for anew.
    if (curve.after !== held.points) return true;
    if (curve.restarted || held.x.length + curve.x.length > GROWTH * this.selection.maxPoints) {
      curves.delete(curve.name);
      return false;
    }
    // The same object as long as the curve is the same: what was drawn of it is kept.
    if (curve.x.length === 0 && curve.points === held.points) return true;
    curves.set(curve.name, { ...extend(held, curve, AXIS_UNIT[this.selection.x]), points: curve.points });
    return true;
  }
}

export function heldFrom(curve: Curve, unit: number): HeldCurve {
  const { name, points, entryPoints } = curve;
  return extend({ name, points, entryPoints, x: [], y: [], low: [], high: [] }, curve, unit);
}

const drawable = (value: number | undefined): number => (Number.isFinite(value) ? (value as number) : NaN);

/** Adds what is new at the end, in place. */
function extend(held: HeldCurve, { x, y, low, high }: Curve, unit: number): HeldCurve {
  for (let i = 0; i < x.length; i += 1) {
    held.x.push(Math.max((x[i] ?? NaN) / unit, held.x.at(-1) ?? -Infinity));
    held.y.push(drawable(y[i]));
    held.low.push(drawable((low ?? y)[i]));
    held.high.push(drawable((high ?? y)[i]));
  }
  return held;
}
