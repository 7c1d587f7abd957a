import { DisposableStore, type Disposable } from '@shared/base/disposable';
import type { PaneFrame, PaneSource } from '../../data/pane-source';
import type { AxisGesture } from '../../data/time-window';
import { readTheme, type ChartTheme } from '../theme';
import { chartPng } from './chart-png';
import { EmphasisLayer, type Emphasis } from './emphasis';
import { listenForGestures, selectionBox, type CursorPosition } from './gestures';
import { toPixel } from './layout';
import { PathLayer } from './path-layer';
import type { PlotPane } from './plot';
import { figureWithUnit, Readout, type ReadoutTexts } from './readout';
import { extent } from './scale';
import { SpanLabels } from './span-labels';
import type { PaneSpec, PaneView, PlotLayout } from './types';
import { listedReadings, nearestLine, paneAt, readingsAt, valueAt } from './values';
import type { XAxis } from './x-axis';

export interface ControllerElements {
  readonly plot: HTMLElement;
  readonly canvas: HTMLElement;
  readonly cursor: HTMLElement;
  readonly tag: HTMLElement;
  readonly selection: HTMLElement;
  readonly spans: HTMLElement;
  readonly readout: HTMLElement;
  /** Says what the keyboard's cursor is at. */
  readonly spoken: HTMLElement;
  /** Where each track's value is written, by track id. */
  readonly values: ReadonlyMap<string, HTMLElement>;
}

export interface ControllerInput {
  readonly source: PaneSource;
  readonly panes: readonly PaneSpec[];
  readonly layout: PlotLayout;
  readonly hidden: ReadonlySet<string>;
  readonly views: ReadonlyMap<string, PaneView>;
  readonly axis: XAxis;
  readonly onGesture: (gesture: AxisGesture) => void;
  /** What a click on a span's name does. */
  readonly spanHint: string;
  /** What a click on the name of a span that opens something does. */
  readonly onSpan: (spanId: string) => void;
  /** Writes a note at a position; null = here are none. */
  readonly onNote: ((at: number) => void) | null;
  /** The address at which History shows a pane's lines over the shown part of the axis; null = it has none, or this is History. */
  readonly inHistory: ((pane: PaneSpec) => string | null) | null;
  readonly texts: ReadoutTexts;
  /** Ids of the panes without anything to draw, joined by a space; called when that changes. */
  readonly onEmpty: (paneIds: string) => void;
}

/** What is shown beside a span that was zoomed to, as a share of it. */
const SPAN_MARGIN = 0.15;
/** So many values are written in one frame; where there are more, the others follow in the next ones. */
const VALUES_A_FRAME = 24;
/** What the keyboard's cursor is at is said once it stands still, ms. */
const SPOKEN_MS = 300;

/** Where a held readout stands: on the axis, and at which height of the plot, px. */
interface Pin {
  readonly at: number;
  readonly y: number;
}

/**
 * Draws stacked panes outside of React: at most once an animation frame, however often the source or the pointer moves.
 * The readouts, beside the panes and at the pointer, show the values under the cursor; without a cursor the newest ones.
 */
export class PaneController implements Disposable {
  private readonly stops = new DisposableStore();
  private readonly layer: PathLayer;
  private readonly emphasis: EmphasisLayer;
  private readonly readout: Readout;
  private readonly spanLabels: SpanLabels;
  private sourceStop: Disposable | null = null;
  private theme: ChartTheme;
  private frame: PaneFrame | null = null;
  private drawn: readonly PlotPane[] = [];
  private request: number | null = null;
  private dataChanged = true;
  /** Share of the plotted width, so that it stays under the pointer while the axis moves along. */
  private cursor: { readonly share: number; readonly y: number | null } | null = null;
  private pin: Pin | null = null;
  private selection: { readonly from: number; readonly to: number } | null = null;
  /** The line that the keyboard, or the pointer over its name, chose. */
  private chosen: string | null = null;
  private empty = '';
  /** Where among the readout's values the next frame goes on, and how many are left to write. */
  private nextValue = 0;
  private staleValues = 0;
  private speaking: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly elements: ControllerElements,
    private input: ControllerInput,
  ) {
    this.theme = readTheme(elements.plot);
    this.layer = this.stops.add(new PathLayer(elements.canvas, () => this.schedule(true)));
    this.emphasis = this.stops.add(new EmphasisLayer(elements.canvas));
    this.readout = this.stops.add(
      new Readout(
        elements.readout,
        () => this.input.texts,
        () => this.setPin(null),
        () => this.pin && this.noteAt(this.pin.at),
      ),
    );
    this.spanLabels = new SpanLabels(elements.spans, (spanId) => this.openSpan(spanId));
    const themeWatch = new MutationObserver(() => {
      this.theme = readTheme(elements.plot);
      this.schedule(true);
    });
    themeWatch.observe(document.documentElement, { attributeFilter: ['data-theme', 'lang'] });
    this.stops.defer(() => themeWatch.disconnect());
    this.watchPixels();
    this.stops.add(
      listenForGestures(elements.plot, {
        view: () => this.frame && { layout: this.input.layout, from: this.frame.from, to: this.frame.to },
        onGesture: (gesture) => this.input.onGesture(gesture),
        onCursor: (cursor) => this.setCursor(cursor),
        onSelection: (selection) => {
          this.selection = selection;
          this.schedule(false);
        },
        onPin: (cursor) => {
          const held = this.pin !== null;
          this.setPin(cursor && { at: cursor.at, y: cursor.y ?? this.keyboardY() });
          return held;
        },
        onNextLine: (direction) => this.chooseNext(direction),
        onNote: (at) => this.noteAt(this.pin?.at ?? at),
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

  /** Draws one line over the others, as long as its name is pointed at. */
  choose(trackId: string | null): void {
    this.chosen = trackId;
    this.schedule(false);
  }

  /** What is shown as a picture that stands by itself; null = there is nothing yet, or the browser made none. */
  async png(title: string): Promise<Blob | null> {
    const { layout, panes, hidden, views, axis, source } = this.input;
    if (layout.width < 2 || layout.height < 2) return null;
    const frame = source.read();
    return chartPng({ frame, layout, panes, hidden, views, theme: this.theme, axis }, title, this.cursorAt(frame));
  }

  dispose(): void {
    if (this.request !== null) cancelAnimationFrame(this.request);
    if (this.speaking !== null) clearTimeout(this.speaking);
    this.sourceStop?.dispose();
    this.stops.dispose();
  }

  private listenToSource(): void {
    this.sourceStop?.dispose();
    this.sourceStop = this.input.source.onChange(() => this.schedule(true));
  }

  /** A window moved to a screen of other pixels is drawn anew in those. */
  private watchPixels(): void {
    let stop = (): void => undefined;
    const watch = (): void => {
      const query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
      const changed = (): void => {
        stop();
        watch();
        this.schedule(true);
      };
      query.addEventListener('change', changed);
      stop = () => query.removeEventListener('change', changed);
    };
    watch();
    this.stops.defer(() => stop());
  }

  private setCursor(cursor: CursorPosition | null): void {
    this.cursor = cursor && this.frame && { share: (cursor.at - this.frame.from) / (this.frame.to - this.frame.from), y: cursor.y };
    if (cursor?.y !== null) this.chosen = null;
    else this.speakSoon();
    this.schedule(false);
  }

  private setPin(pin: Pin | null): void {
    this.pin = pin;
    this.schedule(false);
  }

  /** The panes' lines in turn. */
  private chooseNext(direction: 1 | -1): void {
    const ids = this.drawn.flatMap(({ tracks }) => tracks.map(({ track }) => track.id));
    const at = this.chosen === null ? -1 : ids.indexOf(this.chosen);
    this.chosen = ids[at < 0 ? (direction > 0 ? 0 : ids.length - 1) : (at + direction + ids.length) % ids.length] ?? null;
    if (this.cursor === null && this.pin === null) this.cursor = { share: 1, y: null };
    else if (this.cursor) this.cursor = { ...this.cursor, y: null };
    if (this.pin) this.pin = { ...this.pin, y: this.keyboardY() };
    this.speakSoon();
    this.schedule(false);
  }

  /** Without a pointer the readout stands beside the chosen line's pane, else the first. */
  private keyboardY(): number {
    const pane = this.drawn.find(({ tracks }) => tracks.some(({ track }) => track.id === this.chosen)) ?? this.drawn[0];
    return pane ? pane.box.top + pane.box.height / 2 : 0;
  }

  private schedule(dataChanged: boolean): void {
    this.dataChanged ||= dataChanged;
    this.staleValues = Infinity;
    this.request ??= requestAnimationFrame(() => this.onFrame());
  }

  private onFrame(): void {
    this.request = null;
    const { layout, panes, hidden, views, axis, spanHint, source } = this.input;
    if (this.dataChanged || !this.frame) {
      this.dataChanged = false;
      this.frame = source.read();
      this.tellEmpty(this.frame);
      this.drawn = this.layer.draw({ frame: this.frame, layout, panes, hidden, views, theme: this.theme, axis });
      this.spanLabels.show(this.frame, layout, spanHint);
    }
    this.drawSelection(this.frame);
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

  private drawSelection(frame: PaneFrame): void {
    const { selection } = this.elements;
    selection.hidden = this.selection === null;
    if (!this.selection) return;
    const { left, width } = selectionBox(this.input.layout, this.selection, frame);
    selection.style.left = `${left}px`;
    selection.style.width = `${width}px`;
  }

  /** A held cursor stands where it was put; else it follows the pointer. Null = there is none. */
  private cursorAt(frame: PaneFrame): number | null {
    if (this.pin) return this.pin.at;
    return this.cursor && frame.from + this.cursor.share * (frame.to - frame.from);
  }

  private drawCursor(frame: PaneFrame): void {
    const { cursor, tag } = this.elements;
    const { layout, axis } = this.input;
    const at = this.cursorAt(frame);
    const isShown = at !== null && at >= frame.from && at <= frame.to;
    cursor.hidden = !isShown;
    tag.hidden = !isShown;
    if (!isShown) {
      this.readout.hide();
      this.emphasise(frame, this.namedLine());
      return;
    }
    const px = toPixel(layout, at, frame.from, frame.to);
    cursor.dataset['pinned'] = String(this.pin !== null);
    cursor.style.transform = `translateX(${Math.round(px)}px)`;
    const position = axis.format(at);
    if (tag.textContent !== position) tag.textContent = position;
    // Its own width is the style's business: to measure it would lay the page out in the middle of a frame.
    tag.style.transform = `translateX(clamp(0px, ${Math.round(px)}px - 50%, ${layout.width}px - 100%))`;
    const y = this.pin?.y ?? this.cursor?.y ?? this.keyboardY();
    const pane = paneAt(this.drawn, y);
    if (!pane || pane.tracks.length === 0) {
      this.readout.hide();
      this.emphasise(frame, this.namedLine());
      return;
    }
    const readings = readingsAt(pane, frame, at);
    const own = pane.tracks.some(({ track }) => track.id === this.chosen) ? this.chosen : null;
    const chosen = own ?? nearestLine(pane, readings, y);
    const listed = listedReadings(readings, chosen, pane.view === 'heat');
    if (chosen === null) this.readout.hide();
    else {
      const ownPosition = (trackId: string): string | null => {
        const earlierBy = frame.earlierBy?.get(trackId);
        return earlierBy === undefined ? null : axis.format(at - earlierBy);
      };
      const history = this.pin === null ? null : (this.input.inHistory?.(pane.spec) ?? null);
      const state = { isPinned: this.pin !== null, takesNote: this.input.onNote !== null, history };
      this.readout.show({ position, pane, readings: listed, chosen, ownPosition, ...state }, layout, px, y);
    }
    this.emphasise(frame, { pane, chosen, readings, px });
  }

  /** The line whose name is pointed at. */
  private namedLine(): Emphasis | null {
    const pane = this.drawn.find(({ tracks }) => tracks.some(({ track }) => track.id === this.chosen));
    return pane ? { pane, chosen: this.chosen, readings: [], px: 0 } : null;
  }

  private emphasise(frame: PaneFrame, emphasis: Emphasis | null): void {
    this.emphasis.draw(this.input.layout, frame, this.theme, emphasis);
  }

  private speakSoon(): void {
    if (this.speaking !== null) clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      const { frame } = this;
      const at = frame && this.cursorAt(frame);
      if (!frame || at === null) return;
      const pane = paneAt(this.drawn, this.pin?.y ?? this.keyboardY());
      const lines = (pane?.tracks ?? []).filter(({ track }) => this.chosen === null || track.id === this.chosen).slice(0, 4);
      const said = lines.map(({ track }) => {
        const value = valueAt(frame.tracks.get(track.id), at, frame.tolerance);
        return `${track.label}: ${pane ? figureWithUnit(pane.spec, value) : ''}`;
      });
      this.elements.spoken.textContent = [this.input.axis.format(at), ...said].join('; ');
    }, SPOKEN_MS);
  }

  /** Whatever moved makes all values stale; they are written in turn, so that no frame has to wait for hundreds of them. */
  private writeValues(frame: PaneFrame): void {
    const tracks = this.input.panes.flatMap((pane) =>
      pane.tracks.flatMap((track) => (this.elements.values.has(track.id) ? [{ pane, track }] : [])),
    );
    const cursor = this.cursorAt(frame);
    const [at, tolerance] = cursor === null ? [frame.to, frame.edgeTolerance] : [cursor, frame.tolerance];
    const count = Math.min(this.staleValues, tracks.length, VALUES_A_FRAME);
    for (let i = 0; i < count; i += 1) {
      const entry = tracks[(this.nextValue + i) % tracks.length];
      const element = entry && this.elements.values.get(entry.track.id);
      if (!entry || !element) continue;
      const text = entry.pane.formatValue(valueAt(frame.tracks.get(entry.track.id), at, tolerance));
      if (element.textContent !== text) element.textContent = text;
    }
    this.nextValue = tracks.length === 0 ? 0 : (this.nextValue + count) % tracks.length;
    this.staleValues = Math.min(this.staleValues, tracks.length) - count;
    if (this.staleValues > 0) this.request ??= requestAnimationFrame(() => this.onFrame());
  }

  private noteAt(at: number): boolean {
    this.input.onNote?.(at);
    return this.input.onNote !== null;
  }

  private openSpan(spanId: string): void {
    const span = this.frame?.spans.find((candidate) => candidate.id === spanId);
    if (!span) return;
    if (span.opens !== undefined) {
      this.input.onSpan(spanId);
      return;
    }
    const margin = (span.to - span.from) * SPAN_MARGIN;
    this.input.onGesture({ kind: 'select', from: span.from - margin, to: span.to + margin });
  }
}
