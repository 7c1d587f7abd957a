import fuzzysort from 'fuzzysort';
import type { IconName } from '../../ui/Icon';

export const itemKinds = ['page', 'action', 'run', 'device', 'metric'] as const;
type ItemKind = (typeof itemKinds)[number];

/** One thing that can be chosen in the palette. */
export interface PaletteItem {
  readonly id: string;
  readonly kind: ItemKind;
  readonly icon: IconName;
  readonly title: string;
  /** What tells it from others of the same name. */
  readonly detail: string;
  /** What it is found by besides: its English name, its id. */
  readonly also: string;
  readonly key: string | null;
  readonly act: () => void;
}

export interface PaletteGroup {
  readonly kind: ItemKind | 'recent';
  readonly items: readonly PaletteItem[];
}

/** Whether a part of a text is pronounced as typed. */
export type SoundsLike = (text: string, typed: string) => boolean;

const MAX_FOUND = 40;
const WEAKEST = 0.35;

const CHINESE = /\p{Script=Han}/u;

export const isChinese = ({ title }: Pick<PaletteItem, 'title'>): boolean => CHINESE.test(title);

/** Before anything is typed: what was chosen last, and what there is to do; devices and metrics are too many to be listed. */
export function startGroups(items: readonly PaletteItem[], recent: readonly string[]): readonly PaletteGroup[] {
  const chosen = recent.flatMap((id) => items.find((item) => item.id === id) ?? []);
  const others = items.filter(({ id }) => !recent.includes(id));
  const listed = (['page', 'action', 'run'] as const).map((kind): PaletteGroup => ({
    kind,
    items: others.filter((item) => item.kind === kind),
  }));
  return [{ kind: 'recent' as const, items: chosen }, ...listed].filter((group) => group.items.length > 0);
}

/**
 * What fits the typed text, the best first; letters may be left out. `found` was found by the core, which looks into more than a
 * name: it is kept as it came, after what fits better.
 */
export function findGroups(
  items: readonly PaletteItem[],
  found: readonly PaletteItem[],
  text: string,
  soundsLike: SoundsLike | null = null,
): readonly PaletteGroup[] {
  const order = new Map(items.map((item, at) => [item, at]));
  const results = [...fuzzysort.go(text, [...items], { keys: ['title', 'detail', 'also'], limit: MAX_FOUND, threshold: WEAKEST })].sort(
    // Equally good ones stand as they stand in the room.
    (a, b) => b.score - a.score || (order.get(a.obj) ?? 0) - (order.get(b.obj) ?? 0),
  );
  const groups = new Map<ItemKind, PaletteItem[]>();
  const put = (item: PaletteItem): void => void groups.set(item.kind, [...(groups.get(item.kind) ?? []), item]);
  const seen = new Set(results.map(({ obj }) => obj.id));
  // What is pronounced so was meant so; letters that lie apart in an English name were hardly.
  const heard = soundsLike === null ? [] : items.filter((item) => isChinese(item) && soundsLike(item.title, text)).slice(0, MAX_FOUND);
  heard.forEach(put);
  heard.forEach(({ id }) => seen.add(id));
  results.filter(({ obj }) => !heard.includes(obj)).forEach(({ obj }) => put(obj));
  found.filter(({ id }) => !seen.has(id)).forEach(put);
  return [...groups].map(([kind, own]) => ({ kind, items: own }));
}
