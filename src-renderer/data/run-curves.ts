import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { Columns } from './columns';
import { valueOf, type Loadable } from './loadable';
import type { PaneFrame, PaneSource } from './pane-source';
import type { RunLive } from './run-live';
import { Store, type Readable } from './store';
import type { AxisGesture } from './time-window';

/** The steps shown; null = all that is planned. */
export type StepWindow = { readonly from: number; readonly to: number } | null;

export type CurveTrack = 'batchLoss' | 'epochLoss' | 'valLoss' | 'batchAccuracy' | 'epochAccuracy' | 'valAccuracy';

/** A run's learning curve over its batches; an epoch's points stand at its last batch. */
export class RunCurves implements PaneSource, Disposable {
  readonly window = new Store<StepWindow>(null);
  private readonly changes = new Emitter<void>('rethrow');
  private readonly stops: (() => void)[];

  constructor(private readonly source: Readable<Loadable<RunLive>>) {
    const changed = (): void => this.changes.emit();
    this.stops = [source.subscribe(changed), this.window.subscribe(changed)];
  }

  onChange(listener: () => void): Disposable {
    return this.changes.on(listener);
  }

  apply(gesture: AxisGesture): void {
    const { from, to } = this.span();
    const total = this.totalSteps();
    const set = (low: number, high: number): void => {
      const width = Math.min(total, Math.max(10, high - low));
      const start = Math.max(0, Math.min(total - width, (low + high - width) / 2));
      this.window.set(width >= total ? null : { from: start, to: start + width });
    };
    switch (gesture.kind) {
      case 'reset':
        this.window.set(null);
        break;
      case 'select':
        set(Math.min(gesture.from, gesture.to), Math.max(gesture.from, gesture.to));
        break;
      case 'start':
        set(0, to - from);
        break;
      case 'end':
        set(total - (to - from), total);
        break;
      case 'pan':
        set(from + gesture.by, to + gesture.by);
        break;
      case 'zoom':
        set(gesture.at - (gesture.at - from) * gesture.factor, gesture.at + (to - gesture.at) * gesture.factor);
        break;
    }
  }

  read(): PaneFrame {
    const { from, to } = this.span();
    const live = valueOf(this.source.get());
    const tracks = new Map<CurveTrack, Columns>();
    if (live) {
      const { step, loss, accuracy } = live.batches;
      tracks.set('batchLoss', { x: step, y: loss.map((v) => v ?? Number.NaN) });
      tracks.set('batchAccuracy', { x: step, y: accuracy.map((v) => v ?? Number.NaN) });
      const perEpoch = live.run.plan?.stepsPerEpoch ?? 1;
      const x = live.epochs.map((point) => point.epoch * perEpoch);
      tracks.set('epochLoss', { x, y: live.epochs.map((point) => point.loss) });
      tracks.set('epochAccuracy', { x, y: live.epochs.map((point) => point.accuracy) });
      tracks.set('valLoss', { x, y: live.epochs.map((point) => point.valLoss ?? Number.NaN) });
      tracks.set('valAccuracy', { x, y: live.epochs.map((point) => point.valAccuracy ?? Number.NaN) });
    }
    return { from, to, tracks, spans: [], tolerance: Infinity, edgeTolerance: Infinity };
  }

  dispose(): void {
    for (const stop of this.stops) stop();
    this.changes.clear();
  }

  private totalSteps(): number {
    const live = valueOf(this.source.get());
    const planned = live?.run.plan ? live.run.plan.epochs * live.run.plan.stepsPerEpoch : 0;
    return Math.max(planned, live?.batches.step.at(-1) ?? 0, 10);
  }

  private span(): { from: number; to: number } {
    return this.window.get() ?? { from: 0, to: this.totalSteps() };
  }
}
