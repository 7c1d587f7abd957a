import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { nearest, type Numbers } from '../../data/columns';
import type { PaneFrame, PaneSource } from '../../data/pane-source';
import type { AxisGesture } from '../../data/time-window';
import { Drawing } from './drawing';
import { listenForGestures } from './gestures';
import { toPixel } from './layout';
import type { XKind, XLabels } from './option';
import { extent } from './scale';
import { readTheme, type ChartTheme } from '../theme';
import type { PaneSpec, PlotLayout } from './types';

export interface ControllerElements {
  readonly plot: HTMLElement;
  readonly canvas: HTMLElement;
  readonly cursor: HTMLElement;
  readonly tag: HTMLElement;
  readonly selection: HTMLElement;
  readonly spans: HTMLElement;
  /** Where each track's value is written, by track id. */
  readonly values: ReadonlyMap<string, HTMLElement>;
}

export interface ControllerInput {
  readonly source: PaneSource;
  readonly panes: readonly PaneSpec[];
  readonly layout: PlotLayout;
  readonly hidden: ReadonlySet<string>;
  readonly xKind: XKind;
  readonly xLabels: XLabels;
  readonly formatCursor: (at: number) => string;
  readonly onGesture: (gesture: AxisGesture) => void;
  /** What a click on a span's name does. */
  readonly spanHint: string;
  /** Ids of the panes without anything to draw, joined by a space; called when that changes. */
  readonly onEmpty: (paneIds: string) => void;
}

/** What is shown beside a span that was zoomed to, as a share of it. */
const SPAN_MARGIN = 0.15;
/** So many values are written in one frame; where there are more, the others follow in the next ones. */
const VALUES_A_FRAME = 24;

/**
 * Draws stacked panes outside of React: at most once an animation frame, however often the source or the pointer moves.
 * The readout beside the panes shows the values under the cursor, or the newest ones while there is no cursor.
 */
export class PaneController implements Disposable {
  private readonly stops = new DisposableStore();
  private readonly drawing: Drawing;
  private sourceStop: Disposable | null = null;
  private theme: ChartTheme;
  private frame: PaneFrame | null = null;
  private request: number | null = null;
  private dataChanged = true;
  /** Share of the plotted width, so that it stays under the pointer while the axis moves along. */
  private cursor: number | null = null;
  private empty = '';
  /** Where among the readout's values the next frame goes on, and how many are left to write. */
  private nextValue = 0;
  private staleValues = 0;
  private readonly labels = new Map<string, HTMLElement>();

  constructor(
    private readonly elements: ControllerElements,
    private input: ControllerInput,
  ) {
    this.theme = readTheme(elements.plot);
    this.drawing = this.stops.add(new Drawing(elements.canvas, () => this.schedule(true)));
    const themeWatch = new MutationObserver(() => {
      this.theme = readTheme(elements.plot);
      this.schedule(true);
    });
    themeWatch.observe(document.documentElement, { attributeFilter: ['data-theme', 'lang'] });
    this.stops.defer(() => themeWatch.disconnect());
    this.stops.add(
      listenForGestures(elements.plot, {
        view: () => this.frame && { layout: this.input.layout, from: this.frame.from, to: this.frame.to },
        onGesture: (gesture) => this.input.onGesture(gesture),
        onCursor: (at) => {
          this.cursor = at === null || !this.frame ? null : (at - this.frame.from) / (this.frame.to - this.frame.from);
          this.schedule(false);
        },
        onSelection: (selection) => {
          elements.selection.hidden = selection === null;
          if (!selection) return;
          elements.selection.style.left = `${selection.left}px`;
          elements.selection.style.width = `${selection.width}px`;
        },
      }),
    );
    this.listenToSource();
    this.schedule(true);
  }

  update(input: ControllerInput): void {
    const sourceChanged = input.source !== this.input.source;
    this.input = input;
    if (sourceChanged) this.listenToSource();
    this.schedule(true);
  }

  /** Writes the values again: the readout has other rows. */
  refreshValues(): void {
    this.schedule(false);
  }

  dispose(): void {
    if (this.request !== null) cancelAnimationFrame(this.request);
    this.sourceStop?.dispose();
    this.stops.dispose();
  }

  private listenToSource(): void {
    this.sourceStop?.dispose();
    this.sourceStop = this.input.source.onChange(() => this.schedule(true));
  }

  private schedule(dataChanged: boolean): void {
    this.dataChanged ||= dataChanged;
    this.staleValues = Infinity;
    this.request ??= requestAnimationFrame(() => this.onFrame());
  }

  private onFrame(): void {
    this.request = null;
    this.draw();
  }

  private draw(): void {
    const { layout, panes, hidden, xKind, xLabels } = this.input;
    if (this.dataChanged || !this.frame) {
      this.dataChanged = false;
      this.frame = this.input.source.read();
      this.tellEmpty(this.frame);
      this.drawing.draw({ frame: this.frame, layout, panes, hidden, theme: this.theme, xKind, xLabels });
      this.labelSpans(this.frame);
    }
    this.drawCursor(this.frame);
    this.writeValues(this.frame);
  }

  private tellEmpty(frame: PaneFrame): void {
    const empty = this.input.panes
      .filter((pane) => {
        const columns = pane.tracks.flatMap((track) => frame.tracks.get(track.id) ?? []);
        return extent(columns, frame.from, frame.to) === null;
      })
      .map((pane) => pane.id)
      .join(' ');
    if (empty === this.empty) return;
    this.empty = empty;
    this.input.onEmpty(empty);
  }

  private drawCursor(frame: PaneFrame): void {
    const { cursor, tag } = this.elements;
    cursor.hidden = this.cursor === null;
    tag.hidden = this.cursor === null;
    if (this.cursor === null) return;
    const at = frame.from + this.cursor * (frame.to - frame.from);
    const px = toPixel(this.input.layout, at, frame.from, frame.to);
    cursor.style.transform = `translateX(${Math.round(px)}px)`;
    tag.textContent = this.input.formatCursor(at);
    // Its own width is the style's business: to measure it would lay the page out in the middle of a frame.
    tag.style.transform = `translateX(clamp(0px, ${Math.round(px)}px - 50%, ${this.input.layout.width}px - 100%))`;
  }

  /** Whatever moved makes all values stale; they are written in turn, so that no frame has to wait for hundreds of them. */
  private writeValues(frame: PaneFrame): void {
    const tracks = this.input.panes.flatMap((pane) =>
      pane.tracks.flatMap((track) => (this.elements.values.has(track.id) ? [{ pane, track }] : [])),
    );
    const count = Math.min(this.staleValues, tracks.length, VALUES_A_FRAME);
    for (let i = 0; i < count; i += 1) {
      const entry = tracks[(this.nextValue + i) % tracks.length];
      const element = entry && this.elements.values.get(entry.track.id);
      if (!entry || !element) continue;
      const text = entry.pane.formatValue(this.valueOf(frame, entry.track.id));
      if (element.textContent !== text) element.textContent = text;
    }
    this.nextValue = tracks.length === 0 ? 0 : (this.nextValue + count) % tracks.length;
    this.staleValues = Math.min(this.staleValues, tracks.length) - count;
    if (this.staleValues > 0) this.request ??= requestAnimationFrame(() => this.onFrame());
  }

  private valueOf(frame: PaneFrame, trackId: string): number | null {
    const columns = frame.tracks.get(trackId);
    if (!columns || columns.x.length === 0) return null;
    const at = this.cursor === null ? frame.to : frame.from + this.cursor * (frame.to - frame.from);
    let index = nearest(columns.x, at);
    // A gap's marker next to the cursor is no value; the neighbour within reach is.
    if (Number.isNaN(columns.y[index] ?? Number.NaN)) index = this.neighbour(columns, index, at);
    const x = columns.x[index];
    const y = columns.y[index];
    if (x === undefined || y === undefined || Number.isNaN(y)) return null;
    return Math.abs(x - at) <= Math.max(this.cursor === null ? frame.edgeTolerance : frame.tolerance, columns.validForMs ?? 0) ? y : null;
  }

  private neighbour(columns: { readonly x: Numbers }, index: number, at: number): number {
    const before = Math.abs((columns.x[index - 1] ?? -Infinity) - at);
    const after = Math.abs((columns.x[index + 1] ?? Infinity) - at);
    return before <= after ? index - 1 : index + 1;
  }

  /** A span's name is a button that zooms to it; it stays the same element from frame to frame, so that it can be clicked. */
  private labelSpans(frame: PaneFrame): void {
    const { layout } = this.input;
    const shown = new Set<string>();
    // From right to left: a name may run on beyond its span, up to the next one's.
    let limit = layout.width;
    for (const span of [...frame.spans].sort((a, b) => b.from - a.from)) {
      if (span.to < frame.from || span.from > frame.to) continue;
      const left = toPixel(layout, Math.max(frame.from, span.from), frame.from, frame.to);
      const label = this.labels.get(span.id) ?? this.addLabel(span.id);
      shown.add(span.id);
      if (label.textContent !== span.label) label.textContent = span.label;
      label.style.left = `${left}px`;
      label.style.maxWidth = `${Math.max(4, limit - left - 4)}px`;
      limit = left;
    }
    for (const [id, label] of this.labels) {
      if (shown.has(id)) continue;
      label.remove();
      this.labels.delete(id);
    }
  }

  private addLabel(spanId: string): HTMLElement {
    const label = document.createElement('button');
    label.type = 'button';
    label.className = 'span-label';
    label.title = this.input.spanHint;
    label.addEventListener('click', () => {
      const span = this.frame?.spans.find((candidate) => candidate.id === spanId);
      if (!span) return;
      const margin = (span.to - span.from) * SPAN_MARGIN;
      this.input.onGesture({ kind: 'select', from: span.from - margin, to: span.to + margin });
    });
    this.labels.set(spanId, label);
    this.elements.spans.append(label);
    return label;
  }
}
