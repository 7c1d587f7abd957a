import type { PaneFrame } from '../../data/pane-source';
import { toPixel } from './layout';
import type { PlotLayout } from './types';

/** A span's name is a button that zooms to it, or opens what it stands for; it stays the same element from frame to frame, so that it can be clicked. */
export class SpanLabels {
  private readonly labels = new Map<string, HTMLElement>();

  constructor(
    private readonly host: HTMLElement,
    private readonly onClick: (spanId: string) => void,
  ) {}

  /** @param hint what a click on a name does */
  show(frame: PaneFrame, layout: PlotLayout, hint: string): void {
    const shown = new Set<string>();
    // From right to left: a name may run on beyond its span, up to the next one's.
    let limit = layout.width;
    for (const span of [...frame.spans].sort((a, b) => b.from - a.from)) {
      if (span.to < frame.from || span.from > frame.to) continue;
      const left = toPixel(layout, Math.max(frame.from, span.from), frame.from, frame.to);
      const label = this.labels.get(span.id) ?? this.add(span.id);
      shown.add(span.id);
      if (label.textContent !== span.label) label.textContent = span.label;
      const title = `${span.opens ?? hint}\n${span.label}`;
      if (label.title !== title) label.title = title;
      label.dataset['opens'] = String(span.opens !== undefined);
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

  private add(spanId: string): HTMLElement {
    const label = document.createElement('button');
    label.type = 'button';
    label.className = 'span-label';
    label.addEventListener('click', () => this.onClick(spanId));
    this.labels.set(spanId, label);
    this.host.append(label);
    return label;
  }
}
