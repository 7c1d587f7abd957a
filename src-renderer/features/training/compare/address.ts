import { curveAxes, type CurveAxis } from '@shared/model/curve';
import { MAX_SMOOTHING } from '../run-view';

/** Runs that are compared at most. */
export const MAX_COMPARED = 50;

export const compareTabs = ['curves', 'table', 'parallel'] as const;
export type CompareTab = (typeof compareTabs)[number];

/** What a comparison shows: all of it stands in the address, so that it outlives a reload and can be handed on. */
export interface CompareView {
  /** By place: a run keeps its place, and so its colour, when one before it leaves; null = a place that is free. */
  readonly places: readonly (string | null)[];
  readonly tab: CompareTab;
  readonly axis: CurveAxis;
  /** Scalars that are drawn, by name; null = those that are chosen by themselves. */
  readonly scalars: readonly string[] | null;
  readonly smoothing: number;
  readonly isLog: boolean;
  /** What the parallel coordinates are coloured by; null = what is chosen by itself. */
  readonly colour: string | null;
  /** Whether what is alike in all runs stands in the table too. */
  readonly showsAll: boolean;
}

const nothing: CompareView = {
  places: [],
  tab: 'curves',
  axis: 'step',
  scalars: null,
  smoothing: 0,
  isLog: false,
  colour: null,
  showsAll: false,
};

/** The runs of a view, in their order. */
export const runsOf = ({ places }: Pick<CompareView, 'places'>): string[] => places.filter((id) => id !== null);

/** The same without a run, and with one at the first free place. */
export function without(places: CompareView['places'], runId: string): CompareView['places'] {
  return trimmed(places.map((id) => (id === runId ? null : id)));
}

function trimmed(places: CompareView['places']): CompareView['places'] {
  const last = places.findLastIndex((id) => id !== null);
  return places.slice(0, last + 1);
}

const list = (ids: readonly (string | null)[]): string => ids.map((id) => encodeURIComponent(id ?? '')).join(',');

/** A part of an address that somebody may have written by hand. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** As it stands behind `#/compare?`. */
export function writeCompare(view: Partial<CompareView>): string {
  const { places, tab, axis, scalars, smoothing, isLog, colour, showsAll } = { ...nothing, ...view };
  return [
    `runs=${list(trimmed(places))}`,
    ...(tab === nothing.tab ? [] : [`tab=${tab}`]),
    ...(axis === nothing.axis ? [] : [`x=${axis}`]),
    ...(scalars === null ? [] : [`s=${list(scalars)}`]),
    ...(smoothing === 0 ? [] : [`smooth=${smoothing}`]),
    ...(isLog ? ['log=1'] : []),
    ...(colour === null ? [] : [`by=${encodeURIComponent(colour)}`]),
    ...(showsAll ? ['all=1'] : []),
  ].join('&');
}

/** What an address says; what it does not say, or nobody understands, is as it is by itself. */
export function readCompare(text: string): CompareView {
  const parts = new Map(
    text.split('&').map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? ([part, ''] as const) : ([part.slice(0, at), part.slice(at + 1)] as const);
    }),
  );
  const names = (key: string): (string | null)[] => (parts.get(key) ?? '').split(',').map((one) => decoded(one) || null);
  const seen = new Set<string>();
  const places = names('runs').map((id) => {
    if (id === null || seen.has(id) || seen.size === MAX_COMPARED) return null;
    seen.add(id);
    return id;
  });
  const smoothing = Number(parts.get('smooth') ?? '0');
  const scalars = names('s').filter((name) => name !== null);
  return {
    places: trimmed(places.slice(0, 4 * MAX_COMPARED)),
    tab: compareTabs.find((tab) => tab === parts.get('tab')) ?? nothing.tab,
    axis: curveAxes.find((axis) => axis === parts.get('x')) ?? nothing.axis,
    scalars: parts.has('s') ? scalars : null,
    smoothing: smoothing >= 0 ? Math.min(MAX_SMOOTHING, smoothing) : 0,
    isLog: parts.get('log') === '1',
    colour: decoded(parts.get('by') ?? '') || null,
    showsAll: parts.get('all') === '1',
  };
}
