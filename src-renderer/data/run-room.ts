import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { BandColumns, Columns } from './columns';
import type { DeviceAxis } from './device-axis';
import type { Interruptible } from './interruption';
import type { PaneFrame, PaneSource } from './pane-source';
import type { RunCurves } from './run-curves';

/** A window that moves along does so by this, ms: the room is sampled no more often. */
const GRID_MS = 1_000;

/** A run's curves over time and what its devices did meanwhile, as one: the curves say which part of the time is shown. */
export class RunRoom implements PaneSource, Interruptible, Disposable {
  private readonly stops = new DisposableStore();
  /** Why what the devices did does not come. */
  readonly failure: Interruptible['failure'];
  readonly resume: () => void;
  private readonly changes = new Emitter<void>('rethrow');
  private readonly endless = new WeakMap<Columns | BandColumns, Columns | BandColumns>();

  constructor(
    private readonly curves: RunCurves,
    private readonly devices: DeviceAxis,
  ) {
    this.failure = devices.failure;
    this.resume = devices.resume;
    this.follow();
    this.stops.add(
      curves.onChange(() => {
        this.follow();
        this.changes.emit();
      }),
    );
    this.stops.add(
      devices.onChange(() => {
        this.follow();
        this.changes.emit();
      }),
    );
  }

  onChange(listener: () => void): Disposable {
    return this.changes.on(listener);
  }

  read(): PaneFrame {
    const curves = this.curves.read();
    const room = this.devices.read();
    const tracks = new Map<string, Columns | BandColumns>(room.tracks);
    for (const [name, columns] of curves.tracks) tracks.set(name, this.everywhere(columns));
    return { ...curves, tracks, isGrowing: curves.isGrowing, tolerance: room.tolerance, edgeTolerance: room.edgeTolerance };
  }

  dispose(): void {
    this.stops.dispose();
    this.changes.clear();
  }

  /** A point of a curve holds until the next, however long that is; a sample of the room does not. */
  private everywhere(columns: Columns | BandColumns): Columns | BandColumns {
    const cached = this.endless.get(columns) ?? { ...columns, validForMs: Infinity };
    this.endless.set(columns, cached);
    return cached;
  }

  private follow(): void {
    const { from, to } = this.curves.shown;
    const fromMs = Math.floor(from / GRID_MS) * GRID_MS;
    const toMs = Math.ceil(to / GRID_MS) * GRID_MS;
    const window = this.devices.window.get();
    if (window.mode === 'fixed' && window.fromMs === fromMs && window.toMs === toMs) return;
    this.devices.window.set({ mode: 'fixed', fromMs, toMs });
  }
}
