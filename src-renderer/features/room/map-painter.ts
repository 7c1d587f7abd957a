import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { scaleColours, stepOf, type ScaleColours } from '../../data/colour-scale';
import type { LiveValues } from '../../data/live-values';
import { mapScale, readTile, summarise, type MapMetric, type MapScale, type TileReading, type TileSeries } from '../../data/map-metric';
import { deviations, isOutlier, type Deviation, type SiblingGroup } from '../../data/siblings';

export interface MapTile {
  readonly name: string;
  readonly series: TileSeries | null;
}

export interface MapWords {
  /** With its unit. */
  readonly value: (value: number) => string;
  /** As short as a tile wants it. */
  readonly short: (value: number) => string;
  /** Of `count` tiles together. */
  readonly summary: (value: number | null, count: number) => string;
  readonly missing: string;
  readonly noSource: string;
  readonly stale: (value: string) => string;
  /** A value beside those of its siblings. */
  readonly deviation: (deviation: Deviation) => string;
  /** Of a value that has too few siblings. */
  readonly noSiblings: (value: string) => string;
  /** How far an outlier lies from its siblings, in their spreads, as short as a tile wants it. */
  readonly score: (score: number) => string;
  readonly outliers: (count: number) => string;
}

export interface MapPainterParts {
  readonly root: HTMLElement;
  /** Where name and value of the tile under the pointer or the focus are written. */
  readonly tip: HTMLElement;
  readonly metric: MapMetric;
  /** In the order of the elements' data-tile. */
  readonly tiles: readonly MapTile[];
  /** Tiles that stand together, by the data-group of the element that sums them up. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
  /** What each tile is compared with; null where tiles are coloured by their values. */
  readonly siblings: readonly (SiblingGroup | null)[] | null;
  /** Series of power limits. */
  readonly limitIds: readonly number[];
  readonly live: LiveValues;
  /** The core's clock, ms. */
  readonly nowMs: () => number;
  readonly words: MapWords;
  readonly onScale: (scale: MapScale) => void;
}

const STOPS = [1, 2, 3, 4, 5, 6, 7] as const;
/** Without a frame, what is old is looked for this often. */
const AGE_MS = 2_000;

/** Colours of the design tokens in force: from little to much, or from below to above. */
export function readScale(element: Element, name: 'scale' | 'deviation'): ScaleColours {
  const style = getComputedStyle(element);
  return scaleColours(STOPS.map((n) => style.getPropertyValue(`--${name}-${n}`).trim()));
}

/** Spreads from the median at which the colours of a deviation end. */
export const SCORE_END = 7;

/** What a tile shows. */
interface TileLook {
  readonly state: TileReading['kind'] | 'no-siblings';
  /** Of the scale; -1 = none of its colours. */
  readonly step: number;
  readonly text: string;
  readonly short: string;
  readonly isOutlier: boolean;
}

/**
 * Colours the map's tiles outside of React: at most once an animation frame, and only those whose shown value changed.
 * Five hundred tiles a second cost less than a millisecond that way.
 */
export class MapPainter implements Disposable {
  private readonly stops = new DisposableStore();
  private readonly elements: (HTMLElement | null)[];
  private readonly sums: { readonly element: HTMLElement; readonly members: readonly number[] }[] = [];
  private readonly shown: string[];
  private readings: TileReading[] = [];
  private deviations: readonly (Deviation | null)[] = [];
  private colours: ScaleColours;
  private scale: MapScale;
  private request: number | null = null;
  private pointed: number | null = null;

  constructor(private readonly parts: MapPainterParts) {
    const { root, tiles } = parts;
    this.elements = tiles.map((_, i) => root.querySelector<HTMLElement>(`[data-tile="${i}"]`));
    this.shown = tiles.map(() => '');
    for (const [key, members] of parts.groups)
      for (const element of root.querySelectorAll<HTMLElement>(`[data-group="${CSS.escape(key)}"]`)) this.sums.push({ element, members });
    const palette = parts.siblings ? 'deviation' : 'scale';
    this.colours = readScale(root, palette);
    this.scale = mapScale(parts.metric, 0);
    const theme = new MutationObserver(() => {
      this.colours = readScale(root, palette);
      this.shown.fill('');
      this.schedule();
    });
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.stops.defer(() => theme.disconnect());
    this.stops.add(parts.live.onChange(() => this.schedule()));
    const age = setInterval(() => this.schedule(), AGE_MS);
    this.stops.defer(() => clearInterval(age));
    this.listen('pointerover', (event) => this.point(tileOf(event)));
    this.listen('pointerleave', () => this.point(null));
    this.listen('focusin', (event) => this.point(tileOf(event)));
    this.listen('focusout', () => this.point(null));
    this.stops.defer(() => (parts.tip.hidden = true));
    this.paint();
  }

  dispose(): void {
    if (this.request !== null) cancelAnimationFrame(this.request);
    this.stops.dispose();
  }

  private listen(type: 'pointerover' | 'pointerleave' | 'focusin' | 'focusout', listener: (event: Event) => void): void {
    this.parts.root.addEventListener(type, listener);
    this.stops.defer(() => this.parts.root.removeEventListener(type, listener));
  }

  private schedule(): void {
    this.request ??= requestAnimationFrame(() => {
      this.request = null;
      this.paint();
    });
  }

  private paint(): void {
    const { metric, tiles, live } = this.parts;
    const nowMs = Math.max(this.parts.nowMs(), live.nowMs ?? 0);
    this.readings = tiles.map(({ series }) => readTile(metric, series, (id) => live.get(id), nowMs));
    this.deviations = deviationsOf(this.parts, this.readings);
    this.rescale();
    tiles.forEach((_, i) => this.paintTile(i));
    for (const { element, members } of this.sums) {
      const text = this.sumText(members);
      if (element.textContent !== text) element.textContent = text;
    }
    this.writeTip();
  }

  private sumText(members: readonly number[]): string {
    const { metric, words, siblings } = this.parts;
    if (siblings) return words.outliers(members.filter((i) => this.look(i).isOutlier).length);
    const readings = members.map((i) => this.readings[i] ?? MISSING);
    return words.summary(summarise(metric, readings), members.length);
  }

  private rescale(): void {
    const { metric, limitIds, live } = this.parts;
    if (metric !== 'power') return;
    let limitW = 0;
    for (const id of limitIds) limitW = Math.max(limitW, live.get(id)?.value ?? 0);
    // Without a known limit the highest draw seen so far, rounded up, is the end of the scale; it never shrinks.
    if (limitW === 0)
      for (const reading of this.readings) if ('value' in reading) limitW = Math.max(limitW, Math.ceil(reading.value / 50) * 50);
    const scale = mapScale(metric, Math.max(limitW, this.scale.max));
    if (limitW === 0 || scale.max === this.scale.max) return;
    this.scale = scale;
    this.shown.fill('');
    this.parts.onScale(scale);
  }

  private paintTile(i: number): void {
    const element = this.elements[i];
    if (!element) return;
    const reading = this.readings[i] ?? MISSING;
    const { state, step, text, short, isOutlier } = this.look(i);
    const key = `${state} ${step} ${text}`;
    if (this.shown[i] === key) return;
    this.shown[i] = key;
    element.dataset['state'] = state;
    element.dataset['value'] = 'value' in reading ? String(reading.value) : '';
    element.toggleAttribute('data-outlier', isOutlier);
    element.style.backgroundColor = this.colours.fills[step] ?? '';
    element.style.color = this.colours.inks[step] ?? '';
    element.ariaLabel = `${this.parts.tiles[i]?.name ?? ''}: ${text}`;
    if (element.textContent !== short) element.textContent = short;
  }

  private look(i: number): TileLook {
    const { words, siblings } = this.parts;
    const reading = this.readings[i] ?? MISSING;
    const text = this.text(reading);
    const plain = { state: reading.kind, step: -1, text, short: '', isOutlier: false } as const;
    if (!('value' in reading)) return plain;
    if (!siblings) return { ...plain, step: stepOf(reading.value, this.scale.min, this.scale.max), short: words.short(reading.value) };
    const deviation = this.deviations[i] ?? null;
    if (deviation === null) return reading.kind === 'value' ? { ...plain, state: 'no-siblings', text: words.noSiblings(text) } : plain;
    const step = stepOf(deviation.score, -SCORE_END, SCORE_END);
    const own = isOutlier(deviation);
    return { ...plain, step, text: words.deviation(deviation), short: own ? words.score(deviation.score) : '', isOutlier: own };
  }

  private text(reading: TileReading): string {
    const { words } = this.parts;
    switch (reading.kind) {
      case 'value':
        return words.value(reading.value);
      case 'stale':
        return words.stale(words.value(reading.value));
      case 'missing':
        return words.missing;
      case 'no-source':
        return words.noSource;
    }
  }

  private point(tile: HTMLElement | null): void {
    const index = tile?.dataset['tile'];
    this.pointed = index === undefined ? null : Number(index);
    this.writeTip();
    if (!tile) return;
    const { tip } = this.parts;
    const anchor = tile.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    const above = anchor.top - height - 6;
    tip.style.left = `${Math.max(8, Math.min(window.innerWidth - width - 8, anchor.left + anchor.width / 2 - width / 2))}px`;
    tip.style.top = `${above < 8 ? anchor.bottom + 6 : above}px`;
  }

  private writeTip(): void {
    const { tip, tiles } = this.parts;
    tip.hidden = this.pointed === null;
    if (this.pointed === null) return;
    const [name, value] = tip.children;
    if (name) name.textContent = tiles[this.pointed]?.name ?? '';
    if (value) value.textContent = this.look(this.pointed).text;
  }
}

const MISSING: TileReading = { kind: 'missing' };

/** Of what is old nobody knows how it stands to the others now. */
export function deviationsOf(
  { metric, siblings }: Pick<MapPainterParts, 'metric' | 'siblings'>,
  readings: readonly TileReading[],
): readonly (Deviation | null)[] {
  if (!siblings || metric === 'throttle') return [];
  return deviations(
    metric,
    readings.map((reading) => (reading.kind === 'value' ? reading.value : null)),
    siblings,
  );
}

function tileOf(event: Event): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tile]') : null;
}
