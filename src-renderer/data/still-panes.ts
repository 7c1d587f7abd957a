import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { windowAfter, type AxisSpanOf, type AxisWindow } from './axis-window';
import type { PaneFrame, PaneSource } from './pane-source';
import type { AxisGesture } from './time-window';

/** Lines that are all there, and the axis that they lie over. */
export type StillLines = Pick<PaneFrame, 'from' | 'to' | 'tracks' | 'spans' | 'tolerance'>;

const NOTHING: StillLines = { from: 0, to: 1, tracks: new Map(), spans: [], tolerance: 0 };

/** A chart of lines that are all there: a gesture shows a part of them, which stays while they are replaced by newer ones. */
export class StillPanes implements PaneSource {
  private readonly changes = new Emitter<void>('rethrow');
  private lines = NOTHING;
  private window: AxisWindow = null;

  /** @param leastWidth what the axis is never zoomed below, in its unit */
  constructor(private readonly leastWidth: number) {}

  show(lines: StillLines): void {
    this.lines = lines;
    this.changes.emit();
  }

  readonly apply = (gesture: AxisGesture): void => {
    this.window = windowAfter(gesture, this.shown(), this.lines, this.leastWidth);
    this.changes.emit();
  };

  onChange(listener: () => void): Disposable {
    return this.changes.on(listener);
  }

  read(): PaneFrame {
    return { ...this.lines, ...this.shown(), isGrowing: false, edgeTolerance: this.lines.tolerance };
  }

  private shown(): AxisSpanOf {
    return this.window ?? { from: this.lines.from, to: this.lines.to };
  }
}
