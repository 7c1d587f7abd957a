import type { RunRow } from '@shared/model/run-list';

/** Those that wait, the next first: as the core lets them begin. */
export function inQueue(runs: readonly RunRow[]): RunRow[] {
  return runs
    .filter(({ status }) => status === 'queued')
    .sort((a, b) => b.priority - a.priority || a.order - b.order || (a.id < b.id ? -1 : 1));
}

/** Before which one it comes, moved by one place; null = last, undefined = there it cannot go. */
export function placeOf(waiting: readonly { readonly id: string }[], index: number, by: 1 | -1): string | null | undefined {
  if (by === -1) return waiting[index - 1]?.id;
  return index >= waiting.length - 1 ? undefined : (waiting[index + 2]?.id ?? null);
}
