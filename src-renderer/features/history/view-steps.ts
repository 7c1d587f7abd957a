import type { TimeRange } from '@shared/model/time-range';
import { Store } from '../../data/store';
import { FOLLOWING, presets, presetSpan, type Preset } from './ranges';

export interface ShownSpan {
  readonly span: TimeRange;
  /** The preset that the span is, or `FOLLOWING`: it goes on ending now; null = any other. */
  readonly preset: string | null;
}

/** Gestures this close together are one step. */
const BURST_MS = 700;
const MAX_STEPS = 100;
/** A span that ends now moves on in steps of this share of it, and no oftener than every so many ms. */
const FOLLOW_SHARE = 1 / 200;
const FOLLOW_LEAST_MS = 5_000;

/** The spans that were looked at: where a reset leads to, and the way back. */
export class ViewSteps {
  readonly canGoBack = new Store(false);
  /** What was chosen by a preset, by the fields or by a link; gestures leave it as it is. */
  private home: ShownSpan;
  private past: ShownSpan[] = [];
  private movedAtMs = -Infinity;

  constructor(private shown: ShownSpan) {
    this.home = shown;
  }

  get current(): ShownSpan {
    return this.shown;
  }

  /** A preset, the fields, a link. */
  choose(shown: ShownSpan): ShownSpan {
    this.home = shown;
    this.movedAtMs = -Infinity;
    return this.step(shown);
  }

  /** A gesture, of which many follow one another. */
  move(span: TimeRange, atMs: number): ShownSpan {
    const isBurst = atMs - this.movedAtMs < BURST_MS;
    this.movedAtMs = atMs;
    const shown = { span, preset: null };
    if (isBurst) this.shown = shown;
    else this.step(shown);
    return shown;
  }

  /** Back to what was chosen; a preset ends now again. */
  reset(nowMs: number): ShownSpan {
    this.movedAtMs = -Infinity;
    return this.step({ ...this.home, span: endingNow(this.home, nowMs) });
  }

  /** The span before; null when there is none. */
  back(nowMs: number): ShownSpan | null {
    const before = this.past.pop();
    this.canGoBack.set(this.past.length > 0);
    this.movedAtMs = -Infinity;
    if (!before) return null;
    this.shown = { ...before, span: endingNow(before, nowMs) };
    return this.shown;
  }

  /** A preset's span once it has come so far behind now that it is to move on; null = not yet. */
  follow(nowMs: number): ShownSpan | null {
    const span = endingNow(this.shown, nowMs);
    const { fromMs, toMs } = this.shown.span;
    if (span.toMs - toMs < Math.max(FOLLOW_LEAST_MS, (toMs - fromMs) * FOLLOW_SHARE)) return null;
    this.shown = { ...this.shown, span };
    return this.shown;
  }

  private step(shown: ShownSpan): ShownSpan {
    const { fromMs, toMs } = this.shown.span;
    if (shown.span.fromMs !== fromMs || shown.span.toMs !== toMs) {
      this.past = [...this.past.slice(1 - MAX_STEPS), this.shown];
      this.canGoBack.set(true);
    }
    this.shown = shown;
    return shown;
  }
}

/** Presets but for `all`, and spans that follow, end now; any other span stays where it is. */
function endingNow({ span, preset }: ShownSpan, nowMs: number): TimeRange {
  if (preset === FOLLOWING) return { fromMs: Math.max(0, nowMs - (span.toMs - span.fromMs)), toMs: nowMs };
  const named = presets.find((entry): entry is Exclude<Preset, 'all'> => entry === preset && entry !== 'all');
  return named === undefined ? span : presetSpan(named, nowMs);
}
