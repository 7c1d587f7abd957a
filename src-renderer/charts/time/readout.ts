import type { Disposable } from '@shared/base/disposable';
import { withUnit } from '../../i18n/format';
import type { PlotPane } from './plot';
import type { PaneSpec, PlotLayout } from './types';
import type { Reading } from './values';

export interface ReadoutTexts {
  /** How many lines of the pane are not listed. */
  readonly more: (count: number) => string;
  readonly unpin: string;
  readonly note: string;
  readonly history: string;
}

export interface ReadoutContent {
  readonly position: string;
  readonly pane: PlotPane;
  readonly readings: readonly Reading[];
  readonly chosen: string | null;
  readonly isPinned: boolean;
  /** A note can be put where the cursor is. */
  readonly takesNote: boolean;
  /** Where History shows the pane's lines; null = it does not. */
  readonly history: string | null;
  /** Where a line that is drawn later than it was has its values from; null = from the position itself. */
  readonly ownPosition: (trackId: string) => string | null;
}

interface Row {
  readonly element: HTMLElement;
  readonly swatch: HTMLElement;
  readonly name: HTMLElement;
  readonly value: HTMLElement;
}

/** The values beside the pointer. Its elements are kept, and written only where a text changed. */
export class Readout implements Disposable {
  private readonly box = element('div', 'plot-readout');
  private readonly head = element('div', 'readout-head');
  private readonly position = element('span', 'readout-position');
  private readonly close = document.createElement('button');
  private readonly note = document.createElement('button');
  private readonly history = document.createElement('a');
  private readonly list = element('ul', 'readout-list');
  private readonly more = element('div', 'readout-more');
  private readonly rows: Row[] = [];

  constructor(
    host: HTMLElement,
    private readonly texts: () => ReadoutTexts,
    onUnpin: () => void,
    onNote: () => void,
  ) {
    this.close.type = 'button';
    this.close.className = 'readout-unpin';
    this.close.textContent = '×';
    this.close.addEventListener('click', onUnpin);
    this.note.type = 'button';
    this.note.className = 'button button-plain readout-note';
    this.note.addEventListener('click', onNote);
    this.note.dataset['testid'] = 'readout-note';
    this.head.append(this.position, this.close);
    this.history.className = 'button button-plain readout-note';
    this.history.dataset['testid'] = 'readout-history';
    this.box.append(this.head, this.list, this.more, this.note, this.history);
    this.box.hidden = true;
    this.box.dataset['testid'] = 'readout';
    host.append(this.box);
  }

  hide(): void {
    this.box.hidden = true;
    this.box.dataset['pinned'] = 'false';
  }

  /** @param px where the cursor is @param y where the pointer is */
  show(
    { position, pane, readings, chosen, isPinned, takesNote, history, ownPosition }: ReadoutContent,
    layout: PlotLayout,
    px: number,
    y: number,
  ): void {
    const { box } = this;
    box.hidden = false;
    box.dataset['pinned'] = String(isPinned);
    // Only what is held can be pointed at: what follows the pointer would be in its way.
    if (isPinned) box.dataset['ownGestures'] = '';
    else delete box.dataset['ownGestures'];
    write(this.position, position);
    this.close.hidden = !isPinned;
    this.close.setAttribute('aria-label', this.texts().unpin);
    this.note.hidden = !isPinned || !takesNote;
    write(this.note, this.texts().note);
    this.history.hidden = history === null;
    if (history !== null) {
      this.history.setAttribute('href', history);
      write(this.history, this.texts().history);
    }
    const tracks = new Map(pane.tracks.map(({ track }) => [track.id, track]));
    readings.forEach(({ trackId, value }, i) => {
      const row = this.rows[i] ?? this.addRow();
      const track = tracks.get(trackId);
      if (!track) return;
      row.element.hidden = false;
      row.element.dataset['chosen'] = String(trackId === chosen);
      const swatch = `swatch swatch-${track.colour} swatch-${track.style}${track.dashed === true ? ' swatch-dashed' : ''}`;
      if (row.swatch.className !== swatch) row.swatch.className = swatch;
      const own = ownPosition(trackId);
      write(row.name, own === null ? track.label : `${track.label} (${own})`);
      write(row.value, figureWithUnit(pane.spec, value));
    });
    for (const row of this.rows.slice(readings.length)) row.element.hidden = true;
    const left = pane.tracks.length - readings.length;
    this.more.hidden = left <= 0;
    if (left > 0) write(this.more, this.texts().more(left));
    // Its own size is the style's business: to measure it would lay the page out in the middle of a frame.
    const side = px > (layout.left + layout.right) / 2 ? `${Math.round(px) - 14}px - 100%` : `${Math.round(px) + 14}px`;
    box.style.transform = `translate(clamp(0px, ${side}, ${layout.width}px - 100%), clamp(0px, ${Math.round(y)}px - 50%, ${layout.axisTop}px - 100%))`;
  }

  dispose(): void {
    this.box.remove();
  }

  private addRow(): Row {
    const row = {
      element: element('li', 'readout-row'),
      swatch: element('span', 'swatch'),
      name: element('span', 'readout-name'),
      value: element('span', 'readout-value'),
    };
    row.element.append(row.swatch, row.name, row.value);
    this.list.append(row.element);
    this.rows.push(row);
    return row;
  }
}

/** A value as it stands apart from its pane's head, which names the unit. */
export function figureWithUnit({ unit, formatValue }: Pick<PaneSpec, 'unit' | 'formatValue'>, value: number | null): string {
  const figure = formatValue(value);
  // One in another prefix already says so.
  if (value === null || unit === '' || /\p{Letter}/u.test(figure)) return figure;
  return withUnit(figure, unit);
}

function element(tag: 'div' | 'span' | 'ul' | 'li', className: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

function write(into: HTMLElement, text: string): void {
  if (into.textContent !== text) into.textContent = text;
}
