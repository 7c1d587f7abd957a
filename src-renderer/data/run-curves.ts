import type { AppError } from '@shared/contract/errors';
import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { CurveAnswer, CurveAxis } from '@shared/model/curve';
import { isFinal } from '@shared/model/run';
import type { ScalarDeclarations } from '@shared/model/scalar-declaration';
import type { RpcClient } from '@shared/rpc/client';
import { MIN_WIDTH, windowAfter, type AxisWindow } from './axis-window';
import type { BandColumns, Columns } from './columns';
import { AXIS_UNIT, CurveStore, heldFrom, type HeldCurve } from './curve-store';
import type { Interruptible } from './interruption';
import { valueOf, type Loadable } from './loadable';
import type { PaneFrame, PaneSource } from './pane-source';
import type { RunLive } from './run-live';
import { scalarGroups } from './scalar-groups';
import { Store, type Readable } from './store';
import type { AxisGesture } from './time-window';

/** Entries of a curve: more than a wide screen has pixels for the plot. */
const MAX_POINTS = 2000;
/** How long a window stands still before its points are asked for. */
const DETAIL_REST_MS = 150;

interface Detail {
  readonly from: number;
  readonly to: number;
  /** Where the curves ended when it was asked for. */
  readonly loadedTo: number;
  readonly curves: ReadonlyMap<string, HeldCurve>;
}

/** A run's curves over steps, time or energy; where they are decimated, a part of the axis is asked for in its own detail. */
export class RunCurves implements PaneSource, Interruptible, Disposable {
  readonly window = new Store<AxisWindow>(null);
  /** The names there are, in the order they were first told, joined by line ends: it changes only when one comes. */
  readonly names = new Store('');
  /** Whether entries of the whole curve stand for several points. */
  readonly decimated = new Store(false);
  /** Why the newest query was not answered. */
  readonly failure = new Store<AppError | null>(null);
  /** What the run says of its scalars; another object only when it says more. */
  readonly declared = new Store<ScalarDeclarations>({});
  private readonly changes = new Emitter<void>('rethrow');
  private readonly store: CurveStore;
  private readonly stops: (() => void)[];
  private detail: Detail | null = null;
  private rest: ReturnType<typeof setTimeout> | null = null;
  /** Numbers the queries for detail: the answer to an earlier one is not taken. */
  private queryNumber = 0;
  private news = -1;
  private readonly lines = new WeakMap<HeldCurve, Columns | BandColumns>();

  constructor(
    private readonly client: Pick<RpcClient, 'call'>,
    private readonly runId: string,
    private readonly source: Readable<Loadable<RunLive>>,
    readonly axis: CurveAxis,
    private readonly clockMs: () => number = Date.now,
  ) {
    this.store = new CurveStore(client, { runIds: [runId], x: axis, maxPoints: MAX_POINTS });
    const told = this.store.onChange(() => {
      this.names.set([...this.store.of(runId).keys()].join('\n'));
      this.decimated.set([...this.store.of(runId).values()].some(({ entryPoints }) => entryPoints > 1));
      this.failure.set(this.store.error);
      this.changes.emit();
      // What came since lies in the shown part too.
      if (this.detail !== null && this.detail.to > this.detail.loadedTo && this.lastX() > this.detail.loadedTo) this.askDetailSoon();
    });
    this.stops = [
      () => told.dispose(),
      source.subscribe(() => this.look()),
      this.window.subscribe(() => {
        this.changes.emit();
        this.askDetailSoon();
      }),
    ];
    this.look();
  }

  /** How the run's energy is known; null = it is not asked for, or not known. */
  get energy(): CurveAnswer['energy'][number] | null {
    return this.store.energy.find(({ runId }) => runId === this.runId) ?? null;
  }

  /** The part of the axis that is shown. */
  get shown(): { readonly from: number; readonly to: number } {
    return this.span();
  }

  get isLoaded(): boolean {
    return this.store.isLoaded;
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
    const tracks = new Map<string, Columns | BandColumns>();
    const inDetail = this.detail !== null && this.detail.from <= from && this.detail.to >= to ? this.detail.curves : null;
    for (const [name, curve] of this.store.of(this.runId)) tracks.set(name, this.drawn(inDetail?.get(name) ?? curve));
    const run = valueOf(this.source.get())?.run;
    return {
      from,
      to,
      tracks,
      spans: [],
      isGrowing: run !== undefined && !isFinal(run.status),
      tolerance: Infinity,
      edgeTolerance: Infinity,
    };
  }

  dispose(): void {
    for (const stop of this.stops) stop();
    if (this.rest !== null) clearTimeout(this.rest);
    this.queryNumber += 1;
    this.store.dispose();
    this.changes.clear();
  }

  private look(): void {
    const live = valueOf(this.source.get());
    // The first word on a scalar stays: more is said where there are more.
    const declared = live?.run.declared ?? {};
    if (Object.keys(declared).length !== Object.keys(this.declared.get()).length) this.declared.set(declared);
    const news = live?.curveNews ?? -1;
    if (news === this.news) return;
    this.news = news;
    this.store.refresh();
  }

  /** As it is drawn; the same object as long as the curve is the same. */
  private drawn(curve: HeldCurve): Columns | BandColumns {
    const cached = this.lines.get(curve) ?? drawnLine(curve);
    this.lines.set(curve, cached);
    return cached;
  }

  private askDetailSoon(): void {
    if (this.rest !== null) clearTimeout(this.rest);
    this.rest = setTimeout(() => void this.askDetail(), DETAIL_REST_MS);
  }

  private async askDetail(): Promise<void> {
    const shown = this.window.get();
    if (shown === null || !this.decimated.get()) return;
    const queryNumber = (this.queryNumber += 1);
    const loadedTo = this.lastX();
    const unit = AXIS_UNIT[this.axis];
    const names = scalarGroups(this.store.of(this.runId).keys()).flatMap(({ scalars }) => scalars.map(({ name }) => name));
    try {
      const { curves } = await this.client.call('runs.curves', {
        runIds: [this.runId],
        names,
        x: this.axis,
        maxPoints: MAX_POINTS,
        range: { from: shown.from * unit, to: shown.to * unit },
      });
      if (queryNumber !== this.queryNumber) return;
      this.detail = { ...shown, loadedTo, curves: new Map(curves.map((curve) => [curve.name, heldFrom(curve, unit)])) };
      this.changes.emit();
    } catch {
      // What is drawn stays as coarse as it is.
    }
  }

  /** The end of the longest curve, in the axis' unit. */
  private lastX(): number {
    return [...this.store.of(this.runId).values()].reduce((most, { x }) => Math.max(most, x.at(-1) ?? 0), 0);
  }

  private extent(): { from: number; to: number } {
    const ends = [...this.store.of(this.runId).values()].flatMap(({ x }) => (x.length > 0 ? [{ from: x[0] ?? 0, to: x.at(-1) ?? 0 }] : []));
    const last = this.lastX();
    const run = valueOf(this.source.get())?.run;
    if (this.axis === 'time') {
      // The whole of the run, with or without points: what the room did meanwhile is drawn over the same time.
      const nowMs = run === undefined ? -Infinity : (run.endedAtMs ?? (isFinal(run.status) ? -Infinity : this.clockMs()));
      const first = ends.reduce((least, { from }) => Math.min(least, from), run?.startedAtMs ?? Infinity);
      return first === Infinity ? { from: 0, to: MIN_WIDTH.time } : { from: first, to: Math.max(last, nowMs, first + MIN_WIDTH.time) };
    }
    const plan = run?.plan;
    const planned = this.axis === 'step' && plan ? plan.epochs * plan.stepsPerEpoch : 0;
    return { from: 0, to: Math.max(planned, last, MIN_WIDTH[this.axis]) };
  }

  private span(): { from: number; to: number } {
    return this.window.get() ?? this.extent();
  }
}

function drawnLine({ x, y, low, high, entryPoints }: HeldCurve): Columns | BandColumns {
  return entryPoints === 1 ? { x, y } : { x, y, low, high };
}
