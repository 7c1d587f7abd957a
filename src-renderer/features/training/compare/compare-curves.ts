import type { AppError } from '@shared/contract/errors';
import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { CurveAnswer, CurveAxis } from '@shared/model/curve';
import { MAX_CURVE_ENTRIES } from '@shared/model/curve';
import { isFinal, type Run } from '@shared/model/run';
import type { RpcClient } from '@shared/rpc/client';
import { MIN_WIDTH, windowAfter, type AxisSpanOf, type AxisWindow } from '../../../data/axis-window';
import type { Columns } from '../../../data/columns';
import { AXIS_UNIT, CurveStore, heldFrom, type HeldCurve } from '../../../data/curve-store';
import type { Interruptible } from '../../../data/interruption';
import type { PaneFrame, PaneSource } from '../../../data/pane-source';
import { Store } from '../../../data/store';
import type { AxisGesture } from '../../../data/time-window';

/** Entries of one curve at most and at least: all of them together are what one answer may hold. */
const MAX_POINTS = 1_500;
const MIN_POINTS = 50;
/** An answer may overshoot by the entries that came since: it stays below what the core refuses. */
const SHARE_OF_ANSWER = 0.8;
/** How long a window stands still before its points are asked for. */
const DETAIL_REST_MS = 200;

export type ComparedRun = Pick<Run, 'id' | 'startedAtMs' | 'status'>;

/** A line of a comparison: one scalar of one run. */
export const trackOf = (runId: string, name: string): string => `${runId} ${name}`;

/**
 * The curves of several runs over one axis, each time as the time since its run began: asked for by one query, and then by what
 * is new. Where they are decimated, a part of the axis is asked for in its own detail.
 */
export class CompareCurves implements PaneSource, Interruptible, Disposable {
  readonly window = new Store<AxisWindow>(null);
  /** Why the newest query was not answered. */
  readonly failure = new Store<AppError | null>(null);
  /** Counts the answers: a page that shows what there is, and not the curves themselves, is drawn anew by it. */
  readonly answers = new Store(0);
  private readonly changes = new Emitter<void>('rethrow');
  private readonly store: CurveStore;
  private readonly maxPoints: number;
  private detail: (AxisSpanOf & { readonly curves: ReadonlyMap<string, HeldCurve> }) | null = null;
  private rest: ReturnType<typeof setTimeout> | null = null;
  /** Numbers the queries for detail: the answer to an earlier one is not taken. */
  private queryNumber = 0;
  private runs: readonly ComparedRun[];
  private readonly lines = new WeakMap<HeldCurve, Columns>();

  constructor(
    private readonly client: Pick<RpcClient, 'call'>,
    runs: readonly ComparedRun[],
    private readonly names: readonly string[],
    readonly axis: CurveAxis,
  ) {
    this.runs = runs;
    const each = (MAX_CURVE_ENTRIES * SHARE_OF_ANSWER) / Math.max(1, runs.length * names.length);
    this.maxPoints = Math.floor(Math.max(MIN_POINTS, Math.min(MAX_POINTS, each)));
    this.store = new CurveStore(client, { runIds: runs.map(({ id }) => id), names, x: axis, maxPoints: this.maxPoints });
    this.store.onChange(() => {
      this.failure.set(this.store.error);
      this.answers.set(this.answers.get() + 1);
      this.changes.emit();
    });
    this.window.subscribe(() => {
      this.changes.emit();
      this.askDetailSoon();
    });
    if (names.length > 0) this.store.refresh();
  }

  get isLoaded(): boolean {
    return this.store.isLoaded;
  }

  /** How the runs' energy is known, over energy. */
  get energy(): CurveAnswer['energy'] {
    return this.store.energy;
  }

  /** The runs as they are now. There may be more of their curves. */
  refresh(runs: readonly ComparedRun[]): void {
    this.runs = runs;
    if (this.names.length > 0) this.store.refresh();
  }

  /** Whether a run has a curve of this name here. */
  has(runId: string, name: string): boolean {
    return this.store.of(runId).has(name);
  }

  /** Whether entries of it stand for several points. */
  isDecimated(runId: string, name: string): boolean {
    return (this.store.of(runId).get(name)?.entryPoints ?? 1) > 1;
  }

  onChange(listener: () => void): Disposable {
    return this.changes.on(listener);
  }

  readonly resume = (): void => this.store.refresh();

  apply(gesture: AxisGesture): void {
    this.window.set(windowAfter(gesture, this.span(), this.extent(), MIN_WIDTH[this.axis]));
  }

  read(): PaneFrame {
    const { from, to } = this.span();
    const tracks = new Map<string, Columns>();
    const inDetail = this.detail !== null && this.detail.from <= from && this.detail.to >= to ? this.detail.curves : null;
    for (const run of this.runs) {
      for (const [name, curve] of this.store.of(run.id)) {
        const track = trackOf(run.id, name);
        tracks.set(track, this.drawn(run, inDetail?.get(track) ?? curve));
      }
    }
    return {
      from,
      to,
      tracks,
      spans: [],
      isGrowing: this.runs.some(({ status }) => !isFinal(status)),
      tolerance: Infinity,
      edgeTolerance: Infinity,
    };
  }

  dispose(): void {
    if (this.rest !== null) clearTimeout(this.rest);
    this.queryNumber += 1;
    this.store.dispose();
    this.changes.clear();
  }

  /** As it is drawn; the same object as long as the curve is the same. */
  private drawn(run: ComparedRun, curve: HeldCurve): Columns {
    const cached = this.lines.get(curve);
    if (cached !== undefined) return cached;
    const beganMs = this.beganMs(run);
    // Without their bands: of several runs those would cover one another.
    const line = { x: beganMs === 0 ? curve.x : Float64Array.from(curve.x, (at) => at - beganMs), y: curve.y };
    this.lines.set(curve, line);
    return line;
  }

  /** What the run's own axis begins at. */
  private beganMs({ startedAtMs }: ComparedRun): number {
    return this.axis === 'time' ? (startedAtMs ?? 0) : 0;
  }

  private askDetailSoon(): void {
    if (this.rest !== null) clearTimeout(this.rest);
    this.rest = setTimeout(() => void this.askDetail(), DETAIL_REST_MS);
  }

  private async askDetail(): Promise<void> {
    const shown = this.window.get();
    const decimated = this.runs.filter(({ id }) => this.names.some((name) => this.isDecimated(id, name)));
    if (shown === null || decimated.length === 0) return;
    const queryNumber = (this.queryNumber += 1);
    const unit = AXIS_UNIT[this.axis];
    const ask = (runs: readonly ComparedRun[], beganMs: number): Promise<CurveAnswer> =>
      this.client.call('runs.curves', {
        runIds: runs.map(({ id }) => id),
        names: [...this.names],
        x: this.axis,
        maxPoints: this.maxPoints,
        range: { from: shown.from * unit + beganMs, to: shown.to * unit + beganMs },
      });
    try {
      // The same time since their beginning is another time of the clock for each run.
      const answers =
        this.axis === 'time' ? await Promise.all(decimated.map((run) => ask([run], this.beganMs(run)))) : [await ask(decimated, 0)];
      if (queryNumber !== this.queryNumber) return;
      const curves = answers.flatMap((answer) => answer.curves);
      this.detail = { ...shown, curves: new Map(curves.map((curve) => [trackOf(curve.runId, curve.name), heldFrom(curve, unit)])) };
      this.changes.emit();
    } catch {
      // What is drawn stays as coarse as it is.
    }
  }

  private extent(): AxisSpanOf {
    let most = MIN_WIDTH[this.axis];
    for (const run of this.runs)
      for (const { x } of this.store.of(run.id).values()) most = Math.max(most, (x.at(-1) ?? 0) - this.beganMs(run));
    return { from: 0, to: most };
  }

  private span(): AxisSpanOf {
    return this.window.get() ?? this.extent();
  }
}
