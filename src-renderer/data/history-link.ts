import { agoMs, agoText } from '@shared/base/ago';
import { MAX_SMOOTHING, type Compare } from '@shared/model/saved-view';
import { MAX_SERIES_PER_QUERY, type Series } from '@shared/model/series';
import { compareOf, compareText } from './compare';
import type { ViewLook } from './history-view';
import type { TimeRange } from '@shared/model/time-range';
import { MAX_SPAN_MS, MIN_SPAN_MS, type TimeWindow } from './time-window';

/** A series as every machine knows it; ids are those of one database. */
export type SeriesName = Pick<Series, 'device' | 'metric'>;

/** A history view as it can be handed on: what is shown, over which span, and how. */
export interface HistoryShare {
  readonly window: TimeWindow;
  readonly series: readonly SeriesName[];
  /** Nothing is compared where it is left out. */
  readonly compare?: Compare | null;
  /** Left out, whoever opens it sees the lines as views are drawn there. */
  readonly look?: ViewLook | null;
  /** The saved view that it was made from. */
  readonly name?: string | null;
}

/** More lines than this are chosen in History itself. */
const MAX_OPENED = 16;
/** Of less than this History has little to show; what follows goes on following. */
const LEAST_LIVE_MS = 3_600_000;

/** What a page shows, to be opened in History over the same time. */
export function openedIn(window: TimeWindow, series: readonly SeriesName[]): string {
  const shown = window.mode === 'live' ? { ...window, spanMs: Math.max(window.spanMs, LEAST_LIVE_MS) } : window;
  return writeShare({ window: shown, series: series.slice(0, MAX_OPENED) });
}

/** The last hour, going on. */
export const lastHour: TimeWindow = { mode: 'live', spanMs: LEAST_LIVE_MS };

/** A shown part of the axis, held as it is. */
export function heldWindow({ fromMs, toMs }: TimeRange): TimeWindow {
  return { mode: 'fixed', fromMs, toMs: Math.max(toMs, fromMs + MIN_SPAN_MS) };
}

/** What an address says; links made before series were named carry ids of this machine's database. */
export interface ReadShare extends Required<HistoryShare> {
  readonly seriesIds: readonly number[];
}

/** What may stand in the part of an address behind # as it is, beside letters and figures. */
const encode = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/');

/**
 * from=1795450780000&to=1795454380000&s=gpu.power@gpu0&s=it.power@room&compare=1; a window that follows is from=now-1h&to=now
 * @param seriesIds of series whose names are not at hand, for an address within this window
 */
export function writeShare(
  { window, series, compare = null, look = null, name = null }: HistoryShare,
  seriesIds: readonly number[] = [],
): string {
  const [from, to] =
    window.mode === 'live' ? [agoText(window.spanMs), 'now'] : [String(Math.floor(window.fromMs)), String(Math.ceil(window.toMs))];
  const names = series.map(({ device, metric }) => `s=${encode(metric)}@${encode(device)}`);
  const ids = seriesIds.length > 0 ? [`series=${seriesIds.join('.')}`] : [];
  const compared = compare === null ? [] : [`compare=${compareText(compare)}`];
  const saved = name === null ? [] : [viewShare(name)];
  return [`from=${from}`, `to=${to}`, ...names, ...ids, ...compared, ...(look === null ? [] : lookParts(look)), ...saved].join('&');
}

/** The address of a saved view as it was saved. */
export function viewShare(name: string): string {
  return `view=${encode(name)}`;
}

/** The saved view that an address names and says nothing more of; null = it says itself what to show. */
export function viewNamed(text: string): string | null {
  const name = /^view=([^&]+)$/.exec(text)?.[1];
  return name === undefined ? null : decoded(name);
}

/** t=W:650&log=W&smooth=0.6; lines as they are, which nothing else would say, are t=none. */
function lookParts({ thresholds, smoothing, log }: ViewLook): string[] {
  const parts = [
    ...Object.entries(thresholds).map(([pane, value]) => `t=${encode(pane)}:${value}`),
    ...log.map((pane) => `log=${encode(pane)}`),
    ...(smoothing > 0 ? [`smooth=${smoothing}`] : []),
  ];
  return parts.length > 0 ? parts : ['t=none'];
}

function lookOf(all: (name: string) => readonly string[]): ViewLook | null {
  const [limits, log, smooth] = [all('t'), all('log'), all('smooth')];
  if (limits.length + log.length + smooth.length === 0) return null;
  const smoothing = Number(smooth[0] ?? 0);
  const thresholds = limits.flatMap((part): [string, number][] => {
    const at = part.lastIndexOf(':');
    const [pane, value] = [decoded(part.slice(0, at)), Number(part.slice(at + 1))];
    return at < 1 || pane === null || !Number.isFinite(value) || part.endsWith(':') ? [] : [[pane, value]];
  });
  return {
    thresholds: Object.fromEntries(thresholds),
    smoothing: smoothing >= 0 && smoothing <= MAX_SMOOTHING ? smoothing : 0,
    log: [...new Set(log.flatMap((pane) => decoded(pane) ?? []))],
  };
}

/** Reads what writeShare wrote, now or in earlier versions; null when it says no span that can be shown. */
export function readShare(text: string): ReadShare | null {
  const pairs = text.split('&').map((pair): readonly [string, string] => {
    const at = pair.indexOf('=');
    return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  });
  const all = (name: string): string[] => pairs.filter(([key]) => key === name).map(([, value]) => value);
  const one = (name: string): string => all(name)[0] ?? '';
  const window = windowOf(one('from'), one('to'));
  if (window === null) return null;
  const ids = one('series')
    .split('.')
    .filter((id) => /^\d{1,15}$/.test(id))
    .map(Number);
  return {
    window,
    series: all('s')
      .flatMap((value) => nameOf(value) ?? [])
      .slice(0, MAX_SERIES_PER_QUERY),
    seriesIds: [...new Set(ids)].slice(0, MAX_SERIES_PER_QUERY),
    compare: compareOf(one('compare')),
    look: lookOf(all),
    name: decoded(one('view')),
  };
}

function windowOf(from: string, to: string): TimeWindow | null {
  const spanMs = to === 'now' ? agoMs(from) : null;
  if (spanMs !== null) return spanMs >= MIN_SPAN_MS && spanMs <= MAX_SPAN_MS ? { mode: 'live', spanMs } : null;
  if (![from, to].every((value) => /^\d{1,15}$/.test(value))) return null;
  const [fromMs, toMs] = [Number(from), Number(to)];
  return toMs - fromMs < MIN_SPAN_MS ? null : { mode: 'fixed', fromMs, toMs };
}

function nameOf(value: string): SeriesName | null {
  const [metric, device, ...rest] = value.split('@');
  if (!metric || !device || rest.length > 0) return null;
  const read = { metric: decoded(metric), device: decoded(device) };
  return read.metric === null || read.device === null ? null : { metric: read.metric, device: read.device };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text) || null;
  } catch {
    return null;
  }
}

/** The ids that a share's series have here, in its order, each once; what is not known here is left out. */
export function idsOf({ series, seriesIds }: Pick<ReadShare, 'series' | 'seriesIds'>, all: readonly Series[]): number[] {
  const byName = new Map(all.map(({ id, device, metric }) => [`${metric}@${device}`, id]));
  const ids = new Set(all.map(({ id }) => id));
  const named = series.flatMap(({ device, metric }) => byName.get(`${metric}@${device}`) ?? []);
  return [...new Set([...named, ...seriesIds.filter((id) => ids.has(id))])].slice(0, MAX_SERIES_PER_QUERY);
}

/** How the series of these ids are called everywhere, in the order given. */
export function namesOf(ids: readonly number[], all: readonly Series[]): SeriesName[] {
  const byId = new Map(all.map((series) => [series.id, series]));
  return ids.flatMap((id) => {
    const series = byId.get(id);
    return series ? [{ device: series.device, metric: series.metric }] : [];
  });
}

/** The view in an address that someone pasted: the whole address, or only what stands behind #. Null when it is none. */
export function shareIn(address: string): string | null {
  return /#\/history\?([^\s#]+)$/.exec(address.trim())?.[1] ?? null;
}
